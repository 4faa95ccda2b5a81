//! Tables in parts by calendar month (PostgreSQL): ids are in order of time, so a month is a span of ids.
//!
//! Keeps true: a row always has a place: the part of its month, else the rest; making a part never holds others up for more than
//! seconds, however much lies in the rest; rows are never moved, so a month that has begun in the rest stays there.
//! Not here: which tables are in parts and when months are made (the kernel says), detaching old months (nobody does).

use jiff::tz::TimeZone;
use qudao_base::{Fault, Id, Instant, Result, Value};

use crate::{
    Dialect, Query, Store, Transaction, quote,
    schema::{Column, Schema},
};

/// The number all nodes lock by while they make a part: "parts" in ASCII.
const PARTS_LOCK: i64 = 0x70_61_72_74_73;

/// How long a part in the making waits for others, who wait behind it, and how long it takes at most.
const PATIENCE: &str = "SET LOCAL lock_timeout = '1s'; SET LOCAL statement_timeout = '5s'";

/// Longest name of a table in parts, so that names of its parts and their guards are not cut short at 63 bytes.
const NAME_BYTES_MAX: usize = 63 - "_2026_11_elsewhere".len();

/// A month of a table, and the ids made in it.
#[derive(Clone, Debug)]
struct Part {
    table: String,
    name: String,
    from: Id,
    until: Id,
}

/// What the rest holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rest {
    Nothing,
    OtherMonths,
    ThisMonth,
}

impl Store {
    /// Makes the parts that are missing for the present month (UTC) and so many after it; how many were made. Always 0 on SQLite.
    /// Several nodes may do it at once.
    ///
    /// # Errors
    /// When a table is in use for too long, among others; the other parts are made all the same.
    pub fn make_partitions(&self, now: Instant, months_ahead: i64) -> Result<usize> {
        if self.dialect() == Dialect::Sqlite {
            return Ok(0);
        }
        let mut outcome = Ok(());
        let mut made = 0;
        for part in self.missing(&parts(&self.schema()?, now, months_ahead)?)? {
            match self.make(&part, part.from > Id::lowest_at(now)) {
                Ok(done) => made += usize::from(done),
                Err(stop) => outcome = Err(stop),
            }
        }
        outcome.map(|()| made)
    }

    fn missing(&self, parts: &[Part]) -> Result<Vec<Part>> {
        self.read(|reader| {
            let mut missing = Vec::new();
            for part in parts {
                if !exists(reader, &part.name)? {
                    missing.push(part.clone());
                }
            }
            Ok(missing)
        })
    }

    /// False when it was left out or somebody else was faster.
    fn make(&self, part: &Part, ahead: bool) -> Result<bool> {
        let made = match self.read(|reader| rest_holds(reader, part))? {
            Rest::ThisMonth => {
                let (part, rest) = (&part.name, rest_name(&part.table));
                tracing::warn!(part, rest, "rows of this month are there already and stay");
                Ok(false)
            }
            Rest::OtherMonths if ahead => self.guard(part).and_then(|()| self.attach(part)),
            _ => self.attach(part),
        };
        if !matches!(made, Ok(true)) && self.read(|reader| is_guarded(reader, part))? {
            // Left alone, it would refuse rows of this month once they come.
            self.step(part, vec![PATIENCE.to_owned(), part.unguard_sql()])?;
        }
        made
    }

    /// The database looks through the rest for rows of a new part, while nobody may read it; unless a guard tells that there are
    /// none, which can be proven while others go on. Only for months to come: what the guard refuses cannot be written meanwhile.
    fn guard(&self, part: &Part) -> Result<()> {
        let (rest, guard) = (quote(&rest_name(&part.table)), quote(&part.guard_name()));
        let add = format!(
            "ALTER TABLE {rest} ADD CONSTRAINT {guard} CHECK (NOT (id IS NOT NULL AND id >= {} AND id < {})) NOT VALID",
            part.from, part.until
        );
        let prove = format!("ALTER TABLE {rest} VALIDATE CONSTRAINT {guard}");
        self.step(part, vec![PATIENCE.to_owned(), part.unguard_sql(), add])?;
        self.step(part, vec![prove]).map(drop)
    }

    /// Attaching locks others out of the rest alone; what is found in a month by its ids goes on.
    fn attach(&self, part: &Part) -> Result<bool> {
        let (table, name) = (quote(&part.table), quote(&part.name));
        let make = format!(
            "CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS); \
             ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({}) TO ({})",
            part.from, part.until
        );
        self.step(part, vec![PATIENCE.to_owned(), make, part.unguard_sql()])
    }

