//! Words that must not stand in a file: places of one machine, hosts of registries, and, below the packs, names of the business.
//!
//! Keeps true: a word is whole; `partner_id` and `PartnerSales` hold the word `partner`, `department` does not.
//! Not here: the lists themselves (`xtask/banned_words.txt`, `xtask/business_words.txt`).

use super::{Findings, text_of};
use crate::tree::File;

const BANNED: &str = "xtask/banned_words.txt";
const BUSINESS: &str = "xtask/business_words.txt";
/// Written by package managers: they name where packages come from.
const LOCKS: [&str; 2] = ["Cargo.lock", "web/package-lock.json"];
/// Crates that name no business object; their integration tests may, to have something to talk of.
const NEUTRAL: [&str; 6] = [
    "crates/base/src/",
    "crates/expr/src/",
    "crates/meta/src/",
    "crates/store/src/",
    "crates/kernel/src/",
    "crates/api/src/",
];

/// Checks every file against the lists.
pub fn check(files: &[File], findings: &mut Findings) {
    let banned = list(&text_of(files, BANNED));
    let business = list(&text_of(files, BUSINESS));
    for file in files {
        if file.path != BANNED && !LOCKS.contains(&file.path.as_str()) {
            places(file, &banned, findings);
        }
        if NEUTRAL.iter().any(|root| file.path.starts_with(root)) {
            names(file, &business, findings);
        }
    }
}

fn list(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

fn places(file: &File, banned: &[String], findings: &mut Findings) {
    for (at, line) in file.text.lines().enumerate() {
        for word in banned.iter().filter(|word| stands(line, word)) {
            let message = format!("`{word}` belongs to one machine or one registry");
            findings.add("place", &file.path, at + 1, message);
        }
    }
}

/// A path of one machine begins where it stands: `features/home/` is none.
fn stands(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().last();
        let inside = before.is_some_and(|c| c.is_alphanumeric() || "._-".contains(c));
        !(word.starts_with('/') && inside)
    })
}

fn names(file: &File, business: &[String], findings: &mut Findings) {
    for (at, line) in file.text.lines().enumerate() {
        let parts = parts(line);
        for word in business.iter().filter(|word| holds(&parts, word)) {
            let message = format!("`{word}` is a name of the business; this crate knows none");
            findings.add(&format!("business/{word}"), &file.path, at + 1, message);
        }
    }
}

/// Words of a line, split at `_` and at capitals, in lower case.
fn parts(line: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for c in line.chars() {
        let new_word = c.is_uppercase() && before.is_lowercase();
        if new_word || !c.is_alphabetic() {
            parts.push(String::new());
        }
        if c.is_alphabetic()
            && let Some(last) = parts.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        before = c;
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// A word of the list may be a phrase: `sales order`. A plural counts.
fn holds(parts: &[String], phrase: &str) -> bool {
    let phrase: Vec<&str> = phrase.split(' ').collect();
    parts.windows(phrase.len()).any(|window| {
        window
            .iter()
            .zip(&phrase)
            .all(|(part, word)| part == word || part.strip_suffix('s') == Some(word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_whole() {
        for (line, word, expected) in [
            ("let partner_id = 1;", "partner", true),
            ("struct PartnerSales;", "partner", true),
            ("// all partners", "partner", true),
            ("department", "partner", false),
            ("SELECT a ORDER BY b", "sales order", false),
            ("a SalesOrder", "sales order", true),
            ("sales_orders", "sales order", true),
            ("ordeal", "deal", false),
        ] {
            assert_eq!(holds(&parts(line), word), expected, "{line}");
        }
    }

    #[test]
    fn neutral_crates_are_checked_and_packs_are_not() {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(BUSINESS, "# list\npartner\n"),
            file(BANNED, "/opt/place\n"),
            file("crates/kernel/src/a.rs", "// no\n// the partner\n"),
            file("crates/packs/src/a.rs", "// the partner\n"),
            file("README.md", "see /opt/place/x\n"),
            file("web/a.ts", "from \"../opt/place/x\"\n"),
            file("Cargo.lock", "/opt/place\n"),
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
                ("business/partner", "crates/kernel/src/a.rs", 2),
                ("place", "README.md", 1)
            ]
        );
    }
}
