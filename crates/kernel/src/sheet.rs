//! A file of rows read: CSV in UTF-8, or in GB18030 as Chinese spreadsheets write it; or a workbook.
//!
//! Keeps true: every heading names a field of the object, or as `list.field` one of a child table; rows that follow each other and say
//! the same of the object are one record with several lines. What an export put before a cell so that it starts no formula is taken
//! off again. A file that can be read in more than one way is refused: a quote that does not end where a cell ends, a row with more
//! or fewer cells than there are headings, a heading that stands twice, bytes that are no text.
//! Not here: how a workbook is read (`workbook`), what a cell means (`cell`), what becomes of a row (`import`).

use qudao_base::{Refusal, Result};
use qudao_meta::{Catalog, Field, Object};

use crate::{export::original, workbook};

/// Most rows an imported file may have.
const ROWS_MAX: usize = 100_000;

/// UTF-8, or GB18030 as Chinese spreadsheets write it.
fn text_of(bytes: &[u8]) -> Result<String> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.trim_start_matches('\u{feff}').to_owned());
    }
    let (text, _, is_broken) = encoding_rs::GB18030.decode(bytes);
    if is_broken {
        return Err(Refusal::malformed("import.no_text").into());
    }
    Ok(text.into_owned())
}

/// Where reading a cell stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quote {
    /// Before the first character of a cell.
    Before,
    /// In a cell without quotes, where a quote is a character like any other.
    Without,
    Open,
    /// After a quote that ends the cell, or is the first of two that stand for one.
    Ended,
}

/// The line of the first cell that begins with a quote and does not end with one.
fn broken_quote(text: &str) -> Option<u64> {
    let (mut quote, mut line, mut opened) = (Quote::Before, 1, 1);
    for each in text.bytes() {
        quote = match (quote, each) {
            (Quote::Before, b'"') => {
                opened = line;
                Quote::Open
            }
            (Quote::Open, b'"') => Quote::Ended,
            (Quote::Open, _) | (Quote::Ended, b'"') => Quote::Open,
            (_, b',' | b'\n' | b'\r') => Quote::Before,
            (Quote::Ended, _) => return Some(opened),
            (Quote::Before | Quote::Without, _) => Quote::Without,
        };
        line += u64::from(each == b'\n');
    }
    (quote == Quote::Open).then_some(opened)
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
#[derive(PartialEq, Eq)]
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

/// The records of a CSV file or workbook whose headings name fields of the object, by name or by label.
///
/// # Errors
/// Refused with the line when the file cannot be read in one way only; when a heading names no field or stands twice; when there are
/// too many rows.
pub(crate) fn rows_of(catalog: &Catalog, object: &Object, bytes: &[u8]) -> Result<Vec<SheetRow>> {
    let mut rows = Rows::default();
    if workbook::is_workbook(bytes)? {
        workbook::read(bytes, |line, cells| {
            if rows.columns.is_empty() {
                rows.head(catalog, object, cells.iter().map(String::as_str))
            } else {
                rows.take(line, cells.iter().map(String::as_str))
            }
        })?;
        return Ok(rows.records);
    }
    let text = text_of(bytes)?;
    if let Some(line) = broken_quote(&text) {
        return Err(Refusal::malformed("import.open_quote")
            .with("line", line)
            .into());
    }
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    rows.head(
        catalog,
        object,
        reader.headers().map_err(unreadable)?.iter(),
    )?;
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let line = record.position().map_or(0, csv::Position::line);
        rows.take(line, record.iter())?;
    }
    Ok(rows.records)
}

/// Records as they are read.
#[derive(Default)]
struct Rows {
    columns: Vec<Column>,
    records: Vec<SheetRow>,
    count: usize,
}

impl Rows {
    /// Takes the headings.
    fn head<'c>(
        &mut self,
        catalog: &Catalog,
        object: &Object,
        headings: impl Iterator<Item = &'c str>,
    ) -> Result<()> {
        for heading in headings {
            let refused = |code| Refusal::malformed(code).on(heading).with("field", heading);
            let column =
                column(catalog, object, heading).ok_or_else(|| refused("field.unknown"))?;
            if self.columns.contains(&column) {
                return Err(refused("import.heading_twice").into());
            }
            self.columns.push(column);
        }
        Ok(())
    }

    /// Takes a row; a workbook leaves out empty cells at its end.
    fn take<'c>(&mut self, line: u64, cells: impl Iterator<Item = &'c str>) -> Result<()> {
        let cells: Vec<&str> = cells.collect();
        let found = cells.len();
        if found > self.columns.len() {
            return Err(cells_refused(line, found, self.columns.len()).into());
        }
        self.count += 1;
        if self.count > ROWS_MAX {
            return Err(Refusal::malformed("lines.too_many")
                .with("max", ROWS_MAX)
                .into());
        }
        let cells = cells.into_iter().chain(std::iter::repeat(""));
        let row = row(&self.columns, line, cells);
        match self.records.last_mut() {
            Some(last) if last.goes_on_with(&row) => last.children.extend(row.children),
            _ => self.records.push(row),
        }
        Ok(())
    }
}

fn cells_refused(line: u64, found: usize, expected: usize) -> Refusal {
    let refusal = Refusal::malformed("import.cells").with("line", line);
    refusal.with("found", found).with("expected", expected)
}

fn unreadable(error: csv::Error) -> Refusal {
    match error.kind() {
        csv::ErrorKind::UnequalLengths {
            pos,
            expected_len,
            len,
        } => {
            let line = pos.as_ref().map_or(1, csv::Position::line);
            cells_refused(line, *len as usize, *expected_len as usize)
        }
        _ => Refusal::malformed("import.unreadable").with("reason", error),
    }
}

fn row<'c>(columns: &[Column], line: u64, cells: impl Iterator<Item = &'c str>) -> SheetRow {
    let mut row = SheetRow {
        line,
        cells: Vec::new(),
        children: Vec::new(),
    };
    for (column, cell) in columns.iter().zip(cells) {
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

#[cfg(test)]
mod tests {
    use super::broken_quote;

    #[test]
    fn a_quote_that_does_not_end_its_cell_is_found_on_its_line() {
        let cases = [
            ("a,b\n1,2\n", None),
            ("a,b\n\"1\",\"two\nlines\"\r\n3,\"\"\n", None),
            ("a,b\n\"say \"\"yes\"\"\",2", None),
            ("a,b\n5\" pipe,2\n", None),
            ("a,b\n1,\"two\n3,4\n", Some(2)),
            ("a,b\n1,2\n\"3\nx\n4,\"5,6\n", Some(3)),
            ("a,b\n1,\"2\" x\n", Some(2)),
            ("\"a", Some(1)),
        ];
        for (text, expected) in cases {
            assert_eq!(broken_quote(text), expected, "{text:?}");
        }
    }
}
