//! Which lots leave: proposed by what expires first, chosen by who ships.
//!
//! Keeps true: a lot that has expired does not leave to a customer, proposed or not; nothing is promised to a lot before it leaves.
//! Not here: moving the goods (`lot_places`).

use std::collections::{HashMap, HashSet};

use qudao_base::{Id, Quantity, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    lot_numbers::{self, Stored, Tracking},
    lots::{self, Line, LotPart, Unseen, marks},
    records::{DeliveryNote, DeliveryNoteLine, TransferOrder, TransferOrderLine},
};
use crate::product::records::Product;

/// The lots each line of a note ships.
///
/// # Errors
/// What is wrong with the numbers of a line; conflict `stock.lot_expired`.
pub fn chosen(cx: &mut Cx<'_>, lines: &[DeliveryNoteLine]) -> Result<Vec<Vec<LotPart>>> {
    let named: Vec<Line<'_>> = lines
        .iter()
        .map(|one| {
            Line::of(
                one.product_id,
                one.ship_quantity,
                one.lot_numbers.as_deref(),
            )
        })
        .collect();
    let lots = lots::resolve(cx, &named, Unseen::Refuse)?;
    let today = cx.today();
    let expired = |part: &&LotPart| part.expires_on.is_some_and(|last| last < today);
    let Some(part) = lots.iter().flatten().find(expired) else {
        return Ok(lots);
    };
    let product = cx.get::<Product>(part.product)?;
    let mut refusal = Refusal::conflict("stock.lot_expired").on("lines");
    if let Some(last) = part.expires_on {
        refusal = refusal.with("last", last);
    }
    let refusal = refusal.with("product", product.name);
    Err(refusal.with("number", part.number.clone()).into())
}

/// Rule of a note's `propose_lots`.
pub fn for_note(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let mut lines = cx.lines::<DeliveryNoteLine>(note.id)?;
    let wanted: Vec<Wanted> = lines
        .iter()
        .map(|line| (line.product_id, line.ship_quantity))
        .collect();
    for (line, numbers) in lines.iter_mut().zip(propose(cx, note.site_id, &wanted)?) {
        line.lot_numbers = numbers;
    }
    cx.set_lines(note.id, lines)
}

/// Names the lots of lines that name none, where there is but one way to take what expires first. Other lines stay as they are.
pub fn fill_forced(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let mut lines = cx.lines::<DeliveryNoteLine>(note.id)?;
    let named: HashSet<Id> = lines
        .iter()
        .filter(|line| line.lot_numbers.is_some())
        .map(|line| line.product_id)
        .collect();
    let wanted: Vec<Wanted> = lines
        .iter()
        .map(|line| (line.product_id, line.ship_quantity))
        .collect();
    let mut stored = stored(cx, note.site_id, &wanted)?;
    let today = cx.today();
    let mut has_filled = false;
    let open = |line: &&mut DeliveryNoteLine| !named.contains(&line.product_id);
    for line in lines.iter_mut().filter(open) {
        let Some(lots) = stored.get_mut(&line.product_id) else {
            continue;
        };
        let tracking = Tracking::of(&cx.get::<Product>(line.product_id)?.tracking);
        let is_asked = tracking != Tracking::None && !line.ship_quantity.is_zero();
        if is_asked && lot_numbers::is_forced(lots, line.ship_quantity, today) {
            let parts = lot_numbers::propose(lots, line.ship_quantity, today);
            line.lot_numbers = Some(lot_numbers::write(tracking, &parts));
            has_filled = true;
        }
    }
    if has_filled {
        cx.set_lines(note.id, lines)?;
    }
    Ok(())
}

/// Rule of a transfer order's `propose_lots`.
pub fn for_transfer(cx: &mut Cx<'_>, order: &mut TransferOrder) -> Result<()> {
    let mut lines = cx.lines::<TransferOrderLine>(order.id)?;
    let wanted: Vec<Wanted> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    for (line, numbers) in lines
        .iter_mut()
        .zip(propose(cx, order.from_site_id, &wanted)?)
    {
        line.lot_numbers = numbers;
    }
    cx.set_lines(order.id, lines)
}

/// A product and how much of it leaves.
type Wanted = (Id, Quantity);

/// The numbers for each line; none for products that ask for none.
fn propose(cx: &mut Cx<'_>, site: Id, wanted: &[Wanted]) -> Result<Vec<Option<String>>> {
    let mut stored = stored(cx, site, wanted)?;
    let today = cx.today();
    let mut proposed = Vec::with_capacity(wanted.len());
    for &(id, quantity) in wanted {
        let product = cx.get::<Product>(id)?;
        let tracking = Tracking::of(&product.tracking);
        if tracking == Tracking::None || quantity.is_zero() {
            proposed.push(None);
            continue;
        }
        let lots = stored.entry(id).or_default();
        let parts = lot_numbers::propose(lots, quantity, today);
        let found = Quantity::sum(parts.iter().map(|(_, part)| *part))?;
        if found < quantity {
            let refusal = Refusal::conflict("stock.lots_short").on("lines");
            let refusal = refusal.with("product", product.name);
            return Err(refusal
                .with("available", found)
                .with("needed", quantity)
                .into());
        }
        proposed.push(Some(lot_numbers::write(tracking, &parts)));
    }
    Ok(proposed)
}

/// Lots on hand at a site by product, oldest first.
fn stored(cx: &mut Cx<'_>, site: Id, wanted: &[Wanted]) -> Result<HashMap<Id, Vec<Stored>>> {
    let mut stored: HashMap<Id, Vec<Stored>> = HashMap::new();
    if wanted.is_empty() {
        return Ok(stored);
    }
    let sql = format!(
        "SELECT l.product_id, s.code, s.expires_on, l.quantity FROM lot_level l JOIN stock_lot s ON s.id = l.stock_lot_id \
         WHERE l.site_id = ? AND l.bucket = 'on_hand' AND l.quantity > 0 AND l.product_id IN ({}) ORDER BY s.id",
        marks(wanted.len())
    );
    let mut parameters: Vec<Value> = vec![site.into()];
    parameters.extend(wanted.iter().map(|(product, _)| Value::from(*product)));
    for row in cx.query(&sql, &parameters)? {
        let expires_on = row.value(2).int().map(qudao_base::Date::from_number);
        stored.entry(row.id(0)?).or_default().push(Stored {
            number: row.text(1)?.to_owned(),
            expires_on: expires_on.transpose()?,
            quantity: Quantity::from_steps(row.int(3)?),
        });
    }
    Ok(stored)
}
