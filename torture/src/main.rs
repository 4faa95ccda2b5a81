//! `qudao-torture <suite>|all [--short] [--program <path>] [--database sqlite|postgres]`: prints the table of promises.
//!
//! Keeps true: it ends with failure when a promise was broken or a suite broke off; the table is printed in any case.

use std::{path::PathBuf, process::ExitCode};

use qudao_torture::{Kind, SUITES, Scale, Table, run};

struct Options {
    name: String,
    program: PathBuf,
    scale: Scale,
    kind: Option<Kind>,
}

fn usage() -> String {
    let names: Vec<&str> = SUITES.iter().map(|suite| suite.name).collect();
    format!(
        "qudao-torture all|{} [--short] [--program <path>] [--database sqlite|postgres]",
        names.join("|")
    )
}

fn parse(words: &[String]) -> Result<Options, String> {
    let beside = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut options = Options {
        name: String::new(),
        program: beside.with_file_name("qudao"),
        scale: Scale::Full,
        kind: None,
    };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || rest.next().cloned().ok_or_else(usage);
        match word.as_str() {
            "--short" => options.scale = Scale::Short,
            "--program" => options.program = value()?.into(),
            "--database" => {
                options.kind = Some(match value()?.as_str() {
                    "sqlite" => Kind::Sqlite,
                    "postgres" => Kind::Postgres,
                    _ => return Err(usage()),
                });
            }
            name if options.name.is_empty() && !name.starts_with('-') => {
                name.clone_into(&mut options.name);
            }
            _ => return Err(usage()),
        }
    }
    let known = options.name == "all" || SUITES.iter().any(|suite| suite.name == options.name);
    if known { Ok(options) } else { Err(usage()) }
}

fn play(options: &Options) -> Result<(), String> {
    let mut table = Table::default();
    let mut broken_off = Vec::new();
    for suite in SUITES
        .iter()
        .filter(|suite| options.name == "all" || suite.name == options.name)
    {
        for &kind in suite
            .kinds
            .iter()
            .filter(|kind| options.kind.is_none_or(|only| only == **kind))
        {
            eprintln!("{} on {} …", suite.name, kind.name());
            if let Err(error) = run(suite, &options.program, kind, options.scale, &mut table) {
                eprintln!("{error}");
                broken_off.push(error);
            }
        }
    }
    println!("{table}");
    let broken = table.broken();
    if broken == 0 && broken_off.is_empty() {
        println!("\nevery promise held");
        return Ok(());
    }
    Err(format!(
        "{broken} promise(s) broken, {} suite(s) broken off\n{}",
        broken_off.len(),
        broken_off.join("\n")
    ))
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match parse(&words).and_then(|options| play(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
