//! Files made from declarations: typed records of each pack and the behaviour cards in `docs/objects`.
//!
//! Keeps true: what is committed is what the declarations say; `--check` writes nothing and names what is stale.

mod cards;
mod packs;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

const CARDS: &str = "docs/objects";

fn main() -> ExitCode {
    match run(std::env::args().any(|word| word == "--check")) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// The root of the tree.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_path_buf()
}

/// Writes, or only checks.
fn run(only_check: bool) -> Result<(), String> {
    let files = files()?;
    let mut stale = Vec::new();
    for (path, text) in &files {
        let place = root().join(path);
        if fs::read_to_string(&place).ok().as_ref() != Some(text) {
            stale.push(path.clone());
            if !only_check {
                write(&place, text)?;
            }
        }
    }
    for path in left_over(&files)? {
        if !only_check {
            let place = root().join(&path);
            fs::remove_file(&place).map_err(|error| format!("{path}: {error}"))?;
        }
        stale.push(path);
    }
    if stale.is_empty() {
        println!("gen: {} files are fresh", files.len());
        return Ok(());
    }
    let list = stale.join("\n  ");
    if only_check {
        Err(format!("gen: stale, run `cargo xtask gen`:\n  {list}"))
    } else {
        println!("gen: written\n  {list}");
        Ok(())
    }
}

fn files() -> Result<BTreeMap<String, String>, String> {
    let catalog = packs::catalog()?;
    let mut files = BTreeMap::new();
    for pack in &catalog.packs {
        let text = qudao_meta::generate::records(&catalog, pack);
        files.insert(format!("{}/{pack}/records.rs", packs::FOLDER), text);
    }
    for object in catalog.objects() {
        let text = cards::card(&catalog, object);
        files.insert(format!("{CARDS}/{}.md", object.name), text);
    }
    files.insert(format!("{CARDS}/README.md"), cards::contents(&catalog));
    Ok(files)
}

/// Cards of objects that are no longer declared.
fn left_over(files: &BTreeMap<String, String>) -> Result<Vec<String>, String> {
    let folder = root().join(CARDS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut left = Vec::new();
    for entry in fs::read_dir(&folder).map_err(|error| format!("{CARDS}: {error}"))? {
        let entry = entry.map_err(|error| format!("{CARDS}: {error}"))?;
        let path = format!("{CARDS}/{}", entry.file_name().to_string_lossy());
        if !files.contains_key(&path) {
            left.push(path);
        }
    }
    Ok(left)
}

fn write(place: &Path, text: &str) -> Result<(), String> {
    let wrong = |error| format!("{}: {error}", place.display());
    if let Some(folder) = place.parent() {
        fs::create_dir_all(folder).map_err(wrong)?;
    }
    fs::write(place, text).map_err(wrong)
}
