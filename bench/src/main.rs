//! Measures the product against plain SQL that does the same work on the same database, and prints Markdown tables.
//!
//! Keeps true: both sides run in one process, one after the other, on one database, under the same promise of durability.
//! Not here: HTTP; what is measured starts at the kernel's public face.

mod clients;
mod filling;
mod options;
mod orders;
mod plain;
mod process;
mod reading;
mod site;
mod start;

use std::process::ExitCode;

use mimalloc::MiMalloc;
use qudao_base::Result;

use crate::options::Options;

/// The same as the server's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn run(options: &Options) -> Result<()> {
    if let Some(address) = &options.start_only {
        return start::measure_here(address);
    }
    let address = options.address()?;
    let site = site::set_up(&address)?;
    let templates = plain::capture(&site)?;
    println!("{}", orders::measure(&site, &templates, options)?);
    filling::fill(&site, &templates, options.orders)?;
    println!("{}", reading::measure(&site, options.orders)?);
    println!("{}", start::measure(&site)?);
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome =
        options::parse(&words).and_then(|options| run(&options).map_err(|stop| stop.to_string()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("qudao-bench: {message}");
            ExitCode::FAILURE
        }
    }
}
