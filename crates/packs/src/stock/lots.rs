//! Goods told apart by lot or serial number: the lots the lines of a document name.
//!
//! Keeps true: a line of a product that asks for numbers names all of its goods, a line of any other none; goods that arrive make
//! lots nobody has seen yet, goods that are here do not. Products that ask for none cost one statement a document: the question.
//! Not here: how numbers are written (`lot_numbers`), where goods are (`lot_places`), which lots leave first (`lot_proposal`).

use std::collections::HashMap;

use qudao_base::{Date, Id, Quantity, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    lot_numbers::{self, Tracking},
    records::StockLot,
};
use crate::product::records::Product;

/// So many ids one statement names.
pub(super) const BATCH: usize = 500;

/// A line of a document that may name lots.
#[derive(Clone, Copy, Debug)]
pub struct Line<'l> {
    /// What.
    pub product: Id,
    /// How much, never below zero.
    pub quantity: Quantity,
    /// The numbers as somebody wrote them.
    pub numbers: Option<&'l str>,
    /// Until when goods that arrive are good, where it is told.
    pub expires_on: Option<Date>,
}

impl<'l> Line<'l> {
    /// Of goods whose lots are known.
    pub fn of(product: Id, quantity: Quantity, numbers: Option<&'l str>) -> Self {
        Self {
            product,
            quantity,
            numbers,
            expires_on: None,
        }
    }
}

/// Some goods of one lot, or the one piece of a serial number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LotPart {
    /// The lot.
    pub lot: Id,
    /// Its number.
    pub number: String,
    /// Its product.
    pub product: Id,
    /// How much of it.
    pub quantity: Quantity,
    /// True for a serial number.
    pub is_serial: bool,
    /// The last day it is good.
    pub expires_on: Option<Date>,
}

/// What becomes of numbers nobody has seen yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unseen {
    /// Goods come from outside: they are new lots.
    Make,
    /// Goods are here: there is no such lot.
    Refuse,
}

pub(super) fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

/// The lots each line names, in the order of the lines; none for products that ask for none.
///
/// # Errors
/// What is wrong with the numbers of a line.
pub fn resolve(cx: &mut Cx<'_>, lines: &[Line<'_>], unseen: Unseen) -> Result<Vec<Vec<LotPart>>> {
    let asking = asking(cx, lines, unseen)?;
    let mut named = Vec::with_capacity(lines.len());
    for line in lines {
        let text = line.numbers.unwrap_or_default();
        let tracking = asking
            .get(&line.product)
            .map_or(Tracking::None, |product| Tracking::of(&product.tracking));
        match lot_numbers::read(tracking, text, line.quantity) {
            Ok(parts) => named.push(parts),
            Err(wrong) => {
                let product = cx.get::<Product>(line.product)?;
                return Err(wrong.refusal(&product.name, line.quantity).into());
            }
        }
    }
    let mut known = known(cx, lines, &named)?;
    let mut resolved = Vec::with_capacity(lines.len());
    for (line, parts) in lines.iter().zip(named) {
        let mut lots = Vec::with_capacity(parts.len());
        for (number, quantity) in parts {
            let key = (line.product, number);
            let lot = match known.get(&key) {
                Some(lot) => refresh(cx, lot, line, &asking)?,
                None if unseen == Unseen::Make => make(cx, &key, line, &asking)?,
                None => return Err(told("stock.lot_unknown", &key.1, &asking, line.product)),
            };
            lots.push(part(&lot, quantity));
            known.insert(key, lot);
        }
        resolved.push(lots);
    }
    Ok(resolved)
}

fn part(lot: &StockLot, quantity: Quantity) -> LotPart {
    LotPart {
        lot: lot.id,
        number: lot.code.clone(),
        product: lot.product_id,
        quantity,
        is_serial: lot.tracking == "serial",
        expires_on: lot.expires_on,
    }
}

type Asking = HashMap<Id, Product>;

