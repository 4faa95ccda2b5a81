//! Delivery notes that wait for goods: promised by date, filled oldest first when goods come in.
//!
//! Keeps true: a waiting note holds exactly the held quantity of its lines; goods that come in go to the oldest note first, once,
//! because the note's row is locked while it takes them; a note that holds everything is ready.
//! Not here: whether an order may wait.

use std::collections::BTreeSet;

use qudao_base::{Date, Id, Quantity, Refusal, Result, Stop};
use qudao_kernel::Cx;

use super::{
    acceptance, claim, delivery,
    level::{CUSTOMER, ON_HAND, Place, Want},
    promise::{self, Outlook},
    records::{DeliveryNote, DeliveryNoteLine, IncomingSupply, StockReceipt, StockReceiptLine},
};

/// True of a note `n` whose site gave goods of its order back: while it waits there it stands in no queue and is never filled.
pub const GIVEN_BACK: &str = "EXISTS (SELECT 1 FROM delivery_note b WHERE b.sales_order_id = n.sales_order_id \
                              AND b.site_id = n.site_id AND b.state = 'taken_back')";

/// Makes a note whose goods are not here yet. Returns its lines with the days they are promised.
pub fn create(
    cx: &mut Cx<'_>,
    note: &DeliveryNote,
    mut lines: Vec<DeliveryNoteLine>,
) -> Result<Vec<DeliveryNoteLine>> {
    date_lines(cx, note, &mut lines)?;
    let waiting = DeliveryNote {
        state: "waiting".to_owned(),
        ..note.clone()
    };
    let made = cx.create_with_lines(&waiting, lines)?;
    cx.lines::<DeliveryNoteLine>(made.id)
}

/// Dates the lines of a note; a note without id waits behind all others.
fn date_lines(cx: &mut Cx<'_>, note: &DeliveryNote, lines: &mut [DeliveryNoteLine]) -> Result<()> {
    let today = cx.today();
    let mut own: Vec<(Id, Quantity)> = Vec::new();
    for line in lines {
        let missing = line.quantity.minus(line.held_quantity)?;
        let place = Place {
            site: note.site_id,
            product: line.product_id,
        };
        let mut outlook = outlook(cx, note, place)?;
        for (_, quantity) in own.iter().filter(|(product, _)| *product == place.product) {
            outlook.earlier = outlook.earlier.plus(*quantity)?;
        }
        line.promised_on = if missing.is_zero() {
            Some(today)
        } else {
            promise::promised_on(&outlook, missing, today)?
        };
        own.push((line.product_id, missing));
    }
    Ok(())
}

fn outlook(cx: &mut Cx<'_>, note: &DeliveryNote, place: Place) -> Result<Outlook> {
    let before = if note.id == Id::default() {
        i64::MAX
    } else {
        note.id.number()
    };
    let (site, product) = (place.site.into(), place.product.into());
    let queue = format!(
        "SELECT CAST(COALESCE(SUM(l.quantity - l.held_quantity), 0) AS BIGINT) FROM delivery_note_line l \
         JOIN delivery_note n ON n.id = l.delivery_note_id WHERE n.state = 'waiting' AND n.site_id = ? \
         AND l.product_id = ? AND n.id < ? AND NOT {GIVEN_BACK}"
    );
    let earlier = cx.query(&queue, &[site, product, before.into()])?;
    let incoming = cx.query(
        "SELECT expected_on, quantity - received_quantity FROM incoming_supply \
         WHERE state = 'open' AND site_id = ? AND product_id = ? ORDER BY expected_on, id",
        &[place.site.into(), place.product.into()],
    )?;
    let mut supplies = Vec::with_capacity(incoming.len());
    for row in &incoming {
        let quantity = Quantity::from_steps(row.int(1)?);
        supplies.push((Date::from_number(row.int(0)?)?, quantity));
    }
    Ok(Outlook {
        available: promisable(cx, note, place)?,
        earlier: match earlier.first() {
            Some(row) => Quantity::from_steps(row.int(0)?),
            None => Quantity::ZERO,
        },
        incoming: supplies,
    })
}

/// What the note's channel may take now.
fn promisable(cx: &mut Cx<'_>, note: &DeliveryNote, place: Place) -> Result<Quantity> {
    let free = cx.ledger().balance(&place.key(ON_HAND))?.above_floor();
    let free = Quantity::from_steps(free);
    let channel = note.channel_id.unwrap_or_default();
    match claim::terms(cx, channel, &[place.product])?.get(&place) {
        Some(terms) => terms.promisable(free),
        None => Ok(free),
    }
}

/// Notes that wait for a product at a site, oldest first.
fn waiting(cx: &mut Cx<'_>, place: Place) -> Result<Vec<Id>> {
    let sql = format!(
        "SELECT DISTINCT n.id FROM delivery_note n JOIN delivery_note_line l ON l.delivery_note_id = n.id \
         WHERE n.state = 'waiting' AND n.site_id = ? AND l.product_id = ? AND l.held_quantity < l.quantity \
         AND NOT {GIVEN_BACK} ORDER BY n.id"
    );
    let rows = cx.query(&sql, &[place.site.into(), place.product.into()])?;
    rows.iter().map(|row| row.id(0)).collect()
}

