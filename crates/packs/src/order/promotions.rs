//! The promotions of an order: which apply while it is a draft, held when it is submitted, settled when it has left.
//!
//! Keeps true: from submitting to cancelling an order holds exactly what its promotions give; a coupon or promotion that ran out
//! since the price was shown refuses the submission instead of raising the price silently.
//! Not here: what promotions give, and the accounts (`pricing`).

use std::collections::HashMap;

use qudao_base::{Id, Money, Refusal, Result};
use qudao_kernel::{Cx, Text};

use super::records::{Quotation, SalesOrder, SalesOrderPromotion};
use crate::pricing::{
    self, Quote,
    coupon::{self, Claim},
    limits::{self, Holder, Taking},
    records::Coupon,
};

const HOLDER: Holder = Holder {
    amounts: "sales_order_promotion",
    uses: "sales_order_promotion.uses",
};

/// True while the partner has no other order that was submitted.
pub fn is_first_order(cx: &mut Cx<'_>, partner: Id, order: Id) -> Result<bool> {
    let sql = "SELECT 1 FROM sales_order WHERE partner_id = ? AND id <> ? \
               AND state NOT IN ('draft', 'cancelled') LIMIT 1";
    Ok(cx.query(sql, &[partner.into(), order.into()])?.is_empty())
}

/// Refuses a coupon code that cannot be used, while the order is being written. What a quotation promised is kept as long as the
/// quotation is valid; whether something of the coupon is left is found when the order is submitted.
pub fn check_coupon(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let code = order.coupon_code.take();
    order.coupon_code = match order.quotation_id {
        Some(_) => stored_form(code),
        None => usable_coupon(cx, code, order.partner_id)?,
    };
    Ok(())
}

fn stored_form(code: Option<String>) -> Option<String> {
    let code = code.map(|code| coupon::normal(&code));
    code.filter(|code| !code.is_empty())
}

/// A code in the form it is stored in; refused when the partner cannot use it today.
pub fn usable_coupon(cx: &mut Cx<'_>, code: Option<String>, partner: Id) -> Result<Option<String>> {
    let code = stored_form(code);
    match coupon::claim(cx, code.as_deref(), partner, cx.today())? {
        Claim::Refused(refusal) => Err(refusal.into()),
        Claim::None | Claim::Valid(_) => Ok(code),
    }
}

/// Writes the promotion the coupon of the order's quotation opened, so that submitting holds it.
pub fn write_quoted(cx: &mut Cx<'_>, order: &SalesOrder, quotation: &Quotation) -> Result<()> {
    let Some(coupon) = quotation.coupon_id else {
        return Ok(());
    };
    let promotion = cx.get::<Coupon>(coupon)?.promotion_id;
    let stored = cx.lines::<SalesOrderPromotion>(order.id)?;
    let fresh = || SalesOrderPromotion {
        id: cx.new_id(),
        ..SalesOrderPromotion::default()
    };
    let row = stored.into_iter().next().unwrap_or_else(fresh);
    let row = SalesOrderPromotion {
        promotion_id: promotion,
        coupon_id: Some(coupon),
        partner_id: Some(order.partner_id),
        amount: quotation.coupon_amount,
        ordered_on: Some(order.ordered_on),
        ..row
    };
    cx.set_lines(order.id, vec![row])
}

/// Writes the promotions that apply; a row that stays keeps its identity.
pub fn write(cx: &mut Cx<'_>, order: &SalesOrder, quote: &Quote) -> Result<()> {
    let stored = cx.lines::<SalesOrderPromotion>(order.id)?;
    let mut stored: HashMap<Id, SalesOrderPromotion> = stored
        .into_iter()
        .map(|row| (row.promotion_id, row))
        .collect();
    let coupon = quote.coupon.coupon();
    let mut rows = Vec::new();
    for (promotion, amount) in quote.waterfall.applied() {
        let fresh = || SalesOrderPromotion {
            id: cx.new_id(),
            ..SalesOrderPromotion::default()
        };
        let row = stored.remove(&promotion).unwrap_or_else(fresh);
        let of_it = coupon.filter(|coupon| coupon.promotion_id == promotion);
        rows.push(SalesOrderPromotion {
            promotion_id: promotion,
            coupon_id: of_it.map(|coupon| coupon.id),
            partner_id: Some(order.partner_id),
            amount,
            ordered_on: Some(order.ordered_on),
            ..row
        });
    }
    cx.set_lines(order.id, rows)
}

