//! What a return does to its order: how much may come back, and what it is worth.
//!
//! Keeps true: of a line never more comes back than was shipped, and its value never exceeds what was charged; once all of it is
//! back, value and tax are exactly those of the line, however many returns it took. Two returns of one line meet at the
//! order, which each locks before it reads.
//! Crediting it books a credit note, and the order is worth so much less.
//! Not here: the goods and what they cost (`stock`), what becomes of the credit (`finance::credit_note`) and of commissions (`incentive`).

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Quantity, Refusal, Result};
use qudao_kernel::{Cx, Task, Text};

use super::{
    check_own, held, price,
    records::{SalesOrder, SalesOrderLine},
    shipment::credited,
};
use crate::{
    finance::{
        credit_note::{self, Credit},
        tax_parts::TaxParts,
    },
    stock::records::{SalesReturn, SalesReturnLine},
};

const OBJECT: &str = "sales_return";

/// Completes a draft from its order. Whatever follows on a draft locks the order first, before goods are moved and what is back
/// already is read.
pub fn prepare(cx: &mut Cx<'_>, back: &mut SalesReturn) -> Result<()> {
    if back.state != "draft" {
        cx.lock::<SalesOrder>("t.id = ?", &[back.sales_order_id.into()])?;
        return Ok(());
    }
    let order = cx.get::<SalesOrder>(back.sales_order_id)?;
    check_own(cx, order.partner_id)?;
    back.partner_id = Some(order.partner_id);
    let order_lines = cx.lines::<SalesOrderLine>(order.id)?;
    let mut lines = cx.lines::<SalesReturnLine>(back.id)?;
    for line in &mut lines {
        let is_meant = |one: &&SalesOrderLine| match line.sales_order_line_id {
            Some(id) => one.id == id,
            None => {
                Some(one.product_id) == line.product_id
                    && one.shipped_quantity > one.returned_quantity
            }
        };
        let of = order_lines.iter().find(is_meant);
        let of = of.ok_or_else(|| Refusal::invalid("stock.return_other_order").on("lines"))?;
        line.sales_order_line_id = Some(of.id);
        line.product_id = Some(of.product_id);
        check_range(of, line.quantity)?;
    }
    cx.set_lines(back.id, lines)
}

fn check_range(of: &SalesOrderLine, quantity: Quantity) -> Result<()> {
    let returnable = of.shipped_quantity.minus(of.returned_quantity)?;
    if quantity <= returnable {
        return Ok(());
    }
    let name = of.product_name.clone().unwrap_or_default();
    Err(Refusal::conflict("stock.return_range")
        .on("lines")
        .with("product", name)
        .with("returnable", returnable)
        .into())
}

/// Takes the goods off the order's lines and says what they are worth.
pub fn post(cx: &mut Cx<'_>, back: &mut SalesReturn) -> Result<()> {
    let mut order_lines = cx.lines::<SalesOrderLine>(back.sales_order_id)?;
    let mut lines = cx.lines::<SalesReturnLine>(back.id)?;
    let mut tax_returned = tax_returned(cx, back.sales_order_id)?;
    let (mut total, mut tax) = (Money::ZERO, Money::ZERO);
    for line in &mut lines {
        for of in order_lines
            .iter_mut()
            .filter(|one| Some(one.id) == line.sales_order_line_id)
        {
            check_range(of, line.quantity)?;
            let returned = of.returned_quantity.plus(line.quantity)?;
            let back = (of.shipped_quantity, returned);
            line.credit_amount = credited(of.shipped_amount, back, of.returned_amount)?;
            total = total.plus(line.credit_amount)?;
            let before = tax_returned.entry(of.id).or_default();
            line.credit_tax_amount = credited(of.shipped_tax_amount, back, *before)?;
            *before = before.plus(line.credit_tax_amount)?;
            tax = tax.plus(line.credit_tax_amount)?;
            of.returned_quantity = returned;
            of.returned_amount = of.returned_amount.plus(line.credit_amount)?;
        }
    }
    cx.set_lines(back.id, lines)?;
    (back.credit_amount, back.credit_tax_amount) = (total, tax);
    cx.set_lines(back.sales_order_id, order_lines)?;
    cx.act::<SalesOrder>(back.sales_order_id, "book", |_| ())?;
    tell_finance(cx, back)
}

/// The tax earlier returns took off, by line of the order.
fn tax_returned(cx: &mut Cx<'_>, order: Id) -> Result<BTreeMap<Id, Money>> {
    let sql = "SELECT l.sales_order_line_id, CAST(SUM(l.credit_tax_amount) AS BIGINT) \
               FROM sales_return_line l JOIN sales_return b ON b.id = l.sales_return_id \
               WHERE b.sales_order_id = ? AND b.state IN ('posted', 'credited') GROUP BY l.sales_order_line_id";
    let mut found = BTreeMap::new();
    for row in cx.query(sql, &[order.into()])? {
        found.insert(row.id(0)?, Money::from_steps(row.int(1)?));
    }
    Ok(found)
}

fn tell_finance(cx: &mut Cx<'_>, back: &SalesReturn) -> Result<()> {
    if back.credit_amount.is_zero() {
        return Ok(());
    }
    let amount = back.credit_amount;
    cx.task(Task {
        role: Some("finance_clerk"),
        user: None,
        organisation: None,
        title: Text::new(
            format!("退货 {} 应退 {amount}", back.number),
            format!("Return {}: credit {amount}", back.number),
        ),
        object: OBJECT,
        record: back.id,
    })
    .map(drop)
}

/// Books the credit: the order is worth less, and the partner owes less or has money to its credit; what the channel collected
/// goes back through the channel. Goods that cost the partner nothing bring no credit, but their cost back.
pub fn credit(cx: &mut Cx<'_>, back: &mut SalesReturn) -> Result<()> {
    cx.close_tasks(OBJECT, back.id)?;
    let order = cx.get::<SalesOrder>(back.sales_order_id)?;
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let mut taxes = TaxParts::default();
    for returned in cx.lines::<SalesReturnLine>(back.id)? {
        let is_it = |one: &&mut SalesOrderLine| Some(one.id) == returned.sales_order_line_id;
        if let Some(line) = lines.iter_mut().find(is_it) {
            add(line, &returned)?;
            let rate = (line.tax_rate, line.tax_exempt);
            taxes.add(rate, returned.credit_amount, returned.credit_tax_amount)?;
        }
    }
    let mut changed = order.clone();
    price::sum_up(&mut changed, &lines)?;
    cx.set_lines(order.id, lines)?;
    cx.act::<SalesOrder>(order.id, "book", |record| *record = changed)?;
    if back.credit_amount.is_zero() {
        return Ok(());
    }
    let credit = Credit {
        partner: order.partner_id,
        sales_order: order.id,
        sales_return: back.id,
        reference: &back.number,
        taxes: &taxes,
    };
    credit_note::issue(cx, &credit)?;
    held::confirm_covered(cx, order.partner_id)
}

/// Counts a returned line as credited: its value, and the margin that is gone now that the goods brought their cost back.
fn add(line: &mut SalesOrderLine, returned: &SalesReturnLine) -> Result<()> {
    let net = returned.credit_amount.minus(returned.credit_tax_amount)?;
    let margin = net.minus(returned.cost_amount)?;
    line.credited_amount = line.credited_amount.plus(returned.credit_amount)?;
    line.credited_net_amount = line.credited_net_amount.plus(net)?;
    line.credited_margin_amount = line.credited_margin_amount.plus(margin)?;
    Ok(())
}