    /// Runs the statements in one transaction; false when the part is there already.
    fn step(&self, part: &Part, statements: Vec<String>) -> Result<bool> {
        let name = part.name.clone();
        self.write(move |transaction: &mut Transaction<'_>| {
            transaction.query("SELECT pg_advisory_xact_lock(?)", &[Value::Int(PARTS_LOCK)])?;
            if exists(transaction, &name)? {
                return Ok(false);
            }
            transaction.lift_deadline()?;
            for statement in &statements {
                transaction.batch(statement)?;
            }
            Ok(true)
        })
    }
}

impl Part {
    fn guard_name(&self) -> String {
        format!("{}_elsewhere", self.name)
    }

    fn unguard_sql(&self) -> String {
        let (rest, guard) = (quote(&rest_name(&self.table)), quote(&self.guard_name()));
        format!("ALTER TABLE {rest} DROP CONSTRAINT IF EXISTS {guard}")
    }
}

fn parts(schema: &Schema, now: Instant, months_ahead: i64) -> Result<Vec<Part>> {
    let today = now.date(&TimeZone::UTC)?;
    let mut parts = Vec::new();
    for later in 0..=months_ahead {
        let first = today.month_start(later)?;
        let from = first.start(&TimeZone::UTC)?;
        let until = today.month_start(later + 1)?.start(&TimeZone::UTC)?;
        let (year, month) = (first.number() / 10_000, first.number() / 100 % 100);
        for table in schema.tables.iter().filter(|table| table.partitioned) {
            parts.push(Part {
                table: table.name.clone(),
                name: format!("{}_{year:04}_{month:02}", table.name),
                from: Id::lowest_at(from),
                until: Id::lowest_at(until),
            });
        }
    }
    Ok(parts)
}

fn exists(database: &mut impl Query, name: &str) -> Result<bool> {
    let sql = "SELECT 1 FROM pg_class WHERE oid = to_regclass(?)";
    let name = Value::Text(quote(name));
    Ok(database.one(sql, &[name])?.is_some())
}

fn is_guarded(database: &mut impl Query, part: &Part) -> Result<bool> {
    let sql =
        "SELECT 1 FROM pg_constraint WHERE conrelid = to_regclass(?) AND CAST(conname AS TEXT) = ?";
    let rest = quote(&rest_name(&part.table));
    let guard = [rest.into(), part.guard_name().into()];
    Ok(database.one(sql, &guard)?.is_some())
}

fn rest_holds(database: &mut impl Query, part: &Part) -> Result<Rest> {
    let rest = quote(&rest_name(&part.table));
    let this_month = format!("SELECT id FROM {rest} WHERE id >= ? AND id < ? LIMIT 1");
    let span = [part.from.into(), part.until.into()];
    if database.one(&this_month, &span)?.is_some() {
        return Ok(Rest::ThisMonth);
    }
    let any = database.one(&format!("SELECT id FROM {rest} LIMIT 1"), &[])?;
    Ok(any.map_or(Rest::Nothing, |_| Rest::OtherMonths))
}

fn rest_name(table: &str) -> String {
    format!("{table}_rest")
}

/// The statement that makes the place of rows no month is made for.
pub(crate) fn rest_sql(table: &str) -> String {
    let rest = quote(&rest_name(table));
    format!("CREATE TABLE {rest} PARTITION OF {} DEFAULT", quote(table))
}

/// Refuses what PostgreSQL could not keep in parts, on SQLite as well.
pub(crate) fn check(schema: &Schema) -> Result<()> {
    for table in schema.tables.iter().filter(|table| table.partitioned) {
        let keyed = |column: &&Column| column.primary_key;
        let keys: Vec<&str> = table
            .columns
            .iter()
            .filter(keyed)
            .map(|key| key.name.as_str())
            .collect();
        let fault = |told: &str| Err(Fault::new(format!("{} in parts: {told}", table.name)).into());
        if keys != ["id"] {
            return fault("its primary key must be the id");
        }
        if table.indexes.iter().any(|index| index.unique) {
            return fault("nothing but the id can be unique in all parts");
        }
        if table.name.len() > NAME_BYTES_MAX {
            return fault("its name is too long");
        }
    }
    Ok(())
}
