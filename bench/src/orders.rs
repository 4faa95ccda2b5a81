//! Orders a second and processor time for each, against the plain script.
//!
//! Keeps true: both sides have the same number of clients, the same database file or server and the same durability. With one
//! client every write is a commit of its own; with more, SQLite's writer groups those that wait, on both sides alike.

use std::{fmt::Write, time::Duration};

use qudao_base::Result;
use qudao_store::{Dialect, Options as StoreOptions, Store};

use crate::{
    clients::{self, Done, quotient},
    options::Options,
    plain::{self, Template},
    process::Meter,
    site::Site,
};

/// The table.
pub fn measure(site: &Site, templates: &[Template], options: &Options) -> Result<String> {
    let store = &site.kernel.store;
    let meter = Meter::of(store)?;
    let (levels, kind) = match store.dialect() {
        Dialect::Sqlite => ([1, 8, 64], "SQLite"),
        Dialect::Postgres => ([1, 8, 16], "PostgreSQL"),
    };
    let mut text = format!(
        "### Confirmed orders of five lines, {kind}\n\n{}\n",
        rows_of(templates)
    );
    let head = concat!(
        "| clients | orders/s | plain/s | plain : ours | CPU ms an order | plain | ours : plain ",
        "| commits an order | begun again | failed |",
    );
    let _ = writeln!(text, "{head}\n|{}", "---:|".repeat(10));
    for clients in levels {
        let before = store.statistics();
        let ours = clients::run(clients, options.span, meter, |_| {
            Ok(|number| site.buy(number))
        })?;
        let after = store.statistics();
        let connections = StoreOptions::default().connections;
        let theirs = plain(site, templates, (clients, connections), options.span)?;
        let _ = writeln!(
            text,
            "| {clients} | {:.1} | {:.1} | {:.2} | {} | {} | {:.2} | {:.2} | {:.2} | {} |",
            ours.rate(),
            theirs.rate(),
            theirs.rate() / ours.rate(),
            processor(&ours, meter),
            processor(&theirs, meter),
            ours.millis_each() / theirs.millis_each(),
            quotient((after.commits - before.commits).into(), ours.count.into()),
            quotient((after.retries - before.retries).into(), ours.count.into()),
            ours.failures + theirs.failures,
        );
    }
    let _ = writeln!(text, "\n{}", sealing(site)?);
    if store.dialect() == Dialect::Postgres && meter.server.is_none() {
        text.push_str("\nThe server's processor time is not included: its processes are not on this machine.\n");
    }
    Ok(text)
}

/// The plain script by so many clients over at most so many connections.
pub fn plain(
    site: &Site,
    templates: &[Template],
    (clients, connections): (u32, usize),
    span: Duration,
) -> Result<Done> {
    let group = if clients == 1 {
        1
    } else {
        StoreOptions::default().group
    };
    let store = Store::open(
        &site.address,
        StoreOptions {
            group,
            connections,
            ..StoreOptions::default()
        },
    )?;
    let ids = plain::new_ids();
    let done = clients::run(clients, span, Meter::of(&store)?, |_| {
        Ok(|number: u64| {
            // Clients begin at different templates.
            let at = ((number >> 32) * 7 + number) % templates.len() as u64;
            plain::repeat(&store, &templates[at as usize], &ids)
        })
    });
    store.close();
    done
}

pub fn processor(done: &Done, meter: Meter) -> String {
    if meter.server.is_some() {
        let all = done.millis_each();
        format!("{all:.2} (server {:.2})", done.server_millis_each())
    } else {
        format!("{:.2}", done.millis_each())
    }
}

/// Rows an order adds, by table, and rows it changes.
fn rows_of(templates: &[Template]) -> String {
    let Some(last) = templates.last() else {
        return String::new();
    };
    let total: usize = last.added.iter().map(|added| added.rows.len()).sum();
    let tables: Vec<String> = last
        .added
        .iter()
        .map(|added| format!("{} {}", added.rows.len(), added.table))
        .collect();
    format!(
        "One order adds {total} rows ({}) and changes {} that were there.\n",
        tables.join(", "),
        last.changed.len()
    )
}

/// Sealing is done by a job after the commits; its price belongs to the order all the same.
fn sealing(site: &Site) -> Result<String> {
    let meter = Meter::default();
    let (before, _) = meter.millis();
    let begin = std::time::Instant::now();
    let entries = site.kernel.seal()?;
    let (after, _) = meter.millis();
    Ok(format!(
        "Sealing the log afterwards (a job): {entries} entries in {} ms, {} ms of processor time.",
        begin.elapsed().as_millis(),
        after - before
    ))
}
