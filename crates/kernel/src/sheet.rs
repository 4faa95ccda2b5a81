//! A file of rows read: CSV in UTF-8, or in GB18030 as Chinese spreadsheets write it.
//!
//! Keeps true: every heading names a field of the object, or as `list.field` one of a child table; rows that follow each other and say
//! the same of the object are one record with several lines. What an export put before a cell so that it starts no formula is taken
//! off again.
//! Not here: what a cell means (`cell`), what becomes of a row (`import`).

use qudao_base::{Refusal, Result};
use qudao_meta::{Catalog, Field, Object};

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

/// Cells by the names of their fields.
pub(crate) type Cells = Vec<(String, String)>;

/// A record as a file has it: the line it begins on, its own cells, and the cells of its children by the name of their list.
pub(crate) struct SheetRow {
    pub line: u64,
    pub cells: Cells,
    pub children: Vec<(String, Cells)>,
}

impl SheetRow {
    /// True when the row that follows only adds a line to this record.
    fn goes_on_with(&self, next: &Self) -> bool {
        let says_nothing = next.cells.iter().all(|(_, text)| text.is_empty());
        !next.children.is_empty() && (says_nothing || self.cells == next.cells)
    }
}

/// What a column is of: the object itself, or a child table by the name of its list.
struct Column {
    list: Option<String>,
    field: String,
}

fn field_of<'o>(object: &'o Object, heading: &str) -> Option<&'o Field> {
    let heading = heading.trim();
    object.fields.iter().find(|field| {
        field.name == heading || field.label.zh == heading || field.label.en == heading
    })
}

/// The column of a heading such as `name`, `名称`, `lines.sku` or `来单明细.渠道商品编码`.
fn column(catalog: &Catalog, object: &Object, heading: &str) -> Option<Column> {
    if let Some(field) = field_of(object, heading) {
        return Some(Column {
            list: None,
            field: field.name.clone(),
        });
    }
    let (of, heading) = heading.trim().split_once('.')?;
    let child = catalog.children(&object.name).iter().find(|child| {
        let list = child.child_of.as_ref().map(|link| link.list.as_str());
        list == Some(of) || child.label.zh == of || child.label.en == of
    })?;
    Some(Column {
        list: child.child_of.as_ref().map(|link| link.list.clone()),
        field: field_of(child, heading)?.name.clone(),
    })
}

/// The records of a CSV file whose headings name fields of the object, by name or by label.
///
/// # Errors
/// Refused when a heading names no field, the file is no CSV or has too many rows.
pub(crate) fn rows_of(catalog: &Catalog, object: &Object, bytes: &[u8]) -> Result<Vec<SheetRow>> {
    let text = text_of(bytes);
    let mut reader = csv::ReaderBuilder::new()
        .flexible(true)
        .from_reader(text.as_bytes());
    let unreadable =
        |error: csv::Error| Refusal::malformed("import.unreadable").with("reason", error);
    let headings = reader.headers().map_err(unreadable)?.clone();
    let mut columns = Vec::new();
    for heading in &headings {
        let found = column(catalog, object, heading);
        columns.push(found.ok_or_else(|| {
            Refusal::malformed("field.unknown")
                .on(heading)
                .with("field", heading)
        })?);
    }
    let mut rows: Vec<SheetRow> = Vec::new();
    let mut count = 0;
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        count += 1;
        if count > ROWS_MAX {
            return Err(Refusal::malformed("lines.too_many")
                .with("max", ROWS_MAX)
                .into());
        }
        let row = row(&columns, &record);
        match rows.last_mut() {
            Some(last) if last.goes_on_with(&row) => last.children.extend(row.children),
            _ => rows.push(row),
        }
    }
    Ok(rows)
}

fn row(columns: &[Column], record: &csv::StringRecord) -> SheetRow {
    let mut row = SheetRow {
        line: record.position().map_or(0, csv::Position::line),
        cells: Vec::new(),
        children: Vec::new(),
    };
    for (column, cell) in columns.iter().zip(record.iter()) {
        let pair = (column.field.clone(), original(cell).to_owned());
        let Some(list) = &column.list else {
            row.cells.push(pair);
            continue;
        };
        if pair.1.is_empty() {
            continue;
        }
        match row.children.iter_mut().find(|(known, _)| known == list) {
            Some((_, cells)) => cells.push(pair),
            None => row.children.push((list.clone(), vec![pair])),
        }
    }
    row
}
