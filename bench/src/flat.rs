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
    process::Meter,
    site::Site,
    targets::Targets,
};

const LEVELS: [u32; 4] = [1_000, 10_000, 100_000, 1_000_000];
/// Orders measured. Their part of SQLite's log stays under what makes it begin anew.
const ORDERS: u32 = 100;
/// Orders before, so that PostgreSQL has most pages it will change in its log whole.
const WARMING: u32 = 50;
/// By how much the dearest may exceed the cheapest.
const FLAT: f64 = 1.25;

/// Brings the ledger to so many movements.
fn fill(site: &Site, templates: &[Template], movements: u32) -> Result<()> {
    let store = &site.kernel.store;
    let ids = plain::new_ids();
    let count = "SELECT COUNT(*) FROM ledger_movement";
    loop {
        let row = store.read(|reader| reader.one(count, &[]))?;
        let found = row.map_or(Ok(0), |row| row.int(0))?;
        let missing = i64::from(movements) - found;
        if missing <= 0 {
            break;
        }
        let each = templates
            .iter()
            .filter_map(|one| one.of_table("ledger_movement"));
        let round: usize = each.map(|added| added.rows.len()).sum();
        for _ in 0..(missing as usize).div_ceil(round) {
            plain::repeat_all(store, templates, &ids)?;
        }
    }
    settle(site)
}

/// Nothing of what was written before is left to be done.
fn settle(site: &Site) -> Result<()> {
    site.kernel.seal()?;
    let store = &site.kernel.store;
    match store.dialect() {
        // A store that closes leaves an empty log.
        Dialect::Sqlite => Store::open(&site.address, StoreOptions::default())?.close(),
        Dialect::Postgres => drop(store.write(|transaction| transaction.execute("ANALYZE", &[]))?),
    }
    Ok(())
}

/// Bytes written to the log so far.
fn logged(site: &Site) -> Result<u64> {
    if site.kernel.store.dialect() == Dialect::Sqlite {
        let path = format!("{}-wal", site.address.trim_start_matches("sqlite:"));
        return Ok(fs::metadata(path).map_or(0, |file| file.len()));
    }
    let sql = "SELECT CAST(pg_current_wal_lsn() - '0/0' AS BIGINT)";
    let row = site.kernel.store.read(|reader| reader.one(sql, &[]))?;
    let row = row.ok_or_else(|| Fault::new("no position of the log"))?;
    Ok(row.int(0)? as u64)
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
    let head = "| movements before | statements an order | KiB of log an order | ms an order | CPU ms an order |";
    let _ = writeln!(text, "{head}\n|{}", "---:|".repeat(5));
    let meter = Meter::of(&site.kernel.store)?;
    let (mut statements, mut bytes) = (Vec::new(), Vec::new());
    for movements in LEVELS.into_iter().filter(|&level| level <= options.orders) {
        fill(site, templates, movements)?;
        let first = clients::fresh_numbers();
        (0..WARMING).try_for_each(|number| site.buy(first | u64::from(number)))?;
        settle(site)?;
        let count = || site.kernel.store.statistics().statements;
        let (said, log, (own, server)) = (count(), logged(site)?, meter.millis());
        let begun = Instant::now();
        (WARMING..WARMING + ORDERS).try_for_each(|number| site.buy(first | u64::from(number)))?;
        let micros = begun.elapsed().as_micros();
        let each = |sum: u64| quotient(sum.into(), ORDERS.into());
        let (own_after, server_after) = meter.millis();
        statements.push(each(count() - said));
        bytes.push(each(logged(site)? - log) / 1024.0);
        let _ = writeln!(
            text,
            "| {movements} | {:.1} | {:.1} | {:.2} | {:.1} |",
            statements[statements.len() - 1],
            bytes[bytes.len() - 1],
            each(micros as u64) / 1_000.0,
            each(own_after - own + server_after.saturating_sub(server)),
        );
    }
    for (what, figures) in [("statements", statements), ("log", bytes)] {
        let least = figures.iter().copied().fold(f64::MAX, f64::min);
        let most = figures.iter().copied().fold(0.0, f64::max);
        let what = format!("{kind}, {what} of an order, dearest : cheapest");
        targets.at_most(&what, FLAT, most / least);
    }
    Ok(text)
}
