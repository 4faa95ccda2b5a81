//! The promotions of an order: which apply while it is a draft, held when it is submitted, settled when it has left.
//!
//! Keeps true: from submitting to cancelling an order holds exactly what its promotions give; a coupon or promotion that ran out
//! since the price was shown refuses the submission instead of raising the price silently.
//! Not here: what promotions give, and the accounts (`pricing`).

use std::collections::HashMap;

use qudao_base::{Id, Money, Refusal, Result};
use qudao_kernel::{Cx, Text};

use super::records::{SalesOrder, SalesOrderPromotion};
use crate::pricing::{
    self, Quote,
    coupon::{self, Claim},
    limits::{self, Holder, Taking},
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

/// Refuses a coupon code that cannot be used, while the order is being written.
pub fn check_coupon(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    let code = order.coupon_code.as_deref().map(coupon::normal);
    order.coupon_code = code.filter(|code| !code.is_empty());
    let code = order.coupon_code.as_deref();
    match coupon::claim(cx, code, order.partner_id, cx.today())? {
        Claim::Refused(refusal) => Err(refusal.into()),
        Claim::None | Claim::Valid(_) => Ok(()),
    }
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
        return match &order.coupon_code {
            Some(_) => Err(without_effect(order, as_quoted()).into()),
            None => Ok(()),
        };
    };
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
            return Err(without_effect(order, pricing::reason_text(quote, reason)).into());
        }
    }
    let is_known = |id: Id| quote.policy.promotions.iter().any(|one| one.id == id);
    match quote.coupon.coupon() {
        Some(coupon) if !is_known(coupon.promotion_id) => {
            Err(without_effect(order, not_running()).into())
        }
        _ => Ok(()),
    }
}

fn as_quoted() -> Text {
    Text::new("订单按报价成交", "the order costs what was quoted")
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

fn without_effect(order: &SalesOrder, reason: Text) -> Refusal {
    Refusal::conflict("pricing.coupon_without_effect")
        .on("coupon_code")
        .with("code", order.coupon_code.as_deref().unwrap_or_default())
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
    let planned = Money::sum(rows.iter().map(|row| row.amount))?;
    let weights: Vec<i64> = rows.iter().map(|row| row.amount.steps()).collect();
    let kept = order.promotion_amount.min(planned).split(&weights, 2);
    for (row, amount) in rows.iter_mut().zip(kept) {
        row.amount = amount;
        limits::settle(cx, HOLDER, row.id, amount)?;
    }
    cx.set_lines(order.id, rows)
}
