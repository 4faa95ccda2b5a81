//! What declared objects share: their icons are drawn in the web client, and a number tells whose it is by its prefix.
//!
//! Keeps true: no shipped object shows the plain tile for a name nobody drew; no two objects count with the same letters.

use std::collections::BTreeMap;

use super::{Findings, text_of};
use crate::tree::File;

const ICONS: &str = "web/src/ui/Icon.tsx";

/// Checks icons and number prefixes of declarations.
pub fn check(files: &[File], findings: &mut Findings) {
    let drawn = text_of(files, ICONS);
    let mut prefixes: BTreeMap<&str, &str> = BTreeMap::new();
    for file in files.iter().filter(|file| is_declaration(file)) {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(icon) = value(line, "icon")
                && !is_drawn(&drawn, icon)
            {
                let message = format!("the icon `{icon}` is not in {ICONS}");
                findings.add("icon", &file.path, at + 1, message);
            }
            let Some((prefix, _)) = value(line, "number").and_then(|one| one.split_once('{'))
            else {
                continue;
            };
            if let Some(other) = prefixes.insert(prefix, &file.path) {
                let message = format!("numbers of {other} begin with `{prefix}` too");
                findings.add("number_prefix", &file.path, at + 1, message);
            }
        }
    }
}

fn is_declaration(file: &File) -> bool {
    file.path.starts_with("crates/packs/src/") && file.is_one_of(&["toml"])
}

/// The text a line gives the key at the start of it.
fn value<'f>(line: &'f str, key: &str) -> Option<&'f str> {
    let rest = line.strip_prefix(key)?.trim_start().strip_prefix('=')?;
    rest.split('"').nth(1)
}

/// True when the icons of the client have a row for the name.
fn is_drawn(drawn: &str, icon: &str) -> bool {
    drawn.lines().any(|line| {
        let name = line.trim_start().split(':').next().unwrap_or_default();
        line.contains(':') && name.trim_matches('"') == icon
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_icon_is_drawn_and_a_prefix_is_one_objects() {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(ICONS, "  flag: \"M5 21\",\n  \"pay-circle\": \"money\",\n"),
            file(
                "crates/packs/src/a/one.toml",
                "number = \"AB{yyyy}-{0000}\"\nicon = \"flag\"\n",
            ),
            file("crates/packs/src/a/two.toml", "icon = \"pay-circle\"\n"),
            file(
                "crates/packs/src/a/three.toml",
                "number = \"AB{0000}\"\nicon = \"flags\"\n",
            ),
        ];
        let mut findings = Findings::default();
        check(&files, &mut findings);
        let found: Vec<_> = findings
            .0
            .iter()
            .map(|one| (one.rule.as_str(), one.path.as_str(), one.line))
            .collect();
        let three = "crates/packs/src/a/three.toml";
        assert_eq!(found, [("number_prefix", three, 1), ("icon", three, 2)]);
    }
}
