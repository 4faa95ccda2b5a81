//! Delivery notes: goods promised to an order, shipped in whole or in part, or given back.
//!
//! Keeps true: each line holds exactly its quantity until the note is shipped or cancelled; what is not shipped either moves to
//! a new note, which holds it again in the same transaction, or is given back.
//! Not here: what an order or the ledger of money makes of it.

use qudao_base::{Id, Quantity, Refusal, Result};
use qudao_kernel::{Cx, Task, Text};

use super::{
    claim,
    level::{self, CUSTOMER, Cause, ON_HAND, Place, Step, Want},
    lot_proposal,
    records::{DeliveryNote, DeliveryNoteLine, Site},
};

const OBJECT: &str = "delivery_note";

pub(super) fn cause(line: &DeliveryNoteLine) -> Cause {
    Cause {
        object: "delivery_note_line",
        record: line.id,
    }
}

/// Makes notes whose lines hold their goods, and tells the clerk of each site. Goods of a channel are taken on its terms; without
/// one they were promised before. The goods of all notes are held at once, so that two orders shared among the same sites cannot
/// wait for each other crosswise.
///
/// # Errors
/// Conflict `stock.short` when another order took the goods meanwhile.
pub fn create(
    cx: &mut Cx<'_>,
    notes: Vec<(DeliveryNote, Vec<DeliveryNoteLine>)>,
    channel: Option<Id>,
) -> Result<()> {
    let mut made = Vec::with_capacity(notes.len());
    let mut wanted = Vec::new();
    for (note, lines) in notes {
        let note = cx.create_with_lines(&note, lines)?;
        let lines = cx.lines::<DeliveryNoteLine>(note.id)?;
        wanted.extend(lines.iter().map(|line| want(&note, line)));
        made.push(note);
    }
    if made.is_empty() {
        return Ok(());
    }
    wanted.sort_by_key(|want| want.place);
    match channel {
        Some(channel) => claim::reserve(cx, channel, &wanted)?,
        None => level::reserve(cx, &wanted)?,
    }
    made.iter().try_for_each(|note| tell_clerk(cx, note))
}

fn want(note: &DeliveryNote, line: &DeliveryNoteLine) -> Want {
    Want {
        place: Place {
            site: note.site_id,
            product: line.product_id,
        },
        quantity: line.quantity,
        to: (CUSTOMER, note.site_id),
        leave: Quantity::ZERO,
        cause: cause(line),
    }
}

/// A to-do and a notice for whoever looks after the site.
pub(super) fn tell_clerk(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let to_do = to_do(cx, note)?;
    cx.task(to_do.clone())?;
    cx.notify(to_do)
}

/// A person at the site did one step: the to-do says the next one.
pub(super) fn next_to_do(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    cx.close_tasks(OBJECT, note.id)?;
    let to_do = to_do(cx, note)?;
    cx.task(to_do).map(drop)
}

fn to_do(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<Task<'static>> {
    let site = cx.get::<Site>(note.site_id)?;
    let (name, number) = (&site.name, &note.number);
    let (zh, en) = match note.state.as_str() {
        "offered" => ("待接单", "To accept at"),
        "to_collect" => ("待交货", "To hand over at"),
        _ if note.pickup => ("自提待备货", "To prepare for pick-up at"),
        _ => ("待发货", "To ship from"),
    };
    Ok(Task {
        // A store nobody works for is looked after by the warehouse, whose clerks may act at every site.
        role: site.clerk_id.is_none().then_some("warehouse_clerk"),
        user: site.clerk_id,
        organisation: None,
        title: Text::new(
            format!("{name} {zh}：{number}"),
            format!("{en} {name}: {number}"),
        ),
        object: OBJECT,
        record: note.id,
    })
}

