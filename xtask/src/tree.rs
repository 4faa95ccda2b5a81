//! The files of the tree as the tasks see them.
//!
//! Keeps true: paths are relative to the root, with `/`, in order. Build output and fetched packages are never seen.

use std::{
    ffi::OsStr,
    fs,
    path::{Path, PathBuf},
};

/// Folders that hold nothing of ours.
const SKIPPED: [&str; 7] = [
    "target",
    "node_modules",
    "dist",
    "out",
    ".git",
    "data",
    ".vite",
];

/// A text file.
pub struct File {
    /// Path from the root.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl File {
    /// True when the name ends in one of the extensions.
    pub fn is_one_of(&self, extensions: &[&str]) -> bool {
        let own = Path::new(&self.path).extension();
        extensions.iter().any(|one| own == Some(OsStr::new(one)))
    }
}

/// The root of the tree.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// Every text file; what is not UTF-8 (fonts, pictures) is left out.
pub fn files() -> Result<Vec<File>, String> {
    let mut paths = Vec::new();
    walk(&root(), "", &mut paths)?;
    paths.sort();
    Ok(paths
        .into_iter()
        .filter_map(|path| {
            let text = fs::read_to_string(root().join(&path)).ok()?;
            Some(File { path, text })
        })
        .collect())
}

fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    for entry in entries {
        let entry = entry.map_err(|error| format!("{}: {error}", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let kind = entry
            .file_type()
            .map_err(|error| format!("{}: {error}", entry.path().display()))?;
        if kind.is_dir() && !SKIPPED.contains(&name.as_str()) {
            walk(&entry.path(), &format!("{prefix}{name}/"), found)?;
        } else if kind.is_file() {
            found.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}
