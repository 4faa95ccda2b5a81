//! Transfer orders: goods that go from one site to another.
//!
//! Keeps true: submitted goods are held at the source, dispatched goods are in transit to the destination, received goods are
//! there; what was received beyond or short of what left is booked as a difference with its reason.

use qudao_base::{Id, Quantity, Refusal, Result};
use qudao_kernel::{Cx, Task, Text};

use super::{
    arrival::Arrival,
    backorder,
    level::{self, ADJUSTMENT, Cause, IN_TRANSIT, ON_HAND, Place, Step, Want},
    lots::{self, Line, Unseen},
    records::{Replenishment, Site, TransferOrder, TransferOrderLine},
};

const OBJECT: &str = "transfer_order";

fn cause(line: &TransferOrderLine) -> Cause {
    Cause {
        object: "transfer_order_line",
        record: line.id,
    }
}

/// Refuses changes of what was submitted; lots are chosen until goods leave, and what was received is told while they are in transit.
pub fn check_changes(cx: &mut Cx<'_>, order: &mut TransferOrder) -> Result<()> {
    if order.state == "draft" {
        return Ok(());
    }
    let stored = cx.find::<TransferOrder>("id = ?", &[order.id.into()])?;
    let stored_lines = cx.find::<TransferOrderLine>("transfer_order_id = ?", &[order.id.into()])?;
    let lines = cx.lines::<TransferOrderLine>(order.id)?;
    let is_same = stored.iter().all(|one| {
        (one.from_site_id, one.to_site_id) == (order.from_site_id, order.to_site_id)
            && one.bucket == order.bucket
    }) && stored_lines.len() == lines.len()
        && lines.iter().all(|line| {
            stored_lines.iter().any(|one| {
                (one.id, one.product_id, one.quantity) == (line.id, line.product_id, line.quantity)
                    && (order.state == "submitted" || one.lot_numbers == line.lot_numbers)
            })
        });
    if is_same && ["submitted", "dispatched"].contains(&order.state.as_str()) {
        Ok(())
    } else {
        Err(Refusal::conflict("stock.transfer_fixed").into())
    }
}

/// Lines in order of product, so that two orders never wait for each other crosswise.
fn sorted_lines(cx: &mut Cx<'_>, order: &TransferOrder) -> Result<Vec<TransferOrderLine>> {
    let mut lines = cx.lines::<TransferOrderLine>(order.id)?;
    if lines.is_empty() {
        return Err(Refusal::invalid("stock.lines_missing").on("lines").into());
    }
    lines.sort_by_key(|line| (line.product_id, line.id));
    Ok(lines)
}

/// Holds the goods at the source and tells its clerk.
pub fn submit(cx: &mut Cx<'_>, order: &mut TransferOrder) -> Result<()> {
    let lines = sorted_lines(cx, order)?;
    let want = |line: &TransferOrderLine| Want {
        place: Place {
            site: order.from_site_id,
            product: line.product_id,
        },
        quantity: line.quantity,
        to: (IN_TRANSIT, order.to_site_id),
        leave: Quantity::ZERO,
        cause: cause(line),
    };
    let wanted: Vec<Want> = lines.iter().map(want).collect();
    level::reserve(cx, &wanted)?;
    cx.close_tasks(OBJECT, order.id)?;
    let source = cx.get::<Site>(order.from_site_id)?;
    tell(cx, order, &source, ("待发出", "to dispatch"))
}

/// Gives the clerk of a site a to-do about the order.
pub fn tell(
    cx: &mut Cx<'_>,
    order: &TransferOrder,
    site: &Site,
    (zh, en): (&str, &str),
) -> Result<()> {
    let task = Task {
        role: site.clerk_id.is_none().then_some("warehouse_clerk"),
        user: site.clerk_id,
        organisation: None,
        title: Text::new(
            format!("{} 调拨{zh}：{}", site.name, order.number),
            format!("{}: transfer {en}: {}", site.name, order.number),
        ),
        object: OBJECT,
        record: order.id,
    };
    cx.task(task).map(drop)
}

