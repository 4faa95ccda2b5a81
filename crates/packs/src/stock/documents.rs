//! Goods received and counts corrected: posting a document moves every line on the ledger.
//!
//! Keeps true: a posted document never changes; the lines of one document are booked together or not at all.

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Quantity, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    backorder,
    level::{self, ADJUSTMENT, Cause, SUPPLIER, Step},
    lots::{self, Line, LotPart, Unseen},
    records::{StockAdjustment, StockAdjustmentLine, StockReceipt, StockReceiptLine},
    valuation,
};

/// What a document moves of one product.
#[derive(Debug, Default)]
struct Sum {
    quantity: Quantity,
    value: Money,
    lots: Vec<LotPart>,
}

/// A line of a document with its lots.
struct Moved {
    product: Id,
    quantity: Quantity,
    value: Money,
    lots: Vec<LotPart>,
}

/// Sums per product, in order of product, so that two documents never wait for each other crosswise; lots that leave apart from
/// lots that come, which come first.
fn sums(lines: impl Iterator<Item = Moved>) -> Result<BTreeMap<(Id, bool), Sum>> {
    let mut sums: BTreeMap<(Id, bool), Sum> = BTreeMap::new();
    for line in lines {
        let leaves_by_lot = !line.lots.is_empty() && line.quantity.is_negative();
        let sum = sums.entry((line.product, leaves_by_lot)).or_default();
        sum.quantity = sum.quantity.plus(line.quantity)?;
        sum.value = sum.value.plus(line.value)?;
        sum.lots.extend(line.lots);
    }
    if sums.is_empty() {
        return Err(Refusal::invalid("stock.lines_missing").on("lines").into());
    }
    Ok(sums)
}

fn products(sums: &BTreeMap<(Id, bool), Sum>) -> Vec<Id> {
    sums.keys().map(|(product, _)| *product).collect()
}

/// Books the goods of a receipt in.
pub fn post_receipt(cx: &mut Cx<'_>, receipt: &mut StockReceipt) -> Result<()> {
    let lines = cx.lines::<StockReceiptLine>(receipt.id)?;
    let cause = Cause {
        object: "stock_receipt",
        record: receipt.id,
    };
    let named: Vec<Line<'_>> = lines
        .iter()
        .map(|line| Line {
            expires_on: line.expires_on,
            ..Line::of(line.product_id, line.quantity, line.lot_numbers.as_deref())
        })
        .collect();
    let lots = lots::resolve(cx, &named, Unseen::Make)?;
    backorder::reduce_supplies(cx, receipt)?;
    let mut moved = Vec::with_capacity(lines.len());
    for (line, lots) in lines.iter().zip(lots) {
        let value = match line.unit_cost {
            Some(cost) => cost.times(line.quantity)?.rounded(2),
            None => valuation::standard(cx, line.product_id, line.quantity)?,
        };
        moved.push(Moved {
            product: line.product_id,
            quantity: line.quantity,
            value,
            lots,
        });
    }
    let sums = sums(moved.into_iter())?;
    for ((product, _), sum) in &sums {
        let step = Step {
            product: *product,
            from: (SUPPLIER, receipt.site_id),
            to: (level::condition(&receipt.bucket), receipt.site_id),
            quantity: sum.quantity,
            value: Some(sum.value),
            lots: &sum.lots,
        };
        level::transfer(cx, &step, cause)?;
    }
    backorder::fill(cx, receipt.site_id, &products(&sums))
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
    let here = (level::condition(&adjustment.bucket), adjustment.site_id);
    let other = match &adjustment.to_bucket {
        Some(bucket) => (level::condition(bucket), adjustment.site_id),
        None => (ADJUSTMENT, adjustment.site_id),
    };
    let cause = Cause {
        object: "stock_adjustment",
        record: adjustment.id,
    };
    let sums = sums(adjusted(cx, adjustment, &lines)?.into_iter())?;
    for ((product, _), sum) in &sums {
        let is_out = sum.quantity.is_negative() || adjustment.to_bucket.is_some();
        let (from, to) = if is_out { (here, other) } else { (other, here) };
        let step = Step {
            product: *product,
            from,
            to,
            quantity: absolute(sum.quantity),
            value: None,
            lots: &sum.lots,
        };
        level::transfer(cx, &step, cause)?;
    }
    backorder::fill(cx, adjustment.site_id, &products(&sums))
}

/// The lines of an adjustment with their lots; only goods that are found make new ones.
fn adjusted(
    cx: &mut Cx<'_>,
    adjustment: &StockAdjustment,
    lines: &[StockAdjustmentLine],
) -> Result<Vec<Moved>> {
    let named: Vec<Line<'_>> = lines
        .iter()
        .map(|one| {
            Line::of(
                one.product_id,
                absolute(one.quantity),
                one.lot_numbers.as_deref(),
            )
        })
        .collect();
    let unseen = match adjustment.to_bucket {
        Some(_) => Unseen::Refuse,
        None => Unseen::Make,
    };
    let lots = lots::resolve(cx, &named, unseen)?;
    let moved = |(line, lots): (&StockAdjustmentLine, Vec<LotPart>)| Moved {
        product: line.product_id,
        quantity: line.quantity,
        value: Money::ZERO,
        lots,
    };
    Ok(lines.iter().zip(lots).map(moved).collect())
}

fn absolute(quantity: Quantity) -> Quantity {
    Quantity::from_steps(quantity.steps().saturating_abs())
}

/// What a count would need approval for, finance posts. Counts are approved already and post as the system.
fn check_value(cx: &mut Cx<'_>, lines: &[StockAdjustmentLine]) -> Result<()> {
    let actor = cx.actor();
    if actor.system || actor.has_role("finance_clerk") || actor.has_role("administrator") {
        return Ok(());
    }
    let mut value = Money::ZERO;
    for line in lines {
        let quantity = absolute(line.quantity);
        value = value.plus(valuation::standard(cx, line.product_id, quantity)?)?;
    }
    let limit = cx.setting_money("stock.count_approval_value")?;
    if value <= limit {
        return Ok(());
    }
    let refusal = Refusal::conflict("stock.adjustment_needs_finance").on("lines");
    Err(refusal.with("value", value).with("limit", limit).into())
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
