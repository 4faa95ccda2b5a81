//! Promises and how often each was tested and broken.

use std::fmt;

/// One promise on one database.
#[derive(Clone, Debug)]
struct Line {
    suite: &'static str,
    database: String,
    promise: String,
    tested: u64,
    broken: u64,
}

/// What the suites found.
#[derive(Debug, Default)]
pub struct Table {
    lines: Vec<Line>,
    notes: Vec<String>,
    heading: (&'static str, String),
}

impl Table {
    /// What follows belongs to this suite and database.
    pub(crate) fn begin(&mut self, suite: &'static str, database: impl Into<String>) {
        self.heading = (suite, database.into());
    }

    /// A promise, how often it was put to the test, and how often it was broken. Told again, the counts add up.
    pub(crate) fn add(&mut self, promise: impl Into<String>, tested: usize, broken: usize) {
        let ((suite, database), promise) = (self.heading.clone(), promise.into());
        let known = self.lines.iter_mut().find(|line| {
            line.suite == suite && line.database == database && line.promise == promise
        });
        let (tested, broken) = (tested as u64, broken as u64);
        if let Some(line) = known {
            line.tested += tested;
            line.broken += broken;
            return;
        }
        self.lines.push(Line {
            suite,
            database,
            promise,
            tested,
            broken,
        });
    }

    /// A promise that is one statement.
    pub(crate) fn hold(&mut self, promise: impl Into<String>, holds: bool) {
        self.add(promise, 1, usize::from(!holds));
    }

    /// A figure that is told and not judged, or a detail of what was broken.
    pub(crate) fn note(&mut self, text: impl fmt::Display) {
        let (suite, database) = &self.heading;
        self.notes.push(format!("{suite}, {database}: {text}"));
    }

    /// How many promises were broken at least once.
    pub fn broken(&self) -> usize {
        self.lines.iter().filter(|line| line.broken > 0).count()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            out,
            "| suite | database | promise | tested | broken |\n|---|---|---|---:|---:|"
        )?;
        for line in &self.lines {
            let Line {
                suite,
                database,
                promise,
                tested,
                broken,
            } = line;
            writeln!(
                out,
                "| {suite} | {database} | {promise} | {tested} | {broken} |"
            )?;
        }
        for note in &self.notes {
            writeln!(out, "\n- {note}")?;
        }
        Ok(())
    }
}
