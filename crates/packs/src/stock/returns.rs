//! Goods that come back from a customer: booked in by the condition of each line, at the cost they left at.
//!
//! Keeps true: of an order line never more cost comes back than left with it; once all of it is back, to the cent as much. Goods
//! of which no delivery note tells (orders of the past) are worth what the others are.
//! Not here: how much may come back and what it is credited with (`order::returns`).

use std::collections::HashMap;

use qudao_base::{Id, Money, Quantity, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    backorder, layers,
    level::{self, CUSTOMER, Cause, Step},
    records::{SalesReturn, SalesReturnLine},
};

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
    for line in &mut lines {
        let of = gone
            .entry(line.sales_order_line_id.unwrap_or_default())
            .or_default();
        let step = Step {
            product: line.product_id.unwrap_or_default(),
            from: (CUSTOMER, back.site_id),
            to: (level::condition(&line.bucket), back.site_id),
            quantity: line.quantity,
            value: of.cost_of(line.quantity)?,
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
