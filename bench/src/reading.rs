//! A page of a list and a report, against the bare statement that brings the same rows.
//!
//! Keeps true: both sides read through the same connections; the bare side takes its rows as they come from the database and makes
//! no JSON of them.

use std::{fmt::Write, time::Instant};

use qudao_base::{Fault, Result, Value};
use qudao_kernel::{
    read::{self, ListRequest},
    report::{self, ReportRequest},
};
use qudao_store::{Dialect, Query};

use crate::{clients::quotient, load, site::Site, targets::Targets};

/// Runs of each; the fastest counts, because other work on the machine can only slow them.
const RUNS: usize = 9;

/// A list as somebody asks for it, and as a statement.
struct List {
    name: &'static str,
    filter: &'static str,
    sort: &'static str,
    sql: &'static str,
    parameters: Vec<Value>,
}

fn lists() -> [List; 2] {
    [
        List {
            name: "50 of one state, newest order date first",
            filter: "public_state == 'pending_shipment' and total_amount > 1000",
            sort: "-ordered_on",
            sql: "SELECT t.*, p.name, s.name FROM sales_order t LEFT JOIN partner p ON p.id = t.partner_id \
                  LEFT JOIN site s ON s.id = t.site_id WHERE t.public_state = ? AND t.total_amount > ? \
                  ORDER BY t.ordered_on DESC, t.id DESC LIMIT 51",
            parameters: vec!["pending_shipment".into(), 10_000_000.into()],
        },
        List {
            name: "50 of one state, greatest amount first",
            filter: "state == 'completed'",
            sort: "-total_amount",
            sql: "SELECT t.*, p.name, s.name FROM sales_order t LEFT JOIN partner p ON p.id = t.partner_id \
                  LEFT JOIN site s ON s.id = t.site_id WHERE t.state = ? \
                  ORDER BY t.total_amount DESC, t.id DESC LIMIT 51",
            parameters: vec!["completed".into()],
        },
    ]
}

/// The fastest of many runs in microseconds, and how many rows came; the first run, which fills caches, does not count.
fn fastest(mut work: impl FnMut() -> Result<usize>) -> Result<(u128, usize)> {
    let mut count = work()?;
    let mut best = u128::MAX;
    for _ in 0..RUNS {
        let begin = Instant::now();
        count = work()?;
        best = best.min(begin.elapsed().as_micros());
    }
    Ok((best, count))
}

fn bare(site: &Site, sql: &str, parameters: &[Value]) -> Result<(u128, usize)> {
    let store = &site.kernel.store;
    fastest(|| store.read(|reader| Ok(reader.query(sql, parameters)?.len())))
}

/// The table.
pub fn measure(site: &Site, orders: u32, targets: &mut Targets) -> Result<String> {
    let (kind, ..) = load::sides(site);
    let mut text = format!(
        "### Reading, {kind}, {orders} orders, {} lines more\n\n",
        orders * 5
    );
    text.push_str("| what | rows | ms | bare ms | ours : bare |\n|---|---:|---:|---:|---:|\n");
    let slowest = read_lists(site, &mut text)?;
    let what = format!("{kind}, ms of a list of 50, {orders} orders");
    targets.at_most(&what, 10.0, quotient(slowest, 1_000));
    // As a round does that is due every minute.
    site.kernel.sum_days()?;
    let micros = read_report(site, &mut text)?;
    let what = format!("{kind}, ms of the report, {} lines", orders * 5);
    targets.at_most(&what, 300.0, quotient(micros, 1_000));
    Ok(text)
}

/// Rows of the lists; microseconds of the slowest.
fn read_lists(site: &Site, text: &mut String) -> Result<u128> {
    let mut slowest = 0;
    for list in lists() {
        let request = ListRequest {
            object: "sales_order".to_owned(),
            filter: Some(list.filter.to_owned()),
            sort: Some(list.sort.to_owned()),
            limit: Some(50),
            ..ListRequest::default()
        };
        let ours = fastest(|| {
            let page = site
                .kernel
                .read(&site.manager, |cx| read::list(cx, &request))?;
            let count = page.rows.len();
            // As the interface answers it.
            drop(page.json().to_string());
            Ok(count)
        })?;
        let (bare, found) = bare(site, list.sql, &list.parameters)?;
        // One row more tells that there is a next page.
        row(text, list.name, ours, (bare, found.min(50)))?;
        slowest = slowest.max(ours.0);
    }
    Ok(slowest)
}

/// The row of the report; its microseconds.
fn read_report(site: &Site, text: &mut String) -> Result<u128> {
    let request = ReportRequest {
        object: "sales_order_line".to_owned(),
        measures: vec!["line_revenue".to_owned(), "line_quantity".to_owned()],
        by: vec!["product_id".to_owned(), "confirmed_on.month".to_owned()],
        limit: Some(5_000),
        ..ReportRequest::default()
    };
    let ours = fastest(|| {
        let json = site
            .kernel
            .read(&site.manager, |cx| report::report(cx, &request))?;
        drop(json.to_string());
        Ok(json["rows"].as_array().map_or(0, Vec::len))
    })?;
    // Every line here is confirmed: to say so would lead SQLite to an index that is slower than reading the whole table.
    // SQLite, left alone, walks along an index, which takes three times as long as reading the whole table.
    let way = match site.kernel.store.dialect() {
        Dialect::Sqlite => " NOT INDEXED",
        Dialect::Postgres => "",
    };
    let sql = format!(
        "SELECT product_id, confirmed_on / 100, CAST(SUM(net_amount) AS BIGINT), CAST(SUM(quantity) AS BIGINT) \
         FROM sales_order_line{way} GROUP BY 1, 2 ORDER BY 1"
    );
    let bare = bare(site, &sql, &[])?;
    row(text, "report product x month", ours, bare)?;
    Ok(ours.0)
}

fn row(text: &mut String, name: &str, ours: (u128, usize), bare: (u128, usize)) -> Result<()> {
    if ours.1 != bare.1 {
        let message = format!("{name}: {} rows against {}", ours.1, bare.1);
        return Err(Fault::new(message).into());
    }
    let _ = writeln!(
        text,
        "| {name} | {} | {:.2} | {:.2} | {:.2} |",
        ours.1,
        quotient(ours.0, 1_000),
        quotient(bare.0, 1_000),
        quotient(ours.0, bare.0)
    );
    Ok(())
}
