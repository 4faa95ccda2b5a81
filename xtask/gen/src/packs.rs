//! The declarations of all packs, read from the tree as the product reads them from the binary.
//!
//! Keeps true: packs come in load order, whatever the folders are called.

use std::{
    fs,
    path::{Path, PathBuf},
};

use qudao_meta::{Catalog, Pack, Source};

use crate::root;

/// Folder of the packs.
pub const FOLDER: &str = "crates/packs/src";

/// All packs, merged and checked.
pub fn catalog() -> Result<Catalog, String> {
    let mut waiting = read_all()?;
    let mut sources = Vec::new();
    let mut loaded: Vec<String> = Vec::new();
    while !waiting.is_empty() {
        let ready = waiting
            .iter()
            .position(|(pack, _)| pack.depends.iter().all(|name| loaded.contains(name)));
        let Some(ready) = ready else {
            let names: Vec<&str> = waiting.iter().map(|(pack, _)| pack.name.as_str()).collect();
            return Err(format!("packs wait for each other: {}", names.join(", ")));
        };
        let (pack, source) = waiting.remove(ready);
        loaded.push(pack.name);
        sources.push(source);
    }
    Catalog::build(&sources).map_err(|stop| stop.to_string())
}

fn read_all() -> Result<Vec<(Pack, Source)>, String> {
    let mut found = Vec::new();
    for folder in entries(&root().join(FOLDER))? {
        let file = folder.join("pack.toml");
        if file.is_file() {
            let text = read(&file)?;
            let pack: Pack =
                toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?;
            let source = source(&folder, text)?;
            found.push((pack, source));
        }
    }
    Ok(found)
}

fn source(folder: &Path, pack: String) -> Result<Source, String> {
    let mut source = Source {
        pack,
        ..Source::default()
    };
    for file in entries(folder)? {
        let name = file
            .file_name()
            .map(|name| name.to_string_lossy().into_owned());
        match name.as_deref() {
            Some("pack.toml") | None => {}
            Some("demo.toml") => source.demo = Some(read(&file)?),
            Some(_) if file.extension().is_some_and(|ending| ending == "toml") => {
                source.objects.push(read(&file)?);
            }
            Some(_) => {}
        }
    }
    let reports = folder.join("reports");
    if reports.is_dir() {
        for file in entries(&reports)? {
            source.dashboards.push(read(&file)?);
        }
    }
    Ok(source)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let mut paths = Vec::new();
    let wrong = |error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(wrong)? {
        paths.push(entry.map_err(wrong)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}
