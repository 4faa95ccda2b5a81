//! Rules of the house no compiler checks. Each finding is `file:line: message`.
//!
//! Keeps true: an exception stands in `xtask/tidy_exceptions.txt` with its reason, and is itself a finding once it is no
//! longer needed, so the list can only shrink.
//! Not here: formatting (rustfmt, biome) and lints (clippy).

mod commands;
mod glossary;
mod icons;
mod imports;
mod shape;
mod statements;
mod words;

use std::collections::BTreeSet;

use crate::tree::{self, File};

const EXCEPTIONS: &str = "xtask/tidy_exceptions.txt";

/// Something against a rule.
pub struct Finding {
    /// Name of the rule, as an exception gives it.
    pub rule: String,
    /// Path from the root.
    pub path: String,
    /// Line from 1.
    pub line: usize,
    /// What is wrong and what to do.
    pub message: String,
}

/// Findings as they come up.
#[derive(Default)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Adds one.
    pub fn add(&mut self, rule: &str, path: &str, line: usize, message: impl Into<String>) {
        self.0.push(Finding {
            rule: rule.to_owned(),
            path: path.to_owned(),
            line,
            message: message.into(),
        });
    }

    /// Those no exception covers, and the exceptions that cover none.
    fn judged(self, exceptions: &str) -> Vec<Finding> {
        let known: Vec<(usize, &str, &str)> = exceptions
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.starts_with('#') && !line.trim().is_empty())
            .map(|(at, line)| {
                let mut parts = line.split_whitespace();
                let rule = parts.next().unwrap_or_default();
                (at + 1, rule, parts.next().unwrap_or_default())
            })
            .collect();
        let mut used = BTreeSet::new();
        let mut left = Vec::new();
        for finding in self.0 {
            let cover = known
                .iter()
                .find(|(_, rule, path)| *rule == finding.rule && *path == finding.path);
            match cover {
                Some((line, ..)) => {
                    used.insert(*line);
                }
                None => left.push(finding),
            }
        }
        let mut rest = Findings(left);
        for (line, rule, path) in known.iter().filter(|(line, ..)| !used.contains(line)) {
            let message = format!("`{rule} {path}` is no longer needed: remove it");
            rest.add("exception", EXCEPTIONS, *line, message);
        }
        rest.0
    }
}

/// Checks the whole tree.
pub fn run() -> Result<(), String> {
    let files = tree::files()?;
    let mut findings = Findings::default();
    shape::check(&files, &mut findings);
    words::check(&files, &mut findings);
    imports::check(&files, &mut findings)?;
    statements::check(&files, &mut findings);
    glossary::check(&files, &mut findings);
    icons::check(&files, &mut findings);
    commands::check(&files, &mut findings);
    let left = findings.judged(&text_of(&files, EXCEPTIONS));
    for finding in &left {
        println!(
            "{}:{}: {} [{}]",
            finding.path, finding.line, finding.message, finding.rule
        );
    }
    if left.is_empty() {
        println!("tidy: {} files", files.len());
        Ok(())
    } else {
        Err(format!("tidy: {} findings", left.len()))
    }
}

/// Text of one file of the tree; empty when it is not there.
fn text_of(files: &[File], path: &str) -> String {
    files
        .iter()
        .find(|file| file.path == path)
        .map_or_else(String::new, |file| file.text.clone())
}

/// A Rust file people write.
fn is_written_rust(file: &File) -> bool {
    file.is_one_of(&["rs"]) && !file.path.ends_with("/records.rs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_cover_and_must_be_needed() {
        let mut findings = Findings::default();
        findings.add("width", "a.rs", 3, "too wide");
        findings.add("width", "b.rs", 4, "too wide");
        let left = findings.judged("# why\nwidth a.rs a table\nlength a.rs old\n");
        let shown: Vec<_> = left
            .iter()
            .map(|one| (one.path.as_str(), one.line))
            .collect();
        assert_eq!(shown, [("b.rs", 4), (EXCEPTIONS, 3)]);
    }
}
