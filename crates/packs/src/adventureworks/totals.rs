//! What the files say in sum against what the database says, figure by figure.
//!
//! Keeps true: the two sides never meet before they are compared: one is summed up while reading, the other by the database from
//! what it keeps; both are exact, and only printed in cents.

use std::collections::{BTreeMap, HashMap, HashSet};

use qudao_base::{Id, Money, Result, SCALE, Value};
use qudao_kernel::Cx;

use super::{Figure, movements::Moved, resellers::Reseller};

/// One sell-in line.
pub(super) struct Sale {
    pub territory: String,
    pub year: i64,
    pub reseller: String,
    pub amount: Money,
}

/// Sums of sell-in lines, in steps of money.
#[derive(Debug, Default)]
pub(super) struct Figures {
    orders: HashSet<String>,
    buyers: HashSet<String>,
    lines: i64,
    amount: i64,
    by_territory: BTreeMap<String, i64>,
    by_year: BTreeMap<i64, i64>,
}

impl Figures {
    /// Counts an order once.
    pub fn add_order(&mut self, number: &str) {
        if !number.is_empty() {
            self.orders.insert(number.to_owned());
        }
    }

    /// Adds a line. A sum beyond the range stays at its end and so differs from the database.
    pub fn add(&mut self, sale: Sale) {
        let steps = sale.amount.steps();
        let add = |sum: &mut i64| *sum = sum.saturating_add(steps);
        self.lines += 1;
        add(&mut self.amount);
        add(self.by_territory.entry(sale.territory).or_default());
        add(self.by_year.entry(sale.year).or_default());
        self.buyers.insert(sale.reseller);
    }
}

const ORDERS: &str = "SELECT o.partner_id, o.ordered_on / 10000, COUNT(*), CAST(SUM(o.net_amount) AS BIGINT) \
    FROM import_key k JOIN sales_order o ON o.id = k.record_id \
    WHERE k.object = 'sales_order' AND k.source_key LIKE 'adventureworks:%' AND o.historic = 1 \
    GROUP BY o.partner_id, o.ordered_on / 10000";
const LINES: &str = "SELECT COUNT(*), CAST(SUM(l.net_amount) AS BIGINT) FROM import_key k \
    JOIN sales_order_line l ON l.sales_order_id = k.record_id \
    WHERE k.object = 'sales_order' AND k.source_key LIKE 'adventureworks:%'";
const RECEIVED: &str = "SELECT CAST(SUM(l.quantity) AS BIGINT), 0 FROM import_key k \
    JOIN stock_receipt d ON d.id = k.record_id JOIN stock_receipt_line l ON l.stock_receipt_id = d.id \
    WHERE k.object = 'stock_receipt' AND k.source_key LIKE 'adventureworks:%' AND d.state = 'posted'";
const ADJUSTED: &str = "SELECT CAST(SUM(CASE WHEN l.quantity > 0 THEN l.quantity ELSE 0 END) AS BIGINT), \
    CAST(SUM(CASE WHEN l.quantity < 0 THEN -l.quantity ELSE 0 END) AS BIGINT) FROM import_key k \
    JOIN stock_adjustment d ON d.id = k.record_id JOIN stock_adjustment_line l ON l.stock_adjustment_id = d.id \
    WHERE k.object = 'stock_adjustment' AND k.source_key LIKE 'adventureworks:%' AND d.state = 'posted'";

fn number(value: &Value) -> i64 {
    value.int().unwrap_or_default()
}

/// Compares orders: amounts by all, territory and year; numbers of orders, lines and partners that bought.
pub(super) fn of_orders(
    cx: &mut Cx<'_>,
    files: &Figures,
    resellers: &HashMap<String, Reseller>,
) -> Result<Vec<Figure>> {
    let territories: HashMap<Id, &str> = resellers
        .values()
        .map(|reseller| (reseller.partner, reseller.territory.as_str()))
        .collect();
    let (mut amount, mut orders) = (0_i64, 0_i64);
    let mut by_territory: BTreeMap<String, i64> = BTreeMap::new();
    let mut by_year: BTreeMap<i64, i64> = BTreeMap::new();
    let mut buyers = HashSet::new();
    for row in cx.query(ORDERS, &[])? {
        let (partner, steps) = (row.id(0)?, row.int(3)?);
        let territory = territories.get(&partner).copied().unwrap_or("unknown");
        amount += steps;
        orders += row.int(2)?;
        *by_territory.entry(territory.to_owned()).or_default() += steps;
        *by_year.entry(row.int(1)?).or_default() += steps;
        buyers.insert(partner);
    }
    let lines = cx.query(LINES, &[])?;
    let (line_count, line_amount) = lines
        .first()
        .map_or((0, 0), |row| (number(row.value(0)), number(row.value(1))));
    let mut figures = vec![
        Figure::money("reseller sales", files.amount, amount),
        Figure::money("reseller sales, from lines", files.amount, line_amount),
        Figure::count("orders", files.orders.len() as i64, orders),
        Figure::count("order lines", files.lines, line_count),
        Figure::count(
            "partners that bought",
            files.buyers.len() as i64,
            buyers.len() as i64,
        ),
    ];
    let mut territories: Vec<&String> = files
        .by_territory
        .keys()
        .chain(by_territory.keys())
        .collect();
    territories.sort_by_key(|key| (key.len(), (*key).clone()));
    territories.dedup();
    let sum = |map: &BTreeMap<String, i64>, key: &String| map.get(key).copied().unwrap_or_default();
    for key in territories {
        let (file, stored) = (sum(&files.by_territory, key), sum(&by_territory, key));
        figures.push(Figure::money(&format!("territory {key}"), file, stored));
    }
    let mut years: Vec<i64> = files
        .by_year
        .keys()
        .chain(by_year.keys())
        .copied()
        .collect();
    years.sort_unstable();
    years.dedup();
    for year in years {
        let of = |map: &BTreeMap<i64, i64>| map.get(&year).copied().unwrap_or_default();
        figures.push(Figure::money(
            &format!("year {year}"),
            of(&files.by_year),
            of(&by_year),
        ));
    }
    Ok(figures)
}

/// Compares stock movements, in pieces.
pub(super) fn of_movements(cx: &mut Cx<'_>, files: &Moved) -> Result<Vec<Figure>> {
    let mut pieces = |sql: &str| {
        let rows = cx.query(sql, &[])?;
        let at = |column| {
            rows.first()
                .map_or(0, |row| number(row.value(column)) / SCALE)
        };
        Ok::<_, qudao_base::Stop>((at(0), at(1)))
    };
    let (units_in, _) = pieces(RECEIVED)?;
    let (counted, units_out) = pieces(ADJUSTED)?;
    let opening = files.opening + files.raised;
    Ok(vec![
        Figure::count("pieces at the opening", opening, counted),
        Figure::count("pieces in", files.units_in, units_in),
        Figure::count("pieces out", files.units_out, units_out),
    ])
}
