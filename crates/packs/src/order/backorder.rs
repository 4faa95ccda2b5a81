//! What an order does when no site has everything: refuse, ship what is here and the rest later, or wait for all of it.
//!
//! Keeps true: ready and waiting quantities make the order's; each line shows the day it is promised for.
//! Not here: how waiting goods are found and given out (`stock::backorder`).

use std::collections::HashMap;

use qudao_base::{Id, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    confirm,
    records::{SalesOrder, SalesOrderLine},
};
use crate::stock::{
    delivery,
    records::{DeliveryNote, DeliveryNoteLine},
    sourcing::{Sourcing, Verdict},
};

/// What waits and what goes.
pub struct Split {
    /// Site that ships both.
    pub site: Id,
    /// Held now.
    pub ready: Vec<DeliveryNoteLine>,
    /// To be held when goods come in.
    pub waiting: Vec<DeliveryNoteLine>,
}

/// Lines of an order that one site has in full.
pub fn whole(site: Id, lines: &[SalesOrderLine]) -> Split {
    let ready = lines
        .iter()
        .map(|line| delivery::line_of(line.id, line.product_id, line.quantity))
        .collect();
    Split {
        site,
        ready,
        waiting: Vec::new(),
    }
}

/// How a short order is split; none when it is refused.
pub fn split(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    sourcing: &Sourcing,
    lines: &[SalesOrderLine],
) -> Result<Option<Split>> {
    let way = match &order.when_short {
        Some(way) => way.clone(),
        None => cx.setting_text("order.when_short")?,
    };
    if way != "partial" && way != "later" {
        return Ok(None);
    }
    Ok(match best(sourcing) {
        Some((site, mut here)) => Some(share_out(site, lines, &mut here, way == "partial")?),
        None => None,
    })
}

/// The site that lacks least, and what it has of the products it lacks; among equals the one that ships first.
fn best(sourcing: &Sourcing) -> Option<(Id, HashMap<Id, Quantity>)> {
    let lacks = |one: &crate::stock::sourcing::Weighed| match &one.verdict {
        Verdict::Short(missing) => {
            let steps = missing
                .iter()
                .map(|short| short.needed.steps() - short.available.steps());
            let here = missing
                .iter()
                .map(|short| (short.product, short.available))
                .collect();
            Some((steps.sum::<i64>(), one.site, here))
        }
        _ => None,
    };
    sourcing
        .weighed
        .iter()
        .filter_map(lacks)
        .min_by_key(|(missing, _, _)| *missing)
        .map(|(_, site, here)| (site, here))
}

fn share_out(
    site: Id,
    lines: &[SalesOrderLine],
    here: &mut HashMap<Id, Quantity>,
    ships_part: bool,
) -> Result<Split> {
    let mut split = Split {
        site,
        ready: Vec::new(),
        waiting: Vec::new(),
    };
    for line in lines {
        let now = match here.get_mut(&line.product_id) {
            _ if !ships_part => Quantity::ZERO,
            Some(left) => {
                let now = line.quantity.min(*left);
                *left = left.minus(now)?;
                now
            }
            None => line.quantity,
        };
        let rest = line.quantity.minus(now)?;
        if now > Quantity::ZERO {
            split
                .ready
                .push(delivery::line_of(line.id, line.product_id, now));
        }
        if rest > Quantity::ZERO {
            split.waiting.push(DeliveryNoteLine {
                held_quantity: Quantity::ZERO,
                ..delivery::line_of(line.id, line.product_id, rest)
            });
        }
    }
    Ok(split)
}

/// Shows the days of waiting lines on the order's.
pub fn date(lines: &mut [SalesOrderLine], waiting: &[DeliveryNoteLine]) {
    for line in lines {
        if let Some(of) = waiting
            .iter()
            .find(|one| one.sales_order_line_id == line.id)
        {
            line.promised_on = of.promised_on;
        }
    }
}

/// After a waiting note got goods or other days: the order shows them, and the partner hears when it is ready.
pub fn follow(cx: &mut Cx<'_>, note: &DeliveryNote) -> Result<()> {
    let waiting = cx.lines::<DeliveryNoteLine>(note.id)?;
    let before = cx.lines::<SalesOrderLine>(note.sales_order_id)?;
    let mut lines = before.clone();
    date(&mut lines, &waiting);
    let is_same = before
        .iter()
        .zip(&lines)
        .all(|(one, other)| one.promised_on == other.promised_on);
    if !is_same {
        cx.set_lines(note.sales_order_id, lines)?;
        cx.act::<SalesOrder>(note.sales_order_id, "book", |_| ())?;
    }
    if note.state != "ready" {
        return Ok(());
    }
    let order = cx.get::<SalesOrder>(note.sales_order_id)?;
    confirm::tell_partner(
        cx,
        &order,
        "等待的货已到齐，即将发出",
        "has all the goods it waited for and will be shipped",
    )
}
