//! Money a channel collected from the buyer for an order: a receipt of its own, which settles the debts of that order alone.
//!
//! Keeps true: such a receipt is made by its order and by nobody else, at most one an order; it pays what is shipped and nothing
//! else, so it never becomes the partner's credit; what is not shipped in the end goes back through the channel.
//! Not here: when an order counts as paid (`exchange`), what it holds (`order`).

use qudao_base::{Id, Money, Result};
use qudao_kernel::Cx;

use super::records::{Receipt, Receivable};

/// The method of a receipt that a channel collected.
const METHOD: &str = "channel";

/// True of money a channel collected.
pub fn is_collected(receipt: &Receipt) -> bool {
    receipt.method == METHOD
}

/// What a channel collected for an order.
#[derive(Clone, Copy, Debug)]
pub struct Collected<'a> {
    /// Who sells in the channel.
    pub partner: Id,
    /// The order that is paid.
    pub sales_order: Id,
    /// Its number.
    pub reference: &'a str,
    /// Tax included.
    pub amount: Money,
}

/// Books the money, and settles what of the order is open already.
pub fn collect(cx: &mut Cx<'_>, collected: &Collected<'_>) -> Result<()> {
    if collected.amount <= Money::ZERO {
        return Ok(());
    }
    let open = "t.sales_order_id = ? AND open_amount > 0";
    let open = cx.lock::<Receivable>(open, &[collected.sales_order.into()])?;
    cx.create(&Receipt {
        partner_id: collected.partner,
        received_on: cx.today(),
        method: METHOD.to_owned(),
        reference: collected.reference.to_owned(),
        amount: collected.amount,
        sales_order_id: Some(collected.sales_order),
        ..Receipt::default()
    })?;
    for receivable in open {
        settle(cx, collected.sales_order, receivable.id)?;
    }
    Ok(())
}

/// Before accounts are touched: the order's receipt, if it has one.
pub fn lock(cx: &mut Cx<'_>, sales_order: Id) -> Result<Option<Receipt>> {
    let condition = "t.sales_order_id = ? AND t.method = 'channel'";
    Ok(cx.lock::<Receipt>(condition, &[sales_order.into()])?.pop())
}

/// Puts the money on a debt of its order.
pub fn settle(cx: &mut Cx<'_>, sales_order: Id, receivable: Id) -> Result<()> {
    let Some(receipt) = lock(cx, sales_order)? else {
        return Ok(());
    };
    if receipt.unallocated_amount <= Money::ZERO {
        return Ok(());
    }
    cx.act::<Receipt>(receipt.id, "allocate", |receipt| {
        receipt.target_receivable_id = Some(receivable);
    })
    .map(drop)
}

/// Gives back what was collected beyond what is still to be shipped: for goods that never will be.
pub fn give_back(cx: &mut Cx<'_>, sales_order: Id, to_ship: Money) -> Result<()> {
    let Some(receipt) = lock(cx, sales_order)? else {
        return Ok(());
    };
    let rest = receipt.unallocated_amount.minus(to_ship)?;
    if rest <= Money::ZERO {
        return Ok(());
    }
    cx.act::<Receipt>(receipt.id, "refund", |receipt| {
        receipt.refund_amount = Some(rest);
        receipt.refund_reason = Some("未发货部分由渠道退还买家".to_owned());
    })
    .map(drop)
}
