//! `qudao backup` and `qudao restore`.
//!
//! Keeps true: a backup is called good only when a trial copy of it passes every proof of `qudao verify`; a damaged one is refused
//! before anything is touched; a restored database is proved too.
//! Not here: how a database is copied (the store); when and where to (the guide).

use std::{fs, path::Path};

use qudao_base::{Clock, Fault, Result, SystemClock};
use qudao_kernel::Report;
use qudao_store::backup::{self, Trial};
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

/// Makes the database what the backup says.
pub fn restore(options: &Options) -> Result<()> {
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
