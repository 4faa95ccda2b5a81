//! The commands.

use std::process::ExitCode;

use qudao_base::{Actor, Fault, Stop};
use qudao_kernel::{check_receipt, schema_of};
use qudao_packs::adventureworks::{self, Event, Summary};
use serde_json::Value as Json;

use crate::{
    backup, check, connect, key_file,
    options::{Options, USAGE},
    serve, site, telemetry,
};

/// Runs the command the options name.
///
/// # Errors
/// What went wrong, as a text for the person at the terminal.
pub fn run(options: &Options) -> Result<ExitCode, String> {
    let _telemetry = telemetry::start()?;
    let done = match options.command.as_str() {
        "serve" => serve::serve(options),
        "migrate" => migrate(options),
        "verify" => return verify(options).map_err(|stop| stop.to_string()),
        "head" => head(options),
        "check" => return check(options).map_err(|stop| stop.to_string()),
        "backup" => backup::backup(options),
        "restore" => backup::restore(options),
        "receipt" => return receipt(options).map_err(|stop| stop.to_string()),
        "link" => link(options),
        "import" => return import(options),
        "connect" => return connect::connect(options).map(|()| ExitCode::SUCCESS),
        "renew" => renew_key(options),
        "help" | "" => {
            println!("{USAGE}");
            Ok(())
        }
        other => return Err(format!("{other} is not a command\n\n{USAGE}")),
    };
    done.map(|()| ExitCode::SUCCESS)
        .map_err(|stop| stop.to_string())
}

fn migrate(options: &Options) -> Result<(), Stop> {
    let store = site::store(options)?;
    let target = schema_of(&site::registry()?)?;
    let changes = if options.plan {
        qudao_store::schema::diff(&store.schema()?, &target)
    } else {
        store.migrate(&target)?
    };
    for change in &changes {
        println!("{change}");
    }
    println!(
        "{} change(s){}",
        changes.len(),
        if options.plan { " planned" } else { "" }
    );
    Ok(())
}

fn verify(options: &Options) -> Result<ExitCode, Stop> {
    let kernel = site::open(options)?;
    let head = options.head.as_ref().map(read_json).transpose()?;
    let report = kernel.verify(head.as_ref())?;
    println!(
        "{} log entries, {} rows, {} sealed blocks checked",
        report.entries, report.rows, report.blocks
    );
    for broken in &report.broken {
        println!("BROKEN {broken}");
    }
    println!(
        "{}",
        if report.broken.is_empty() {
            "everything holds"
        } else {
            "NOT everything holds"
        }
    );
    Ok(if report.broken.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read_json(path: &std::path::PathBuf) -> Result<Json, Stop> {
    let unreadable =
        |error: &dyn std::fmt::Display| Fault::new(format!("{}: {error}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(&error))?;
    serde_json::from_str(&text).map_err(|error| unreadable(&error).into())
}

fn head(options: &Options) -> Result<(), Stop> {
    let kernel = site::open(options)?;
    kernel.seal()?;
    println!("{}", kernel.seal_head()?);
    Ok(())
}

fn renew_key(options: &Options) -> Result<(), Stop> {
    let kernel = site::open(options)?;
    println!(
        "the site's key is the one in {}, its public half {}. Everybody has to sign in again; what was written since the last \
         sealed block is taken as it is found",
        key_file::path(options).display(),
        kernel.site.key.public()
    );
    kernel.leave()
}

fn check(options: &Options) -> Result<ExitCode, Stop> {
    let kernel = site::open(options)?;
    let archive = check::archive(options.archive.as_deref())?;
    Ok(if check::check(&kernel)? && archive {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Checks a receipt as anybody can who has it: texts, hashes, path, signature, and whose signature it is.
fn receipt(options: &Options) -> Result<ExitCode, Stop> {
    let (file, public) = match options.words.as_slice() {
        [file] => (file, None),
        [file, public] => (file, Some(public)),
        _ => return Err(Fault::new("receipt needs a file").into()),
    };
    let receipt = read_json(&file.into())?;
    let mut wrong = check_receipt(&receipt);
    let signed_by = receipt["public_key"].as_str().unwrap_or_default();
    if public.is_some_and(|public| public != signed_by) {
        wrong.push("receipt.other_site");
    }
    for code in &wrong {
        println!("WRONG {code}");
    }
    if wrong.is_empty() {
        println!("the receipt holds; it is signed by {signed_by}");
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn link(options: &Options) -> Result<(), Stop> {
    let kernel = site::open(options)?;
    let login = options.words.first().cloned().unwrap_or_default();
    let token = kernel.write(&Actor::system(), move |cx| {
        let user = cx.user_of_login(&login)?;
        cx.sign_in_link(user, 3600)
    })?;
    println!("{}/sign-in/{token}", options.front_door());
    Ok(())
}

fn import(options: &Options) -> Result<ExitCode, String> {
    let [source, folder] = options.words.as_slice() else {
        return Err(format!("import needs a source and a folder\n\n{USAGE}"));
    };
    if source != "adventureworks" {
        return Err(format!(
            "{source} is no source that can be imported\n\n{USAGE}"
        ));
    }
    let mut tell = |event: Event<'_>| match event {
        Event::Progress(text) => println!("{text}"),
        Event::BadRow { file, row, reason } => println!("BAD {file} row {row}: {reason}"),
    };
    let summary = site::open(options)
        .and_then(|kernel| adventureworks::import(&kernel, folder.as_ref(), &mut tell))
        .map_err(|stop| stop.to_string())?;
    print_summary(&summary);
    Ok(if summary.is_complete() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn print_summary(summary: &Summary) {
    println!("\n{:<28} {:>9} {:>9}", "records", "new", "known");
    for (object, (new, known)) in &summary.records {
        println!("{object:<28} {new:>9} {known:>9}");
    }
    println!(
        "\n{:<28} {:>16} {:>16}",
        "sums", "in the files", "in the database"
    );
    for figure in &summary.figures {
        let (files, stored) = figure.texts();
        let mark = if figure.agrees() { "" } else { "  DIFFERENT" };
        println!("{:<28} {files:>16} {stored:>16}{mark}", figure.label);
    }
    println!(
        "\nopening stock raised by {} pieces, because the source lets stock fall under zero",
        summary.pieces_raised
    );
    println!("{} row(s) not loaded", summary.bad_rows);
}
