//! Every pack and every declared object has its row in `docs/glossary.md`, so that one thing has one name in both languages.

use super::{Findings, text_of};
use crate::tree::File;

const GLOSSARY: &str = "docs/glossary.md";

/// Checks names of packs and objects.
pub fn check(files: &[File], findings: &mut Findings) {
    let glossary = text_of(files, GLOSSARY);
    for file in files {
        let Some(name) = declared(file) else {
            continue;
        };
        let row = glossary
            .lines()
            .any(|line| line.starts_with('|') && line.contains(&format!("`{name}`")));
        if !row {
            let message = format!("`{name}` has no row in {GLOSSARY}");
            findings.add("glossary", &file.path, 1, message);
        }
    }
}

/// The name a declaration of a pack or object gives itself.
fn declared(file: &File) -> Option<String> {
    let rest = file.path.strip_prefix("crates/packs/src/")?;
    let (_, name) = rest.split_once('/')?;
    if !file.is_one_of(&["toml"]) || name.contains('/') || name == "demo.toml" {
        return None;
    }
    let line = file.text.lines().find(|line| line.starts_with("name"))?;
    line.split('"').nth(1).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_needs_a_row() {
        let file = |path: &str, text: &str| File {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let files = [
            file(GLOSSARY, "| 用户 | user | `user` |\n"),
            file("crates/packs/src/core/user.toml", "name = \"user\"\n"),
            file("crates/packs/src/core/role.toml", "name = \"role\"\n"),
            file("crates/packs/src/core/demo.toml", "[[row]]\n"),
        ];
        let mut findings = Findings::default();
        check(&files, &mut findings);
        let found: Vec<_> = findings.0.iter().map(|one| one.path.as_str()).collect();
        assert_eq!(found, ["crates/packs/src/core/role.toml"]);
    }
}
