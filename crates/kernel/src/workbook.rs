//! A workbook (XLSX) read as rows of texts: its first sheet that is not hidden, row by row.
//!
//! Keeps true: a cell is its text, or a number or moment no digit of which is made up (`workbook_number`); what has no such text is
//! refused with its place: an error value, a formula whose value was not saved, a number the spreadsheet has shortened. What the sheet
//! says about its own size is not asked; limits hold for what it really has. Formulas are never computed.
//! Not here: the archive and its limits (`workbook_parts`), what columns mean (`sheet`).

use qudao_base::{Refusal, Result};
use quick_xml::events::{BytesRef, BytesStart, Event};

use crate::{
    workbook_number::{self, Shown},
    workbook_parts::{Package, Part, attribute, path_from, relationships_of, unreadable},
};

/// How a ZIP archive begins.
const ARCHIVE: &[u8] = b"PK\x03\x04";
/// How workbooks before 2007, and encrypted ones, begin.
const OLD: &[u8] = b"\xd0\xcf\x11\xe0";
/// Columns a sheet may have.
const COLUMNS_MAX: usize = 1_000;
/// Characters a cell may have, as spreadsheets limit it.
const CHARACTERS_MAX: usize = 32_767;
/// Bytes all texts of a file may have.
const TEXT_MAX: usize = 64 * 1024 * 1024;

/// True for a file that is a workbook, whatever it was called.
///
/// # Errors
/// Refused when it is one that is not read: of the old kind, or encrypted.
pub(crate) fn is_workbook(bytes: &[u8]) -> Result<bool> {
    if bytes.starts_with(OLD) {
        return Err(Refusal::malformed("import.old_workbook").into());
    }
    Ok(bytes.starts_with(ARCHIVE))
}

/// Hands on every row that is not empty, with its number in the sheet and its cells up to the last that is not empty.
///
/// # Errors
/// Refused with the cell when one cannot be read exactly, or when there is too much of it; and whatever `take` answers.
pub(crate) fn read(bytes: &[u8], take: impl FnMut(u64, Vec<String>) -> Result<()>) -> Result<()> {
    let mut package = Package::open(bytes)?;
    let book = Book::open(&mut package)?;
    let mut part = package.part(&book.sheet)?;
    Sheet {
        book: &book,
        text_left: TEXT_MAX,
        last: 0,
    }
    .read(&mut part, take)
}

/// What cells refer to.
#[derive(Default)]
struct Book {
    /// Path of the sheet.
    sheet: String,
    is_1904: bool,
    strings: Vec<String>,
    /// How numbers are shown, by style.
    shown: Vec<Shown>,
}

impl Book {
    fn open(package: &mut Package<'_>) -> Result<Self> {
        let kind = |kind: &'static str| move |one: &Relationship| one.kind.ends_with(kind);
        let roots = relationships(package, "")?;
        let root = roots.into_iter().find(kind("/officeDocument"));
        let path = root.ok_or_else(|| unreadable("officeDocument"))?.path;
        let parts = relationships(package, &path)?;
        let mut book = Self::default();
        let sheet = book.first_sheet(&mut package.part(&path)?)?;
        let part = parts
            .iter()
            .find(|one| one.id == sheet && one.kind.ends_with("/worksheet"));
        part.ok_or_else(|| unreadable("worksheet"))?
            .path
            .clone_into(&mut book.sheet);
        if let Some(strings) = parts.iter().find(|one| kind("/sharedStrings")(one)) {
            book.read_strings(&mut package.part(&strings.path)?)?;
        }
        if let Some(styles) = parts.iter().find(|one| kind("/styles")(one)) {
            book.read_styles(&mut package.part(&styles.path)?)?;
        }
        Ok(book)
    }

    /// The relationship of the first sheet that is not hidden.
    fn first_sheet(&mut self, part: &mut Part<'_>) -> Result<String> {
        let mut first = None;
        loop {
            match part.next()? {
                Event::Start(element) if element.local_name().as_ref() == "workbookPr" => {
                    self.is_1904 =
                        attribute(&element, "date1904")?.is_some_and(|said| is_true(&said));
                }
                Event::Start(element)
                    if element.local_name().as_ref() == "sheet" && first.is_none() =>
                {
                    let state = attribute(&element, "state")?;
                    if state.is_none_or(|state| state == "visible") {
                        first = attribute(&element, "id")?;
                    }
                }
                Event::Eof => return first.ok_or_else(|| unreadable("sheet").into()),
                _ => {}
            }
        }
    }

