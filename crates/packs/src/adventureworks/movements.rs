//! Stock movements as posted documents of one warehouse: per day one receipt of what came in and one adjustment of what went out.
//!
//! The source lets stock fall under zero, this product never does. So the count the year opens with is the source's,
//! raised for each product by what it is short of at its lowest; every movement after it is taken as it is.
//!
//! Keeps true: the level of a product at the end is the source's balance plus what its opening was raised by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use qudao_base::{Date, Id, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    file::{Reading, Row, known},
    products::Sold,
    run::{Item, Run, Target, source_key},
};
use crate::stock::records::{
    Site, StockAdjustment, StockAdjustmentLine, StockPolicy, StockReceipt, StockReceiptLine,
};

const STEM: &str = "inventory_movements_2013on";
const COLUMNS: [&str; 5] = [
    "ProductKey",
    "MovementDate",
    "UnitsIn",
    "UnitsOut",
    "UnitsBalance",
];
const SITE_KEY: &str = "warehouse";
const DAYS_PER_TRANSACTION: usize = 20;

/// Pieces sums, as the file says.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Moved {
    /// The openings as the file implies them.
    pub opening: i64,
    /// What they were raised by, so that no level falls under zero.
    pub raised: i64,
    /// Came in.
    pub units_in: i64,
    /// Went out.
    pub units_out: i64,
}

struct Movement {
    line: u64,
    product: Id,
    day: Date,
    units_in: i64,
    units_out: i64,
    balance: i64,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Opening,
    In,
    Out,
}

struct Document {
    kind: Kind,
    site: Id,
    day: Date,
    lines: Vec<(Id, i64)>,
}

/// Loads all movements. Returns their sums.
pub(super) fn load(run: &mut Run<'_>, products: &HashMap<String, Sold>) -> Result<Moved> {
    let rows = run.table(STEM, &COLUMNS, |row| movement(row, products))?;
    let mut moves: Vec<Movement> = rows.into_iter().map(|(_, movement)| movement).collect();
    moves.sort_by_key(|one| (one.day, one.product, one.line));
    let Some(first) = moves.first() else {
        return Ok(Moved::default());
    };
    let (day_before, first_line) = (first.day.plus_days(-1)?, first.line);
    let (openings, mut sums) = openings(&moves);
    let site = run.kernel.write(&qudao_base::Actor::system(), site)?;
    let document = |kind, day, lines| Document {
        kind,
        site,
        day,
        lines,
    };
    let mut items = vec![Item {
        key: "opening".to_owned(),
        rows: vec![first_line],
        content: document(Kind::Opening, day_before, openings),
    }];
    for day in moves.chunk_by(|left, right| left.day == right.day) {
        let date = day[0].day;
        for (kind, word) in [(Kind::In, "in"), (Kind::Out, "out")] {
            let units = |one: &Movement| match kind {
                Kind::Out => one.units_out,
                _ => one.units_in,
            };
            let some: Vec<&Movement> = day.iter().filter(|one| units(one) > 0).collect();
            if !some.is_empty() {
                items.push(Item {
                    key: format!("{date}:{word}"),
                    rows: some.iter().map(|one| one.line).collect(),
                    content: document(
                        kind,
                        date,
                        some.iter().map(|one| (one.product, units(one))).collect(),
                    ),
                });
            }
        }
    }
    sums.units_in = moves.iter().map(|one| one.units_in).sum();
    sums.units_out = moves.iter().map(|one| one.units_out).sum();
    write(run, items)?;
    let kept: BTreeSet<Id> = moves.iter().map(|one| one.product).collect();
    load_policies(run, site, &kept, products)?;
    Ok(sums)
}

/// The safety stock of what the warehouse keeps; filled up to the same line, the source knows no other.
fn load_policies(
    run: &mut Run<'_>,
    site: Id,
    kept: &BTreeSet<Id>,
    products: &HashMap<String, Sold>,
) -> Result<()> {
    let lines: BTreeMap<Id, Quantity> = products
        .values()
        .map(|product| (product.id, product.safety))
        .filter(|(id, safety)| *safety > Quantity::ZERO && kept.contains(id))
        .collect();
    let policy = |(product_id, safety_quantity): (Id, Quantity)| Item {
        key: format!("safety:{product_id}"),
        rows: Vec::new(),
        content: StockPolicy {
            site_id: site,
            product_id,
            safety_quantity,
            target_quantity: safety_quantity,
            ..StockPolicy::default()
        },
    };
    let target = Target {
        file: run.file_name("products"),
        object: |_| "stock_policy",
        batch: 200,
        save: |cx: &mut Cx<'_>, policy: &StockPolicy| Ok(cx.create(policy)?.id),
    };
    run.load(&target, lines.into_iter().map(policy).collect())
        .map(drop)
}

