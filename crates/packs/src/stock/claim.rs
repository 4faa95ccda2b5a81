//! What a sales channel may take at a site: what it must leave for others or because it has expired, and what is set aside for it.
//!
//! Keeps true: what must be left is checked by the statement that holds; a quantity set aside is used once, because the
//! allocation's row is locked while it is used and its hold gives way to the order's in the same transaction. What has expired is
//! promised to nobody, not from what is set aside either; what is held for others is taken to be none of it.
//! Not here: which site delivers.

use std::collections::HashMap;

use qudao_base::{Id, Quantity, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    level::{self, CUSTOMER, Cause, Place, Want},
    records::{ChannelAllocation, ChannelPolicy, Site},
};
use crate::{channel::records::SalesChannel, product::records::Product};

const OBJECT: &str = "channel_allocation";
/// Rows of the terms that are no allocation, whose ids are above.
const LEAVE: i64 = 0;
const EXPIRED: i64 = -1;

/// The terms of one channel at one place.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    /// What must stay available for others.
    pub leave: Quantity,
    /// What is here and has expired by today, set aside or not.
    pub expired: Quantity,
    /// Allocations with what is left of each, oldest first.
    pub allocations: Vec<(Id, Quantity)>,
}

impl Terms {
    /// What the channel may take where so much is available to everybody.
    ///
    /// # Errors
    /// `amount.range` when a sum does not fit.
    pub fn promisable(&self, available: Quantity) -> Result<Quantity> {
        let own = self.set_aside()?;
        let good = available.minus(self.expired)?;
        let shared = good.minus(self.leave)?.max(Quantity::ZERO);
        own.min(own.plus(good)?.max(Quantity::ZERO)).plus(shared)
    }

    fn set_aside(&self) -> Result<Quantity> {
        Quantity::sum(self.allocations.iter().map(|(_, left)| *left))
    }

    /// What must stay available beside goods from the allocations: expired goods that do not fit into what is left of them.
    fn leave_of_own(&self) -> Result<Quantity> {
        let beyond = self.expired.minus(self.set_aside()?)?;
        Ok(beyond.max(Quantity::ZERO))
    }

    /// What must stay available beside goods that everybody may take.
    fn leave_of_shared(&self) -> Result<Quantity> {
        self.leave.plus(self.expired)
    }
}

/// The terms of a channel for these products, at every site that has any.
pub fn terms(cx: &mut Cx<'_>, channel: Id, products: &[Id]) -> Result<HashMap<Place, Terms>> {
    let mut terms: HashMap<Place, Terms> = HashMap::new();
    if products.is_empty() {
        return Ok(terms);
    }
    let marks = vec!["?"; products.len()].join(", ");
    let sql = format!(
        "SELECT site_id, product_id, {LEAVE}, safety_quantity FROM stock_policy WHERE withheld = 1 AND product_id IN ({marks}) \
         UNION ALL SELECT site_id, product_id, {LEAVE}, keep_quantity FROM channel_policy \
         WHERE channel_id = ? AND product_id IN ({marks}) \
         UNION ALL SELECT l.site_id, l.product_id, {EXPIRED}, CAST(SUM(l.quantity) AS BIGINT) FROM lot_level l \
         JOIN stock_lot s ON s.id = l.stock_lot_id WHERE s.expires_on < ? AND l.bucket = 'on_hand' AND l.quantity > 0 \
         AND l.product_id IN ({marks}) GROUP BY l.site_id, l.product_id \
         UNION ALL SELECT site_id, product_id, id, quantity - used_quantity FROM channel_allocation \
         WHERE state = 'active' AND channel_id = ? AND product_id IN ({marks}) ORDER BY 3"
    );
    let wanted: Vec<Value> = products.iter().map(|&product| product.into()).collect();
    let mut parameters = wanted.clone();
    for value in [channel.into(), cx.today().into(), channel.into()] {
        parameters.push(value);
        parameters.extend(wanted.iter().cloned());
    }
    for row in cx.query(&sql, &parameters)? {
        let place = Place {
            site: row.id(0)?,
            product: row.id(1)?,
        };
        let quantity = Quantity::from_steps(row.int(3)?);
        let here = terms.entry(place).or_default();
        match row.int(2)? {
            LEAVE => here.leave = here.leave.plus(quantity)?,
            EXPIRED => here.expired = here.expired.plus(quantity)?,
            allocation if quantity > Quantity::ZERO => {
                here.allocations
                    .push((Id::from_number(allocation), quantity));
            }
            _ => {}
        }
    }
    Ok(terms)
}

