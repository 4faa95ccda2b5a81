//! A file of rows read: CSV in UTF-8, or in GB18030 as Chinese spreadsheets write it.
//!
//! Keeps true: every heading names a field; what an export put before a cell so that it starts no formula is taken off again.
//! Not here: what a cell means (`cell`), what becomes of a row (`import`).

use qudao_base::{Refusal, Result};
use qudao_meta::{Field, Object};

use crate::export::original;

/// Most rows an imported file may have.
const ROWS_MAX: usize = 100_000;

/// UTF-8, or GB18030 as Chinese spreadsheets write it.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}').to_owned(),
        Err(_) => encoding_rs::GB18030.decode(bytes).0.into_owned(),
    }
}

/// A row of a file: its line, and its cells by the names of their fields.
pub(crate) struct SheetRow {
    pub line: u64,
    pub cells: Vec<(String, String)>,
}

fn field_of<'o>(object: &'o Object, heading: &str) -> Option<&'o Field> {
    let heading = heading.trim();
    object.fields.iter().find(|field| {
        field.name == heading || field.label.zh == heading || field.label.en == heading
    })
}

/// The rows of a CSV file whose headings name fields of the object, by name or by label.
///
/// # Errors
/// Refused when a heading names no field, the file is no CSV or has too many rows.
pub(crate) fn rows_of(object: &Object, bytes: &[u8]) -> Result<Vec<SheetRow>> {
    let text = text_of(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let unreadable =
        |error: csv::Error| Refusal::malformed("import.unreadable").with("reason", error);
    let headings = reader.headers().map_err(unreadable)?.clone();
    let mut names = Vec::new();
    for heading in &headings {
        let field = field_of(object, heading);
        let field = field.ok_or_else(|| {
            Refusal::malformed("field.unknown")
                .on(heading)
                .with("field", heading)
        })?;
        names.push(field.name.clone());
    }
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        let cells = names
            .iter()
            .zip(record.iter())
            .map(|(name, cell)| (name.clone(), original(cell).to_owned()));
        rows.push(SheetRow {
            line,
            cells: cells.collect(),
        });
        if rows.len() > ROWS_MAX {
            return Err(Refusal::malformed("lines.too_many")
                .with("max", ROWS_MAX)
                .into());
        }
    }
    Ok(rows)
}
