//! Scenarios as they stand in `.feature` files: found, read, outlines written out.
//!
//! Keeps true: names of cases are unique, so that each can be run alone.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use gherkin::{Background, Feature, GherkinEnv, Scenario, Step};

use crate::Checked;

/// A scenario ready to run.
#[derive(Clone, Debug)]
pub struct Case {
    /// `pack::feature::scenario`.
    pub name: String,
    /// File, for messages.
    pub file: String,
    /// Background and own steps, in order.
    pub steps: Vec<Step>,
}

/// All scenarios below the packs.
pub fn cases() -> Checked<Vec<Case>> {
    let packs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../crates/packs/src");
    let mut files = Vec::new();
    collect(&packs, &mut files)?;
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        cases.extend(read(&file)?);
    }
    let mut names = BTreeSet::new();
    for case in &cases {
        if !names.insert(&case.name) {
            return Err(format!(
                "{}: the name {} is used twice",
                case.file, case.name
            ));
        }
    }
    Ok(cases)
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) -> Checked {
    let wrong = |error| format!("{}: {error}", folder.display());
    for entry in fs::read_dir(folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|end| end == "feature") {
            found.push(path);
        }
    }
    Ok(())
}

fn read(file: &Path) -> Checked<Vec<Case>> {
    let shown = file.display().to_string();
    let feature = Feature::parse_path(file, GherkinEnv::default())
        .map_err(|error| format!("{shown}: {error:?}"))?;
    let pack = file.parent().and_then(Path::file_name).unwrap_or_default();
    let prefix = format!("{}::{}", pack.to_string_lossy(), feature.name);
    let mut cases = Vec::new();
    let mut take = |scenario: &Scenario, before: &[Step]| {
        for (name, steps) in written_out(scenario) {
            cases.push(Case {
                name: format!("{prefix}::{name}"),
                file: shown.clone(),
                steps: before.iter().cloned().chain(steps).collect(),
            });
        }
    };
    let before = background(feature.background.as_ref());
    for scenario in &feature.scenarios {
        take(scenario, &before);
    }
    for rule in &feature.rules {
        let mut before = before.clone();
        before.extend(background(rule.background.as_ref()));
        for scenario in &rule.scenarios {
            take(scenario, &before);
        }
    }
    Ok(cases)
}

fn background(background: Option<&Background>) -> Vec<Step> {
    background.map_or_else(Vec::new, |background| background.steps.clone())
}

/// An outline gives a scenario for each row of its examples; a plain scenario itself.
fn written_out(scenario: &Scenario) -> Vec<(String, Vec<Step>)> {
    if scenario.examples.is_empty() {
        return vec![(scenario.name.clone(), scenario.steps.clone())];
    }
    let mut all = Vec::new();
    for examples in &scenario.examples {
        let rows = examples.table.as_ref().map_or(&[][..], |table| &table.rows);
        let Some((names, rows)) = rows.split_first() else {
            continue;
        };
        for row in rows {
            let fill = |text: &str| {
                names
                    .iter()
                    .zip(row)
                    .fold(text.to_owned(), |text, (name, value)| {
                        text.replace(&format!("<{name}>"), value)
                    })
            };
            let mut steps = scenario.steps.clone();
            for step in &mut steps {
                step.value = fill(&step.value);
                for cell in step
                    .table
                    .iter_mut()
                    .flat_map(|table| table.rows.iter_mut().flatten())
                {
                    *cell = fill(cell);
                }
            }
            let name = fill(&scenario.name);
            let name = if name == scenario.name {
                format!("{name} ({})", row.join(", "))
            } else {
                name
            };
            all.push((name, steps));
        }
    }
    all
}
