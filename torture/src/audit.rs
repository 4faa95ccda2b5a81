//! What the database holds, against what clients were told.
//!
//! Keeps true: it only reads, after the program has ended or beside it; `qudao verify` has the last word.

use std::collections::{HashMap, HashSet};

use qudao_base::Result;
use qudao_store::{Options as StoreOptions, Query, Store};

use crate::{
    Checked,
    buyer::{Stage, Wish},
    ground::{Database, Ground},
    said, server,
    table::Table,
};

/// An order as it is stored.
struct Stored {
    number: String,
    state: String,
}

/// What is stored of orders and stock.
pub struct Books {
    orders: HashMap<String, Stored>,
    /// Lines without order, orders without lines, confirmed orders without a delivery note.
    half: usize,
    /// Product, units promised to orders by the counter, units on confirmed orders, units free.
    levels: Vec<(i64, i64, i64)>,
}

const HALF: [&str; 3] = [
    "SELECT COUNT(*) FROM sales_order o WHERE NOT EXISTS (SELECT 1 FROM sales_order_line l WHERE l.sales_order_id = o.id)",
    "SELECT COUNT(*) FROM sales_order_line l WHERE NOT EXISTS (SELECT 1 FROM sales_order o WHERE o.id = l.sales_order_id)",
    "SELECT COUNT(*) FROM sales_order o WHERE o.state = 'confirmed' \
     AND NOT EXISTS (SELECT 1 FROM delivery_note d WHERE d.sales_order_id = o.id)",
];

const LEVELS: &str = "SELECT s.reserved, COALESCE(o.quantity, 0), s.available FROM stock_level s LEFT JOIN ( \
    SELECT l.product_id, CAST(SUM(l.quantity) AS BIGINT) AS quantity FROM sales_order_line l \
    JOIN sales_order o ON o.id = l.sales_order_id WHERE o.state = 'confirmed' GROUP BY l.product_id) o \
    ON o.product_id = s.product_id";

impl Books {
    /// Reads them.
    pub fn read(address: &str) -> Checked<Self> {
        let store = Store::open(address, StoreOptions::default()).map_err(said)?;
        let books = store.read(|reader| {
            let mut orders = HashMap::new();
            for row in reader.query("SELECT id, number, state FROM sales_order", &[])? {
                let stored = Stored {
                    number: row.text(1)?.to_owned(),
                    state: row.text(2)?.to_owned(),
                };
                orders.insert(row.int(0)?.to_string(), stored);
            }
            let mut half = 0;
            for sql in HALF {
                let rows = reader.query(sql, &[])?;
                half += rows.first().map_or(Ok(0), |row| row.int(0))? as usize;
            }
            let levels = reader
                .query(LEVELS, &[])?
                .iter()
                .map(|row| Ok((row.int(0)?, row.int(1)?, row.int(2)?)))
                .collect::<Result<Vec<_>>>()?;
            Ok(Self {
                orders,
                half,
                levels,
            })
        });
        let books = books.map_err(said);
        store.close();
        books
    }

    /// True when the order is stored as its buyer was told.
    pub fn holds(&self, wish: &Wish) -> bool {
        let state = self.orders.get(&wish.id).map(|order| order.state.as_str());
        match wish.stage {
            Stage::New => true,
            Stage::Drafted | Stage::Refused(_) if wish.id.is_empty() => true,
            Stage::Drafted | Stage::Refused(_) => state.is_some(),
            Stage::Confirmed(_) => state == Some("confirmed"),
            Stage::Cancelled => state == Some("cancelled"),
        }
    }

    /// How many orders are confirmed.
    pub fn confirmed(&self) -> usize {
        let confirmed = |order: &&Stored| order.state == "confirmed";
        self.orders.values().filter(confirmed).count()
    }

    /// How many orders were made that no wish knows, once all wishes are settled.
    fn invented(&self, wishes: &[Wish]) -> usize {
        let known: HashSet<&str> = wishes.iter().map(|wish| wish.id.as_str()).collect();
        self.orders
            .keys()
            .filter(|id| !known.contains(id.as_str()))
            .count()
    }

    fn doubled_numbers(&self) -> usize {
        let numbers: HashSet<&str> = self
            .orders
            .values()
            .map(|one| one.number.as_str())
            .collect();
        self.orders.len() - numbers.len()
    }

    /// Units sold beyond stock, in all products.
    fn oversold(&self) -> usize {
        self.levels.iter().filter(|level| level.2 < 0).count()
    }
}

/// Puts down all promises about orders. Every wish must be settled.
pub fn judge(table: &mut Table, ground: &Ground, database: &Database, wishes: &[Wish]) -> Checked {
    let books = Books::read(&database.address())?;
    let acknowledged: Vec<&Wish> = wishes.iter().filter(|wish| !wish.id.is_empty()).collect();
    let lost = acknowledged
        .iter()
        .filter(|wish| !books.holds(wish))
        .count();
    table.add(
        "an acknowledged order is there, in its state",
        acknowledged.len(),
        lost,
    );
    table.add(
        "one key has one effect: no order nobody knows",
        wishes.len(),
        books.invented(wishes),
    );
    table.add("no half order", books.orders.len(), books.half);
    table.add(
        "no order number twice",
        books.orders.len(),
        books.doubled_numbers(),
    );
    table.add("nothing oversold", books.levels.len(), books.oversold());
    let differing = books
        .levels
        .iter()
        .filter(|level| level.0 != level.1)
        .count();
    table.add(
        "stock counter = confirmed orders",
        books.levels.len(),
        differing,
    );
    verify(table, &ground.program, database);
    Ok(())
}

/// `qudao verify` as a promise.
pub fn verify(table: &mut Table, program: &std::path::Path, database: &Database) {
    let verified = server::command(program, &["verify"], database);
    table.hold("`qudao verify`: everything holds", verified.is_ok());
    match verified {
        Ok(told) => table.note(told.lines().next().unwrap_or_default()),
        Err(told) => table.note(told),
    }
}
