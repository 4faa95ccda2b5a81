//! Goods that come back from a customer: booked in by the condition of each line, at the cost they left at.
//!
//! Keeps true: of an order line never more cost comes back than left with it; once all of it is back, to the cent as much. Goods
//! of which no delivery note tells (orders of the past) are worth what the others are. Only lots and serial numbers the order got
//! come back, or as much as it got without numbers.
//! Not here: how much may come back and what it is credited with (`order::returns`).

use std::collections::HashMap;

use qudao_base::{Id, Money, Quantity, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    backorder, layers,
    level::{self, CUSTOMER, Cause, Step},
    lots::{self, Line, LotPart, Unseen},
    records::{SalesReturn, SalesReturnLine},
};
use crate::product::records::Product;

/// What left for an order line, and what is back of it.
#[derive(Clone, Copy, Debug, Default)]
struct Gone {
    shipped: Quantity,
    shipped_cost: Money,
    back: Quantity,
    back_cost: Money,
}

impl Gone {
    /// What so much more coming back costs; none when nothing is known to have left.
    fn cost_of(self, quantity: Quantity) -> Result<Option<Money>> {
        if self.shipped.is_zero() {
            return Ok(None);
        }
        let until = layers::share(self.shipped_cost, self.shipped, self.back.plus(quantity)?)?;
        Ok(Some(until.minus(self.back_cost)?.max(Money::ZERO)))
    }
}

/// By order line.
fn gone(cx: &mut Cx<'_>, order: Id) -> Result<HashMap<Id, Gone>> {
    let sql = "SELECT line_id, CAST(SUM(shipped) AS BIGINT), CAST(SUM(shipped_cost) AS BIGINT), CAST(SUM(back) AS BIGINT), \
        CAST(SUM(back_cost) AS BIGINT) FROM ( \
        SELECT r.sales_order_line_id AS line_id, r.ship_quantity AS shipped, r.cost_amount AS shipped_cost, 0 AS back, \
          0 AS back_cost FROM delivery_note_line r JOIN delivery_note d ON d.id = r.delivery_note_id \
          WHERE d.sales_order_id = ? AND d.state = 'shipped' \
        UNION ALL SELECT r.sales_order_line_id, 0, 0, r.quantity, r.cost_amount FROM sales_return_line r \
          JOIN sales_return d ON d.id = r.sales_return_id \
          WHERE d.sales_order_id = ? AND d.state IN ('posted', 'credited')) went GROUP BY line_id";
    let mut found = HashMap::new();
    for row in cx.query(sql, &[order.into(), order.into()])? {
        let one = Gone {
            shipped: Quantity::from_steps(row.int(1)?),
            shipped_cost: Money::from_steps(row.int(2)?),
            back: Quantity::from_steps(row.int(3)?),
            back_cost: Money::from_steps(row.int(4)?),
        };
        found.insert(row.id(0)?, one);
    }
    Ok(found)
}

/// The lots of each line.
///
/// # Errors
/// What is wrong with the numbers of a line; conflict `stock.lot_not_of_order`.
fn lots_back(cx: &mut Cx<'_>, order: Id, lines: &[SalesReturnLine]) -> Result<Vec<Vec<LotPart>>> {
    let named: Vec<Line<'_>> = lines
        .iter()
        .map(|one| {
            let product = one.product_id.unwrap_or_default();
            Line::of(product, one.quantity, one.lot_numbers.as_deref())
        })
        .collect();
    let lots = lots::resolve(cx, &named, Unseen::Make)?;
    if lots.iter().all(Vec::is_empty) {
        return Ok(lots);
    }
    let mut left = left_with(cx, order)?;
    for part in lots.iter().flatten() {
        let wanted = part.quantity.steps();
        let mut take = |lot: i64| {
            let here = left.entry((part.product, lot)).or_default();
            let is_there = *here >= wanted;
            *here -= if is_there { wanted } else { 0 };
            is_there
        };
        if !take(part.lot.number()) && !take(0) {
            let product = cx.get::<Product>(part.product)?;
            let refusal = Refusal::conflict("stock.lot_not_of_order").on("lines");
            let refusal = refusal.with("product", product.name);
            return Err(refusal.with("number", part.number.clone()).into());
        }
    }
    Ok(lots)
}

/// What the customer still has of the order, by product and lot. Under lot 0: what left without a number, before its product asked
/// for one or before stock was kept here. That is all that was shipped and is not back, less what is known by its lot.
fn left_with(cx: &mut Cx<'_>, order: Id) -> Result<HashMap<(Id, i64), i64>> {
    let sql = "SELECT product_id, 0, CAST(SUM(quantity) AS BIGINT) FROM ( \
               SELECT product_id, shipped_quantity AS quantity FROM sales_order_line WHERE sales_order_id = ? \
               UNION ALL SELECT r.product_id, -r.quantity FROM sales_return_line r \
               JOIN sales_return d ON d.id = r.sales_return_id \
               WHERE d.sales_order_id = ? AND d.state IN ('posted', 'credited')) went GROUP BY product_id \
               UNION ALL SELECT product_id, stock_lot_id, CAST(SUM(out_quantity - in_quantity) AS BIGINT) FROM stock_movement \
               WHERE sales_order_id = ? AND stock_lot_id IS NOT NULL GROUP BY product_id, stock_lot_id";
    let mut left = HashMap::new();
    let mut by_lot: HashMap<Id, i64> = HashMap::new();
    for row in cx.query(sql, &[order.into(), order.into(), order.into()])? {
        let (product, lot, quantity) = (row.id(0)?, row.int(1)?, row.int(2)?);
        left.insert((product, lot), quantity);
        if lot != 0 {
            // A lot that only came back left without its number.
            *by_lot.entry(product).or_default() += quantity.max(0);
        }
    }
    for (product, quantity) in by_lot {
        *left.entry((product, 0)).or_default() -= quantity;
    }
    Ok(left)
}

/// Books the goods in.
pub fn post(cx: &mut Cx<'_>, back: &mut SalesReturn) -> Result<()> {
    let mut lines = cx.lines::<SalesReturnLine>(back.id)?;
    if lines.is_empty() {
        return Err(Refusal::invalid("stock.lines_missing").on("lines").into());
    }
    lines.sort_by_key(|line| (line.product_id, line.id));
    let mut gone = gone(cx, back.sales_order_id)?;
    let cause = Cause {
        object: "sales_return",
        record: back.id,
    };
    let lots = lots_back(cx, back.sales_order_id, &lines)?;
    for (line, lots) in lines.iter_mut().zip(&lots) {
        let of = gone
            .entry(line.sales_order_line_id.unwrap_or_default())
            .or_default();
        let step = Step {
            product: line.product_id.unwrap_or_default(),
            from: (CUSTOMER, back.site_id),
            to: (level::condition(&line.bucket), back.site_id),
            quantity: line.quantity,
            value: of.cost_of(line.quantity)?,
            lots,
        };
        line.cost_amount = level::transfer(cx, &step, cause)?;
        of.back = of.back.plus(line.quantity)?;
        of.back_cost = of.back_cost.plus(line.cost_amount)?;
    }
    back.returned_on = Some(cx.today());
    let products: Vec<Id> = lines.iter().filter_map(|line| line.product_id).collect();
    cx.set_lines(back.id, lines)?;
    backorder::fill(cx, back.site_id, &products)
}

/// Refuses changes of a return that was posted or cancelled.
pub fn keep_posted(_: &mut Cx<'_>, back: &mut SalesReturn) -> Result<()> {
    if back.state == "draft" {
        Ok(())
    } else {
        Err(Refusal::conflict("stock.return_posted").into())
    }
}