/// Gives goods that came free to those who wait, and dates anew who still waits.
pub fn fill(cx: &mut Cx<'_>, site: Id, products: &[Id]) -> Result<()> {
    let products: BTreeSet<Id> = products.iter().copied().collect();
    for product in products {
        let place = Place { site, product };
        for note in waiting(cx, place)? {
            if cx.ledger().balance(&place.key(ON_HAND))?.above_floor() <= 0 {
                break;
            }
            cx.act::<DeliveryNote>(note, "fill", |_| ())?;
        }
        promise_again(cx, place)?;
    }
    Ok(())
}

/// Dates the notes that wait for a product anew, where that changes a day.
fn promise_again(cx: &mut Cx<'_>, place: Place) -> Result<()> {
    for id in waiting(cx, place)? {
        let note = cx.get::<DeliveryNote>(id)?;
        let before = cx.lines::<DeliveryNoteLine>(id)?;
        let mut lines = before.clone();
        date_lines(cx, &note, &mut lines)?;
        let is_same = before
            .iter()
            .zip(&lines)
            .all(|(one, other)| one.promised_on == other.promised_on);
        if !is_same {
            cx.act::<DeliveryNote>(id, "promise", |_| ())?;
        }
    }
    Ok(())
}

/// Rule of `promise`: the days are those of now.
pub fn date(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let mut lines = cx.lines::<DeliveryNoteLine>(note.id)?;
    date_lines(cx, note, &mut lines)?;
    cx.set_lines(note.id, lines)
}

/// Rule of `fill`: takes what there is; a note that has everything is ready.
pub fn hold_more(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let mut lines = cx.lines::<DeliveryNoteLine>(note.id)?;
    let channel = note.channel_id.unwrap_or_default();
    for line in &mut lines {
        let missing = line.quantity.minus(line.held_quantity)?;
        let place = Place {
            site: note.site_id,
            product: line.product_id,
        };
        let quantity = missing.min(promisable(cx, note, place)?);
        if quantity <= Quantity::ZERO {
            continue;
        }
        let want = Want {
            place,
            quantity,
            to: (CUSTOMER, note.site_id),
            leave: Quantity::ZERO,
            cause: delivery::cause(line),
        };
        match claim::reserve(cx, channel, &[want]) {
            Ok(()) => line.held_quantity = line.held_quantity.plus(quantity)?,
            // Another order was faster; the next goods are for this note.
            Err(Stop::Refusal(refusal)) if refusal.code == "stock.short" => {}
            Err(stop) => return Err(stop),
        }
    }
    let is_whole = lines.iter().all(|line| line.held_quantity == line.quantity);
    date_lines(cx, note, &mut lines)?;
    cx.set_lines(note.id, lines)?;
    if is_whole {
        acceptance::offer(cx, note)?;
        delivery::tell_clerk(cx, note)?;
    }
    Ok(())
}

/// The recurring job: goods that came free in ways no document tells.
pub fn sweep(cx: &mut Cx<'_>) -> Result<()> {
    let sql = format!(
        "SELECT DISTINCT n.site_id, l.product_id FROM delivery_note_line l \
         JOIN delivery_note n ON n.id = l.delivery_note_id \
         JOIN stock_level s ON s.site_id = n.site_id AND s.product_id = l.product_id \
         WHERE n.state = 'waiting' AND l.held_quantity < l.quantity AND s.available > 0 AND NOT {GIVEN_BACK} ORDER BY 1, 2"
    );
    for row in cx.query(&sql, &[])? {
        let site = row.id(0)?;
        fill(cx, site, &[row.id(1)?])?;
    }
    Ok(())
}

/// After a note was cancelled: what it held goes to who waits.
pub fn pass_on(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let lines = cx.lines::<DeliveryNoteLine>(note.id)?;
    let products: Vec<Id> = lines.iter().map(|line| line.product_id).collect();
    fill(cx, note.site_id, &products)
}

/// After supply changed: the days that follow from it.
pub fn follow_supply(cx: &mut Cx<'_>, supply: &IncomingSupply) -> Result<()> {
    let place = Place {
        site: supply.site_id,
        product: supply.product_id,
    };
    promise_again(cx, place)
}

/// Counts what a receipt brings off the supplies its lines name.
pub fn reduce_supplies(cx: &mut Cx<'_>, receipt: &StockReceipt) -> Result<()> {
    for line in cx.lines::<StockReceiptLine>(receipt.id)? {
        let Some(id) = line.incoming_supply_id else {
            continue;
        };
        let supply = cx.get::<IncomingSupply>(id)?;
        if (supply.site_id, supply.product_id) != (receipt.site_id, line.product_id) {
            return Err(Refusal::invalid("stock.supply_other").on("lines").into());
        }
        let received = supply.received_quantity.plus(line.quantity)?;
        cx.act::<IncomingSupply>(id, "receive", |one| {
            one.received_quantity = received;
            one.quantity = one.quantity.max(received);
        })?;
    }
    Ok(())
}

/// Rule of `receive`: a supply that is all here is received.
pub fn close_supply(_: &mut Cx<'_>, supply: &mut IncomingSupply) -> Result<()> {
    if supply.received_quantity == supply.quantity {
        "received".clone_into(&mut supply.state);
    }
    Ok(())
}