/// The products that ask for numbers. Where goods arrive they are locked, so that what a product asks for does not change meanwhile:
/// goods that are here already keep it from changing.
fn asking(cx: &mut Cx<'_>, lines: &[Line<'_>], unseen: Unseen) -> Result<Asking> {
    let mut ids: Vec<Value> = Vec::with_capacity(lines.len());
    for line in lines {
        let id = Value::from(line.product);
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Ok(Asking::new());
    }
    let marks = marks(ids.len());
    let products = match unseen {
        Unseen::Make => cx.lock::<Product>(&format!("t.id IN ({marks})"), &ids)?,
        Unseen::Refuse => {
            let condition = format!("t.id IN ({marks}) AND t.tracking IN ('lot', 'serial')");
            cx.find::<Product>(&condition, &ids)?
        }
    };
    let asks = |one: &Product| Tracking::of(&one.tracking) != Tracking::None;
    Ok(products
        .into_iter()
        .filter(asks)
        .map(|one| (one.id, one))
        .collect())
}

fn known(
    cx: &mut Cx<'_>,
    lines: &[Line<'_>],
    named: &[Vec<lot_numbers::Part>],
) -> Result<HashMap<(Id, String), StockLot>> {
    let mut keys: Vec<(Id, &String)> = Vec::new();
    for (line, parts) in lines.iter().zip(named) {
        keys.extend(parts.iter().map(|(number, _)| (line.product, number)));
    }
    let mut found = HashMap::new();
    for batch in keys.chunks(BATCH) {
        let marks = marks(batch.len());
        let condition = format!("t.product_id IN ({marks}) AND t.code IN ({marks})");
        let mut parameters: Vec<Value> =
            batch.iter().map(|(product, _)| (*product).into()).collect();
        parameters.extend(batch.iter().map(|(_, number)| number.as_str().into()));
        for lot in cx.find::<StockLot>(&condition, &parameters)? {
            found.insert((lot.product_id, lot.code.clone()), lot);
        }
    }
    Ok(found)
}

fn told(code: &str, number: &str, asking: &Asking, product: Id) -> qudao_base::Stop {
    let name = asking.get(&product).map_or("", |one| one.name.as_str());
    let refusal = Refusal::conflict(code).on("lines").with("product", name);
    refusal.with("number", number).into()
}

fn make(cx: &mut Cx<'_>, key: &(Id, String), line: &Line<'_>, asking: &Asking) -> Result<StockLot> {
    let tracking = asking.get(&key.0).map(|one| one.tracking.clone());
    cx.create(&StockLot {
        code: key.1.clone(),
        product_id: key.0,
        tracking: tracking.unwrap_or_default(),
        expires_on: line.expires_on,
        ..StockLot::default()
    })
}

/// Brings a known lot into line: it has one day until which it is good, and the first document that tells it decides; a number from
/// before the product was told apart another way is now of the new kind.
fn refresh(cx: &mut Cx<'_>, lot: &StockLot, line: &Line<'_>, asking: &Asking) -> Result<StockLot> {
    if let (Some(day), Some(known)) = (line.expires_on, lot.expires_on)
        && day != known
    {
        let name = asking.get(&lot.product_id).map_or("", |one| &one.name);
        let refusal = Refusal::conflict("stock.lot_expiry_differs").on("lines");
        let refusal = refusal.with("product", name).with("number", &lot.code);
        return Err(refusal.with("known", known).into());
    }
    let mut fresh = lot.clone();
    fresh.expires_on = lot.expires_on.or(line.expires_on);
    if let Some(product) = asking.get(&lot.product_id) {
        fresh.tracking.clone_from(&product.tracking);
    }
    if (fresh.expires_on, &fresh.tracking) == (lot.expires_on, &lot.tracking) {
        return Ok(fresh);
    }
    let changed = fresh.clone();
    cx.act::<StockLot>(lot.id, "update", |one| *one = changed)
}

/// Refuses another way of telling a product's goods apart while there are any.
pub fn keep_tracking(cx: &mut Cx<'_>, product: &mut Product) -> Result<()> {
    let before = cx.find::<Product>("id = ?", &[product.id.into()])?;
    if before.iter().all(|one| one.tracking == product.tracking) {
        return Ok(());
    }
    let sql = "SELECT 1 FROM stock_level WHERE product_id = ? AND (on_hand <> 0 OR reserved <> 0 OR in_transit <> 0 \
               OR quality <> 0 OR damaged <> 0) LIMIT 1";
    if cx.query(sql, &[product.id.into()])?.is_empty() {
        return Ok(());
    }
    Err(Refusal::conflict("stock.tracking_fixed")
        .on("tracking")
        .into())
}
