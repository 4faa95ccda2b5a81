//! The binary `qudao`: configuration, wiring, commands.
//!
//! Not here: what any of it does; see the crates it wires together.

mod backup;
mod check;
mod commands;
mod connect;
mod key_file;
mod manifest;
mod options;
mod outbound;
mod serve;
mod site;
mod telemetry;

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// An order makes thousands of short texts; this allocator gives and takes them for a third of the time.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match options::parse(&words).and_then(|options| commands::run(&options)) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("qudao: {message}");
            ExitCode::FAILURE
        }
    }
}
