//! The tasks of the house, the same for people and for the build machine: `cargo xtask <task>`.
//!
//! Keeps true: every task can be run by hand; a task that finds something wrong ends with a non-zero status.
//! Not here: installing what a fresh machine lacks (that is `.ci/run`); reading declarations (`xtask/gen`, a program of its own,
//! so that these tasks run while the crates of the product do not compile).

mod browser;
mod ci;
mod command;
mod demo;
mod licences;
mod scan;
mod tidy;
mod tree;
mod web;

use std::process::ExitCode;

const HELP: &str = "cargo xtask <task>

  ci            everything a change must pass, in order
  tidy          rules of the house no compiler checks
  gen [--check] write generated files, or say which are stale
  licences      licences and banned packages of all dependencies
  browser       tests of the screens in Chromium, on demo data
  web           install, check and build the web application
  demo [--data <folder>] [--database <url>] [--listen <address>]
                build web and server, start them with demo data
  torture all|<suite> [--short] [--database sqlite|postgres]
                ill-treat the running product and print which promises held
  bench [options of qudao-bench]
                measure the product against plain SQL
";

/// Generated files; the arguments are those of `xtask/gen`.
fn generate(arguments: &[String]) -> Result<(), String> {
    command::Call::new("cargo run --quiet --package qudao-gen --")
        .and(arguments)
        .run()
}

/// Measurements, built as the README's first command builds the product.
fn bench(arguments: &[String]) -> Result<(), String> {
    command::Call::new("cargo run --quiet --profile quick --package qudao-bench --")
        .and(arguments)
        .run()
}

/// Fault proofs, on a product built as the README's first command builds it.
fn torture(arguments: &[String]) -> Result<(), String> {
    let build =
        "cargo build --locked --profile quick --package qudao-server --package qudao-torture";
    command::Call::new(build).run()?;
    let program = command::target_folder().join("quick").join("qudao-torture");
    command::Call::new(&program.to_string_lossy())
        .and(arguments)
        .run()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rest = arguments.get(1..).unwrap_or_default();
    let outcome = match arguments.first().map(String::as_str) {
        Some("ci") => ci::run(),
        Some("tidy") => tidy::run(),
        Some("gen") => generate(rest),
        Some("licences") => licences::run(),
        Some("browser") => browser::run(),
        Some("web") => web::run(),
        Some("demo") => demo::run(rest),
        Some("torture") => torture(rest),
        Some("bench") => bench(rest),
        _ => Err(HELP.to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{}", message.trim_end());
            ExitCode::FAILURE
        }
    }
}
