//! Fills the database with copies of real orders and their lines by plain insertions, spread over two years, states and products.
//!
//! Keeps true: only lists and reports are measured on these rows; they have no log, so `verify` would rightly refuse them.

use std::collections::HashMap;

use qudao_base::{Result, SystemClock, Value};
use qudao_store::Dialect;

use crate::{
    plain::{self, Added, Template},
    site::{Site, scattered},
};

/// Orders in one transaction.
const BATCH: u32 = 500;
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
    let sources: Vec<(Added, Added)> = templates
        .iter()
        .filter_map(|one| {
            Some((
                one.of_table("sales_order")?.clone(),
                one.of_table("sales_order_line")?.clone(),
            ))
        })
        .collect();
    let ids = plain::new_ids();
    for begin in (0..orders).step_by(BATCH as usize) {
        let (mut heads, mut lines) = (Vec::new(), Vec::new());
        for number in begin..orders.min(begin + BATCH) {
            let source = &sources[number as usize % sources.len()];
            let (own, children) = copy(site, source, u64::from(number), || {
                ids.next(&SystemClock).number()
            });
            heads.extend(own);
            lines.extend(children);
        }
        let (order, line) = sources[0].clone();
        site.kernel.store.write(move |transaction| {
            order.insert(transaction, &heads)?;
            line.insert(transaction, &lines)
        })?;
    }
    if site.kernel.store.dialect() == Dialect::Postgres {
        // What the server does by itself a minute later.
        site.kernel
            .store
            .write(|transaction| transaction.execute("ANALYZE", &[]).map(drop))?;
    }
    Ok(())
}

type Rows = Vec<Vec<Value>>;

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
