//! Statements and bytes of the write-ahead log of an order, after ever more movements.
//!
//! Keeps true: past movements are whole copies of real orders, in all tables an order writes to, and balances move with them; one
//! client, so that no commit is shared.

use std::{fmt::Write, fs, time::Instant};

use qudao_base::{Fault, Result};
use qudao_store::{Dialect, Options as StoreOptions, Query, Store};

use crate::{
    clients::{self, quotient},
    load,
    options::Options,
    plain::{self, Template},
    site::Site,
    targets::Targets,
};

const LEVELS: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Orders measured at a time: what they write to SQLite's log is far from what makes it begin anew.
const ORDERS: u32 = 10;
/// How many times.
const ROUNDS: u32 = 10;
/// Orders before, so that PostgreSQL has most pages it will change in its log whole.
const WARMING: u32 = 50;
/// By how much the dearest may exceed the cheapest.
const FLAT: f64 = 1.25;

/// Brings the ledger to so many movements at least; how many there are.
fn fill(site: &Site, templates: &[Template], movements: u32) -> Result<i64> {
    let store = &site.kernel.store;
    let ids = plain::new_ids();
    let count = "SELECT COUNT(*) FROM ledger_movement";
    loop {
        let row = store.read(|reader| reader.one(count, &[]))?;
        let found = row.map_or(Ok(0), |row| row.int(0))?;
        let missing = i64::from(movements) - found;
        if missing <= 0 {
            settle(site)?;
            return Ok(found);
        }
        let each = templates
            .iter()
            .filter_map(|one| one.of_table("ledger_movement"));
        let round: usize = each.map(|added| added.rows.len()).sum();
        for _ in 0..(missing as usize).div_ceil(round) {
            plain::repeat_all(store, templates, &ids)?;
        }
    }
}

/// Nothing of what was written before is left to be done.
fn settle(site: &Site) -> Result<()> {
    site.kernel.seal()?;
    let store = &site.kernel.store;
    if store.dialect() == Dialect::Postgres {
        store.write(|transaction| transaction.execute("ANALYZE", &[]).map(drop))?;
    }
    Ok(())
}

/// Bytes the work adds to the log.
fn logged(site: &Site, work: impl FnOnce() -> Result<()>) -> Result<u64> {
    let store = &site.kernel.store;
    if store.dialect() == Dialect::Sqlite {
        // A store that closes leaves an empty log.
        Store::open(&site.address, StoreOptions::default())?.close();
        work()?;
        let path = format!("{}-wal", site.address.trim_start_matches("sqlite:"));
        let file = fs::metadata(&path).map_err(|error| Fault::from_error(path, error))?;
        return Ok(file.len());
    }
    let position = || {
        let sql = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS BIGINT)";
        let row = store.read(|reader| reader.one(sql, &[]))?;
        let row = row.ok_or_else(|| Fault::new("no position of the log"))?;
        row.int(0)
    };
    let before = position()?;
    work()?;
    Ok(position()?.abs_diff(before))
}

/// Statements, KiB of log and milliseconds of an order.
fn of_an_order(site: &Site, order: impl Fn(u64) -> Result<()>) -> Result<[f64; 3]> {
    let count = || site.kernel.store.statistics().statements;
    let mut sums = [0; 3];
    for _ in 0..ROUNDS {
        let first = clients::fresh_numbers();
        let (mut statements, mut micros) = (0, 0);
        let bytes = logged(site, || {
            let (said, begun) = (count(), Instant::now());
            (0..ORDERS).try_for_each(|number| order(first | u64::from(number)))?;
            (statements, micros) = (count() - said, begun.elapsed().as_micros() as u64);
            Ok(())
        })?;
        for (sum, one) in sums.iter_mut().zip([statements, bytes, micros]) {
            *sum += one;
        }
    }
    let each = |sum: u64| quotient(sum.into(), (ORDERS * ROUNDS).into());
    Ok([
        each(sums[0]),
        each(sums[1]) / 1_024.0,
        each(sums[2]) / 1_000.0,
    ])
}

/// The table.
pub fn measure(
    site: &Site,
    templates: &[Template],
    options: &Options,
    targets: &mut Targets,
) -> Result<String> {
    let (kind, ..) = load::sides(site);
    let mut text = format!("### An order after ever more, {kind}\n\n");
    let head = concat!(
        "| movements before | statements an order | plain | KiB of log an order | plain | ours : plain ",
        "| ms an order | plain | ours : plain |",
    );
    let _ = writeln!(text, "{head}\n|{}", "---:|".repeat(9));
    let ids = plain::new_ids();
    let (mut statements, mut bytes) = (Vec::new(), Vec::new());
    let levels = LEVELS.into_iter();
    for movements in levels.filter(|&level| level <= options.orders) {
        let movements = fill(site, templates, movements)?;
        let first = clients::fresh_numbers();
        (0..WARMING).try_for_each(|number| site.buy(first | u64::from(number)))?;
        settle(site)?;
        let ours = of_an_order(site, |number| site.buy(number))?;
        let theirs = of_an_order(site, |number| {
            let template = &templates[number as usize % templates.len()];
            plain::repeat(&site.kernel.store, template, &ids)
        })?;
        let _ = writeln!(
            text,
            "| {movements} | {:.1} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} | {:.2} | {:.2} |",
            ours[0],
            theirs[0],
            ours[1],
            theirs[1],
            ours[1] / theirs[1],
            ours[2],
            theirs[2],
            ours[2] / theirs[2],
        );
        statements.push(ours[0]);
        bytes.push(ours[1]);
    }
    for (what, figures) in [("statements", statements), ("log", bytes)] {
        let least = figures.iter().copied().fold(f64::MAX, f64::min);
        let most = figures.iter().copied().fold(0.0, f64::max);
        let what = format!("{kind}, {what} of an order, dearest : cheapest");
        targets.at_most(&what, FLAT, most / least);
    }
    Ok(text)
}
