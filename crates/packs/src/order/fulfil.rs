//! What shipping and cancelling do to an order: value shipped becomes a receivable, what does not leave is given back.
//!
//! Keeps true: once nothing is open, the order's amounts are exactly what was shipped and receivables add up to it.

use qudao_base::{Fault, Id, Money, Quantity, Refusal, Result};
use qudao_kernel::{Cx, Typed};

use super::{
    OBJECT, confirm,
    cut::{self, Rest},
    move_to, price, promotions,
    records::{SalesOrder, SalesOrderLine},
};
use crate::{
    crm::records::Opportunity,
    deal,
    finance::{
        channel_money, credit,
        receivable::{self, Charge},
        records::Invoice,
        tax_parts::TaxParts,
    },
    partner::records::Partner,
    stock::{
        self, choice,
        delivery::{self, OPEN},
        lot_proposal,
        records::{DeliveryNote, DeliveryNoteLine, Site},
    },
};

/// Ships all of the order that stands at sites the actor acts for: whoever works at every site all of it, a store's clerk what the
/// store has. Lots nobody named are the ones that expire first, where there is no choice. After the save, because shipping writes
/// the order again.
pub fn ship_all(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let (carrier, tracking) = (order.carrier.clone(), order.tracking_number.clone());
    let mut condition =
        "sales_order_id = ? AND state IN ('ready', 'offered', 'to_collect')".to_owned();
    let mut parameters = vec![order.id.into()];
    if !stock::CLERKS.iter().any(|role| cx.actor().has_role(role)) {
        condition.push_str(" AND site_id IN (SELECT id FROM site WHERE clerk_id = ?)");
        parameters.push(cx.actor().user.unwrap_or_default().into());
    }
    condition.push_str(" ORDER BY id");
    let ready = cx.find::<DeliveryNote>(&condition, &parameters)?;
    if ready.is_empty() {
        return Err(Refusal::conflict("stock.nothing_to_ship").into());
    }
    for note in ready {
        let action = if note.pickup { "hand_over" } else { "ship" };
        lot_proposal::fill_forced(cx, &note)?;
        cx.act::<DeliveryNote>(note.id, action, |note| {
            (note.carrier, note.tracking_number) = (carrier.clone(), tracking.clone());
        })?;
    }
    Ok(())
}

/// Issues the drafted invoices of the order, for finance that works from orders.
pub fn issue_invoices(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let condition = "sales_order_id = ? AND state = 'draft' ORDER BY id";
    let drafts = cx.find::<Invoice>(condition, &[order.id.into()])?;
    if drafts.is_empty() {
        return Err(Refusal::conflict("order.nothing_to_invoice").into());
    }
    for draft in drafts {
        cx.act::<Invoice>(draft.id, "issue", |_| ())?;
    }
    Ok(())
}

/// Locks the order, so that its lines are read as nobody else changes them, and all accounts it holds against, in the order a
/// submission takes them: promotions, credit, goods.
fn lock(cx: &mut Cx<'_>, order: Id) -> Result<()> {
    lock_money(cx, order)?;
    lock_goods(cx, order)
}

/// The order and what it holds of money.
fn lock_money(cx: &mut Cx<'_>, order: Id) -> Result<()> {
    cx.lock::<SalesOrder>("t.id = ?", &[order.into()])?;
    channel_money::lock(cx, order)?;
    promotions::lock(cx, order)?;
    cx.ledger().lock_held(OBJECT, &[order])
}

fn lock_goods(cx: &mut Cx<'_>, order: Id) -> Result<()> {
    let of_open = format!(
        "delivery_note_id IN (SELECT id FROM delivery_note WHERE sales_order_id = ? AND state IN {OPEN})"
    );
    let lines = cx.find::<DeliveryNoteLine>(&of_open, &[order.into()])?;
    let lines: Vec<Id> = lines.iter().map(|line| line.id).collect();
    cx.ledger().lock_held("delivery_note_line", &lines)
}