/// Holds goods for a channel: what is set aside for it first, the rest from what everybody may take, leaving what must be left.
///
/// # Errors
/// Conflict `stock.short` when less is available.
pub fn reserve(cx: &mut Cx<'_>, channel: Id, wanted: &[Want]) -> Result<()> {
    let products: Vec<Id> = wanted.iter().map(|want| want.place.product).collect();
    let mut terms = terms(cx, channel, &products)?;
    let mut holds = Vec::with_capacity(wanted.len());
    for want in wanted {
        let Some(here) = terms.get_mut(&want.place) else {
            holds.push(*want);
            continue;
        };
        let mut rest = want.quantity;
        for (allocation, left) in &mut here.allocations {
            let part = take(cx, *allocation, rest.min(*left))?;
            *left = left.minus(part)?;
            rest = rest.minus(part)?;
        }
        let parts = [
            (want.quantity.minus(rest)?, here.leave_of_own()?),
            (rest, here.leave_of_shared()?),
        ];
        let parts = parts.into_iter().filter(|(part, _)| !part.is_zero());
        holds.extend(parts.map(|(quantity, leave)| Want {
            quantity,
            leave,
            ..*want
        }));
    }
    level::reserve(cx, &holds)
}

/// Holds goods from what everybody may take, leaving what the channel must leave.
///
/// # Errors
/// Conflict `stock.short` when less is available.
pub fn reserve_shared(cx: &mut Cx<'_>, channel: Id, wanted: &[Want]) -> Result<()> {
    let products: Vec<Id> = wanted.iter().map(|want| want.place.product).collect();
    let terms = terms(cx, channel, &products)?;
    let mut holds = wanted.to_vec();
    for want in &mut holds {
        if let Some(here) = terms.get(&want.place) {
            want.leave = here.leave_of_shared()?;
        }
    }
    level::reserve(cx, &holds)
}

/// Uses an allocation, as far as it still goes; its goods are free then, for this transaction only.
fn take(cx: &mut Cx<'_>, allocation: Id, wanted: Quantity) -> Result<Quantity> {
    if wanted.is_zero() {
        return Ok(wanted);
    }
    let mut taken = Quantity::ZERO;
    cx.act::<ChannelAllocation>(allocation, "use", |one| {
        let left = one.quantity.steps() - one.used_quantity.steps();
        if one.state == "active" {
            taken = wanted.min(Quantity::from_steps(left));
        }
        one.used_quantity = Quantity::from_steps(one.used_quantity.steps() + taken.steps());
        if one.state == "active" && one.used_quantity == one.quantity {
            "ended".clone_into(&mut one.state);
        }
    })?;
    level::take_back(cx, taken, cause(allocation))?;
    Ok(taken)
}

fn cause(allocation: Id) -> Cause {
    Cause {
        object: OBJECT,
        record: allocation,
    }
}

/// Names a policy after its channel, site and product.
pub fn name_policy(cx: &mut Cx<'_>, policy: &mut ChannelPolicy) -> Result<()> {
    let channel = cx.get::<SalesChannel>(policy.channel_id)?;
    let site = cx.get::<Site>(policy.site_id)?;
    let product = cx.get::<Product>(policy.product_id)?;
    policy.name = Some(format!(
        "{} · {} · {}",
        channel.name, site.name, product.name
    ));
    Ok(())
}

/// Refuses changes of an allocation that holds goods.
pub fn keep_active(_: &mut Cx<'_>, allocation: &mut ChannelAllocation) -> Result<()> {
    if allocation.state == "draft" {
        Ok(())
    } else {
        Err(Refusal::conflict("stock.allocation_fixed").into())
    }
}

/// Sets the goods aside.
pub fn activate(cx: &mut Cx<'_>, allocation: &mut ChannelAllocation) -> Result<()> {
    let place = Place {
        site: allocation.site_id,
        product: allocation.product_id,
    };
    let want = Want {
        place,
        quantity: allocation.quantity,
        to: (CUSTOMER, place.site),
        leave: Quantity::ZERO,
        cause: cause(allocation.id),
    };
    level::reserve(cx, &[want])
}

/// Gives back what was not used.
pub fn end(cx: &mut Cx<'_>, allocation: &mut ChannelAllocation) -> Result<()> {
    level::deliver(cx, Quantity::ZERO, cause(allocation.id))
}
