//! Everything a change must pass, in order, cheap checks first.
//!
//! Keeps true: the first failure ends the run; each step shows its seconds.
//! Not here: every screen in the browser (`cargo xtask browser`, some twenty minutes), and PostgreSQL: the tests use it when
//! `QUDAO_TEST_POSTGRES` names one (`crates/store/testing/postgres.sh`).

use std::time::Instant;

use crate::{browser, command::Call, licences, tidy, web};

type Step = (&'static str, fn() -> Result<(), String>);

const STEPS: [Step; 11] = [
    ("format", || Call::new("cargo fmt --all --check").run()),
    ("tidy", tidy::run),
    ("generated files", || {
        crate::generate(&["--check".to_owned()])
    }),
    ("licences", licences::run),
    ("web packages", web::packages),
    ("web checks", || {
        Call::new("npm run check").within("web").run()
    }),
    ("web build", web::build),
    ("lints", || {
        Call::new("cargo clippy --locked --workspace --all-targets -- -D warnings").run()
    }),
    ("tests", || {
        Call::new("cargo nextest run --locked --workspace").run()
    }),
    ("main job in the browser", main_job),
    ("documentation", || {
        Call::new("cargo doc --locked --workspace --no-deps --quiet")
            .with("RUSTDOCFLAGS", "-D warnings")
            .run()
    }),
];

/// Without a browser the step is left out, but not on a build machine.
fn main_job() -> Result<(), String> {
    if !browser::is_there() && std::env::var_os("CI").is_none() {
        println!("the browser was not tested: there is no Chromium");
        return Ok(());
    }
    browser::main_job()
}

/// Runs all steps.
pub fn run() -> Result<(), String> {
    let mut times = Vec::new();
    for (name, step) in STEPS {
        println!("== {name}");
        let start = Instant::now();
        step().map_err(|error| format!("{name} failed\n{error}"))?;
        times.push((name, start.elapsed().as_secs()));
    }
    for (name, seconds) in times {
        println!("{seconds:>6} s  {name}");
    }
    if std::env::var_os("QUDAO_TEST_POSTGRES").is_none() {
        println!("PostgreSQL was not tested: QUDAO_TEST_POSTGRES is not set");
    }
    Ok(())
}