/// Before a note leaves or is cancelled. What is taken back finds another site, and so waits for the turn of those who choose.
pub fn lock_order(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let is_new = note.key().1 == 0;
    if is_new {
        return Ok(());
    }
    lock_money(cx, note.sales_order_id)?;
    if note.state == "taken_back" {
        choice::take_turn(cx)?;
    }
    lock_goods(cx, note.sales_order_id)
}

/// After a note left: lines, receivable, credit and state of its order.
pub fn after_ship(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let mut order = cx.get::<SalesOrder>(note.sales_order_id)?;
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let mut taxes = TaxParts::default();
    for shipped in cx.lines::<DeliveryNoteLine>(note.id)? {
        let line = lines
            .iter_mut()
            .find(|line| line.id == shipped.sales_order_line_id)
            .ok_or_else(|| Fault::new("a delivery note names a line of another order"))?;
        let part = cut::ship(line, shipped.ship_quantity, shipped.cost_amount)?;
        taxes.add((line.tax_rate, line.tax_exempt), part.amount, part.tax)?;
    }
    let amount = taxes.amount()?;
    if amount > Money::ZERO {
        credit::use_held(cx, order.partner_id, amount, OBJECT, order.id)?;
        let days = cx.get::<Partner>(order.partner_id)?.payment_terms_days;
        let made = receivable::charge(
            cx,
            &Charge {
                partner: order.partner_id,
                sales_order: order.id,
                delivery_note: note.id,
                taxes: &taxes,
                due_on: cx.today().plus_days(days)?,
            },
        )?;
        channel_money::settle(cx, order.id, made.id)?;
    }
    if note.remainder == "give_back" {
        let rest = rest_of_part(cx, note)?;
        delivery::cancel_open(cx, order.id, Some(note.site_id))?;
        drop_part(cx, &order, &mut lines, &rest)?;
    }
    order.carrier.clone_from(&note.carrier);
    order.tracking_number.clone_from(&note.tracking_number);
    book(cx, &mut order, lines)?;
    if note.pickup {
        return confirm::tell_partner(cx, &order, "已自提", "was picked up");
    }
    let carrier = note.carrier.clone().unwrap_or_default();
    confirm::tell_partner(
        cx,
        &order,
        &format!("已由 {carrier} 发出"),
        &format!("has left with {carrier}"),
    )
}

/// After a store prepared goods for pick-up: the partner's people may come.
pub fn tell_prepared(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let order = cx.get::<SalesOrder>(note.sales_order_id)?;
    let site = cx.get::<Site>(note.site_id)?.name;
    confirm::tell_partner(
        cx,
        &order,
        &format!("已在{site}备好，可以自提"),
        &format!("is ready for pick-up at {site}"),
    )
}