/// Puts the goods in transit.
pub fn dispatch(cx: &mut Cx<'_>, order: &mut TransferOrder) -> Result<()> {
    let mut lines = sorted_lines(cx, order)?;
    let lots = lots::resolve(cx, &sent(&lines), Unseen::Refuse)?;
    for (line, lots) in lines.iter_mut().zip(&lots) {
        let step = Step {
            product: line.product_id,
            from: (ON_HAND, order.from_site_id),
            to: (IN_TRANSIT, order.to_site_id),
            quantity: line.quantity,
            value: None,
            lots,
        };
        level::send(cx, &step, cause(line))?;
        line.received_quantity = line.quantity;
        line.received_lot_numbers.clone_from(&line.lot_numbers);
    }
    cx.set_lines(order.id, lines)?;
    order.dispatched_on = Some(cx.today());
    cx.close_tasks(OBJECT, order.id)?;
    let destination = cx.get::<Site>(order.to_site_id)?;
    tell(cx, order, &destination, ("待收货", "to receive"))
}

fn sent(lines: &[TransferOrderLine]) -> Vec<Line<'_>> {
    lines
        .iter()
        .map(|one| Line::of(one.product_id, one.quantity, one.lot_numbers.as_deref()))
        .collect()
}

/// What arrived of the lines sent.
fn arrived(cx: &mut Cx<'_>, lines: &[TransferOrderLine]) -> Result<Vec<Arrival>> {
    let sent_lots = lots::resolve(cx, &sent(lines), Unseen::Refuse)?;
    let named: Vec<Line<'_>> = lines
        .iter()
        .map(|one| {
            let numbers = one.received_lot_numbers.as_deref();
            Line::of(one.product_id, one.received_quantity, numbers)
        })
        .collect();
    let received_lots = lots::resolve(cx, &named, Unseen::Refuse)?;
    let mut arrivals = Vec::with_capacity(lines.len());
    for (line, (sent, received)) in lines.iter().zip(sent_lots.into_iter().zip(received_lots)) {
        arrivals.push(if sent.is_empty() && received.is_empty() {
            Arrival::of_quantities(line.quantity, line.received_quantity)?
        } else {
            Arrival::of_lots(&sent, &received)?
        });
    }
    Ok(arrivals)
}

/// Books the goods in, and differences out.
pub fn receive(cx: &mut Cx<'_>, order: &mut TransferOrder) -> Result<()> {
    let lines = sorted_lines(cx, order)?;
    let arrivals = arrived(cx, &lines)?;
    if arrivals.iter().any(Arrival::differs) && order.difference_reason.is_none() {
        return Err(Refusal::invalid("stock.difference_unexplained")
            .on("difference_reason")
            .into());
    }
    let site = order.to_site_id;
    let here = (level::condition(&order.bucket), site);
    let (transit, difference) = ((IN_TRANSIT, site), (ADJUSTMENT, site));
    for (line, arrival) in lines.iter().zip(&arrivals) {
        for (from, to, goods) in [
            (transit, here, &arrival.matched),
            (transit, difference, &arrival.short),
            (difference, here, &arrival.over),
        ] {
            let step = Step {
                product: line.product_id,
                from,
                to,
                quantity: goods.quantity,
                value: None,
                lots: &goods.lots,
            };
            level::transfer(cx, &step, cause(line))?;
        }
    }
    order.received_on = Some(cx.today());
    let products: Vec<Id> = lines.iter().map(|line| line.product_id).collect();
    backorder::fill(cx, site, &products)?;
    end(cx, order)
}

/// Gives the goods back.
pub fn cancel(cx: &mut Cx<'_>, order: &mut TransferOrder) -> Result<()> {
    for line in cx.lines::<TransferOrderLine>(order.id)? {
        level::deliver(cx, Quantity::ZERO, cause(&line))?;
    }
    end(cx, order)
}

/// Closes what waited for the order.
fn end(cx: &mut Cx<'_>, order: &TransferOrder) -> Result<()> {
    let condition = "transfer_order_id = ? AND state = 'open' ORDER BY id";
    for suggestion in cx.find::<Replenishment>(condition, &[order.id.into()])? {
        cx.act::<Replenishment>(suggestion.id, "settle", |_| ())?;
    }
    cx.close_tasks(OBJECT, order.id)
}
