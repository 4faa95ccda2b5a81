//! Orders of the past, as an import brings them: created with `historic` set, then recorded by the action `record_history`.
//!
//! Keeps true: a historic order is complete, keeps the figures and dates it came with, and holds neither credit nor goods; its
//! amounts are the sums of its lines. A line that is complete already is not written again.
//! Not here: reading files.

use qudao_base::Result;
use qudao_kernel::Cx;

use super::{
    price::sum_up,
    records::{SalesOrder, SalesOrderLine},
};

/// Dates order and lines, marks the lines as shipped and sums them up.
pub fn record(cx: &mut Cx<'_>, order: &mut SalesOrder) -> Result<()> {
    order.historic = true;
    let day = order.confirmed_on.unwrap_or(order.ordered_on);
    (order.submitted_on, order.confirmed_on) = (Some(order.ordered_on), Some(day));
    order.completed_on = order.completed_on.or(Some(day));
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    for line in &mut lines {
        line.confirmed_on = Some(day);
        line.partner_id = Some(order.partner_id);
        line.province.clone_from(&order.province);
        (line.sold_quantity, line.shipped_quantity) = (line.quantity, line.quantity);
        (line.shipped_amount, line.shipped_tax_amount) = (line.total_amount, line.tax_amount);
    }
    sum_up(order, &lines)?;
    cx.set_lines(order.id, lines)
}
