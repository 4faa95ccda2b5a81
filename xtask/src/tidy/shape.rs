//! How a file looks from afar: its opening, its length, its functions, its width.

use super::{Findings, is_written_rust};
use crate::{
    scan::{Scan, line_of, scan, words},
    tree::File,
};

/// Lines of a file without its tests: the limit for each file.
const FILE_LINES: usize = 500;
/// Lines nine files in ten stay within.
const MOST_FILE_LINES: usize = 300;
const FUNCTION_LINES: usize = 70;
/// rustfmt holds code to 100; this is for comments and texts, which it leaves alone.
const LINE_CHARACTERS: usize = 140;
const COMPONENT_LINES: usize = 200;
/// Spelled apart, so that this file has none.
const UNFINISHED: [&str; 5] = [
    "TO\u{44}O",
    "FIX\u{4d}E",
    "to\u{64}o",
    "unimplemente\u{64}",
    "db\u{67}",
];

/// Checks every file of ours.
pub fn check(files: &[File], findings: &mut Findings) {
    let mut lengths = Vec::new();
    for file in files {
        if is_written_rust(file) {
            let scan = scan(&file.text);
            opening(file, findings);
            functions(file, &scan, findings);
            unfinished(file, &scan, findings);
            lengths.push(length(file, &scan, findings));
            width(file, findings);
        } else if file.path.starts_with("web/") && file.is_one_of(&["ts", "tsx", "mjs"]) {
            web(file, findings);
        }
    }
    lengths.sort_unstable();
    let tenth = lengths.len() * 9 / 10;
    if let Some(lines) = lengths.get(tenth).filter(|lines| **lines > MOST_FILE_LINES) {
        let message =
            format!("one file in ten is {lines} lines or longer; at most {MOST_FILE_LINES}");
        findings.add("lengths", "crates", 1, message);
    }
}

fn opening(file: &File, findings: &mut Findings) {
    if !file.text.starts_with("//! ") {
        let message = "open with `//!`: what is here, which invariant it keeps, what is not here";
        findings.add("opening", &file.path, 1, message);
    }
}

fn length(file: &File, scan: &Scan, findings: &mut Findings) -> usize {
    let lines = file.text.lines().count() - scan.test_lines();
    if lines > FILE_LINES {
        let message = format!("{lines} lines without tests; at most {FILE_LINES}");
        findings.add("length", &file.path, 1, message);
    }
    lines
}

fn functions(file: &File, scan: &Scan, findings: &mut Findings) {
    for function in scan.functions() {
        if function.lines > FUNCTION_LINES {
            let (name, lines) = (&function.name, function.lines);
            let message = format!("`{name}` has {lines} lines; at most {FUNCTION_LINES}");
            findings.add("function", &file.path, function.line, message);
        }
    }
}

fn width(file: &File, findings: &mut Findings) {
    for (at, line) in file.text.lines().enumerate() {
        let characters = line.chars().count();
        if characters > LINE_CHARACTERS {
            let message = format!("{characters} characters; at most {LINE_CHARACTERS}");
            findings.add("width", &file.path, at + 1, message);
        }
    }
}

/// Words in code only: a text may speak of a task to be done. Lint switches count as unfinished too.
fn unfinished(file: &File, scan: &Scan, findings: &mut Findings) {
    for (start, end, word) in words(&scan.code) {
        let called = scan.code.get(end) == Some(&'!');
        let attribute = word == "allow" && is_attribute(&scan.code, start);
        if attribute {
            let message = "say `#[expect(lint, reason = \"…\")]` instead of `allow`";
            findings.add("allow", &file.path, line_of(&scan.code, start), message);
        } else if called && UNFINISHED.contains(&word.as_str()) {
            let message = format!("`{word}!` is left over");
            findings.add(
                "unfinished",
                &file.path,
                line_of(&scan.code, start),
                message,
            );
        }
    }
    for (at, line) in file.text.lines().enumerate() {
        if let Some(word) = UNFINISHED[..2].iter().find(|word| line.contains(*word)) {
            findings.add(
                "unfinished",
                &file.path,
                at + 1,
                format!("`{word}` is left over"),
            );
        }
    }
}

fn is_attribute(code: &[char], start: usize) -> bool {
    let before: String = code[..start].iter().rev().take(3).collect();
    let before: String = before.chars().filter(|c| !c.is_whitespace()).collect();
    before.starts_with("[#") || before.starts_with("[!")
}

fn web(file: &File, findings: &mut Findings) {
    let opens = ["/**", "//", "#!", "/*"];
    let test = file.path.contains(".test.");
    if !test && !opens.iter().any(|open| file.text.starts_with(open)) {
        let message = "open with a comment: what is here and what is not";
        findings.add("opening", &file.path, 1, message);
    }
    let lines = file.text.lines().count();
    let component = file.is_one_of(&["tsx"]) && !test;
    if component && lines > COMPONENT_LINES {
        let message = format!("a component of {lines} lines; at most {COMPONENT_LINES}");
        findings.add("length", &file.path, 1, message);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(text: &str) -> Vec<(String, usize)> {
        let file = File {
            path: "crates/base/src/x.rs".to_owned(),
            text: text.to_owned(),
        };
        let mut findings = Findings::default();
        check(&[file], &mut findings);
        findings
            .0
            .into_iter()
            .map(|finding| (finding.rule, finding.line))
            .collect()
    }

    #[test]
    fn each_rule_is_found_on_its_line() {
        let long = format!("//! A.\nfn a() {{\n{}}}\n", "x();\n".repeat(70));
        let wide = format!("//! A.\n// {}\n", "x".repeat(140));
        let cases = [
            ("//! A.\nfn a() {}\n", None),
            ("fn a() {}\n", Some(("opening", 1))),
            (long.as_str(), Some(("function", 2))),
            (wide.as_str(), Some(("width", 2))),
            ("//! A.\n\n#[allow(dead_code)]\n", Some(("allow", 3))),
            ("//! A.\n#![allow(dead_code)]\n", Some(("allow", 2))),
            (
                "//! A.\nfn allow() { to\u{64}o!() }\n",
                Some(("unfinished", 2)),
            ),
            ("//! A.\n// FIX\u{4d}E later\n", Some(("unfinished", 2))),
            ("//! A.\nfn a() { let to\u{64}o = 1; }\n", None),
        ];
        for (text, expected) in cases {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(rule, line)| (rule.to_owned(), line))
                .collect();
            assert_eq!(rules(text), expected, "{text}");
        }
    }

    #[test]
    fn a_file_may_be_long_only_in_its_tests() {
        let code = "//! A.\n".to_owned() + &"const A: u8 = 1;\n".repeat(250);
        let tests = format!(
            "#[cfg(test)]\nmod tests {{\n{}}}\n",
            "const A: u8 = 1;\n".repeat(300)
        );
        assert!(rules(&(code.clone() + &tests)).is_empty());
        let found = rules(&(code.clone() + &code));
        assert!(found.contains(&("length".to_owned(), 1)), "{found:?}");
    }
}
