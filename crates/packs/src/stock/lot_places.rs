//! Where the goods of each lot and serial number are: site and condition.
//!
//! Keeps true: the lots of a product that asks for them sum up to its goods at every site in every condition, because both move in
//! one step; nothing is taken of a lot that is not there; a serial number is in one place at a time, by a unique constraint.
//! Not here: which lots a line names (`lots`).

use qudao_base::{Id, Quantity, Refusal, Result, Value};
use qudao_kernel::Cx;

use super::{
    level::{End, Step, bucket},
    lots::{BATCH, LotPart, marks},
    records::LotLevel,
};
use crate::product::records::Product;

/// What is left of a lot where it was taken from, and what is there where it was put to; none outside of sites.
pub type Balances = [Option<Quantity>; 2];

/// Moves the lots of a step, as far as its ends are places of a site. Returns the balances after each of them.
///
/// # Errors
/// Conflict `stock.lot_short` when less of a lot is there, `stock.serial_elsewhere` when a serial number is somewhere already.
pub fn follow(cx: &mut Cx<'_>, step: &Step<'_>) -> Result<Vec<Balances>> {
    let mut balances = Vec::with_capacity(step.lots.len());
    for parts in step.lots.chunks(BATCH) {
        let ids: Vec<Value> = parts.iter().map(|part| part.lot.into()).collect();
        let condition = format!("t.stock_lot_id IN ({})", marks(ids.len()));
        let mut places = Places {
            rows: cx.lock::<LotLevel>(&condition, &ids)?,
            touched: Vec::new(),
        };
        for part in parts {
            let left = places.take(cx, part, step.from)?;
            balances.push([left, places.put(cx, part, step.to)?]);
        }
        places.save(cx)?;
    }
    Ok(balances)
}

/// Where the goods of some lots are; rows without id are new.
struct Places {
    rows: Vec<LotLevel>,
    touched: Vec<usize>,
}

impl Places {
    fn find(&self, lot: Id, bucket: &str, site: Id) -> Option<usize> {
        self.rows.iter().position(|row| {
            (row.stock_lot_id, row.site_id, row.bucket.as_str()) == (lot, site, bucket)
        })
    }

    fn take(
        &mut self,
        cx: &mut Cx<'_>,
        part: &LotPart,
        (kind, site): End,
    ) -> Result<Option<Quantity>> {
        let Some(bucket) = bucket(kind) else {
            return Ok(None);
        };
        let at = self.find(part.lot, bucket, site);
        let available = at.map_or(Quantity::ZERO, |at| self.rows[at].quantity);
        let Some(at) = at.filter(|_| available >= part.quantity) else {
            let product = cx.get::<Product>(part.product)?;
            let refusal = Refusal::conflict("stock.lot_short").on("lines");
            return Err(refusal
                .with("product", product.name)
                .with("number", part.number.clone())
                .with("available", available)
                .with("needed", part.quantity)
                .into());
        };
        let row = &mut self.rows[at];
        row.quantity = available.minus(part.quantity)?;
        row.serial_id = None;
        self.touched.push(at);
        Ok(Some(self.rows[at].quantity))
    }

    fn put(
        &mut self,
        cx: &mut Cx<'_>,
        part: &LotPart,
        (kind, site): End,
    ) -> Result<Option<Quantity>> {
        let Some(bucket) = bucket(kind) else {
            return Ok(None);
        };
        let is_here =
            |row: &LotLevel| row.stock_lot_id == part.lot && row.quantity > Quantity::ZERO;
        if part.is_serial && self.rows.iter().any(is_here) {
            let product = cx.get::<Product>(part.product)?;
            let refusal = Refusal::conflict("stock.serial_here").on("lines");
            let refusal = refusal.with("product", product.name);
            return Err(refusal.with("number", part.number.clone()).into());
        }
        let at = self.find(part.lot, bucket, site).unwrap_or_else(|| {
            self.rows.push(LotLevel {
                site_id: site,
                product_id: part.product,
                stock_lot_id: part.lot,
                bucket: bucket.to_owned(),
                ..LotLevel::default()
            });
            self.rows.len() - 1
        });
        let row = &mut self.rows[at];
        row.quantity = row.quantity.plus(part.quantity)?;
        row.serial_id = part.is_serial.then_some(part.lot);
        self.touched.push(at);
        Ok(Some(self.rows[at].quantity))
    }

    /// Serial numbers leave a place before they come to another, as their constraint asks.
    fn save(mut self, cx: &mut Cx<'_>) -> Result<()> {
        self.touched.sort_unstable();
        self.touched.dedup();
        self.touched
            .sort_by_key(|&at| self.rows[at].serial_id.is_some());
        let (mut stored, mut new) = (Vec::new(), Vec::new());
        for at in self.touched {
            let row = &self.rows[at];
            if row.id == Id::default() {
                new.push(row.clone());
            } else {
                stored.push(vec![
                    row.quantity.into(),
                    row.serial_id.into(),
                    row.id.into(),
                ]);
            }
        }
        cx.project("lot_level", &["quantity", "serial_id"], &["id"], stored)?;
        cx.repeat(&new)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use qudao_base::{Actor, Stop, SystemClock};
    use qudao_kernel::{Kernel, Registry, SiteKey, SiteOptions};
    use qudao_store::testing::TestDatabase;

    use super::*;

    /// Code that forgets to look cannot put a serial number in two places: the database refuses it.
    #[test]
    fn the_database_keeps_a_serial_number_in_one_place() {
        for database in TestDatabase::all() {
            let mut registry = Registry::default();
            crate::register(&mut registry).unwrap();
            let site = SiteOptions::standard(SiteKey::new([7; 32]).unwrap());
            let store = database.open().unwrap();
            let kernel = Kernel::start(store, registry, Arc::new(SystemClock), site).unwrap();
            let row = |site: i64, serial: bool| LotLevel {
                site_id: Id::from_number(site),
                product_id: Id::from_number(3),
                stock_lot_id: Id::from_number(4),
                bucket: "on_hand".to_owned(),
                quantity: Quantity::of(1),
                serial_id: serial.then(|| Id::from_number(4)),
                ..LotLevel::default()
            };
            let write = |rows: Vec<LotLevel>| {
                let done = kernel.write(&Actor::system(), move |cx| cx.repeat(&rows));
                done.map_err(|stop| match stop {
                    Stop::Refusal(refusal) => refusal.code,
                    Stop::Fault(fault) => fault.message,
                })
            };
            let twice = write(vec![row(1, true), row(2, true)]);
            assert_eq!(twice, Err("stock.serial_elsewhere".to_owned()));
            assert_eq!(write(vec![row(1, true), row(2, false)]), Ok(()));
            assert_eq!(
                write(vec![row(1, false)]),
                Err("stock.lot_level_twice".to_owned())
            );
            kernel.store.close();
        }
    }
}
