//! Running other programs from the root of the tree, shown as they are called.
//!
//! Keeps true: a program that fails ends the task.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

use crate::tree;

/// A program with its arguments, to be run in a folder of the tree.
pub struct Call {
    command: Command,
    shown: String,
}

impl Call {
    /// The line is split at blanks: no argument of ours holds one.
    pub fn new(line: &str) -> Self {
        let mut words = line.split_whitespace();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).current_dir(tree::root());
        Self {
            command,
            shown: line.to_owned(),
        }
    }

    /// Runs in a folder below the root.
    pub fn within(mut self, folder: &str) -> Self {
        self.command.current_dir(tree::root().join(folder));
        self.shown = format!("({folder}) {}", self.shown);
        self
    }

    /// Sets a variable of the environment.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self.shown = format!("{name}={value} {}", self.shown);
        self
    }

    /// Adds arguments as they are.
    pub fn and(mut self, arguments: &[String]) -> Self {
        self.command.args(arguments);
        self.shown = format!("{} {}", self.shown, arguments.join(" "));
        self
    }

    /// Runs to the end, output on the terminal.
    pub fn run(mut self) -> Result<(), String> {
        println!("> {}", self.shown);
        let status = self
            .command
            .status()
            .map_err(|error| format!("{}: {error}", self.shown))?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{}: {status}", self.shown))
        }
    }

    /// Runs to the end and gives what it wrote.
    pub fn read(mut self) -> Result<String, String> {
        let output = self
            .command
            .stderr(Stdio::inherit())
            .output()
            .map_err(|error| format!("{}: {error}", self.shown))?;
        if output.status.success() {
            String::from_utf8(output.stdout).map_err(|error| format!("{}: {error}", self.shown))
        } else {
            Err(format!("{}: {}", self.shown, output.status))
        }
    }
}

/// Where cargo puts what it builds.
pub fn target_folder() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| tree::root().join("target"), PathBuf::from)
}