/// Refuses to submit at another price than the one shown because something ran out, or with a coupon that does nothing.
pub fn check_kept(
    shown: &[SalesOrderPromotion],
    order: &SalesOrder,
    quote: Option<&Quote>,
) -> Result<()> {
    let Some(quote) = quote else {
        // The coupon of a quotation is in its prices.
        return match &order.coupon_code {
            Some(code) if order.quotation_id.is_none() => {
                Err(without_effect(code, as_paid()).into())
            }
            _ => Ok(()),
        };
    };
    let code = order.coupon_code.as_deref().unwrap_or_default();
    if let Claim::Refused(refusal) = &quote.coupon {
        return Err(refusal.clone().into());
    }
    for one in &quote.waterfall.promotions {
        let Err(reason) = &one.outcome else { continue };
        let was_shown = shown.iter().any(|row| row.promotion_id == one.promotion);
        if was_shown && reason.is_used_up() {
            let name = name_of(quote, one.promotion);
            let refusal = Refusal::conflict("pricing.promotion_used_up").with("promotion", name);
            return Err(refusal.into());
        }
        let opens = quote.coupon.coupon();
        if opens.is_some_and(|coupon| coupon.promotion_id == one.promotion) {
            let reason = pricing::reason_text(quote, reason);
            return Err(without_effect(code, reason).into());
        }
    }
    let is_known = |id: Id| quote.policy.promotions.iter().any(|one| one.id == id);
    match quote.coupon.coupon() {
        Some(coupon) if !is_known(coupon.promotion_id) => {
            Err(without_effect(code, not_running()).into())
        }
        _ => Ok(()),
    }
}

fn as_paid() -> Text {
    Text::new(
        "订单按渠道成交价",
        "the order costs what was paid in the channel",
    )
}

/// Why a coupon does nothing on a quotation.
pub fn not_met() -> Text {
    Text::new(
        "促销条件未满足，原因见价格构成",
        "its promotion does not apply; the price waterfall says why",
    )
}

/// Why a coupon does nothing whose promotion was not even considered.
pub fn not_running() -> Text {
    Text::new("促销未在进行", "its promotion does not run")
}

fn name_of(quote: &Quote, promotion: Id) -> String {
    let found = quote
        .policy
        .promotions
        .iter()
        .find(|one| one.id == promotion);
    found.map(|one| one.name.clone()).unwrap_or_default()
}

/// The refusal of a coupon that does nothing.
pub fn without_effect(code: &str, reason: Text) -> Refusal {
    Refusal::conflict("pricing.coupon_without_effect")
        .on("coupon_code")
        .with("code", code)
        .with("reason_zh", reason.zh)
        .with("reason_en", reason.en)
}

/// Holds what the order takes of budgets, uses and its coupon.
///
/// # Errors
/// Conflict `pricing.promotion_used_up` or `pricing.coupon_used_up` when another order was faster.
pub fn hold(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let mut rows = cx.lines::<SalesOrderPromotion>(order.id)?;
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by_key(|row| row.promotion_id);
    for row in &mut rows {
        let taking = Taking {
            promotion: row.promotion_id,
            coupon: row.coupon_id,
            partner: order.partner_id,
            amount: row.amount,
            holder: HOLDER,
            record: row.id,
        };
        limits::hold(cx, &taking)?;
        row.taken = true;
    }
    cx.set_lines(order.id, rows)
}

/// Locks what the order's promotions hold against.
pub fn lock(cx: &mut Cx<'_>, order: Id) -> Result<()> {
    let rows = cx.lines::<SalesOrderPromotion>(order)?;
    let rows: Vec<Id> = rows.iter().map(|row| row.id).collect();
    cx.ledger().lock_held(HOLDER.amounts, &rows)?;
    cx.ledger().lock_held(HOLDER.uses, &rows)
}

/// Gives back what an order holds that goes back to draft or ends before anything left.
pub fn give_back(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let mut rows = cx.lines::<SalesOrderPromotion>(order.id)?;
    if rows.is_empty() {
        return Ok(());
    }
    for row in &mut rows {
        limits::release(cx, HOLDER, row.id)?;
        row.taken = false;
    }
    cx.set_lines(order.id, rows)
}

/// Nothing is open any more: what the lines kept of their promotions is given for good, the rest goes back.
pub fn settle(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let mut rows = cx.lines::<SalesOrderPromotion>(order.id)?;
    if rows.is_empty() {
        return Ok(());
    }
    rows.sort_by_key(|row| row.id);
    let held = Money::sum(rows.iter().map(|row| row.amount))?;
    let planned = match order.quotation_id {
        Some(quotation) => cx.get::<Quotation>(quotation)?.promotion_amount.max(held),
        None => held,
    };
    let mut weights: Vec<i64> = rows.iter().map(|row| row.amount.steps()).collect();
    // Of a quotation only the coupon is held; its other promotions have their share in what the lines kept.
    weights.push(planned.minus(held)?.steps());
    let kept = order.promotion_amount.min(planned).split(&weights, 2);
    for (row, amount) in rows.iter_mut().zip(kept) {
        row.amount = amount;
        limits::settle(cx, HOLDER, row.id, amount)?;
    }
    cx.set_lines(order.id, rows)
}
