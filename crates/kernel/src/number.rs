//! Automatic numbers from declared patterns such as `SO{yyyy}{mm}-{0000}`.
//!
//! Keeps true: numbers of one pattern and period are unique. Those of objects declared `gapless` have no gaps among committed records:
//! who takes one has everybody else wait until the commit, as `SQLite`'s one writer does anyway. Of others a process takes some
//! ahead, and those it has left when it ends are gone.
//! Not here: how long a number may be (`meta`).

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use qudao_base::{Fault, Result};
use qudao_store::{Dialect, Query};

use crate::{Cx, Kernel, Record};

/// How many numbers a process takes ahead at once.
const AHEAD_MAX: i64 = 20;
/// With so few left more are taken.
const AHEAD_MIN: usize = 5;

/// Numbers nobody else will take, by the name of their sequence.
#[derive(Debug, Default)]
pub(crate) struct NumbersAhead(Mutex<Ahead>);

#[derive(Debug, Default)]
struct Ahead {
    numbers: BTreeMap<String, BTreeSet<i64>>,
    /// Sequences somebody is taking more of.
    awaited: BTreeSet<String>,
}

/// Numbers a transaction took of those, and the sequences of which it left few.
#[derive(Debug, Default)]
pub(crate) struct NumbersTaken {
    taken: Vec<(String, i64)>,
    low: BTreeSet<String>,
}

impl NumbersAhead {
    fn ahead(&self) -> MutexGuard<'_, Ahead> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lowest, and how many are left.
    fn take(&self, name: &str) -> (Option<i64>, usize) {
        let mut ahead = self.ahead();
        let Some(numbers) = ahead.numbers.get_mut(name) else {
            return (None, 0);
        };
        (numbers.pop_first(), numbers.len())
    }

    /// Takes back what a transaction that was rolled back had taken.
    pub fn give_back(&self, taken: &NumbersTaken) {
        let mut ahead = self.ahead();
        for (name, number) in &taken.taken {
            ahead
                .numbers
                .entry(name.clone())
                .or_default()
                .insert(*number);
        }
    }

    /// True for one asker while few are left, until [`Self::add`].
    fn awaits(&self, name: &str) -> bool {
        let mut ahead = self.ahead();
        let left = ahead.numbers.get(name).map_or(0, BTreeSet::len);
        left < AHEAD_MIN && ahead.awaited.insert(name.to_owned())
    }

    /// Adds what was taken ahead, if anything was.
    fn add(&self, name: &str, first: Option<i64>) {
        let mut ahead = self.ahead();
        ahead.awaited.remove(name);
        let Some(first) = first else { return };
        // Of a month that is over nothing is taken any more.
        let head = name.split_once(':').map_or(name, |(object, _)| object);
        let is_past = |known: &str| known != name && known.starts_with(&format!("{head}:"));
        ahead.numbers.retain(|known, _| !is_past(known));
        let numbers = ahead.numbers.entry(name.to_owned()).or_default();
        numbers.extend(first..first + AHEAD_MAX);
    }
}

impl Kernel {
    /// Takes numbers ahead where a transaction left few, once it has ended: a number's row stays locked until a commit.
    pub(crate) fn take_ahead(self: &Arc<Self>, taken: &NumbersTaken) {
        for name in taken.low.iter().filter(|name| self.numbers.awaits(name)) {
            let wanted = name.clone();
            let first = self.store.write(move |transaction| {
                // Whoever found none ahead took one from the row and holds it until the commit: nobody waits for that here.
                let free = "SELECT id FROM number_sequence WHERE name = ? FOR UPDATE SKIP LOCKED";
                if transaction.one(free, &[wanted.as_str().into()])?.is_none() {
                    return Ok(None);
                }
                let sql =
                    "UPDATE number_sequence SET next = next + ? WHERE name = ? RETURNING next - ?";
                let row = transaction.one(
                    sql,
                    &[AHEAD_MAX.into(), wanted.as_str().into(), AHEAD_MAX.into()],
                )?;
                row.map(|row| row.int(0)).transpose()
            });
            if let Err(stop) = &first {
                tracing::warn!(%stop, "no numbers could be taken ahead");
            }
            // None when the row is locked, or the transaction that made the sequence was rolled back.
            self.numbers.add(name, first.ok().flatten());
        }
    }
}

/// The automatic number.
pub(crate) fn number(cx: &mut Cx<'_>, record: &mut Record) -> Result<()> {
    let Some(pattern) = record.object.number.clone() else {
        return Ok(());
    };
    if !record.value("number").is_null() {
        return Ok(());
    }
    let dated = dated(&pattern, cx.today().number());
    let (head, digits) = dated
        .split_once('{')
        .ok_or_else(|| Fault::new(format!("number pattern {pattern}")))?;
    let width = digits.trim_end_matches('}').len();
    let name = format!("{}:{head}", record.object.name);
    let next = match ahead_of(cx, record, &name) {
        Some(number) => number,
        None => next_of(cx, &name)?,
    };
    record.set("number", format!("{head}{next:0width$}"));
    Ok(())
}

fn ahead_of(cx: &mut Cx<'_>, record: &Record, name: &str) -> Option<i64> {
    if record.object.gapless || cx.connection.dialect() == Dialect::Sqlite {
        return None;
    }
    let (number, left) = cx.kernel.numbers.take(name);
    if left < AHEAD_MIN {
        cx.numbers.low.insert(name.to_owned());
    }
    cx.numbers
        .taken
        .extend(number.map(|number| (name.to_owned(), number)));
    number
}

/// The next of the sequence; its row is locked until the commit.
fn next_of(cx: &mut Cx<'_>, name: &str) -> Result<i64> {
    let id = cx.new_id();
    let rows = cx.query(
        "INSERT INTO number_sequence (id, name, next) VALUES (?, ?, 2) \
         ON CONFLICT (name) DO UPDATE SET next = number_sequence.next + 1 RETURNING next - 1",
        &[id.into(), name.into()],
    )?;
    rows.first().map_or(Ok(1), |row| row.int(0))
}

/// The pattern on a day (yyyymmdd): `SO202603-{0000}`.
fn dated(pattern: &str, day: i64) -> String {
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
    pattern
        .replace("{yyyy}", &format!("{year:04}"))
        .replace("{yy}", &format!("{:02}", year % 100))
        .replace("{mm}", &format!("{month:02}"))
        .replace("{dd}", &format!("{day:02}"))
}

/// How many characters of a number stand before its digits, on any day.
pub(crate) fn head_length(pattern: &str) -> usize {
    let dated = dated(pattern, 20_000_101);
    let head = dated.split_once('{').map_or("", |(head, _)| head);
    head.chars().count()
}
