//! What the command line says.
//!
//! Keeps true: the embedded database is made anew by every run, in a folder only this program uses.

use std::{path::PathBuf, time::Duration};

use qudao_base::{Fault, Result};

const USAGE: &str = "qudao-bench [options]

  --database <url>     an empty PostgreSQL database; without it SQLite, every commit on the disk
  --folder <folder>    where the SQLite file is made (default target/bench)
  --part <part,part>   what is measured: kernel, http, hot, latency, flat, memory, reading, start (default all, but for memory)
  --seconds <number>   how long each number of clients buys (default 10)
  --orders <number>    orders in the database when lists and reports are measured, and the most movements before (default 100000)
  --taken <number>     orders taken over HTTP when memory is measured (default 10000)";

/// Something measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// Orders of the kernel against the plain script.
    Kernel,
    /// Orders over HTTP against the plain script.
    Http,
    /// One hot product.
    Hot,
    /// Time of an order at half of the peak.
    Latency,
    /// An order after ever more movements.
    Flat,
    /// Memory of the server.
    Memory,
    /// Lists and reports.
    Reading,
    /// Start and memory of the kernel.
    Start,
}

const PARTS: [(&str, Part); 8] = [
    ("kernel", Part::Kernel),
    ("http", Part::Http),
    ("hot", Part::Hot),
    ("latency", Part::Latency),
    ("flat", Part::Flat),
    ("memory", Part::Memory),
    ("reading", Part::Reading),
    ("start", Part::Start),
];

fn parts(names: &str) -> Option<Vec<Part>> {
    let part = |name| PARTS.iter().find(|(known, _)| *known == name);
    let found = names.split(',').map(|name| part(name).map(|found| found.1));
    let mut parts = found.collect::<Option<Vec<Part>>>()?;
    parts.sort_unstable();
    Some(parts)
}

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
    /// Orders taken when memory is measured.
    pub taken: u32,
    /// What is measured, in its order.
    pub parts: Vec<Part>,
    /// Only start on the database of this address and say how long it took; the program calls itself so.
    pub start_only: Option<String>,
    /// Only serve the database of this address; the program calls itself so.
    pub serve: Option<String>,
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
        taken: 10_000,
        parts: Vec::new(),
        start_only: None,
        serve: None,
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
            "--taken" => options.taken = number(value)?,
            "--part" => options.parts = parts(value).ok_or_else(|| USAGE.to_owned())?,
            "--serve" => options.serve = Some(value.clone()),
            "--start-only" => options.start_only = Some(value.clone()),
            _ => return Err(USAGE.to_owned()),
        }
    }
    if options.parts.is_empty() {
        let all = PARTS.iter().map(|(_, part)| *part);
        options.parts = all.filter(|part| *part != Part::Memory).collect();
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_run_in_their_order_and_unknown_ones_are_refused() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let options = parse(&words("--part reading,http --taken 5")).unwrap();
        assert_eq!(options.parts, [Part::Http, Part::Reading]);
        assert_eq!(options.taken, 5);
        assert!(!parse(&[]).unwrap().parts.contains(&Part::Memory));
        assert!(parse(&words("--part htp")).is_err());
    }
}
