//! Lists as files: CSV and XLSX.
//!
//! Keeps true: a file holds what the list would show of the rows the actor may export, and nothing more; no cell can start a formula.

use qudao_base::{Fault, Locale, Refusal, Result, Stop};
use qudao_meta::{Field, FieldType, Object};
use rust_xlsxwriter::Workbook;
use serde_json::Value as Json;

use crate::{
    Access, Cx,
    read::{self, ListRequest},
};

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// UTF-8 with a byte order mark, so that spreadsheets read Chinese.
    Csv,
    /// A workbook with one sheet.
    Xlsx,
}

impl Format {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Csv, Self::Xlsx];

    /// What it is asked for by, and how its files end.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of the name.
    ///
    /// # Errors
    /// Malformed `parameter.invalid` for any other.
    pub fn named(name: &str) -> Result<Self> {
        let known = Self::ALL.into_iter().find(|one| one.name() == name);
        known.ok_or_else(|| {
            let refusal = Refusal::malformed("parameter.invalid").on("format");
            let refusal = refusal.with("name", "format").with("value", name);
            refusal
                .with("allowed", Self::ALL.map(Self::name).join(", "))
                .into()
        })
    }
}

const PAGE_ROWS: i64 = 200;
const STARTERS: [char; 11] = ['=', '+', '-', '@', '\t', '\r', '\0', '＝', '＋', '－', '＠'];

/// What is asked for.
#[derive(Clone, Debug)]
pub struct Request {
    /// Which rows, in which order.
    pub list: ListRequest,
    /// Names of fields; none for all that may be seen.
    pub columns: Vec<String>,
    /// Language of headings and choices; the actor's own unless given.
    pub locale: Option<Locale>,
    /// File format.
    pub format: Format,
}

/// The list as a file, all pages of it.
///
/// # Errors
/// Forbidden without the right to export; `field.unknown` for a column that is not there or not to be seen.
pub fn export(cx: &mut Cx<'_>, request: &Request) -> Result<Vec<u8>> {
    let model = cx.kernel().model(&request.list.object)?;
    let actor = cx.actor().clone();
    let locale = request.locale.unwrap_or(actor.locale);
    let access = cx.kernel().access(&model, &actor);
    if !access.may("export") {
        return Err(access.refusal("export"));
    }
    let fields = columns(&model.object, &access, &request.columns)?;
    let mut table: Box<dyn Table> = match request.format {
        Format::Csv => Box::new(CsvTable::new()),
        Format::Xlsx => Box::new(XlsxTable::new()?),
    };
    table.row(
        &fields
            .iter()
            .map(|field| Cell::Text(field.label.of(locale).to_owned()))
            .collect::<Vec<_>>(),
    )?;
    let mut page = ListRequest {
        limit: Some(PAGE_ROWS),
        cursor: None,
        count: false,
        ..request.list.clone()
    };
    loop {
        let found = read::page_of(cx, &page, "export")?;
        for row in &found.rows {
            let cells: Vec<Cell> = fields
                .iter()
                .map(|field| cell(field, &row[field.name.as_str()], locale))
                .collect();
            table.row(&cells)?;
        }
        match found.next {
            Some(next) => page.cursor = Some(next),
            None => return table.finish(),
        }
    }
}

fn columns(object: &Object, access: &Access<'_>, asked: &[String]) -> Result<Vec<Field>> {
    let shown = |field: &&Field| access.sees(field) && field.kind != FieldType::Json;
    if asked.is_empty() {
        return Ok(object.fields.iter().filter(shown).cloned().collect());
    }
    let named = asked.iter().map(|name| {
        let field = object.field(name).filter(shown).cloned();
        let unknown = || {
            Refusal::malformed("field.unknown")
                .on("columns")
                .with("field", name)
        };
        field.ok_or_else(|| unknown().into())
    });
    named.collect()
}

enum Cell {
    Text(String),
    Number(String),
}

fn cell(field: &Field, json: &Json, locale: Locale) -> Cell {
    let text = match (field.kind, json) {
        (_, Json::Null) => String::new(),
        (FieldType::Link, link) => link["title"]
            .as_str()
            .or_else(|| link["id"].as_str())
            .unwrap_or_default()
            .to_owned(),
        (FieldType::Choice, Json::String(value)) => {
            let choice = field.choices.iter().find(|choice| &choice.value == value);
            choice.map_or_else(
                || value.clone(),
                |choice| choice.label.of(locale).to_owned(),
            )
        }
        (kind, Json::String(text)) if kind.is_number() || kind == FieldType::Degrees => {
            return Cell::Number(text.clone());
        }
        (_, Json::String(text)) => text.clone(),
        (_, Json::Number(number)) => return Cell::Number(number.to_string()),
        (_, other) => other.to_string(),
    };
    Cell::Text(text)
}

/// A text that no spreadsheet takes for a formula.
fn neutral(text: &str) -> String {
    if text.starts_with(STARTERS) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

/// The text before [`neutral`].
pub(crate) fn original(text: &str) -> &str {
    text.strip_prefix('\'')
        .filter(|rest| rest.starts_with(STARTERS))
        .unwrap_or(text)
}

trait Table {
    fn row(&mut self, cells: &[Cell]) -> Result<()>;
    fn finish(self: Box<Self>) -> Result<Vec<u8>>;
}

struct CsvTable(csv::Writer<Vec<u8>>);

impl CsvTable {
    fn new() -> Self {
        Self(csv::Writer::from_writer("\u{feff}".as_bytes().to_vec()))
    }
}

fn unwritable(error: impl std::error::Error + Send + Sync + 'static) -> Stop {
    Fault::from_error("a file could not be written", error).into()
}

impl Table for CsvTable {
    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        let texts = cells.iter().map(|cell| match cell {
            Cell::Text(text) => neutral(text),
            Cell::Number(number) => number.clone(),
        });
        self.0.write_record(texts).map_err(unwritable)
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>> {
        self.0
            .into_inner()
            .map_err(|error| Fault::new(format!("a file could not be written: {error}")).into())
    }
}

struct XlsxTable {
    book: Workbook,
    next: u32,
}

impl XlsxTable {
    fn new() -> Result<Self> {
        let mut book = Workbook::new();
        book.add_worksheet_with_constant_memory()
            .map_err(unwritable)?;
        Ok(Self { book, next: 0 })
    }
}

impl Table for XlsxTable {
    fn row(&mut self, cells: &[Cell]) -> Result<()> {
        let row = self.next;
        self.next += 1;
        let sheet = self.book.worksheet_from_index(0).map_err(unwritable)?;
        for (column, cell) in cells.iter().enumerate() {
            let column = column as u16;
            match cell {
                Cell::Text(text) if text.is_empty() => {}
                Cell::Text(text) => drop(
                    sheet
                        .write_string(row, column, neutral(text))
                        .map_err(unwritable)?,
                ),
                // The format knows only floating point; exact amounts stay in the database.
                Cell::Number(number) => match number.parse::<f64>() {
                    Ok(value) => drop(sheet.write_number(row, column, value).map_err(unwritable)?),
                    Err(_) => drop(
                        sheet
                            .write_string(row, column, number)
                            .map_err(unwritable)?,
                    ),
                },
            }
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<Vec<u8>> {
        self.book.save_to_buffer().map_err(unwritable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_starts_a_formula_and_comes_back_as_it_was() {
        for text in [
            "=1+1", "+86", "-a", "@x", "\tq", "＝1", "plain", "'quoted", "华东",
        ] {
            let written = neutral(text);
            assert!(!written.starts_with(STARTERS), "{text}");
            assert_eq!(original(&written), text, "{text}");
        }
    }
}
