//! Sites below their safety line get a suggested transfer from a warehouse that has the goods, else a purchase suggestion.
//!
//! Keeps true: one open suggestion per site and product, by a unique constraint; suggestions for purchases whose need has passed
//! are closed.
//! Not here: who gives (`replenishment`).

use qudao_base::{Id, Quantity, Result};
use qudao_kernel::{Cx, Task, Text};
use serde_json::{Value as Json, json};

use super::{
    records::{Replenishment, Site, StockPolicy, TransferOrder, TransferOrderLine},
    replenishment::{Low, Spare, plan},
    transfer,
};
use crate::product::records::Product;

/// Goods a site has or will have: available, and on their way unless they count as available already, and asked for elsewhere.
const EXPECTED: &str = "COALESCE(l.available, 0) + CASE WHEN s.promise_in_transit = 1 THEN 0 ELSE COALESCE(l.in_transit, 0) END \
    + COALESCE((SELECT CAST(SUM(r.quantity) AS BIGINT) FROM transfer_order_line r \
      JOIN transfer_order t ON t.id = r.transfer_order_id WHERE t.state IN ('draft', 'submitted') \
      AND t.to_site_id = p.site_id AND r.product_id = p.product_id), 0)";

/// Names a policy after its site and product.
pub fn name_policy(cx: &mut Cx<'_>, policy: &mut StockPolicy) -> Result<()> {
    policy.name = Some(name(cx, policy.site_id, policy.product_id)?);
    Ok(())
}

fn name(cx: &mut Cx<'_>, site: Id, product: Id) -> Result<String> {
    let (site, product) = (cx.get::<Site>(site)?, cx.get::<Product>(product)?);
    Ok(format!("{} · {}", site.name, product.name))
}

/// `{}` -> `{transfers, purchases}`: how many were suggested.
pub fn by_hand(cx: &mut Cx<'_>, _: Json) -> Result<Json> {
    let (transfers, purchases) = suggest(cx)?;
    Ok(json!({ "transfers": transfers, "purchases": purchases }))
}

/// The recurring job.
pub fn run(cx: &mut Cx<'_>) -> Result<()> {
    suggest(cx).map(drop)
}

struct Found {
    low: Low,
    expected: Quantity,
    safety: Quantity,
    owner: Option<Id>,
}

fn suggest(cx: &mut Cx<'_>) -> Result<(usize, usize)> {
    close_passed(cx)?;
    let found = find_low(cx)?;
    if found.is_empty() {
        return Ok((0, 0));
    }
    let spares = find_spares(cx)?;
    let lows: Vec<Low> = found.iter().map(|one| one.low).collect();
    let (mut transfers, mut purchases) = (0, 0);
    for (one, source) in found.iter().zip(plan(&lows, &spares)?) {
        let order = match source {
            Some(site) => Some(draft_transfer(cx, one, site)?),
            None => None,
        };
        if order.is_some() {
            transfers += 1;
        } else {
            purchases += 1;
        }
        record(cx, one, order)?;
    }
    Ok((transfers, purchases))
}

fn close_passed(cx: &mut Cx<'_>) -> Result<()> {
    let sql = format!(
        "SELECT n.id FROM replenishment n JOIN stock_policy p ON p.site_id = n.site_id AND p.product_id = n.product_id \
         JOIN site s ON s.id = p.site_id \
         LEFT JOIN stock_level l ON l.site_id = p.site_id AND l.product_id = p.product_id \
         WHERE n.state = 'open' AND n.kind = 'purchase' AND {EXPECTED} >= p.safety_quantity ORDER BY n.id"
    );
    for row in cx.query(&sql, &[])? {
        let id = row.id(0)?;
        cx.act::<Replenishment>(id, "settle", |_| ())?;
        cx.close_tasks("replenishment", id)?;
    }
    Ok(())
}

