//! The four states everybody talks about, and the inner state behind each.
//!
//! Keeps true: every inner state has exactly one public state; a state nobody mapped is a fault, not a guess.

use qudao_base::{Fault, Result};

/// Inner state, public state.
pub const PUBLIC_STATES: [(&str, &str); 8] = [
    ("draft", "pending_payment"),
    ("pending_approval", "pending_payment"),
    ("credit_hold", "pending_payment"),
    ("confirmed", "pending_shipment"),
    ("partly_shipped", "pending_shipment"),
    ("shipped", "shipped"),
    ("completed", "completed"),
    ("cancelled", "cancelled"),
];

/// The public state of an inner one.
///
/// # Errors
/// A fault for a state that is not in the table.
pub fn public_state(inner: &str) -> Result<&'static str> {
    let found = PUBLIC_STATES.iter().find(|(name, _)| *name == inner);
    found
        .map(|(_, public)| *public)
        .ok_or_else(|| Fault::new(format!("order state {inner} has no public state")).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inner_states_map_to_the_four_public_ones() {
        for (inner, public) in [
            ("draft", "pending_payment"),
            ("pending_approval", "pending_payment"),
            ("credit_hold", "pending_payment"),
            ("confirmed", "pending_shipment"),
            ("partly_shipped", "pending_shipment"),
            ("shipped", "shipped"),
            ("completed", "completed"),
            ("cancelled", "cancelled"),
        ] {
            assert_eq!(public_state(inner).unwrap(), public, "{inner}");
        }
        assert!(public_state("lost").is_err());
    }

    #[test]
    fn the_table_covers_the_declaration() {
        let declared = include_str!("sales_order.toml");
        let states: Vec<&str> = declared
            .split("[[state]]")
            .skip(1)
            .filter_map(|block| {
                block
                    .trim_start()
                    .strip_prefix("name = \"")?
                    .split('"')
                    .next()
            })
            .collect();
        assert_eq!(states, PUBLIC_STATES.map(|(inner, _)| inner));
    }
}