/// What a note that left leaves behind, and what else of the order stands or waits at its site.
fn rest_of_part(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<Rest> {
    let mut rest = Rest::new();
    for line in cx.lines::<DeliveryNoteLine>(note.id)? {
        let left = line.quantity.minus(line.ship_quantity)?;
        rest.push((line.sales_order_line_id, left));
    }
    let open = format!(
        "delivery_note_id IN (SELECT id FROM delivery_note WHERE sales_order_id = ? AND site_id = ? AND state IN {OPEN})"
    );
    let at_site = [note.sales_order_id.into(), note.site_id.into()];
    let open = cx.find::<DeliveryNoteLine>(&open, &at_site)?;
    rest.extend(
        open.iter()
            .map(|line| (line.sales_order_line_id, line.quantity)),
    );
    Ok(rest)
}

/// Cancels goods of one part; credit and channel money held for them go back, what other parts hold stays.
fn drop_part(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    lines: &mut [SalesOrderLine],
    rest: &Rest,
) -> Result<()> {
    let worth = cut::cancel_rest(lines, rest)?;
    credit::release_part(cx, order.partner_id, worth, OBJECT, order.id)?;
    let to_ship = lines
        .iter()
        .map(|line| line.total_amount.minus(line.shipped_amount));
    let to_ship = Money::sum(to_ship.collect::<Result<Vec<_>>>()?)?;
    channel_money::give_back(cx, order.id, to_ship)
}

/// After one part of an order was cancelled before any of it left: the other parts go on.
///
/// # Errors
/// Conflict `order.last_part` when nothing else of the order has left or will.
pub fn after_part_cancelled(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let mut order = cx.get::<SalesOrder>(note.sales_order_id)?;
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let part = cx.lines::<DeliveryNoteLine>(note.id)?;
    let rest: Rest = part
        .iter()
        .map(|line| (line.sales_order_line_id, line.quantity))
        .collect();
    drop_part(cx, &order, &mut lines, &rest)?;
    if lines.iter().all(cut::is_closed) && !has_left(&lines) {
        return Err(Refusal::conflict("order.last_part").into());
    }
    book(cx, &mut order, lines)?;
    confirm::tell_partner(cx, &order, "有一部分已取消", "has a part cancelled")
}

fn has_left(lines: &[SalesOrderLine]) -> bool {
    lines
        .iter()
        .any(|line| line.shipped_quantity > Quantity::ZERO)
}

/// Saves lines, sums and state of an order some of which has left or was cancelled.
fn book(cx: &mut Cx<'_>, order: &mut SalesOrder, lines: Vec<SalesOrderLine>) -> Result<()> {
    price::sum_up(order, &lines)?;
    let state = if lines.iter().all(cut::is_closed) {
        "shipped"
    } else if has_left(&lines) {
        "partly_shipped"
    } else {
        "confirmed"
    };
    move_to(order, state)?;
    cx.set_lines(order.id, lines)?;
    if state == "shipped" {
        credit::release(cx, order.partner_id, OBJECT, order.id)?;
        channel_money::give_back(cx, order.id, Money::ZERO)?;
        promotions::settle(cx, order)?;
    }
    let changed = order.clone();
    cx.act::<SalesOrder>(order.id, "book", |record| *record = changed)?;
    Ok(())
}

/// Gives credit and goods of an order back of which nothing has left.
pub fn cancel(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    if has_left(&lines) {
        return Err(Refusal::conflict("order.already_shipped").into());
    }
    give_back(cx, order)?;
    promotions::give_back(cx, order)?;
    for line in &mut lines {
        line.confirmed_on = None;
    }
    if order.confirmed_on.take().is_some() {
        take_sale_back(cx, order)?;
    }
    (order.hold_reason_zh, order.hold_reason_en) = (None, None);
    cx.set_lines(order.id, lines)?;
    confirm::tell_partner(cx, order, "已取消", "was cancelled")
}

/// A sale that did not come about protects no customer: unless another order of the partner for the customer stands.
fn take_sale_back(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let customer = match (order.customer_id, order.opportunity_id) {
        (Some(customer), _) => customer,
        (None, Some(opportunity)) => cx.get::<Opportunity>(opportunity)?.customer_id,
        (None, None) => return Ok(()),
    };
    deal::take_turn_of(cx, customer)?;
    let standing = "SELECT 1 FROM sales_order o LEFT JOIN opportunity p ON p.id = o.opportunity_id \
                    WHERE o.partner_id = ? AND o.id <> ? AND COALESCE(o.customer_id, p.customer_id) = ? \
                    AND o.state IN ('confirmed', 'partly_shipped', 'shipped', 'completed') LIMIT 1";
    let others = [order.partner_id.into(), order.id.into(), customer.into()];
    if cx.query(standing, &others)?.is_empty() {
        deal::unsold(cx, customer, order.partner_id)?;
    }
    Ok(())
}

/// Ends an order with what was shipped.
pub fn cancel_rest(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    give_back(cx, order)?;
    cut::cancel_all(&mut lines)?;
    price::sum_up(order, &lines)?;
    promotions::settle(cx, order)?;
    cx.set_lines(order.id, lines)?;
    move_to(order, "shipped")
}

fn give_back(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    lock(cx, order.id)?;
    delivery::cancel_open(cx, order.id, None)?;
    credit::release(cx, order.partner_id, OBJECT, order.id)?;
    channel_money::give_back(cx, order.id, Money::ZERO)?;
    cx.close_tasks(OBJECT, order.id)
}

/// Dates the end.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a rule")]
pub fn complete(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    order.completed_on = Some(cx.today());
    Ok(())
}
