//! One run of the import: reads tables, writes items in batches, tells what happens.
//!
//! Keeps true: an item and the memory of its source key are one transaction; an item that is refused is told with all its rows
//! and keeps no other item out.

use std::{
    collections::{BTreeMap, HashMap, hash_map::Entry},
    path::PathBuf,
    sync::Arc,
};

use qudao_base::{Actor, Id, Locale, Refusal, Result, Stop};
use qudao_kernel::{Cx, Kernel};

use super::{
    Event,
    file::{Reading, Row, Source, file_name},
};

/// What is to become one record.
pub(super) struct Item<T> {
    /// Its source's key.
    pub key: String,
    /// Lines of the file it was read from.
    pub rows: Vec<u64>,
    /// What it says.
    pub content: T,
}

/// Makes the record of a content.
pub(super) type Save<T> = fn(&mut Cx<'_>, &T) -> Result<Id>;

/// How items of a file become records of an object.
pub(super) struct Target<T> {
    /// Name of the file.
    pub file: String,
    /// Object of the record a content becomes.
    pub object: fn(&T) -> &'static str,
    /// How many items share a transaction: bounds memory, and how long others wait.
    pub batch: usize,
    /// Makes one.
    pub save: Save<T>,
}

/// How many records are new, and how many were there from an earlier run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Count {
    pub new: u64,
    pub known: u64,
}

/// A run.
pub(super) struct Run<'r> {
    pub kernel: Arc<Kernel>,
    pub folder: PathBuf,
    pub tell: &'r mut dyn FnMut(Event<'_>),
    pub bad_rows: u64,
    pub counts: BTreeMap<&'static str, Count>,
}

/// The key under which a record is remembered.
pub(super) fn source_key(key: &str) -> String {
    format!("adventureworks:{key}")
}

impl Run<'_> {
    /// Tells how far the run is.
    pub fn progress(&mut self, text: &str) {
        (self.tell)(Event::Progress(text));
    }

    /// Tells of a row that is not taken.
    pub fn bad_row(&mut self, file: &str, row: u64, reason: &str) {
        self.bad_rows += 1;
        (self.tell)(Event::BadRow { file, row, reason });
    }

    /// The name of a file in the folder.
    pub fn file_name(&self, stem: &str) -> String {
        file_name(&self.folder, stem)
    }

    /// Opens a file of the folder.
    pub fn open(&self, stem: &str, columns: &[&str]) -> Result<Source> {
        Source::open(&self.folder, stem, columns)
    }

    /// All readable rows of a small table, with their lines; the others are told.
    pub fn table<T>(
        &mut self,
        stem: &str,
        columns: &[&str],
        read: impl Fn(&Row) -> Reading<T>,
    ) -> Result<Vec<(u64, T)>> {
        let mut source = self.open(stem, columns)?;
        let mut rows = Vec::new();
        while let Some(next) = source.next_row() {
            match next {
                Ok(row) => match row.check_width().and_then(|()| read(&row)) {
                    Ok(content) => rows.push((row.line, content)),
                    Err(reason) => self.bad_row(&source.name, row.line, &reason),
                },
                Err(end) => self.bad_row(&source.name, end.line, &end.reason),
            }
        }
        Ok(rows)
    }

    /// A small table as a map by the key its rows give; a key that comes again is told.
    pub fn table_by_key<T>(
        &mut self,
        stem: &str,
        columns: &[&str],
        read: impl Fn(&Row) -> Reading<(String, T)>,
    ) -> Result<HashMap<String, T>> {
        let name = self.file_name(stem);
        let mut map = HashMap::new();
        for (line, (key, content)) in self.table(stem, columns, read)? {
            match map.entry(key) {
                Entry::Vacant(place) => drop(place.insert(content)),
                Entry::Occupied(place) => {
                    let reason = format!("key {} appears twice", place.key());
                    self.bad_row(&name, line, &reason);
                }
            }
        }
        Ok(map)
    }

    /// Writes the items, those already known excepted. Returns the records by source key.
    pub fn load<T: Send + Sync + 'static>(
        &mut self,
        target: &Target<T>,
        items: Vec<Item<T>>,
    ) -> Result<HashMap<String, Id>> {
        let items = Arc::new(items);
        let mut ids = HashMap::new();
        let mut start = 0;
        while start < items.len() {
            let end = items.len().min(start + target.batch);
            let done = match self.write(target, &items, start..end) {
                // Somebody in the batch is refused: find out who, and keep the others.
                Err(Stop::Refusal(_)) => self.one_by_one(target, &items, start..end)?,
                other => other?,
            };
            for (at, id, is_new) in done {
                let object = (target.object)(&items[at].content);
                let count = self.counts.entry(object).or_default();
                *(if is_new {
                    &mut count.new
                } else {
                    &mut count.known
                }) += 1;
                ids.insert(items[at].key.clone(), id);
            }
            start = end;
        }
        Ok(ids)
    }

    fn write<T: Send + Sync + 'static>(
        &self,
        target: &Target<T>,
        items: &Arc<Vec<Item<T>>>,
        range: std::ops::Range<usize>,
    ) -> Result<Vec<Done>> {
        let (items, object, save) = (Arc::clone(items), target.object, target.save);
        self.kernel.write(&Actor::system(), move |cx| {
            let one = |at: usize| {
                let item = &items[at];
                let (object, key) = (object(&item.content), source_key(&item.key));
                if let Some(id) = cx.imported(object, &key)? {
                    return Ok((at, id, false));
                }
                let id = save(cx, &item.content)?;
                cx.remember_import(object, &key, id)?;
                Ok((at, id, true))
            };
            range.clone().map(one).collect()
        })
    }

    fn one_by_one<T: Send + Sync + 'static>(
        &mut self,
        target: &Target<T>,
        items: &Arc<Vec<Item<T>>>,
        range: std::ops::Range<usize>,
    ) -> Result<Vec<Done>> {
        let mut done = Vec::new();
        for at in range {
            match self.write(target, items, at..at + 1) {
                Err(Stop::Refusal(refusal)) => {
                    let reason = self.in_words(&refusal);
                    for &row in &items[at].rows {
                        self.bad_row(&target.file, row, &reason);
                    }
                }
                other => done.extend(other?),
            }
        }
        Ok(done)
    }

    fn in_words(&self, refusal: &Refusal) -> String {
        let one = |refusal: &Refusal| {
            let text = self.kernel.refusal_text(&refusal.code);
            let text = text.map_or_else(
                || refusal.code.clone(),
                |text| text.filled(Locale::English, &refusal.arguments),
            );
            match &refusal.field {
                Some(field) => format!("{field}: {text}"),
                None => text,
            }
        };
        let all: Vec<String> = std::iter::once(refusal)
            .chain(&refusal.others)
            .map(one)
            .collect();
        all.join("; ")
    }
}

/// Place among the items, record, and whether it is new.
type Done = (usize, Id, bool);
