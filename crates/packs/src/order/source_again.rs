//! Goods a site gave back, or that wait too long, find another site.
//!
//! Keeps true: nothing is lost: what one note gives up another holds or waits for, in the same transaction; a site that refused
//! goods of an order or let its time pass is not asked for them again.
//! Not here: when a store's time is up (`stock::acceptance`), how a site is chosen (`stock::choice`).

use qudao_base::Result;
use qudao_kernel::{Cx, Task, Text};

use super::{
    OBJECT, backorder, confirm, promise,
    records::{SalesOrder, SalesOrderLine},
};
use crate::stock::{
    backorder as waiting, choice, delivery,
    records::{DeliveryNote, DeliveryNoteLine},
};

/// After a store refused or let its time pass: another site, else the goods wait and the warehouse is told.
pub fn elsewhere(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let mut order = cx.get::<SalesOrder>(note.sales_order_id)?;
    let mut goods = goods_of(cx, note)?;
    // What still waits at the site would come back to it.
    let condition = "sales_order_id = ? AND site_id = ? AND state = 'waiting' ORDER BY id";
    let parameters = [order.id.into(), note.site_id.into()];
    for behind in cx.find::<DeliveryNote>(condition, &parameters)? {
        goods.extend(goods_of(cx, &behind)?);
        cx.act::<DeliveryNote>(behind.id, "cancel", |_| ())?;
    }
    let given_back_by = Some(order.id);
    let mut plan = promise::plan(cx, &order, goods.clone(), given_back_by)?;
    let split = match plan.split.take() {
        Some(split) => split,
        None => backorder::wait(cx, &order, &plan.sourcing, &goods, note.site_id)?,
    };
    if !split.waiting.is_empty() {
        tell_waiting(cx, &order)?;
    }
    plan.split = Some(split);
    move_goods(cx, &mut order, plan)?;
    waiting::pass_on(cx, note)
}

/// After somebody asked for another site for goods that wait; every site is asked.
///
/// # Errors
/// Conflict `stock.short` when none has them.
pub fn by_hand(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let mut order = cx.get::<SalesOrder>(note.sales_order_id)?;
    choice::take_turn(cx)?;
    let goods = goods_of(cx, note)?;
    let plan = promise::plan(cx, &order, goods, None)?;
    if plan.sourcing.parts.is_empty() {
        return Err(choice::refusal(cx, &plan.sourcing)?.into());
    }
    cx.close_tasks(OBJECT, order.id)?;
    move_goods(cx, &mut order, plan)?;
    waiting::pass_on(cx, note)
}

fn goods_of(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<Vec<DeliveryNoteLine>> {
    let line = |line: &DeliveryNoteLine| {
        delivery::line_of(line.sales_order_line_id, line.product_id, line.quantity)
    };
    Ok(cx
        .lines::<DeliveryNoteLine>(note.id)?
        .iter()
        .map(line)
        .collect())
}

/// Keeps why, holds the goods anew, and shows the site and the days on the order.
fn move_goods(cx: &mut Cx<'_>, order: &mut SalesOrder, plan: promise::Plan) -> Result<()> {
    let kept = promise::decision(order, &plan);
    cx.decide(kept)?;
    let Some(split) = plan.split else {
        return Ok(());
    };
    let mut lines = cx.lines::<SalesOrderLine>(order.id)?;
    promise::hold(cx, order, &mut lines, split)?;
    cx.set_lines(order.id, lines)?;
    let changed = order.clone();
    cx.act::<SalesOrder>(order.id, "book", |record| *record = changed)?;
    Ok(())
}

/// Tells warehouse and partner that the goods of an order wait.
fn tell_waiting(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let number = &order.number;
    let title = Text::new(
        format!("订单 {number} 被门店退回，暂无网点备齐，请安排货源"),
        format!("Order {number} was given back by a store and no site has everything; find goods"),
    );
    cx.task(Task {
        role: Some("warehouse_clerk"),
        user: None,
        organisation: None,
        title,
        object: OBJECT,
        record: order.id,
    })?;
    confirm::tell_partner(
        cx,
        order,
        "暂时缺货，到货后发出",
        "is short of goods for now and will be shipped when they arrive",
    )
}