/// Refuses changes of what the order decided; only quantities to ship now may change.
pub fn check_changes(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let stored = cx.find::<DeliveryNoteLine>("delivery_note_id = ?", &[note.id.into()])?;
    let pending = cx.lines::<DeliveryNoteLine>(note.id)?;
    let is_same = stored.len() == pending.len()
        && pending
            .iter()
            .all(|line| stored.iter().any(|one| one.id == line.id));
    if !["ready", "to_collect"].contains(&note.state.as_str()) || !is_same {
        return Err(Refusal::conflict("stock.note_lines_fixed")
            .on("lines")
            .into());
    }
    pending.iter().try_for_each(check_quantity)
}

fn check_quantity(line: &DeliveryNoteLine) -> Result<()> {
    if line.ship_quantity.is_negative() || line.ship_quantity > line.quantity {
        let refusal = Refusal::invalid("stock.ship_quantity_range").on("lines");
        return Err(refusal.with("quantity", line.quantity).into());
    }
    Ok(())
}

/// Takes the goods out and deals with what is left.
pub fn ship(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let mut lines = cx.lines::<DeliveryNoteLine>(note.id)?;
    lines.iter().try_for_each(check_quantity)?;
    if lines.iter().all(|line| line.ship_quantity.is_zero()) {
        return Err(Refusal::invalid("stock.nothing_to_ship").on("lines").into());
    }
    note.shipped_on = Some(cx.today());
    note.offer_expires_at = None;
    lines.sort_by_key(|line| (line.product_id, line.id));
    let lots = lot_proposal::chosen(cx, &lines)?;
    let mut rest = Vec::new();
    for (line, lots) in lines.iter_mut().zip(&lots) {
        let step = Step {
            product: line.product_id,
            from: (ON_HAND, note.site_id),
            to: (CUSTOMER, note.site_id),
            quantity: line.ship_quantity,
            value: None,
            lots,
        };
        line.cost_amount = level::send(cx, &step, cause(line))?;
        let left = line.quantity.minus(line.ship_quantity)?;
        if left > Quantity::ZERO {
            rest.push(line_of(line.sales_order_line_id, line.product_id, left));
        }
    }
    cx.set_lines(note.id, lines)?;
    cx.close_tasks(OBJECT, note.id)?;
    if note.remainder == "later" && !rest.is_empty() {
        create(cx, vec![(later(note), rest)], None)?;
    }
    Ok(())
}

/// A line that holds the quantity and ships all of it unless somebody says less.
pub fn line_of(sales_order_line: Id, product: Id, quantity: Quantity) -> DeliveryNoteLine {
    DeliveryNoteLine {
        sales_order_line_id: sales_order_line,
        product_id: product,
        quantity,
        ship_quantity: quantity,
        held_quantity: quantity,
        ..DeliveryNoteLine::default()
    }
}

fn later(note: &DeliveryNote) -> DeliveryNote {
    DeliveryNote {
        site_id: note.site_id,
        channel_id: note.channel_id,
        partner_id: note.partner_id,
        sales_order_id: note.sales_order_id,
        pickup: note.pickup,
        ship_to_name: note.ship_to_name.clone(),
        ship_to_phone: note.ship_to_phone.clone(),
        division: note.division.clone(),
        address: note.address.clone(),
        ..DeliveryNote::default()
    }
}

/// Gives the goods of a cancelled note back.
pub fn give_back(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    for line in cx.lines::<DeliveryNoteLine>(note.id)? {
        level::deliver(cx, Quantity::ZERO, cause(&line))?;
    }
    cx.close_tasks(OBJECT, note.id)
}

/// States of notes whose goods have not left.
pub const OPEN: &str = "('ready', 'offered', 'to_collect', 'waiting')";

/// Cancels every note of the order that has not left, or of its part at one site.
pub fn cancel_open(cx: &mut Cx<'_>, sales_order: Id, site: Option<Id>) -> Result<()> {
    let condition = format!("sales_order_id = ? AND state IN {OPEN} ORDER BY id");
    for note in cx.find::<DeliveryNote>(&condition, &[sales_order.into()])? {
        if site.is_none_or(|site| site == note.site_id) {
            cx.act::<DeliveryNote>(note.id, "cancel", |_| ())?;
        }
    }
    Ok(())
}