    fn read_strings(&mut self, part: &mut Part<'_>) -> Result<()> {
        loop {
            match part.next()? {
                Event::Start(element) if element.local_name().as_ref() == "si" => {
                    let text =
                        text_until(part, "si")?.ok_or_else(|| unreadable("sharedStrings"))?;
                    self.strings.push(text);
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }

    fn read_styles(&mut self, part: &mut Part<'_>) -> Result<()> {
        let mut codes: Vec<(u32, Shown)> = Vec::new();
        let mut is_of_cells = false;
        loop {
            match part.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "numFmt" => {
                        let code = attribute(&element, "formatCode")?.unwrap_or_default();
                        codes.push((number(&element, "numFmtId")?, Shown::of_code(&code)));
                    }
                    "cellXfs" => is_of_cells = true,
                    "xf" if is_of_cells => {
                        let format = number(&element, "numFmtId")?;
                        let own = codes.iter().find(|(one, _)| *one == format);
                        self.shown
                            .push(own.map_or_else(|| Shown::known(format), |(_, shown)| *shown));
                    }
                    _ => {}
                },
                Event::End(element) if element.local_name().as_ref() == "cellXfs" => {
                    is_of_cells = false;
                }
                Event::Eof => return Ok(()),
                _ => {}
            }
        }
    }
}

fn is_true(said: &str) -> bool {
    ["1", "true", "on"].contains(&said)
}

fn number(element: &BytesStart<'_>, name: &str) -> Result<u32> {
    let said = attribute(element, name)?.unwrap_or_else(|| "0".to_owned());
    said.parse().map_err(|_| unreadable(name).into())
}

struct Relationship {
    id: String,
    kind: String,
    path: String,
}

/// What a part refers to; an empty path stands for the package itself.
fn relationships(package: &mut Package<'_>, of: &str) -> Result<Vec<Relationship>> {
    let Some(mut part) = package.find(&relationships_of(of))? else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    loop {
        match part.next()? {
            Event::Start(element) if element.local_name().as_ref() == "Relationship" => {
                let said = |name| {
                    Ok::<_, qudao_base::Stop>(attribute(&element, name)?.unwrap_or_default())
                };
                let path = path_from(of, &said("Target")?);
                found.push(Relationship {
                    id: said("Id")?,
                    kind: said("Type")?,
                    path,
                });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// The text up to the end of an element, without how it is pronounced; none when it is longer than a cell may be.
fn text_until(part: &mut Part<'_>, end: &str) -> Result<Option<String>> {
    let mut text = String::new();
    let (mut is_text, mut is_sound) = (end == "v", false);
    loop {
        match part.next()? {
            Event::Start(element) => match element.local_name().as_ref() {
                "t" => is_text = true,
                "rPh" => is_sound = true,
                _ => {}
            },
            Event::End(element) => match element.local_name().as_ref() {
                name if name == end => return Ok(Some(unescaped(&text))),
                "t" => is_text = false,
                "rPh" => is_sound = false,
                _ => {}
            },
            _ if !is_text || is_sound => {}
            Event::Text(piece) => text.push_str(&piece.xml10_content()),
            Event::CData(piece) => text.push_str(&piece.xml10_content()),
            Event::GeneralRef(reference) => text.push(character(&reference)?),
            Event::Eof => return Err(unreadable(end).into()),
            _ => {}
        }
        if text.len() > CHARACTERS_MAX * 4 {
            return Ok(None);
        }
    }
}

/// The character a reference stands for.
fn character(reference: &BytesRef<'_>) -> Result<char> {
    if let Some(character) = reference.resolve_char_ref().map_err(unreadable)? {
        return Ok(character);
    }
    let name = reference.xml10_content();
    let known = quick_xml::escape::resolve_predefined_entity(&name);
    known
        .and_then(|text| text.chars().next())
        .ok_or_else(|| unreadable(name).into())
}

/// Characters XML cannot hold, written `_x000D_` (ECMA-376 part 1, 22.9.2.19).
fn unescaped(text: &str) -> String {
    let mut rest = text;
    let mut whole = String::with_capacity(text.len());
    while let Some(at) = rest.find("_x") {
        let code = rest
            .get(at + 2..at + 6)
            .filter(|_| rest.get(at + 6..at + 7) == Some("_"));
        let character = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        whole.push_str(&rest[..at]);
        match character {
            Some(character) => whole.push(character),
            None => whole.push_str("_x"),
        }
        rest = &rest[at + if character.is_some() { 7 } else { 2 }..];
    }
    whole + rest
}

/// The sheet as it is read.
struct Sheet<'b> {
    book: &'b Book,
    /// Bytes of text that may still come.
    text_left: usize,
    /// Number of the last row.
    last: u64,
}

impl Sheet<'_> {
    fn read(
        mut self,
        part: &mut Part<'_>,
        mut take: impl FnMut(u64, Vec<String>) -> Result<()>,
    ) -> Result<()> {
        loop {
            match part.next()? {
                Event::Start(element) if element.local_name().as_ref() == "row" => {
                    let said = attribute(&element, "r")?;
                    let row = said.map_or(Ok(self.last + 1), |said| {
                        said.parse().map_err(|_| unreadable(said))
                    })?;
                    if row <= self.last {
                        return Err(unreadable(format!("row {row}")).into());
                    }
                    self.last = row;
                    let cells = self.row(part)?;
                    if !cells.is_empty() {
                        take(row, cells)?;
                    }
                }
                Event::End(element) if element.local_name().as_ref() == "sheetData" => {
                    return Ok(());
                }
                Event::Eof => return Err(unreadable("sheetData").into()),
                _ => {}
            }
        }
    }

    fn row(&mut self, part: &mut Part<'_>) -> Result<Vec<String>> {
        let (mut cells, mut next): (Vec<String>, usize) = (Vec::new(), 0);
        loop {
            match part.next()? {
                Event::Start(element) if element.local_name().as_ref() == "c" => {
                    let cell = Cell::of(&element, self.last, next)?;
                    if cell.column < next {
                        return Err(unreadable(cell.place()).into());
                    }
                    next = cell.column + 1;
                    let text = cell.text(self.book, part)?;
                    if text.is_empty() {
                        continue;
                    }
                    if cell.column >= COLUMNS_MAX {
                        return Err(cell
                            .refused("import.columns")
                            .with("max", COLUMNS_MAX)
                            .into());
                    }
                    let left = self.text_left.checked_sub(text.len());
                    self.text_left = left.ok_or_else(|| cell.refused("import.text_too_long"))?;
                    cells.resize(cell.column, String::new());
                    cells.push(text);
                }
                Event::End(element) if element.local_name().as_ref() == "row" => return Ok(cells),
                Event::Eof => return Err(unreadable("row").into()),
                _ => {}
            }
        }
    }
}

/// A cell as its element tells it.
struct Cell {
    row: u64,
    column: usize,
    kind: Option<String>,
    style: usize,
}

impl Cell {
    fn of(element: &BytesStart<'_>, row: u64, next: usize) -> Result<Self> {
        let said = attribute(element, "r")?;
        let column = said.map_or(Some(next), |said| column(&said, row));
        let style = attribute(element, "s")?.and_then(|said| said.parse().ok());
        Ok(Self {
            row,
            column: column.ok_or_else(|| unreadable(format!("row {row}")))?,
            kind: attribute(element, "t")?,
            style: style.unwrap_or_default(),
        })
    }

    /// Such as `AB7`.
    fn place(&self) -> String {
        let (mut left, mut letters) = (self.column + 1, String::new());
        while left > 0 {
            letters.insert(0, char::from(b'A' + ((left - 1) % 26) as u8));
            left = (left - 1) / 26;
        }
        format!("{letters}{}", self.row)
    }

    fn refused(&self, code: &str) -> Refusal {
        Refusal::malformed(code).with("cell", self.place())
    }

    fn text(&self, book: &Book, part: &mut Part<'_>) -> Result<String> {
        let (mut stored, mut is_formula) = (None, false);
        let too_long = || self.refused("import.text_too_long");
        loop {
            let end = match part.next()? {
                Event::Start(element) => match element.local_name().as_ref() {
                    "v" => "v",
                    "is" => "is",
                    "f" => {
                        is_formula = true;
                        continue;
                    }
                    _ => continue,
                },
                Event::End(element) if element.local_name().as_ref() == "c" => break,
                Event::Eof => return Err(unreadable("c").into()),
                _ => continue,
            };
            stored = Some(text_until(part, end)?.ok_or_else(too_long)?);
        }
        match stored {
            None if is_formula => Err(self.refused("import.formula_unsaved").into()),
            None => Ok(String::new()),
            Some(stored) => self.meaning(book, stored),
        }
    }

    fn meaning(&self, book: &Book, stored: String) -> Result<String> {
        let text = match self.kind.as_deref() {
            Some("s") => {
                let string = stored
                    .parse()
                    .ok()
                    .and_then(|at: usize| book.strings.get(at));
                string.ok_or_else(|| unreadable(self.place()))?.clone()
            }
            Some("inlineStr" | "str" | "b" | "d") => stored,
            Some("e") => {
                return Err(self
                    .refused("import.error_value")
                    .with("value", stored)
                    .into());
            }
            None | Some("n") if stored.is_empty() => stored,
            None | Some("n") => {
                let shown = book.shown.get(self.style).copied().unwrap_or_default();
                let text = workbook_number::text_of(&stored, shown, book.is_1904);
                text.ok_or_else(|| self.refused("import.number_inexact").with("value", stored))?
            }
            Some(kind) => return Err(unreadable(format!("{} {kind}", self.place())).into()),
        };
        if text.chars().count() > CHARACTERS_MAX {
            return Err(self.refused("import.text_too_long").into());
        }
        Ok(text)
    }
}

/// The column, from 0, of a place such as `AB7` in the row.
fn column(place: &str, row: u64) -> Option<usize> {
    let digits = place.find(|one: char| one.is_ascii_digit())?;
    let (letters, number) = place.split_at(digits);
    if number.parse() != Ok(row) || letters.is_empty() || letters.len() > 3 {
        return None;
    }
    letters
        .bytes()
        .try_fold(0, |column: usize, letter| {
            let letter = letter.to_ascii_uppercase();
            letter
                .is_ascii_uppercase()
                .then(|| column * 26 + usize::from(letter - b'A') + 1)
        })?
        .checked_sub(1)
}
