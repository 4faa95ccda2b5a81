//! What shipping and cancelling do to an order: value shipped becomes a receivable, what does not leave is given back.
//!
//! Keeps true: once nothing is open, the order's amounts are exactly what was shipped and receivables add up to it.

use qudao_base::{Fault, Id, Money, Quantity, Refusal, Result};
use qudao_kernel::{Cx, Typed};

use super::{
    OBJECT, confirm, move_to, price, promotions,
    records::{SalesOrder, SalesOrderLine},
    shipment::{cumulative_share, share},
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
        let (before, now) = (line.shipped_quantity, shipped.ship_quantity);
        let part = share(line.total_amount, line.quantity, before, now)?;
        let tax = share(line.tax_amount, line.quantity, before, now)?;
        taxes.add((line.tax_rate, line.tax_exempt), part, tax)?;
        line.shipped_amount = line.shipped_amount.plus(part)?;
        cost_left(line, now, shipped.cost_amount)?;
        line.shipped_quantity = before.plus(now)?;
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
        refuse_others(cx, note)?;
        delivery::cancel_ready(cx, order.id)?;
        drop_rest(&mut lines)?;
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

/// What left costs what the valuation of stock says; the rest keeps its estimate.
fn cost_left(line: &mut SalesOrderLine, left: Quantity, actual: Money) -> Result<()> {
    let open = line.quantity.minus(line.shipped_quantity)?;
    let estimate = line.cost_amount.minus(line.shipped_cost_amount)?;
    let estimate = estimate.minus(cumulative_share(estimate, open, left)?)?;
    line.shipped_cost_amount = line.shipped_cost_amount.plus(actual)?;
    line.cost_amount = line.shipped_cost_amount.plus(estimate)?;
    line.margin_amount = line.net_amount.minus(line.cost_amount)?;
    Ok(())
}

/// One site of a split order does not give back what another is about to send.
fn refuse_others(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let open = format!("sales_order_id = ? AND site_id <> ? AND state IN {OPEN} LIMIT 1");
    let others = [note.sales_order_id.into(), note.site_id.into()];
    if cx.find::<DeliveryNote>(&open, &others)?.is_empty() {
        return Ok(());
    }
    Err(Refusal::conflict("order.other_sites_open")
        .on("remainder")
        .into())
}

/// Saves lines, sums and state of an order some of which has left.
fn book(cx: &mut Cx<'_>, order: &mut SalesOrder, lines: Vec<SalesOrderLine>) -> Result<()> {
    price::sum_up(order, &lines)?;
    let state = if lines.iter().all(is_closed) {
        "shipped"
    } else {
        "partly_shipped"
    };
    move_to(order, state)?;
    cx.set_lines(order.id, lines)?;
    if state == "shipped" {
        credit::release(cx, order.partner_id, OBJECT, order.id)?;
        channel_money::give_back(cx, order.id)?;
        promotions::settle(cx, order)?;
    }
    let changed = order.clone();
    cx.act::<SalesOrder>(order.id, "book", |record| *record = changed)?;
    Ok(())
}

fn is_closed(line: &SalesOrderLine) -> bool {
    line.shipped_quantity.steps() + line.cancelled_quantity.steps() >= line.quantity.steps()
}

/// Cuts every line down to what was shipped.
fn drop_rest(lines: &mut [SalesOrderLine]) -> Result<()> {
    for line in lines.iter_mut().filter(|line| !is_closed(line)) {
        let (quantity, shipped) = (line.quantity, line.shipped_quantity);
        line.cancelled_quantity = quantity.minus(shipped)?;
        line.sold_quantity = shipped;
        for amount in [
            &mut line.list_amount,
            &mut line.discount_amount,
            &mut line.promotion_amount,
            &mut line.total_amount,
            &mut line.tax_amount,
        ] {
            *amount = cumulative_share(*amount, quantity, shipped)?;
        }
        line.net_amount = line.total_amount.minus(line.tax_amount)?;
        line.cost_amount = line.shipped_cost_amount;
        line.margin_amount = line.net_amount.minus(line.cost_amount)?;
    }
    Ok(())
}

/// Gives credit and goods of an order back of which nothing has left.
pub fn cancel(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    if lines
        .iter()
        .any(|line| line.shipped_quantity > Quantity::ZERO)
    {
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
    drop_rest(&mut lines)?;
    price::sum_up(order, &lines)?;
    promotions::settle(cx, order)?;
    cx.set_lines(order.id, lines)?;
    move_to(order, "shipped")
}

fn give_back(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    lock(cx, order.id)?;
    delivery::cancel_ready(cx, order.id)?;
    credit::release(cx, order.partner_id, OBJECT, order.id)?;
    channel_money::give_back(cx, order.id)?;
    cx.close_tasks(OBJECT, order.id)
}

/// Dates the end.
#[expect(clippy::unnecessary_wraps, reason = "the signature of a rule")]
pub fn complete(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    order.completed_on = Some(cx.today());
    Ok(())
}
