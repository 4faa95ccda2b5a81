//! The shim that stands between the program and its files: built here, given to a server by its environment.
//!
//! Keeps true: what it does is in `shim.c`; this crate itself has no unsafe code.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{Checked, cluster::output, said};

/// A built shim with the files it speaks through.
pub struct Shim {
    library: PathBuf,
    folder: PathBuf,
    /// What was done to the folder.
    pub log: PathBuf,
    control: PathBuf,
}

/// What the disk does.
#[derive(Clone, Copy, Debug)]
pub enum Trouble {
    /// No room.
    Full,
    /// No sync succeeds.
    BrokenSync,
}

impl Shim {
    /// Builds it for the files in `watched`, with its own files in `place`.
    pub fn build(place: &Path, watched: &Path) -> Checked<Self> {
        fs::create_dir_all(place).map_err(said)?;
        let source = place.join("shim.c");
        fs::write(&source, include_str!("shim.c")).map_err(said)?;
        let library = place.join("shim.so");
        let mut compile = Command::new("cc");
        compile.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]);
        output(
            compile
                .arg(&library)
                .arg(&source)
                .args(["-ldl", "-lpthread"]),
        )?;
        Ok(Self {
            library,
            folder: watched.to_owned(),
            log: place.join("log"),
            control: place.join("control"),
        })
    }

    /// What a server is started with.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |path: &Path| path.display().to_string();
        vec![
            ("LD_PRELOAD", text(&self.library)),
            ("QUDAO_SHIM_FOLDER", text(&self.folder)),
            ("QUDAO_SHIM_LOG", text(&self.log)),
            ("QUDAO_SHIM_CONTROL", text(&self.control)),
        ]
    }

    /// The trouble begins.
    pub fn trouble(&self, what: Trouble) -> Checked {
        let word = match what {
            Trouble::Full => "F",
            Trouble::BrokenSync => "E",
        };
        fs::write(&self.control, word).map_err(said)
    }

    /// The trouble is over.
    pub fn relief(&self) -> Checked {
        fs::remove_file(&self.control).map_err(said)
    }

    /// How much of the log is written.
    pub fn written(&self) -> u64 {
        fs::metadata(&self.log).map_or(0, |log| log.len())
    }
}
