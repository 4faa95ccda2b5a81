//! What the command line says.
//!
//! Keeps true: the embedded database is made anew by every run, in a folder only this program uses.

use std::{path::PathBuf, time::Duration};

use qudao_base::{Fault, Result};

const USAGE: &str = "qudao-bench [options]

  --database <url>     an empty PostgreSQL database; without it SQLite, every commit on the disk
  --folder <folder>    where the SQLite file is made (default target/bench)
  --seconds <number>   how long each number of clients buys (default 10)
  --orders <number>    orders in the database when lists and reports are measured (default 100000)";

/// How to run.
#[derive(Clone, Debug)]
pub struct Options {
    /// Address of a PostgreSQL database.
    pub database: Option<String>,
    /// Folder of the SQLite file.
    pub folder: PathBuf,
    /// Length of each measurement of orders.
    pub span: Duration,
    /// Orders to fill the database with.
    pub orders: u32,
    /// Only start on the database of this address and say how long it took; the program calls itself so.
    pub start_only: Option<String>,
}

impl Options {
    /// Address of the empty database to measure on.
    pub fn address(&self) -> Result<String> {
        if let Some(address) = &self.database {
            return Ok(address.clone());
        }
        let failed = |error| Fault::from_error("the folder cannot be prepared", error);
        std::fs::create_dir_all(&self.folder).map_err(failed)?;
        for end in ["", "-wal", "-shm"] {
            let file = self.folder.join(format!("bench.db{end}"));
            if file.exists() {
                std::fs::remove_file(file).map_err(failed)?;
            }
        }
        Ok(format!("sqlite:{}", self.folder.join("bench.db").display()))
    }
}

/// Reads the command line.
///
/// # Errors
/// How to use the program.
pub fn parse(words: &[String]) -> std::result::Result<Options, String> {
    let mut options = Options {
        database: None,
        folder: "target/bench".into(),
        span: Duration::from_secs(10),
        orders: 100_000,
        start_only: None,
    };
    let number = |text: &String| text.parse::<u32>().map_err(|_| USAGE.to_owned());
    for pair in words.chunks(2) {
        let [name, value] = pair else {
            return Err(USAGE.to_owned());
        };
        match name.as_str() {
            "--database" => options.database = Some(value.clone()),
            "--folder" => options.folder = value.into(),
            "--seconds" => options.span = Duration::from_secs(number(value)?.into()),
            "--orders" => options.orders = number(value)?,
            "--start-only" => options.start_only = Some(value.clone()),
            _ => return Err(USAGE.to_owned()),
        }
    }
    Ok(options)
}
