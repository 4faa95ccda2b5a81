//! The pack `channel`: where orders come from and where stock and prices go to, and which of a channel's codes are which products.
//!
//! Keeps true: a code names one channel; every site has the shipped channels from its start, so an order without a channel finds the
//! one of its door. Other packs ask [`of_door`].
//! Not here: orders that come in and figures that go out (`exchange`).

pub mod records;

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, Registry};

use records::SalesChannel;

/// Kind of the channel of partners who order for themselves.
const PORTAL: &str = "portal";
/// Kind of the channel of the vendor's staff who order for others.
const DIRECT: &str = "direct";

/// Kind of the channel of orders taken over from an earlier system.
const HISTORY: &str = "history";

/// Signs the pack up.
pub fn register(registry: &mut Registry) -> Result<()> {
    registry.pack(
        include_str!("pack.toml"),
        &[
            include_str!("sales_channel.toml"),
            include_str!("channel_product.toml"),
        ],
    )?;
    registry.before_save::<SalesChannel>(check_code);
    registry.demo(include_str!("demo.toml"))
}

/// A code stands in addresses.
fn check_code(_: &mut Cx<'_>, channel: &mut SalesChannel) -> Result<()> {
    let fits = |each: char| each.is_ascii_lowercase() || each.is_ascii_digit() || each == '_';
    if channel.code.chars().all(fits) {
        return Ok(());
    }
    Err(Refusal::invalid("channel.code_form").on("code").into())
}

/// The channel of the door the actor came in by: portal for partners, sales desk for the vendor's staff.
///
/// # Errors
/// `channel.none_of_kind` when none is active.
pub fn of_door(cx: &mut Cx<'_>) -> Result<Id> {
    if cx.actor().organisation.is_some() {
        of_kind(cx, PORTAL)
    } else {
        of_kind(cx, DIRECT)
    }
}

/// The sales desk, which quotations are priced for.
///
/// # Errors
/// `channel.none_of_kind` when none is active.
pub fn sales_desk(cx: &mut Cx<'_>) -> Result<Id> {
    of_kind(cx, DIRECT)
}

/// The portal, which carts hold goods for.
///
/// # Errors
/// `channel.none_of_kind` when none is active.
pub fn portal(cx: &mut Cx<'_>) -> Result<Id> {
    of_kind(cx, PORTAL)
}

/// The channel of orders taken over from an earlier system.
///
/// # Errors
/// `channel.none_of_kind` when none is active.
pub fn history(cx: &mut Cx<'_>) -> Result<Id> {
    of_kind(cx, HISTORY)
}

/// The oldest active channel of a kind.
fn of_kind(cx: &mut Cx<'_>, kind: &str) -> Result<Id> {
    let rows = cx.query(
        "SELECT id FROM sales_channel WHERE kind = ? AND active = 1 ORDER BY id LIMIT 1",
        &[kind.into()],
    )?;
    match rows.first() {
        Some(row) => Ok(Id::from_number(row.int(0)?)),
        None => Err(Refusal::conflict("channel.none_of_kind")
            .on("channel_id")
            .with("kind", kind)
            .into()),
    }
}

/// The channel a name of the API stands for, active or not.
///
/// # Errors
/// Not found.
pub fn of_code(cx: &mut Cx<'_>, code: &str) -> Result<SalesChannel> {
    let found = cx.find::<SalesChannel>("code = ?", &[code.into()])?.pop();
    found.ok_or_else(|| Refusal::not_found().into())
}
