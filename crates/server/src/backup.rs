//! `qudao backup` and `qudao restore`.
//!
//! Keeps true: a backup is called good only when a trial copy of it passes every proof of `qudao verify`; a damaged one is refused
//! before anything is touched; a restored database is proved too, wherever it came from.
//! Not here: how a database is copied or archived (the store); when and where to (the guide).

use std::{fs, io::ErrorKind, path::Path};

use qudao_base::{Clock, Fault, Result, SystemClock};
use qudao_kernel::Report;
use qudao_store::{
    Dialect, archive,
    backup::{self, Trial},
};
use serde_json::Value as Json;

use crate::{
    key_file,
    manifest::{Manifest, name_of},
    options::Options,
    site,
};

const FILE: &str = "database";

/// Takes a backup while the product runs.
pub fn backup(options: &Options) -> Result<()> {
    let folder = folder(options, "backup")?;
    let address = site::address(options)?;
    fs::create_dir_all(folder).map_err(|error| cannot(folder, error))?;
    if fs::read_dir(folder)
        .map_err(|error| cannot(folder, error))?
        .next()
        .is_some()
    {
        return Err(Fault::new(format!("{} is not empty", folder.display())).into());
    }
    if backup::is_empty(&address)? {
        return Err(Fault::new("the database is empty: nothing to back up").into());
    }
    let taken_at = SystemClock.now().micros();
    let file = folder.join(FILE);
    backup::take(&address, &file)?;
    let mut manifest = Manifest::of(folder, FILE, backup::dialect_of(&address), taken_at)?;
    if !options.unproved {
        let trial = Trial::of(&address, &file)?;
        let (report, head) = prove(options, trial.address())?;
        manifest.verified = report.json();
        manifest.head = head;
    }
    manifest.write(folder)?;
    let part = &manifest.files[0];
    println!("{} bytes, sha256 {}", part.bytes, part.sha256);
    tell(&manifest.verified);
    Ok(())
}

/// Makes the database what the backup says, or the archive at a moment.
pub fn restore(options: &Options) -> Result<()> {
    match (&options.archive, options.words.is_empty()) {
        (Some(archive), true) => restore_moment(options, archive),
        _ if options.until.is_some() => {
            Err(Fault::new("a backup holds one moment: --until needs --archive").into())
        }
        _ => restore_backup(options),
    }
}

/// Rebuilds the moment beside the database and puts it in its place.
fn restore_moment(options: &Options, archive: &Path) -> Result<()> {
    let address = site::address(options)?;
    if backup::dialect_of(&address) != Dialect::Sqlite {
        return Err(Fault::new("only the embedded database is restored from an archive").into());
    }
    key_file::require(options)?;
    backup::refuse_over_data(&address, options.overwrite)?;
    site::make_data_folder(options)?;
    let rebuilt = options.data.join("qudao.db.rebuilding");
    remove(&rebuilt)?;
    let done = archive::rebuild(archive, options.until, &rebuilt)
        .and_then(|done| backup::put_back(&address, &rebuilt, options.overwrite).map(|()| done));
    remove(&rebuilt)?;
    let done = done?;
    println!(
        "everything committed up to {}, {} segment(s) replayed",
        done.at, done.segments
    );
    let (report, _) = prove(options, &address)?;
    tell(&report.json());
    Ok(())
}

/// Removes what a rebuilding left, if it left something.
fn remove(path: &Path) -> Result<()> {
    for ending in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != ErrorKind::NotFound => {
                return Err(cannot(path, error).into());
            }
            _ => {}
        }
    }
    Ok(())
}

fn restore_backup(options: &Options) -> Result<()> {
    let folder = folder(options, "restore")?;
    let manifest = Manifest::read_checked(folder)?;
    let address = site::address(options)?;
    let kind = name_of(backup::dialect_of(&address));
    if manifest.database != kind {
        let told = format!(
            "this is a backup of {}, and the database is {kind}",
            manifest.database
        );
        return Err(Fault::new(told).into());
    }
    // Before anything is touched: the copy is sealed with it.
    key_file::require(options)?;
    backup::put_back(&address, &folder.join(FILE), options.overwrite)?;
    let (report, _) = prove(options, &address)?;
    tell(&report.json());
    Ok(())
}

fn folder<'o>(options: &'o Options, command: &str) -> Result<&'o Path> {
    match options.words.as_slice() {
        [folder] => Ok(Path::new(folder)),
        _ => Err(Fault::new(format!("{command} needs one folder")).into()),
    }
}

/// Every proof, and the chain's head as it was in the copy.
fn prove(options: &Options, address: &str) -> Result<(Report, Json)> {
    let kernel = site::open_at(options, address)?;
    let head = kernel.seal_head()?;
    let report = kernel.verify(None)?;
    kernel.store.close();
    if let Some(first) = report.broken.first() {
        let told = format!(
            "{} thing(s) do not hold, the first: {first}",
            report.broken.len()
        );
        return Err(Fault::new(told).into());
    }
    Ok((report, head))
}

fn tell(verified: &Json) {
    if verified.is_null() {
        println!("not proved");
        return;
    }
    println!(
        "{} log entries, {} rows, {} sealed blocks checked: everything holds",
        verified["entries"], verified["rows"], verified["blocks"]
    );
}

fn cannot(path: &Path, error: std::io::Error) -> Fault {
    Fault::from_error(path.display().to_string(), error)
}
