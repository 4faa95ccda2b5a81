//! Orders a second over HTTP: of many products against the plain script, and of one product against those of many.
//!
//! Keeps true: the plain script runs while the server does not; whoever is refused though there is stock is counted; after the one
//! product what is reserved is what was ordered.

use std::{fmt::Write, time::Duration};

use qudao_base::{Fault, Result};
use qudao_store::{Dialect, Query};

use crate::{
    clients::{self, Done, quotient},
    options::Options,
    orders,
    plain::Template,
    process::Meter,
    shop::Shop,
    site::Site,
    targets::Targets,
};

/// The database by name, clients over HTTP, and connections of the plain script.
pub fn sides(site: &Site) -> (&'static str, u32, u32) {
    match site.kernel.store.dialect() {
        Dialect::Sqlite => ("SQLite", 64, 1),
        Dialect::Postgres => ("PostgreSQL", 16, 8),
    }
}

/// Buys for a while, each line another one of so many products, after a time of which only failures count.
pub fn buy(shop: &Shop<'_>, clients: u32, span: Duration, products: usize) -> Result<Done> {
    let early = clients::run(clients, span / 5, shop.meter, |_| shop.client(products))?;
    let mut done = clients::run(clients, span, shop.meter, |_| shop.client(products))?;
    done.failures += early.failures;
    Ok(done)
}

const HEAD: &str =
    "| clients | what | orders/s | CPU ms an order | failed |\n|---:|---|---:|---:|---:|\n";

fn row(text: &mut String, (clients, what): (u32, &str), done: &Done, meter: Meter) {
    let _ = writeln!(
        text,
        "| {clients} | {what} | {:.1} | {} | {} |",
        done.rate(),
        orders::processor(done, meter),
        done.failures
    );
}

/// The table of many products, and the rate of ours.
pub fn many_products(
    site: &mut Site,
    templates: &[Template],
    options: &Options,
    targets: &mut Targets,
) -> Result<(String, f64)> {
    let (kind, clients, connections) = sides(site);
    let products = site.products.len();
    let (meter, ours) =
        site.over_http(|shop| Ok((shop.meter, buy(shop, clients, options.span, products)?)))?;
    let theirs = orders::plain(
        site,
        templates,
        (connections, connections as usize),
        options.span,
    )?;
    let ratio = ours.rate() / theirs.rate();
    let mut text = format!("### Orders over HTTP, {kind}\n\n{HEAD}");
    row(&mut text, (clients, "ours over HTTP"), &ours, meter);
    row(&mut text, (connections, "plain"), &theirs, meter);
    let _ = writeln!(text, "\nOurs : plain {ratio:.2}.{}", durability(site)?);
    let (wanted, millis) = match site.kernel.store.dialect() {
        Dialect::Sqlite => (5.0, 1.0),
        Dialect::Postgres => (0.6, 2.5),
    };
    let what = format!(
        "{kind}, orders over HTTP, {clients} clients, ours : plain with {connections} connection(s)"
    );
    targets.at_least(&what, wanted, ratio);
    let what = format!("{kind}, CPU ms an order, server and database");
    targets.at_most(&what, millis, ours.millis_each());
    Ok((text, ours.rate()))
}

/// What the database promises of a commit.
fn durability(site: &Site) -> Result<String> {
    if site.kernel.store.dialect() == Dialect::Sqlite {
        return Ok(" `synchronous=FULL` on both sides.".to_owned());
    }
    let sql = "SELECT current_setting('synchronous_commit'), current_setting('fsync')";
    let row = site.kernel.store.read(|reader| reader.one(sql, &[]))?;
    let row = row.ok_or_else(|| Fault::new("no settings"))?;
    Ok(format!(
        " `synchronous_commit` {}, `fsync` {}.",
        row.text(0)?,
        row.text(1)?
    ))
}

/// Reserved units and those of all order lines, and the lowest stock to be promised.
fn stock(site: &Site) -> Result<(i64, i64, i64)> {
    let sql = "SELECT CAST(SUM(reserved) AS BIGINT), CAST(MIN(available) AS BIGINT), \
               (SELECT CAST(SUM(quantity) AS BIGINT) FROM sales_order_line) FROM stock_level";
    let row = site.kernel.store.read(|reader| reader.one(sql, &[]))?;
    let row = row.ok_or_else(|| Fault::new("no stock"))?;
    Ok((row.int(0)?, row.int(2)?, row.int(1)?))
}

/// The table of one product against many.
pub fn one_product(site: &mut Site, options: &Options, targets: &mut Targets) -> Result<String> {
    let (kind, ..) = sides(site);
    let clients = 64;
    let products = site.products.len();
    let before = stock(site)?;
    let (meter, spread, hot) = site.over_http(|shop| {
        let spread = buy(shop, clients, options.span, products)?;
        Ok((shop.meter, spread, buy(shop, clients, options.span, 1)?))
    })?;
    let after = stock(site)?;
    let mut text = format!("### One hot product, {kind}\n\n{HEAD}");
    row(&mut text, (clients, "a hundred products"), &spread, meter);
    row(&mut text, (clients, "one product"), &hot, meter);
    let oversold = (after.0 - before.0) - (after.1 - before.1);
    let refused = spread.failures + hot.failures;
    let _ = writeln!(
        text,
        "\nReserved less ordered: {oversold}; lowest available: {}; refused though there was stock: {refused}.",
        after.2
    );
    let what = |what: &str| format!("{kind}, one hot product, {clients} clients: {what}");
    targets.at_least(&what("one : many"), 0.5, hot.rate() / spread.rate());
    let beyond = |units: i64| quotient(units.unsigned_abs().into(), 1);
    targets.at_most(
        &what("oversold"),
        0.0,
        beyond(oversold) + beyond(after.2.min(0)),
    );
    targets.at_most(&what("refused"), 0.0, f64::from(refused));
    Ok(text)
}
