//! SQL stands only where it may, and the deterministic core reads no clock and no environment.
//!
//! Not here: whether a statement is portable (the store's tests run them on both databases).

use super::{Findings, is_written_rust};
use crate::{scan::scan, tree::File};

/// Where SQL may stand: the store, the kernel's portable statements, hot paths of packs; tests of the database itself; and
/// what the product is measured or audited
/// against.
const WITH_SQL: [&str; 7] = [
    "crates/store/",
    "crates/kernel/",
    "crates/packs/",
    "tests/",
    "torture/",
    "bench/",
    "xtask/",
];
/// What runs in a transaction: time, chance and the outside world are given to it.
const DETERMINISTIC: [&str; 5] = [
    "crates/base/",
    "crates/expr/",
    "crates/meta/",
    "crates/kernel/",
    "crates/packs/",
];
/// Calls that break determinism.
const OUTSIDE: [&str; 5] = [
    "SystemTime::now",
    "Instant::now(",
    "Timestamp::now",
    "Zoned::now",
    "env::var",
];

/// Checks every Rust file.
pub fn check(files: &[File], findings: &mut Findings) {
    for file in files
        .iter()
        .filter(|file| is_written_rust(file) && !is_aside(&file.path))
    {
        let scan = scan(&file.text);
        if !WITH_SQL.iter().any(|root| file.path.starts_with(root)) {
            for (line, literal) in scan.literals.iter().filter(|(_, text)| is_statement(text)) {
                let start: String = literal.chars().take(30).collect();
                let message = format!("SQL (`{start}…`) outside store, kernel and packs");
                findings.add("sql", &file.path, *line, message);
            }
        }
        if DETERMINISTIC.iter().any(|root| file.path.starts_with(root)) {
            outside(file, &scan.code, findings);
        }
    }
}

/// Integration tests and examples of a crate: they may look at a database or a clock from outside.
fn is_aside(path: &str) -> bool {
    path.starts_with("crates/")
        && ["/tests/", "/examples/"]
            .iter()
            .any(|part| path.contains(part))
}

fn outside(file: &File, code: &[char], findings: &mut Findings) {
    let code: String = code.iter().collect();
    for (at, line) in code.lines().enumerate() {
        for call in OUTSIDE.iter().filter(|call| line.contains(*call)) {
            let message = format!("`{call}` in the deterministic core: have it given");
            findings.add("outside", &file.path, at + 1, message);
        }
    }
}

fn is_statement(text: &str) -> bool {
    let words: Vec<String> = text
        .split_whitespace()
        .take(4)
        .map(str::to_ascii_uppercase)
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["SELECT", _, ..] => text.to_ascii_uppercase().contains(" FROM "),
        ["INSERT", "INTO", ..] | ["DELETE", "FROM", ..] | ["UPDATE", _, "SET", ..] => true,
        [verb, what, ..] => {
            ["CREATE", "ALTER", "DROP"].contains(verb)
                && ["TABLE", "INDEX", "UNIQUE"].contains(what)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_told_from_sentences() {
        for (text, expected) in [
            ("SELECT id FROM user WHERE a = ?", true),
            ("select the record", false),
            ("insert into x values (?)", true),
            ("Update the record", false),
            ("UPDATE user SET a = 1", true),
            ("CREATE TABLE x (a)", true),
            ("", false),
        ] {
            assert_eq!(is_statement(text), expected, "{text}");
        }
    }

    #[test]
    fn only_core_and_api_are_held() {
        let file = |path: &str| File {
            path: path.to_owned(),
            text: "fn a() {\n q(\"DELETE FROM x\", SystemTime::now());\n}\n".to_owned(),
        };
        let files = [
            file("crates/api/src/a.rs"),
            file("crates/kernel/src/a.rs"),
            file("crates/store/src/a.rs"),
        ];
        let mut findings = Findings::default();
        check(&files, &mut findings);
        let found: Vec<_> = findings
            .0
            .iter()
            .map(|one| (one.rule.as_str(), one.path.as_str(), one.line))
            .collect();
        assert_eq!(
            found,
            [
                ("sql", "crates/api/src/a.rs", 2),
                ("outside", "crates/kernel/src/a.rs", 2)
            ]
        );
    }
}
