//! Commands that documents name exist: `cargo xtask <task>` and `qudao <command>`.
//!
//! Not here: running them; `.ci/run` runs the README's test command, browser tests run the product.

use super::{Findings, text_of};
use crate::tree::File;

/// Where each program says what it knows: two blanks, then the word.
const HELP: [(&str, &str); 2] = [
    ("cargo xtask ", "xtask/src/main.rs"),
    ("qudao ", "crates/server/src/options.rs"),
];

/// Checks every page.
pub fn check(files: &[File], findings: &mut Findings) {
    for (program, help) in HELP {
        let known = commands(&text_of(files, help));
        for file in files.iter().filter(|file| file.is_one_of(&["md"])) {
            for (line, word) in named(&file.text, program) {
                if !known.contains(&word) {
                    let message = format!("`{program}{word}` is no command of {help}");
                    findings.add("command", &file.path, line, message);
                }
            }
        }
    }
}

fn commands(help: &str) -> Vec<String> {
    help.lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

/// Words after the program's name at the start of a line or a code span, with their lines.
fn named(text: &str, program: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let parts = line.split('`').enumerate();
        let spans = parts.filter(|(place, _)| place % 2 == 1 || !line.contains('`'));
        for (_, span) in spans {
            let span = span.trim_start().trim_start_matches("target/release/");
            let word: String = span
                .strip_prefix(program)
                .unwrap_or_default()
                .chars()
                .take_while(char::is_ascii_lowercase)
                .collect();
            if !word.is_empty() {
                found.push((at + 1, word));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_commands_are_found() {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(
                "xtask/src/main.rs",
                "const HELP: &str = \"\n  ci      all\n  gen [--check] write\n\";",
            ),
            file("crates/server/src/options.rs", "\n  serve   start\n"),
            file(
                "README.md",
                "```\ncargo xtask ci\ncargo xtask fly\n```\nRun `cargo xtask gen` or `qudao serve`, `qudao sing`.\n\
                 The qudao program.\n",
            ),
        ];
        let mut findings = Findings::default();
        check(&files, &mut findings);
        let found: Vec<_> = findings
            .0
            .iter()
            .map(|one| (one.line, one.message.as_str()))
            .collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!((found[0].0, found[1].0), (3, 5));
    }
}
