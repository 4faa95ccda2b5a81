//! Start-up on the filled database, and memory, each in a process of its own.

use std::{process::Command, time::Instant};

use qudao_base::{Fault, Result};

use crate::{
    process::resident_kib,
    site::{self, Site},
};

/// Starts on the database and prints milliseconds and resident KiB.
pub fn measure_here(address: &str) -> Result<()> {
    let begin = Instant::now();
    let kernel = site::start(address)?;
    let elapsed = begin.elapsed();
    println!(
        "{} {}",
        elapsed.as_millis(),
        resident_kib(std::process::id())?
    );
    drop(kernel);
    Ok(())
}

/// The table.
pub fn measure(site: &Site) -> Result<String> {
    let here = resident_kib(std::process::id())?;
    let failed = |error| Fault::from_error("this program cannot be started again", error);
    let program = std::env::current_exe().map_err(failed)?;
    let output = Command::new(program)
        .args(["--start-only", &site.address])
        .output()
        .map_err(failed)?;
    let said = String::from_utf8_lossy(&output.stdout);
    let (millis, kib) = said
        .trim()
        .split_once(' ')
        .ok_or_else(|| Fault::new(format!("the second process said `{said}`")))?;
    let mib = |kib: u64| kib / 1024;
    Ok(format!(
        "### Start and memory\n\n| what | figure |\n|---|---:|\n\
         | start of the kernel on this database | {millis} ms |\n\
         | resident memory just after it | {} MiB |\n\
         | resident memory after all of the above | {} MiB |\n",
        mib(kib.parse().unwrap_or_default()),
        mib(here),
    ))
}
