//! Whether a store takes a delivery note: offered to its clerk for a while, accepted, refused, or taken back when time is up.
//!
//! Keeps true: goods are held while the offer stands and given free in the transaction that ends it; warehouses are not asked.
//! Not here: which site goes on with what was given back (`order`).

use std::sync::Arc;

use qudao_base::Result;
use qudao_kernel::{Cx, Kernel};

use super::{
    delivery,
    records::{DeliveryNote, Site},
    round::{self, RECORDS_MAX},
};

/// A note of goods that are there: ready at a warehouse, offered first at a store.
pub fn offer(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    let minutes = cx.setting_integer("stock.accept_minutes")?;
    let is_asked = minutes > 0 && cx.get::<Site>(note.site_id)?.kind == "store";
    let state = if is_asked { "offered" } else { "ready" };
    state.clone_into(&mut note.state);
    note.offer_expires_at = is_asked.then(|| cx.now().plus_seconds(minutes * 60));
    Ok(())
}

/// Rule of `accept` and `prepare`: no time runs any more, and what the store has to do is the next thing.
pub fn accept(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    note.offer_expires_at = None;
    delivery::next_to_do(cx, note)
}

/// Rule of `refuse` and `expire`: the goods are free again.
pub fn take_back(cx: &mut Cx<'_>, note: &mut DeliveryNote) -> Result<()> {
    delivery::give_back(cx, note)?;
    note.offer_expires_at = None;
    Ok(())
}

/// The recurring round: takes back what no store has accepted in time.
pub fn expire(kernel: &Arc<Kernel>) -> Result<()> {
    let due = |cx: &mut Cx<'_>| {
        let sql = "SELECT id FROM delivery_note WHERE state = 'offered' AND offer_expires_at <= ? ORDER BY id LIMIT ?";
        let now = cx.now();
        let rows = cx.query(sql, &[now.into(), RECORDS_MAX.into()])?;
        rows.iter().map(|row| row.id(0)).collect()
    };
    round::each(kernel, due, |cx, note| {
        cx.act::<DeliveryNote>(note, "expire", |_| ()).map(drop)
    })
}
