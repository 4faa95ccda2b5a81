//! Orders of the past, as an import brings them.
//!
//! Keeps true: a historic order is complete from the start, keeps the figures and dates it came with, and holds neither credit
//! nor goods; its amounts are the sums of its lines; one external number is recorded once per channel (a database constraint).
//! Not here: reading files.

use qudao_base::Result;
use qudao_kernel::Cx;

use super::{
    price::{province, sum_up},
    records::{SalesOrder, SalesOrderLine},
};
use crate::product::records::Product;

/// Records a past order. Of the order, partner, `ordered_on` and `external_number` must be given; of each line product, quantity,
/// unit price, `total_amount`, `tax_amount` and `cost_amount`. The rest follows.
///
/// # Errors
/// `order.external_number_taken` when it was recorded before; not found when partner or product do not exist.
pub fn record(
    cx: &mut Cx<'_>,
    order: SalesOrder,
    lines: Vec<SalesOrderLine>,
) -> Result<SalesOrder> {
    let day = order.confirmed_on.unwrap_or(order.ordered_on);
    let mut order = SalesOrder {
        historic: true,
        channel: "import".to_owned(),
        state: "completed".to_owned(),
        province: province(order.division.as_deref()),
        confirmed_on: Some(day),
        completed_on: order.completed_on.or(Some(day)),
        ..order
    };
    let mut lines = lines;
    for line in &mut lines {
        complete(cx, &order, line)?;
    }
    sum_up(&mut order, &lines)?;
    cx.create_with_lines(&order, lines)
}

fn complete(cx: &mut Cx<'_>, order: &SalesOrder, line: &mut SalesOrderLine) -> Result<()> {
    if line.category_id.is_none() || line.product_name.is_none() {
        let product = cx.get::<Product>(line.product_id)?;
        line.category_id = line.category_id.or(product.category_id);
        line.product_name.get_or_insert(product.name);
    }
    if line.list_amount.is_zero() {
        line.list_amount = line.total_amount.plus(line.discount_amount)?;
    }
    line.net_amount = line.total_amount.minus(line.tax_amount)?;
    line.margin_amount = line.net_amount.minus(line.cost_amount)?;
    line.shipped_quantity = line.quantity;
    line.shipped_amount = line.total_amount;
    line.confirmed_on = order.confirmed_on;
    line.partner_id = Some(order.partner_id);
    line.province.clone_from(&order.province);
    Ok(())
}
