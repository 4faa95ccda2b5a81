//! Fills the database with copies of real orders and their lines by plain insertions, spread over two years, states and products.
//!
//! Keeps true: only lists and reports are measured on these rows; they have no log, so `verify` would rightly refuse them. Every
//! index is there again when it is done.

use std::{
    collections::HashMap,
    ops::Range,
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::Duration,
};

use qudao_base::{Fault, IdSource, Result, SystemClock, Value};
use qudao_store::{Dialect, Options as StoreOptions, Query, Store, quote};

use crate::{
    plain::{self, Added, Rows, Template},
    site::{Site, scattered},
};

const TABLES: [&str; 2] = ["sales_order", "sales_order_line"];
/// Orders in one transaction.
const BATCH: u32 = 1_000;
/// How many make copies at once.
const THREADS: u32 = 4;
/// How long an index over millions of rows may take.
const DEADLINE: Duration = Duration::from_hours(1);
const MONTHS: u64 = 24;
/// Inner and public state; in ten orders, one stands for one.
const STATES: [(&str, &str); 10] = [
    ("completed", "completed"),
    ("completed", "completed"),
    ("completed", "completed"),
    ("completed", "completed"),
    ("completed", "completed"),
    ("completed", "completed"),
    ("shipped", "shipped"),
    ("confirmed", "pending_shipment"),
    ("confirmed", "pending_shipment"),
    ("cancelled", "cancelled"),
];

/// Brings the database to so many orders more.
pub fn fill(site: &Site, templates: &[Template], orders: u32) -> Result<()> {
    let of_both = |one: &Template| {
        let [order, line] = TABLES.map(|table| one.of_table(table).cloned());
        order.zip(line)
    };
    let sources: Vec<(Added, Added)> = templates.iter().filter_map(of_both).collect();
    let store = Store::open(
        &site.address,
        StoreOptions {
            deadline: DEADLINE,
            ..StoreOptions::default()
        },
    )?;
    // An index made of rows that are there costs a fraction of one kept while they come.
    let (drops, makes) = indexes(&store)?;
    run_all(&store, drops)?;
    let (next, ids) = (AtomicU32::new(0), plain::new_ids());
    let work = || -> Result<()> {
        loop {
            let begin = next.fetch_add(BATCH, Ordering::Relaxed);
            if begin >= orders {
                return Ok(());
            }
            batch(
                site,
                &store,
                &sources,
                (&ids, begin..orders.min(begin + BATCH)),
            )?;
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..THREADS).map(|_| scope.spawn(work)).collect();
        running.into_iter().try_for_each(|one| {
            one.join()
                .unwrap_or_else(|_| Err(Fault::new("a thread panicked").into()))
        })
    })?;
    run_all(&store, makes)?;
    // Days summed meanwhile were summed without these rows.
    run_all(&store, vec!["DELETE FROM summary_state".to_owned()])?;
    if store.dialect() == Dialect::Postgres {
        // What the server does by itself a minute later.
        run_all(&store, vec!["ANALYZE".to_owned()])?;
    }
    store.close();
    Ok(())
}

fn run_all(store: &Store, statements: Vec<String>) -> Result<()> {
    store.write(move |transaction| {
        let mut all = statements.iter();
        all.try_for_each(|sql| transaction.execute(sql, &[]).map(drop))
    })
}

/// What drops all indexes of the tables but those of their keys, and what makes them again.
fn indexes(store: &Store) -> Result<(Vec<String>, Vec<String>)> {
    let sql = match store.dialect() {
        Dialect::Sqlite => {
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name IN (?, ?) AND sql IS NOT NULL"
        }
        Dialect::Postgres => {
            "SELECT CAST(indexname AS TEXT), indexdef FROM pg_indexes WHERE tablename IN (?, ?) \
             AND schemaname = current_schema() AND indexname NOT LIKE '%_pkey'"
        }
    };
    let found = store.read(|reader| reader.query(sql, &TABLES.map(Value::from)))?;
    let (mut drops, mut makes) = (Vec::new(), Vec::new());
    for row in found {
        drops.push(format!("DROP INDEX {}", quote(row.text(0)?)));
        makes.push(row.text(1)?.to_owned());
    }
    Ok((drops, makes))
}

/// Writes copies of so many orders in one transaction.
fn batch(
    site: &Site,
    store: &Store,
    sources: &[(Added, Added)],
    (ids, numbers): (&IdSource, Range<u32>),
) -> Result<()> {
    let (mut heads, mut lines) = (Vec::new(), Vec::new());
    for number in numbers {
        let source = &sources[number as usize % sources.len()];
        let new_id = || ids.next(&SystemClock).number();
        let (own, children) = copy(site, source, u64::from(number), new_id);
        heads.extend(own);
        lines.extend(children);
    }
    let (order, line) = sources[0].clone();
    store.write(move |transaction| {
        order.insert(transaction, &heads)?;
        line.insert(transaction, &lines)
    })
}

fn copy(
    site: &Site,
    (order, line): &(Added, Added),
    number: u64,
    new_id: impl Fn() -> i64,
) -> (Rows, Rows) {
    let chance = scattered(number);
    let mut ids = HashMap::new();
    for added in [order, line] {
        let at = added.position("id").unwrap_or_default();
        let old = added.rows.iter().filter_map(|row| row[at].int());
        ids.extend(old.map(|id| (id, new_id())));
    }
    let suffix = format!("-{number}");
    let month = (chance % MONTHS) as i64;
    let day = (chance >> 8) as i64 % 28 + 1;
    let date = (2025 + month / 12) * 10_000 + (month % 12 + 1) * 100 + day;
    let (state, public_state) = STATES[(chance >> 16) as usize % STATES.len()];
    let mut orders = order.copies(&ids, &suffix);
    for row in &mut orders {
        order.put(row, "ordered_on", date);
        order.put(row, "confirmed_on", date);
        order.put(row, "state", state);
        order.put(row, "public_state", public_state);
        order.put(
            row,
            "total_amount",
            10_000 * ((chance >> 24) % 100_000) as i64,
        );
    }
    let mut lines = line.copies(&ids, &suffix);
    for (at, row) in (0_u64..).zip(&mut lines) {
        let product = (scattered(chance ^ at) % site.products.len() as u64) as usize;
        line.put(row, "confirmed_on", date);
        line.put(row, "product_id", site.products[product]);
    }
    (orders, lines)
}
