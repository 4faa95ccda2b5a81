//! Goods received and counts corrected: posting a document moves every line on the ledger.
//!
//! Keeps true: a posted document never changes; the lines of one document are booked together or not at all.

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Quantity, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    backorder,
    level::{self, ADJUSTMENT, Cause, End, SUPPLIER, Step},
    records::{StockAdjustment, StockAdjustmentLine, StockReceipt, StockReceiptLine},
    valuation,
};

/// Sums per product, in order of product, so that two documents never wait for each other crosswise.
fn sums(lines: impl Iterator<Item = (Id, Quantity)>) -> Result<BTreeMap<Id, Quantity>> {
    let mut sums: BTreeMap<Id, Quantity> = BTreeMap::new();
    for (product, quantity) in lines {
        let sum = sums.entry(product).or_default();
        *sum = sum.plus(quantity)?;
    }
    if sums.is_empty() {
        return Err(Refusal::invalid("stock.lines_missing").on("lines").into());
    }
    Ok(sums)
}

/// Books the goods of a receipt in.
pub fn post_receipt(cx: &mut Cx<'_>, receipt: &mut StockReceipt) -> Result<()> {
    let lines = cx.lines::<StockReceiptLine>(receipt.id)?;
    let cause = Cause {
        object: "stock_receipt",
        record: receipt.id,
    };
    backorder::reduce_supplies(cx, receipt)?;
    let mut values: BTreeMap<Id, Money> = BTreeMap::new();
    for line in &lines {
        let value = match line.unit_cost {
            Some(cost) => cost.times(line.quantity)?.rounded(2),
            None => valuation::standard(cx, line.product_id, line.quantity)?,
        };
        let sum = values.entry(line.product_id).or_default();
        *sum = sum.plus(value)?;
    }
    let lines = lines.iter().map(|line| (line.product_id, line.quantity));
    let sums = sums(lines)?;
    for (&product, &quantity) in &sums {
        let step = Step {
            product,
            from: (SUPPLIER, receipt.site_id),
            to: (level::condition(&receipt.bucket), receipt.site_id),
            quantity,
            value: values.get(&product).copied(),
        };
        level::transfer(cx, &step, cause)?;
    }
    let products: Vec<Id> = sums.into_keys().collect();
    backorder::fill(cx, receipt.site_id, &products)
}

/// Books the differences of an adjustment, or moves goods into another condition.
pub fn post_adjustment(cx: &mut Cx<'_>, adjustment: &mut StockAdjustment) -> Result<()> {
    let lines = cx.lines::<StockAdjustmentLine>(adjustment.id)?;
    if adjustment.to_bucket.is_some() && lines.iter().any(|line| line.quantity <= Quantity::ZERO) {
        return Err(Refusal::invalid("stock.move_positive").on("lines").into());
    }
    if adjustment.to_bucket.is_none() {
        check_value(cx, &lines)?;
    }
    let lines = lines.iter().map(|line| (line.product_id, line.quantity));
    let here = (level::condition(&adjustment.bucket), adjustment.site_id);
    let other = match &adjustment.to_bucket {
        Some(bucket) => (level::condition(bucket), adjustment.site_id),
        None => (ADJUSTMENT, adjustment.site_id),
    };
    let cause = Cause {
        object: "stock_adjustment",
        record: adjustment.id,
    };
    let sums = sums(lines)?;
    for (&product, &quantity) in &sums {
        let is_out = quantity.is_negative() || adjustment.to_bucket.is_some();
        let ends = if is_out { (here, other) } else { (other, here) };
        level::transfer(cx, &step(product, ends, quantity), cause)?;
    }
    let products: Vec<Id> = sums.into_keys().collect();
    backorder::fill(cx, adjustment.site_id, &products)
}

/// What a count would need approval for, finance posts. Counts are approved already and post as the system.
fn check_value(cx: &mut Cx<'_>, lines: &[StockAdjustmentLine]) -> Result<()> {
    let actor = cx.actor();
    if actor.system || actor.has_role("finance_clerk") || actor.has_role("administrator") {
        return Ok(());
    }
    let mut value = Money::ZERO;
    for line in lines {
        let quantity = Quantity::from_steps(line.quantity.steps().saturating_abs());
        value = value.plus(valuation::standard(cx, line.product_id, quantity)?)?;
    }
    let limit = cx.setting_money("stock.count_approval_value")?;
    if value <= limit {
        return Ok(());
    }
    let refusal = Refusal::conflict("stock.adjustment_needs_finance").on("lines");
    Err(refusal.with("value", value).with("limit", limit).into())
}

fn step(product: Id, (from, to): (End, End), quantity: Quantity) -> Step {
    Step {
        product,
        from,
        to,
        quantity: Quantity::from_steps(quantity.steps().saturating_abs()),
        value: None,
    }
}

fn only_drafts(state: &str) -> Result<()> {
    if state == "draft" {
        Ok(())
    } else {
        Err(Refusal::conflict("stock.posted").into())
    }
}

/// Refuses changes of a receipt that was posted or cancelled.
pub fn keep_posted_receipt(_: &mut Cx<'_>, receipt: &mut StockReceipt) -> Result<()> {
    only_drafts(&receipt.state)
}

/// Refuses changes of an adjustment that was posted or cancelled.
pub fn keep_posted_adjustment(_: &mut Cx<'_>, adjustment: &mut StockAdjustment) -> Result<()> {
    only_drafts(&adjustment.state)
}
