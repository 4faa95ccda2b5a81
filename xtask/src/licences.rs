//! Licences and banned packages of everything the workspace is built from, by the lists in `deny.toml`.
//!
//! Keeps true: every dependency offers a licence we allow. `cargo deny check` reads the same file and adds advisories; this
//! check needs nothing installed.

use std::fs;

use serde_json::Value;

use crate::{command::Call, tree};

/// Checks all packages.
pub fn run() -> Result<(), String> {
    let rules = Rules::read()?;
    let text = Call::new("cargo metadata --locked --format-version 1").read()?;
    let metadata: Value = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
    let problems: Vec<String> = packages
        .iter()
        .filter(|package| !package["source"].is_null())
        .filter_map(|package| rules.problem(package))
        .collect();
    if problems.is_empty() {
        println!("licences: {} packages", packages.len());
        Ok(())
    } else {
        Err(problems.join("\n"))
    }
}

struct Rules {
    allowed: Vec<String>,
    banned: Vec<String>,
}

impl Rules {
    fn read() -> Result<Self, String> {
        let text = fs::read_to_string(tree::root().join("deny.toml"))
            .map_err(|error| format!("deny.toml: {error}"))?;
        let table: toml::Table =
            toml::from_str(&text).map_err(|error| format!("deny.toml: {error}"))?;
        Ok(Self {
            allowed: names(&table, "licenses", "allow"),
            banned: names(&table, "bans", "deny"),
        })
    }

    fn problem(&self, package: &Value) -> Option<String> {
        let name = package["name"].as_str().unwrap_or_default();
        let version = package["version"].as_str().unwrap_or_default();
        let licence = package["license"].as_str().unwrap_or_default();
        if self.banned.iter().any(|one| one == name) {
            return Some(format!("{name} {version} is banned by deny.toml"));
        }
        let fits = Expression::new(licence).fits(&self.allowed);
        (!fits)
            .then(|| format!("{name} {version}: licence `{licence}` is not allowed by deny.toml"))
    }
}

fn names(table: &toml::Table, section: &str, list: &str) -> Vec<String> {
    let entries = table.get(section).and_then(|section| section.get(list));
    let entries = entries.and_then(toml::Value::as_array);
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.as_str().or_else(|| entry.get("name")?.as_str()))
        .map(str::to_owned)
        .collect()
}

/// An SPDX expression; the old form with `/` means `OR`.
struct Expression(Vec<String>);

impl Expression {
    fn new(text: &str) -> Self {
        let spaced = text
            .replace('(', " ( ")
            .replace(')', " ) ")
            .replace('/', " OR ");
        Self(spaced.split_whitespace().rev().map(str::to_owned).collect())
    }

    /// Some choice the expression offers is allowed as a whole.
    fn fits(mut self, allowed: &[String]) -> bool {
        !self.0.is_empty() && self.either(allowed)
    }

    fn either(&mut self, allowed: &[String]) -> bool {
        let mut fits = self.all(allowed);
        while self.take("OR") {
            fits |= self.all(allowed);
        }
        fits
    }

    fn all(&mut self, allowed: &[String]) -> bool {
        let mut fits = self.one(allowed);
        while self.take("AND") {
            fits &= self.one(allowed);
        }
        fits
    }

    fn one(&mut self, allowed: &[String]) -> bool {
        if self.take("(") {
            let fits = self.either(allowed);
            self.take(")");
            return fits;
        }
        let mut name = self.0.pop().unwrap_or_default();
        if self.take("WITH") {
            name = format!("{name} WITH {}", self.0.pop().unwrap_or_default());
        }
        allowed.contains(&name)
    }

    fn take(&mut self, word: &str) -> bool {
        let next = self.0.last().is_some_and(|last| last == word);
        if next {
            self.0.pop();
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expressions_are_judged() {
        let allowed = ["MIT", "Zlib", "Apache-2.0 WITH LLVM-exception"].map(str::to_owned);
        for (text, expected) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("MIT/GPL-3.0", true),
            ("MIT AND GPL-3.0", false),
            ("(GPL-3.0 OR MIT) AND Zlib", true),
            ("Apache-2.0 WITH LLVM-exception", true),
            ("Apache-2.0", false),
            ("", false),
        ] {
            assert_eq!(Expression::new(text).fits(&allowed), expected, "{text}");
        }
    }
}
