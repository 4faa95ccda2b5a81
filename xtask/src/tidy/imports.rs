//! Who may import whom: crates by their `Cargo.toml`, packs by their `pack.toml`, outside crates by their place.
//!
//! Keeps true: `base <- expr <- meta <- store <- kernel <- {packs, api} <- server`; packs and api never see each other.

use std::collections::BTreeMap;

use super::{Findings, is_written_rust};
use crate::{
    scan::{find, line_of, scan},
    tree::File,
};

/// A crate and those of ours it may name, tests included.
const MAY_NAME: [(&str, &[&str]); 14] = [
    ("crates/base", &[]),
    ("crates/expr", &["base"]),
    ("crates/meta", &["base", "expr"]),
    ("crates/store", &["base", "expr", "meta"]),
    ("crates/kernel", &["base", "expr", "meta", "store"]),
    ("crates/print", &["base"]),
    ("crates/packs", &["base", "expr", "meta", "store", "kernel"]),
    (
        "crates/api",
        &["base", "expr", "meta", "store", "kernel", "print"],
    ),
    (
        "crates/server",
        &[
            "base", "expr", "meta", "store", "kernel", "print", "packs", "api", "tests", "torture",
        ],
    ),
    (
        "tests",
        &[
            "base", "expr", "meta", "store", "kernel", "print", "packs", "api",
        ],
    ),
    ("torture", &["base", "store", "kernel", "packs"]),
    ("bench", &["base", "store", "kernel", "packs", "api"]),
    ("xtask", &[]),
    ("xtask/gen", &["base", "expr", "meta"]),
];

/// Outside crates (by the start of their name) and the only folders that may name them.
const PLACES: [(&str, &[&str]); 8] = [
    ("rusqlite", &["crates/store"]),
    ("libsqlite3", &["crates/store"]),
    ("tokio-postgres", &["crates/store"]),
    ("postgres", &["crates/store"]),
    ("axum", &["crates/api", "crates/server", "tests", "bench"]),
    ("tower", &["crates/api", "crates/server", "tests"]),
    ("typst", &["crates/print"]),
    ("reqwest", &["crates/kernel"]),
];

/// Checks manifests and packs.
pub fn check(files: &[File], findings: &mut Findings) -> Result<(), String> {
    for file in files.iter().filter(|file| is_member(&file.path)) {
        manifest(file, findings)?;
    }
    packs(files, findings)
}

fn is_member(path: &str) -> bool {
    path.ends_with("/Cargo.toml")
}

fn manifest(file: &File, findings: &mut Findings) -> Result<(), String> {
    let folder = file.path.trim_end_matches("/Cargo.toml");
    let Some((_, allowed)) = MAY_NAME.iter().find(|(name, _)| *name == folder) else {
        findings.add(
            "import",
            &file.path,
            1,
            "a crate the map in xtask does not know",
        );
        return Ok(());
    };
    for (name, only_tests) in dependencies(file)? {
        let line = line_with(&file.text, &name);
        if let Some(own) = name.strip_prefix("qudao-")
            && !allowed.contains(&own)
            && !folder.ends_with(&format!("/{own}"))
        {
            let message = format!("{folder} must not see {own}");
            findings.add("import", &file.path, line, message);
        }
        let place = PLACES.iter().find(|(start, _)| name.starts_with(start));
        if let Some((_, folders)) = place
            && !only_tests
            && !folders.contains(&folder)
        {
            let message = format!("{name} is used only in {}", folders.join(", "));
            findings.add("import", &file.path, line, message);
        }
    }
    Ok(())
}

/// Names, and whether only tests use them.
fn dependencies(file: &File) -> Result<Vec<(String, bool)>, String> {
    let table: toml::Table =
        toml::from_str(&file.text).map_err(|error| format!("{}: {error}", file.path))?;
    let sections = ["dependencies", "build-dependencies", "dev-dependencies"];
    let mut found = Vec::new();
    for section in sections {
        let names = table.get(section).and_then(toml::Value::as_table);
        for name in names.into_iter().flat_map(toml::Table::keys) {
            found.push((name.clone(), section == "dev-dependencies"));
        }
    }
    Ok(found)
}

fn line_with(text: &str, word: &str) -> usize {
    1 + text
        .lines()
        .position(|line| line.starts_with(word))
        .unwrap_or_default()
}

