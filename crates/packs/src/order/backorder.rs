//! What an order does when no site has everything: refuse, ship what is here and the rest later, or wait for all of it.
//!
//! Keeps true: ready and waiting quantities make the order's; each line shows the day it is promised for.
//! Not here: how waiting goods are found and given out (`stock::backorder`).

use std::collections::HashMap;

use qudao_base::{Id, Quantity, Result};
use qudao_kernel::Cx;

use super::{
    OBJECT, confirm,
    records::{SalesOrder, SalesOrderLine},
};
use crate::stock::{
    delivery,
    records::{DeliveryNote, DeliveryNoteLine},
    sourcing::{SiteKind, Sourcing, Verdict, Weighed},
};

/// What waits and what goes.
pub struct Split {
    /// Site that ships, the first of several; what waits, waits there.
    pub site: Id,
    /// Held now, by site.
    pub ready: Vec<(Id, Vec<DeliveryNoteLine>)>,
    /// To be held when goods come in.
    pub waiting: Vec<DeliveryNoteLine>,
}

/// Goods that the chosen sites have in full; none when nobody was chosen.
///
/// # Errors
/// `amount.range` when a difference does not fit.
pub fn shared(sourcing: &Sourcing, goods: &[DeliveryNoteLine]) -> Result<Option<Split>> {
    let mut rest: Vec<Quantity> = goods.iter().map(|line| line.quantity).collect();
    let mut ready = Vec::with_capacity(sourcing.parts.len());
    for part in &sourcing.parts {
        let mut own: HashMap<Id, Quantity> = part.goods.iter().copied().collect();
        let mut lines = Vec::new();
        for (line, rest) in goods.iter().zip(&mut rest) {
            let left = own.entry(line.product_id).or_default();
            let now = (*rest).min(*left);
            if now > Quantity::ZERO {
                (*rest, *left) = (rest.minus(now)?, left.minus(now)?);
                let (line, product) = (line.sales_order_line_id, line.product_id);
                lines.push(delivery::line_of(line, product, now));
            }
        }
        ready.push((part.site, lines));
    }
    Ok(sourcing.chosen().map(|site| Split {
        site,
        ready,
        waiting: Vec::new(),
    }))
}

/// Goods that no site has any more: they wait at the site that lacks least, else at the one they came from.
pub fn wait(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    sourcing: &Sourcing,
    goods: &[DeliveryNoteLine],
    from: Id,
) -> Result<Split> {
    if let Some(split) = split(cx, order, sourcing, goods)? {
        return Ok(split);
    }
    let (site, mut here) = best(sourcing).unwrap_or_else(|| (from, HashMap::new()));
    share_out(site, goods, &mut here, false)
}

/// How a short order is split; none when it is refused.
pub fn split(
    cx: &mut Cx<'_>,
    order: &SalesOrder,
    sourcing: &Sourcing,
    lines: &[DeliveryNoteLine],
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

/// The site that lacks least, and what it has of the products it lacks; among equals a warehouse, where goods come in, then the
/// one that ships first.
fn best(sourcing: &Sourcing) -> Option<(Id, HashMap<Id, Quantity>)> {
    let lacks = |one: &Weighed| {
        let Verdict::Short(missing) = &one.verdict else {
            return None;
        };
        let steps = missing
            .iter()
            .map(|short| short.needed.steps() - short.available.steps());
        let here = missing
            .iter()
            .map(|short| (short.product, short.available))
            .collect();
        let rank = (steps.sum::<i64>(), one.kind == SiteKind::Store);
        Some((rank, one.site, here))
    };
    sourcing
        .weighed
        .iter()
        .filter_map(lacks)
        .min_by_key(|(rank, _, _)| *rank)
        .map(|(_, site, here)| (site, here))
}

fn share_out(
    site: Id,
    lines: &[DeliveryNoteLine],
    here: &mut HashMap<Id, Quantity>,
    ships_part: bool,
) -> Result<Split> {
    let (mut ready, mut waiting) = (Vec::new(), Vec::new());
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
        let (line, product) = (line.sales_order_line_id, line.product_id);
        if now > Quantity::ZERO {
            ready.push(delivery::line_of(line, product, now));
        }
        if rest > Quantity::ZERO {
            waiting.push(DeliveryNoteLine {
                held_quantity: Quantity::ZERO,
                ..delivery::line_of(line, product, rest)
            });
        }
    }
    let ready = if ready.is_empty() {
        Vec::new()
    } else {
        vec![(site, ready)]
    };
    Ok(Split {
        site,
        ready,
        waiting,
    })
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
    if note.state == "waiting" {
        return Ok(());
    }
    cx.close_tasks(OBJECT, note.sales_order_id)?;
    let order = cx.get::<SalesOrder>(note.sales_order_id)?;
    confirm::tell_partner(
        cx,
        &order,
        "等待的货已到齐，即将发出",
        "has all the goods it waited for and will be shipped",
    )
}
