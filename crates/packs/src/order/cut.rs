//! An order's lines as goods leave and as goods are cancelled that will not leave.
//!
//! Keeps true: a line's amounts, tax included, are what was charged and what its open quantity is worth; a line nothing of which is
//! open is worth exactly what was charged.
//! Not here: how a part's share is reckoned (`shipment`), what is held for it (`fulfil`).

use qudao_base::{Id, Money, Quantity, Result};

use super::{
    records::SalesOrderLine,
    shipment::{Progress, Worth, cumulative_share},
};

/// Quantities by line of the order.
pub type Rest = Vec<(Id, Quantity)>;

/// True when nothing of the line is open.
pub fn is_closed(line: &SalesOrderLine) -> bool {
    line.shipped_quantity.steps() + line.cancelled_quantity.steps() >= line.quantity.steps()
}

fn progress(line: &SalesOrderLine) -> Result<Progress> {
    Ok(Progress {
        kept: line.quantity.minus(line.cancelled_quantity)?,
        shipped: line.shipped_quantity,
        worth: Worth {
            amount: line.total_amount,
            tax: line.tax_amount,
        },
        charged: Worth {
            amount: line.shipped_amount,
            tax: line.shipped_tax_amount,
        },
    })
}

/// Counts goods as left that cost so much; returns what they are charged with.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn ship(line: &mut SalesOrderLine, now: Quantity, cost: Money) -> Result<Worth> {
    let mut at = progress(line)?;
    estimate_less(line, now)?;
    line.cost_amount = line.cost_amount.plus(cost)?;
    line.shipped_cost_amount = line.shipped_cost_amount.plus(cost)?;
    line.margin_amount = line.net_amount.minus(line.cost_amount)?;
    let part = at.ship(now)?;
    line.shipped_quantity = at.shipped;
    (line.shipped_amount, line.shipped_tax_amount) = (at.charged.amount, at.charged.tax);
    Ok(part)
}

/// What left costs what the valuation of stock says and what was cancelled nothing; the rest keeps its estimate.
fn estimate_less(line: &mut SalesOrderLine, now: Quantity) -> Result<()> {
    let open = line.quantity.minus(line.cancelled_quantity)?;
    let open = open.minus(line.shipped_quantity)?;
    let estimate = line.cost_amount.minus(line.shipped_cost_amount)?;
    let gone = cumulative_share(estimate, open, now)?;
    line.cost_amount = line.cost_amount.minus(gone)?;
    Ok(())
}

/// Cancels so much of what has not left; returns what it was worth.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn cancel(line: &mut SalesOrderLine, now: Quantity) -> Result<Money> {
    let mut at = progress(line)?;
    estimate_less(line, now)?;
    let before = at.kept;
    let cut = at.cancel(now)?;
    for amount in [
        &mut line.list_amount,
        &mut line.discount_amount,
        &mut line.promotion_amount,
    ] {
        *amount = cumulative_share(*amount, before, at.kept)?;
    }
    (line.total_amount, line.tax_amount) = (at.worth.amount, at.worth.tax);
    line.net_amount = line.total_amount.minus(line.tax_amount)?;
    line.margin_amount = line.net_amount.minus(line.cost_amount)?;
    line.cancelled_quantity = line.cancelled_quantity.plus(now)?;
    line.sold_quantity = at.kept;
    Ok(cut.amount)
}

/// Cuts every line down to what was shipped.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn cancel_all(lines: &mut [SalesOrderLine]) -> Result<()> {
    for line in lines.iter_mut().filter(|line| !is_closed(line)) {
        let kept = line.quantity.minus(line.cancelled_quantity)?;
        cancel(line, kept.minus(line.shipped_quantity)?)?;
    }
    Ok(())
}

/// Cancels quantities of lines; returns what they were worth.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn cancel_rest(lines: &mut [SalesOrderLine], rest: &Rest) -> Result<Money> {
    let mut worth = Money::ZERO;
    for (of, quantity) in rest
        .iter()
        .filter(|(_, quantity)| *quantity > Quantity::ZERO)
    {
        if let Some(line) = lines.iter_mut().find(|line| line.id == *of) {
            worth = worth.plus(cancel(line, *quantity)?)?;
        }
    }
    Ok(worth)
}
