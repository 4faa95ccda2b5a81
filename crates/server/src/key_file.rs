//! The file of the site's key.
//!
//! Keeps true: only its owner reads it; it is whole and on the disk before the database knows the key; a lost one is never replaced
//! without being told to.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use qudao_base::{Fault, Result};
use qudao_kernel::{SiteKey, is_sealed, random_token};
use qudao_store::Store;

use crate::{options::Options, site};

const NAME: &str = "site.key";

/// Where it is.
pub fn path(options: &Options) -> PathBuf {
    options
        .key
        .clone()
        .unwrap_or_else(|| options.data.join(NAME))
}

/// Reads the key; makes one for an empty database, or when told to renew.
///
/// # Errors
/// A fault that names the file when it is missing, or holds no key.
pub fn load(options: &Options, store: &Store) -> Result<SiteKey> {
    let path = path(options);
    if !path.exists() {
        if options.command != "renew" && is_sealed(store)? {
            require(options)?;
        }
        if options.key.is_none() {
            site::make_data_folder(options)?;
        }
        make(&path).map_err(|error| cannot(&path, error))?;
    }
    let text = fs::read_to_string(&path).map_err(|error| cannot(&path, error))?;
    SiteKey::from_text(&text)
}

/// Refuses when there is no such file.
pub fn require(options: &Options) -> Result<()> {
    let path = path(options);
    if path.exists() {
        return Ok(());
    }
    Err(Fault::new(format!(
        "the file of the site's key is missing: {}. Put it back or name it with --key; when it is lost, `qudao renew` begins \
         a new one",
        path.display()
    ))
    .into())
}

/// Written aside and then named, so that a process starting beside this one reads the whole file or makes none.
fn make(path: &Path) -> std::io::Result<()> {
    let secret = random_token().map_err(|stop| std::io::Error::other(stop.to_string()))?;
    let aside = path.with_extension(format!("{}.new", std::process::id()));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&aside)?;
    writeln!(file, "{secret}")?;
    file.sync_all()?;
    let named = fs::hard_link(&aside, path);
    fs::remove_file(&aside)?;
    match named {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        _ => {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
        }
    }
}

fn cannot(path: &Path, error: std::io::Error) -> Fault {
    Fault::from_error(path.display().to_string(), error)
}