fn movement(row: &Row, products: &HashMap<String, Sold>) -> Reading<Movement> {
    let units = |column| Ok::<_, String>(row.pieces(column, 0)?.steps() / qudao_base::SCALE);
    Ok(Movement {
        line: row.line,
        product: known(products, row, "ProductKey")?.id,
        day: row.date("MovementDate")?,
        units_in: units("UnitsIn")?,
        units_out: units("UnitsOut")?,
        balance: row.whole("UnitsBalance")?,
    })
}

/// What each product opens with, and the sums.
fn openings(moves: &[Movement]) -> (Vec<(Id, i64)>, Moved) {
    struct Course {
        opening: i64,
        balance: i64,
        lowest: i64,
    }
    let mut courses: BTreeMap<Id, Course> = BTreeMap::new();
    for one in moves {
        let opening = one.balance - one.units_in + one.units_out;
        let course = courses.entry(one.product).or_insert(Course {
            opening,
            balance: opening,
            lowest: opening.min(0),
        });
        course.balance += one.units_in - one.units_out;
        course.lowest = course.lowest.min(course.balance);
    }
    let sums = Moved {
        opening: courses.values().map(|course| course.opening).sum(),
        raised: courses.values().map(|course| -course.lowest).sum(),
        ..Moved::default()
    };
    let lines = courses
        .into_iter()
        .map(|(product, course)| (product, course.opening - course.lowest))
        .filter(|(_, units)| *units > 0);
    (lines.collect(), sums)
}

fn write(run: &mut Run<'_>, mut items: Vec<Item<Document>>) -> Result<()> {
    let target = Target {
        file: run.file_name(STEM),
        object: |document: &Document| match document.kind {
            Kind::In => "stock_receipt",
            Kind::Opening | Kind::Out => "stock_adjustment",
        },
        batch: DAYS_PER_TRANSACTION,
        save,
    };
    let all = items.len();
    while !items.is_empty() {
        let rest = items.split_off(items.len().min(10 * DAYS_PER_TRANSACTION));
        run.load(&target, items)?;
        run.progress(&format!("stock documents: {} of {all}", all - rest.len()));
        items = rest;
    }
    Ok(())
}

/// The warehouse; the central one when the site has none.
fn site(cx: &mut Cx<'_>) -> Result<Id> {
    let key = source_key(SITE_KEY);
    if let Some(id) = cx.imported("site", &key)? {
        return Ok(id);
    }
    let is_central = cx.find::<Site>("is_central = 1", &[])?.is_empty();
    let site = cx.create(&Site {
        code: "AW".to_owned(),
        name: "AdventureWorks".to_owned(),
        kind: "warehouse".to_owned(),
        is_central,
        active: true,
        ..Site::default()
    })?;
    cx.remember_import("site", &key, site.id)?;
    Ok(site.id)
}

fn save(cx: &mut Cx<'_>, document: &Document) -> Result<Id> {
    let pieces = |units: i64| Quantity::of(units);
    if document.kind == Kind::In {
        let receipt = StockReceipt {
            site_id: document.site,
            received_on: document.day,
            reference: Some("AdventureWorks".to_owned()),
            ..StockReceipt::default()
        };
        let line = |&(product_id, units): &(Id, i64)| StockReceiptLine {
            product_id,
            quantity: pieces(units),
            ..StockReceiptLine::default()
        };
        let receipt = cx.create_with_lines(&receipt, document.lines.iter().map(line).collect())?;
        return Ok(cx.act::<StockReceipt>(receipt.id, "post", |_| {})?.id);
    }
    let (reason, comment, sign) = match document.kind {
        Kind::Opening => ("count", "AdventureWorks: opening", 1),
        _ => ("other", "AdventureWorks: units out", -1),
    };
    let adjustment = StockAdjustment {
        site_id: document.site,
        adjusted_on: document.day,
        reason: reason.to_owned(),
        comment: comment.to_owned(),
        ..StockAdjustment::default()
    };
    let line = |&(product_id, units): &(Id, i64)| StockAdjustmentLine {
        product_id,
        quantity: pieces(sign * units),
        ..StockAdjustmentLine::default()
    };
    let lines = document.lines.iter().map(line).collect();
    let adjustment = cx.create_with_lines(&adjustment, lines)?;
    Ok(cx.act::<StockAdjustment>(adjustment.id, "post", |_| {})?.id)
}
