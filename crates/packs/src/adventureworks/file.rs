//! The files of the folder, row by row: plain CSV or packed with gzip, never a whole file in memory.
//!
//! Keeps true: a cell that cannot be read is a reason in words, never a guess and never the end of the file; texts are no
//! longer than the fields they go into.

use std::{collections::HashMap, fs::File, io::Read, path::Path, sync::Arc};

use csv::ByteRecord;
use flate2::read::MultiGzDecoder;
use qudao_base::{Date, Fault, Money, Quantity, Result, parse_scaled};

/// What a row says, or why it cannot be taken.
pub(super) type Reading<T> = std::result::Result<T, String>;

/// Longest text any cell may hold.
const CELL_CHARACTERS_MAX: usize = 200;

/// An open file.
pub(super) struct Source {
    /// Its name in the folder.
    pub name: String,
    reader: csv::Reader<Box<dyn Read>>,
    columns: Arc<HashMap<String, usize>>,
    is_ended: bool,
}

/// One row.
pub(super) struct Row {
    /// Line of the file it starts on; the headings are line 1.
    pub line: u64,
    cells: ByteRecord,
    columns: Arc<HashMap<String, usize>>,
}

/// A place from which on the file cannot be read.
pub(super) struct Unreadable {
    /// Line.
    pub line: u64,
    /// Why.
    pub reason: String,
}

/// The name under which a file lies in the folder: `<stem>.csv.gz` when there is one, else `<stem>.csv`.
pub(super) fn file_name(folder: &Path, stem: &str) -> String {
    let packed = format!("{stem}.csv.gz");
    if folder.join(&packed).exists() {
        packed
    } else {
        format!("{stem}.csv")
    }
}

impl Source {
    /// Opens `<stem>.csv.gz` or `<stem>.csv`.
    ///
    /// # Errors
    /// A fault when there is neither, or a column is missing.
    pub fn open(folder: &Path, stem: &str, needed: &[&str]) -> Result<Self> {
        let name = file_name(folder, stem);
        let broken = |error| Fault::from_error(format!("{name} cannot be read"), error);
        let file = File::open(folder.join(&name)).map_err(broken)?;
        let bytes: Box<dyn Read> = if name == format!("{stem}.csv") {
            Box::new(file)
        } else {
            Box::new(MultiGzDecoder::new(file))
        };
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let headings = reader
            .byte_headers()
            .map_err(|error| Fault::from_error(format!("{name} cannot be read"), error))?;
        let columns: HashMap<String, usize> = headings
            .iter()
            .enumerate()
            .map(|(at, heading)| {
                let text = String::from_utf8_lossy(heading);
                (text.trim_start_matches('\u{feff}').trim().to_owned(), at)
            })
            .collect();
        if let Some(missing) = needed.iter().find(|column| !columns.contains_key(**column)) {
            return Err(Fault::new(format!("{name} has no column {missing}")).into());
        }
        Ok(Self {
            name,
            reader,
            columns: Arc::new(columns),
            is_ended: false,
        })
    }

    /// The next row; nothing after the last one, nor after a place that cannot be read.
    pub fn next_row(&mut self) -> Option<std::result::Result<Row, Unreadable>> {
        if self.is_ended {
            return None;
        }
        let mut cells = ByteRecord::new();
        match self.reader.read_byte_record(&mut cells) {
            Ok(true) => Some(Ok(Row {
                line: cells.position().map_or(0, csv::Position::line),
                cells,
                columns: Arc::clone(&self.columns),
            })),
            Ok(false) => None,
            Err(error) => {
                self.is_ended = true;
                Some(Err(Unreadable {
                    line: self.reader.position().line(),
                    reason: format!("cannot be read from here on: {error}"),
                }))
            }
        }
    }
}

impl Row {
    /// A row has as many cells as there are headings.
    pub fn check_width(&self) -> Reading<()> {
        let (found, wanted) = (self.cells.len(), self.columns.len());
        if found == wanted {
            Ok(())
        } else {
            Err(format!("has {found} cells, not {wanted}"))
        }
    }

    /// The text of a cell, empty when it is; columns were checked when the file was opened.
    pub fn text(&self, column: &str) -> Reading<&str> {
        let at = self.columns.get(column);
        let bytes = at.and_then(|&at| self.cells.get(at)).unwrap_or_default();
        let text = std::str::from_utf8(bytes)
            .map_err(|_| format!("{column} is not UTF-8"))?
            .trim();
        if text.chars().count() > CELL_CHARACTERS_MAX {
            return Err(format!(
                "{column} is longer than {CELL_CHARACTERS_MAX} characters"
            ));
        }
        if text.chars().any(|one| one.is_ascii_control()) {
            return Err(format!("{column} holds control characters"));
        }
        Ok(text)
    }

    /// A text that must be there.
    pub fn filled(&self, column: &str) -> Reading<&str> {
        match self.text(column)? {
            "" => Err(format!("{column} is empty")),
            text => Ok(text),
        }
    }

    /// A number in 1/10,000; zero when empty.
    fn steps(&self, column: &str) -> Reading<i64> {
        match self.text(column)? {
            "" => Ok(0),
            text => parse_scaled(text).map_err(|_| format!("{column} `{text}` is no number")),
        }
    }

    /// An amount that is not negative; zero when empty.
    pub fn money(&self, column: &str) -> Reading<Money> {
        let amount = Money::from_steps(self.steps(column)?);
        if amount.is_negative() {
            return Err(format!("{column} {amount} is negative"));
        }
        Ok(amount)
    }

    /// A fraction such as 0.15 in 1/10,000, from 0 to 1.
    pub fn fraction(&self, column: &str) -> Reading<i64> {
        let steps = self.steps(column)?;
        if (0..=qudao_base::SCALE).contains(&steps) {
            Ok(steps)
        } else {
            Err(format!("{column} is not between 0 and 1"))
        }
    }

    /// A whole number, also written `35.0`; zero when empty.
    pub fn whole(&self, column: &str) -> Reading<i64> {
        let steps = self.steps(column)?;
        if steps % qudao_base::SCALE == 0 {
            Ok(steps / qudao_base::SCALE)
        } else {
            Err(format!("{column} is no whole number"))
        }
    }

    /// A number of pieces, from `least` up; none when empty.
    pub fn pieces(&self, column: &str, least: i64) -> Reading<Quantity> {
        const MOST: i64 = 1_000_000;
        let number = self.whole(column)?;
        if (least..=MOST).contains(&number) {
            Ok(Quantity::of(number))
        } else {
            Err(format!(
                "{column} {number} is not between {least} and {MOST}"
            ))
        }
    }

    /// A date that must be there.
    pub fn date(&self, column: &str) -> Reading<Date> {
        let text = self.filled(column)?;
        text.parse()
            .map_err(|_| format!("{column} `{text}` is no date"))
    }

    /// A date, if any.
    pub fn maybe_date(&self, column: &str) -> Reading<Option<Date>> {
        match self.text(column)? {
            "" => Ok(None),
            _ => self.date(column).map(Some),
        }
    }
}

/// What a key stands for in another file.
pub(super) fn known<'m, T>(map: &'m HashMap<String, T>, row: &Row, column: &str) -> Reading<&'m T> {
    let key = row.filled(column)?;
    map.get(key)
        .ok_or_else(|| format!("{column} {key} is not known"))
}