fn packs(files: &[File], findings: &mut Findings) -> Result<(), String> {
    let mut depends = BTreeMap::new();
    for file in files {
        if let Some(pack) = pack_of(&file.path)
            && file.path.ends_with("/pack.toml")
        {
            depends.insert(pack.to_owned(), depends_of(file)?);
        }
    }
    for file in files.iter().filter(|file| is_written_rust(file)) {
        // A folder without a `pack.toml` is no pack: it stands beside them and may use all.
        let Some((pack, allowed)) =
            pack_of(&file.path).and_then(|pack| Some((pack, depends.get(pack)?)))
        else {
            continue;
        };
        for (line, other) in named_packs(&file.text) {
            if other != pack && depends.contains_key(&other) && !allowed.contains(&other) {
                let message = format!("`{pack}` uses `{other}`, which its pack.toml does not name");
                findings.add("pack", &file.path, line, message);
            }
        }
    }
    Ok(())
}

fn pack_of(path: &str) -> Option<&str> {
    let (pack, _) = path.strip_prefix("crates/packs/src/")?.split_once('/')?;
    Some(pack)
}

fn depends_of(file: &File) -> Result<Vec<String>, String> {
    let table: toml::Table =
        toml::from_str(&file.text).map_err(|error| format!("{}: {error}", file.path))?;
    let names = table.get("depends").and_then(toml::Value::as_array);
    Ok(names
        .into_iter()
        .flatten()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

/// Every `crate::name`, also inside `use crate::{name::…, name::…}`.
fn named_packs(text: &str) -> Vec<(usize, String)> {
    let code = scan(text).code;
    let sought: Vec<char> = "crate::".chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = find(&code, &sought, at) {
        at = start + sought.len();
        let line = line_of(&code, start);
        let end = code[at..].iter().position(|&c| c == ';').unwrap_or(0) + at;
        let names: Vec<String> = if code.get(at) == Some(&'{') {
            first_words(&code[at + 1..end.max(at + 1)])
        } else {
            vec![word_at(&code[at..])]
        };
        found.extend(names.into_iter().map(|name| (line, name)));
    }
    found
}

/// First words of a list in braces, at its own depth.
fn first_words(code: &[char]) -> Vec<String> {
    let mut depth = 0_i32;
    let mut start = true;
    let mut words = Vec::new();
    for (at, &c) in code.iter().enumerate() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && depth == 0 && c.is_ascii_lowercase() => {
                words.push(word_at(&code[at..]));
                start = false;
            }
            _ => {}
        }
    }
    words
}

fn word_at(code: &[char]) -> String {
    code.iter()
        .take_while(|c| c.is_ascii_alphanumeric() || **c == '_')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let files: Vec<File> = files
            .iter()
            .map(|(path, text)| File {
                path: (*path).to_owned(),
                text: (*text).to_owned(),
            })
            .collect();
        let mut findings = Findings::default();
        check(&files, &mut findings).unwrap();
        findings
            .0
            .into_iter()
            .map(|one| format!("{}:{} {}", one.path, one.line, one.message))
            .collect()
    }

    #[test]
    fn crates_look_down_only() {
        let api = "[dependencies]\nqudao-kernel.workspace = true\nqudao-packs.workspace = true\n";
        let kernel = "[dependencies]\naxum = \"0.8\"\n[dev-dependencies]\nrusqlite = \"0.41\"\n";
        assert_eq!(
            found(&[
                ("crates/api/Cargo.toml", api),
                ("crates/kernel/Cargo.toml", kernel)
            ]),
            [
                "crates/api/Cargo.toml:3 crates/api must not see packs",
                "crates/kernel/Cargo.toml:2 axum is used only in crates/api, crates/server, tests, bench",
            ]
        );
    }

    #[test]
    fn packs_use_only_what_they_declare() {
        let root = "crates/packs/src/";
        let deal = format!("{root}deal/pack.toml");
        let stock = format!("{root}stock/pack.toml");
        let base = format!("{root}core/pack.toml");
        let code = format!("{root}deal/a.rs");
        let text =
            "use crate::{core::user, stock::records::{Site}};\nfn a() { crate::stock::b() }\n";
        let files = [
            (deal.as_str(), "depends = [\"core\"]\n"),
            (stock.as_str(), "depends = []\n"),
            (base.as_str(), "depends = []\n"),
            (code.as_str(), text),
        ];
        let lines: Vec<bool> = found(&files)
            .iter()
            .map(|one| one.contains("`stock`"))
            .collect();
        assert_eq!(lines, [true, true]);
    }
}
