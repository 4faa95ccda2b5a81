//! What lies in a backup's folder, and what its bytes must be.
//!
//! Keeps true: the manifest is written last, so a folder without one is no backup; a file with one bit changed is found before
//! anything is done with it.
//! Not here: whether what the bytes say is sound; see `backup`.

use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{Read, Write as _},
    path::Path,
};

use qudao_base::{Fault, Result};
use qudao_store::Dialect;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use sha2::{Digest, Sha256};

const NAME: &str = "manifest.json";
/// What this program writes; another number is refused.
const FORMAT: u32 = 1;

/// A file of the backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub name: String,
    pub bytes: u64,
    pub sha256: String,
}

/// The manifest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    /// Version of the program that wrote it.
    pub program: String,
    /// `sqlite` or `postgres`.
    pub database: String,
    /// Microseconds since 1970, UTC.
    pub taken_at: i64,
    pub files: Vec<Part>,
    /// What the proof of the copy looked at; null when it was not proved.
    pub verified: Json,
    /// Head of the sealed chain in the copy.
    pub head: Json,
}

/// The dialect's name in a manifest.
pub const fn name_of(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "sqlite",
        Dialect::Postgres => "postgres",
    }
}

impl Manifest {
    /// Of one file in the folder.
    pub fn of(folder: &Path, file: &str, dialect: Dialect, taken_at: i64) -> Result<Self> {
        Ok(Self {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            database: name_of(dialect).to_owned(),
            taken_at,
            files: vec![part(folder, file)?],
            verified: Json::Null,
            head: Json::Null,
        })
    }

    /// Writes it, on the disk when this returns.
    pub fn write(&self, folder: &Path) -> Result<()> {
        let path = folder.join(NAME);
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| Fault::from_error("a manifest cannot be written", error))?;
        let written = File::create(&path).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            File::open(folder)?.sync_all()
        });
        written.map_err(|error| broken(&path, error))
    }

    /// Reads it and compares every file with it.
    ///
    /// # Errors
    /// A fault that names the file that is missing, shorter, longer or changed.
    pub fn read_checked(folder: &Path) -> Result<Self> {
        let path = folder.join(NAME);
        let text = fs::read_to_string(&path).map_err(|error| broken(&path, error))?;
        let manifest: Self = serde_json::from_str(&text)
            .map_err(|error| Fault::from_error(path.display().to_string(), error))?;
        if manifest.format != FORMAT {
            let told = format!(
                "{}: format {} is not known",
                path.display(),
                manifest.format
            );
            return Err(Fault::new(told).into());
        }
        for known in &manifest.files {
            if part(folder, &known.name)? != *known {
                let told = format!("the backup is damaged: {} is not what it was", known.name);
                return Err(Fault::new(told).into());
            }
        }
        Ok(manifest)
    }
}

fn part(folder: &Path, name: &str) -> Result<Part> {
    let path = folder.join(name);
    let mut file = File::open(&path).map_err(|error| broken(&path, error))?;
    let (mut hash, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        let read = file
            .read(&mut buffer)
            .map_err(|error| broken(&path, error))?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        hash.update(&buffer[..read]);
    }
    let mut sha256 = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(sha256, "{byte:02x}");
    }
    Ok(Part {
        name: name.to_owned(),
        bytes,
        sha256,
    })
}

fn broken(path: &Path, error: std::io::Error) -> qudao_base::Stop {
    Fault::from_error(path.display().to_string(), error).into()
}
