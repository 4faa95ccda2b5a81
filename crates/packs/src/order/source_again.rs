//! Goods a site gave back, or that wait too long, find another site.
//!
//! Keeps true: nothing is lost: what one note gives up another holds or waits for, in the same transaction; a site that refused
//! goods of an order or let its time pass is not asked for them again by itself, only when a person asks every site anew. Goods no
//! site could take are offered again every hour: another may have capacity or goods by then.
//! Not here: when a store's time is up (`stock::acceptance`), how a site is chosen (`stock::choice`).

use std::sync::Arc;

use qudao_base::{Id, Result};
use qudao_kernel::{Cx, Kernel, Task, Text};

use super::{
    OBJECT, backorder, confirm, promise,
    records::{SalesOrder, SalesOrderLine},
};
use crate::stock::{
    backorder::{self as waiting, GIVEN_BACK},
    choice, delivery,
    records::{DeliveryNote, DeliveryNoteLine},
    round::{self, RECORDS_MAX},
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
        tell_waiting(cx, &order, split.site == note.site_id)?;
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
    again(cx, note, &mut order, None)
}

/// The hourly round: goods that wait at a site that gave them back, where nobody ever fills them.
pub fn retry(kernel: &Arc<Kernel>) -> Result<()> {
    let due = |cx: &mut Cx<'_>| {
        let sql = format!(
            "SELECT n.id FROM delivery_note n WHERE n.state = 'waiting' AND {GIVEN_BACK} ORDER BY n.id LIMIT ?"
        );
        let rows = cx.query(&sql, &[RECORDS_MAX.into()])?;
        rows.iter().map(|row| row.id(0)).collect()
    };
    round::each(kernel, due, |cx, note| {
        cx.act::<DeliveryNote>(note, "retry", |_| ()).map(drop)
    })
}

/// After the round took up goods that wait; sites that gave them back are not asked.
///
/// # Errors
/// Why no site has them; they wait on.
pub fn by_itself(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let mut order = cx.get::<SalesOrder>(note.sales_order_id)?;
    again(cx, note, &mut order, Some(note.sales_order_id))?;
    confirm::tell_partner(
        cx,
        &order,
        "已另找到网点，即将发出",
        "has found another site and will be shipped",
    )
}

fn again(
    cx: &mut Cx<'_>,
    note: &DeliveryNote,
    order: &mut SalesOrder,
    given_back_by: Option<Id>,
) -> Result<()> {
    choice::take_turn(cx)?;
    let goods = goods_of(cx, note)?;
    let plan = promise::plan(cx, order, goods, given_back_by)?;
    if plan.sourcing.parts.is_empty() {
        return Err(choice::refusal(cx, &plan.sourcing)?.into());
    }
    cx.close_tasks(OBJECT, order.id)?;
    move_goods(cx, order, plan)?;
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

/// Tells warehouse and partner that the goods of an order wait: for goods, or, where no site lacks any, for another site.
fn tell_waiting(cx: &mut Cx<'_>, order: &SalesOrder, for_site: bool) -> Result<()> {
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
    let (zh, en) = if for_site {
        (
            "暂不能由原网点发出，正在另找网点",
            "cannot be shipped by its site for now; we are looking for another site",
        )
    } else {
        (
            "暂时缺货，到货后发出",
            "is short of goods for now and will be shipped when they arrive",
        )
    };
    confirm::tell_partner(cx, order, zh, en)
}
