//! `cargo xtask demo`: from a fresh checkout to a running product with demo data.
//!
//! Keeps true: each step is shown with what it costs; a second start builds nothing that has not changed.
//! Not here: the demo data (each pack's `demo.toml`) and the sign-in links (the server prints them).

use std::time::Instant;

use crate::{
    command::{Call, target_folder},
    tree, web,
};

/// Builds web and server and starts them; further arguments go to `qudao serve`.
pub fn run(arguments: &[String]) -> Result<(), String> {
    let start = Instant::now();
    step(
        1,
        "packages of the web application, 网页依赖",
        web::packages,
    )?;
    step(2, "web application, 网页构建", web::build)?;
    step(
        3,
        "server (the first build takes some minutes), 服务端构建",
        || Call::new("cargo build --locked --profile quick --package qudao-server").run(),
    )?;
    println!(
        "[4/4] start, 启动 (ready to start after {} s)",
        start.elapsed().as_secs()
    );
    let program = target_folder().join("quick").join("qudao");
    let data = tree::root().join("data");
    let mut call = Call::new(&program.to_string_lossy()).and(&words(&["serve", "--demo"]));
    if !arguments.iter().any(|word| word == "--data") {
        call = call.and(&words(&["--data", &data.to_string_lossy()]));
    }
    call.and(arguments).run()
}

fn words(list: &[&str]) -> Vec<String> {
    list.iter().map(|&word| word.to_owned()).collect()
}

fn step(number: u8, what: &str, action: impl FnOnce() -> Result<(), String>) -> Result<(), String> {
    let start = Instant::now();
    println!("[{number}/4] {what}");
    action()?;
    println!("[{number}/4] {} s", start.elapsed().as_secs());
    Ok(())
}
