//! Orders that follow a quotation: they cost what was quoted, whatever has become of price lists and promotions since.
//!
//! Keeps true: the order is what was quoted, to the line; it is submitted only while the quotation is valid. Who wants other
//! goods orders again, at today's prices.

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, Explanation};

use super::{
    price::{self, Prices},
    promotions,
    records::{Quotation, QuotationLine, SalesOrder, SalesOrderLine},
};
use crate::pricing;

/// Gives the order the prices of its quotation.
///
/// # Errors
/// `order.quoted_fixed` when the order is no longer what was quoted.
pub fn keep(cx: &mut Cx<'_>, order: &mut SalesOrder, quotation: Id) -> Result<Prices> {
    let quotation = cx.get::<Quotation>(quotation)?;
    let quoted = cx.lines::<QuotationLine>(quotation.id)?;
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    let is_same = Some(order.partner_id) == quotation.partner_id
        && order.discount_percent == quotation.discount_percent
        && order.coupon_code == quotation.coupon_code
        && lines.len() == quoted.len()
        && lines.iter().zip(&quoted).all(is_of);
    if !is_same {
        let refusal = Refusal::conflict("order.quoted_fixed").on("lines");
        return Err(refusal.with("quotation", &quotation.number).into());
    }
    let wanted: Vec<_> = quoted
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let products = pricing::products(cx, &wanted)?;
    let mut explanation = Explanation::info(
        format!("按报价单 {}", quotation.number),
        format!("As quoted in {}", quotation.number),
    )
    .value(quotation.total_amount);
    for ((line, quoted), product) in lines.iter_mut().zip(&quoted).zip(&products) {
        take_over(line, quoted);
        price::describe(line, product)?;
        line.partner_id = Some(order.partner_id);
        line.province.clone_from(&order.province);
        let node = Explanation::info(&product.name, &product.name).value(line.total_amount);
        explanation = explanation.child(node);
    }
    promotions::write_quoted(cx, order, &quotation)?;
    order.promotion_id = quotation.promotion_id;
    order.waterfall.clone_from(&quotation.waterfall);
    price::sum_up(order, &lines)?;
    cx.set_lines(order.id, lines)?;
    Ok(Prices {
        products,
        explanation,
        quote: None,
    })
}

fn is_of((line, quoted): (&SalesOrderLine, &QuotationLine)) -> bool {
    line.product_id == quoted.product_id && line.quantity == quoted.quantity
}

fn take_over(line: &mut SalesOrderLine, quoted: &QuotationLine) {
    (line.gift, line.promotion_id) = (quoted.gift, quoted.promotion_id);
    line.list_price = quoted.list_price;
    take_figures!(line, quoted);
    (line.tax_rate, line.tax_exempt) = (quoted.tax_rate, quoted.tax_exempt);
    line.waterfall.clone_from(&quoted.waterfall);
}

/// Refuses what was quoted too long ago.
///
/// # Errors
/// `order.quotation_expired`.
pub fn check_valid(cx: &Cx<'_>, quotation: &Quotation) -> Result<()> {
    match quotation.valid_until.filter(|until| *until < cx.today()) {
        Some(until) => Err(Refusal::conflict("order.quotation_expired")
            .with("until", until)
            .into()),
        None => Ok(()),
    }
}