fn find_low(cx: &mut Cx<'_>) -> Result<Vec<Found>> {
    let sql = format!(
        "SELECT p.site_id, p.product_id, p.safety_quantity, p.target_quantity, {EXPECTED}, p.owner_id FROM stock_policy p \
         JOIN site s ON s.id = p.site_id AND s.active = 1 \
         LEFT JOIN stock_level l ON l.site_id = p.site_id AND l.product_id = p.product_id \
         WHERE {EXPECTED} < p.safety_quantity AND NOT EXISTS (SELECT 1 FROM replenishment n \
           WHERE n.site_id = p.site_id AND n.product_id = p.product_id AND n.state = 'open') ORDER BY p.id"
    );
    let mut found = Vec::new();
    for row in cx.query(&sql, &[])? {
        let expected = Quantity::from_steps(row.int(4)?);
        found.push(Found {
            low: Low {
                site: row.id(0)?,
                product: row.id(1)?,
                needed: Quantity::from_steps(row.int(3)?).minus(expected)?,
            },
            expected,
            safety: Quantity::from_steps(row.int(2)?),
            owner: row.value(5).int().map(Id::from_number),
        });
    }
    Ok(found)
}

/// What warehouses have above their own safety line, of products that have a policy somewhere.
fn find_spares(cx: &mut Cx<'_>) -> Result<Vec<Spare>> {
    let sql = "SELECT l.site_id, l.product_id, l.available - COALESCE(p.safety_quantity, 0), s.is_central FROM stock_level l \
               JOIN site s ON s.id = l.site_id AND s.active = 1 AND s.kind = 'warehouse' \
               LEFT JOIN stock_policy p ON p.site_id = l.site_id AND p.product_id = l.product_id \
               WHERE l.available > COALESCE(p.safety_quantity, 0) \
               AND l.product_id IN (SELECT product_id FROM stock_policy) ORDER BY l.id";
    let mut spares = Vec::new();
    for row in cx.query(sql, &[])? {
        spares.push(Spare {
            site: row.id(0)?,
            product: row.id(1)?,
            quantity: Quantity::from_steps(row.int(2)?),
            is_central: row.int(3)? == 1,
        });
    }
    Ok(spares)
}

fn draft_transfer(cx: &mut Cx<'_>, one: &Found, from: Id) -> Result<Id> {
    let line = TransferOrderLine {
        product_id: one.low.product,
        quantity: one.low.needed,
        ..TransferOrderLine::default()
    };
    let order = TransferOrder {
        from_site_id: from,
        to_site_id: one.low.site,
        suggested: true,
        ..TransferOrder::default()
    };
    let order = cx.create_with_lines(&order, vec![line])?;
    let site = cx.get::<Site>(from)?;
    transfer::tell(cx, &order, &site, ("建议", "suggested"))?;
    Ok(order.id)
}

fn record(cx: &mut Cx<'_>, one: &Found, order: Option<Id>) -> Result<()> {
    let name = name(cx, one.low.site, one.low.product)?;
    let kind = if order.is_some() {
        "transfer"
    } else {
        "purchase"
    };
    let made = cx.create(&Replenishment {
        name: Some(name.clone()),
        site_id: one.low.site,
        product_id: one.low.product,
        kind: kind.to_owned(),
        quantity: one.low.needed,
        available_quantity: one.expected,
        safety_quantity: one.safety,
        transfer_order_id: order,
        ..Replenishment::default()
    })?;
    let quantity = one.low.needed;
    let title = if order.is_some() {
        Text::new(
            format!("{name} 低于安全库存，建议调拨 {quantity}"),
            format!("{name} is below its safety stock: transfer {quantity}"),
        )
    } else {
        Text::new(
            format!("{name} 低于安全库存，建议采购 {quantity}"),
            format!("{name} is below its safety stock: buy {quantity}"),
        )
    };
    let task = Task {
        role: one.owner.is_none().then_some("warehouse_clerk"),
        user: one.owner,
        organisation: None,
        title,
        object: "replenishment",
        record: made.id,
    };
    cx.task(task).map(drop)
}
