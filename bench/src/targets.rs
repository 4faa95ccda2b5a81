//! What is promised of speed, and whether this run kept it.

use std::fmt::Write;

/// Promises with their figures.
#[derive(Debug, Default)]
pub struct Targets {
    rows: String,
}

impl Targets {
    /// A figure that may not be lower.
    pub fn at_least(&mut self, what: &str, wanted: f64, measured: f64) {
        self.row(what, ("≥", wanted), measured, measured >= wanted);
    }

    /// A figure that may not be higher.
    pub fn at_most(&mut self, what: &str, wanted: f64, measured: f64) {
        self.row(what, ("≤", wanted), measured, measured <= wanted);
    }

    fn row(&mut self, what: &str, (sign, wanted): (&str, f64), measured: f64, held: bool) {
        let held = if held { "yes" } else { "**no**" };
        let _ = writeln!(
            self.rows,
            "| {what} | {sign} {wanted} | {measured:.2} | {held} |"
        );
    }

    /// The table.
    pub fn text(&self) -> String {
        format!(
            "### Promises\n\n| what | promise | measured | held |\n|---|---:|---:|---|\n{}",
            self.rows
        )
    }
}
