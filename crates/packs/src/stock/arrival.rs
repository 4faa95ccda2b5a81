//! What arrived of goods that were sent: what matches, what is missing, what nobody sent.
//!
//! Keeps true: matched and missing make what was sent, matched and unexpected what was received, of every lot.

use qudao_base::{Quantity, Result};

use super::lots::LotPart;

/// Some goods, with their lots where the product asks for them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Goods {
    /// How much.
    pub quantity: Quantity,
    /// Of which lots.
    pub lots: Vec<LotPart>,
}

impl Goods {
    fn add(&mut self, part: &LotPart, quantity: Quantity) -> Result<()> {
        if quantity <= Quantity::ZERO {
            return Ok(());
        }
        self.quantity = self.quantity.plus(quantity)?;
        self.lots.push(LotPart {
            quantity,
            ..part.clone()
        });
        Ok(())
    }
}

/// Sent goods held against received ones.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrival {
    /// Sent and received.
    pub matched: Goods,
    /// Sent, not received.
    pub short: Goods,
    /// Received, not sent.
    pub over: Goods,
}

impl Arrival {
    /// Goods that are not told apart.
    ///
    /// # Errors
    /// `amount.range` when a difference does not fit.
    pub fn of_quantities(sent: Quantity, received: Quantity) -> Result<Self> {
        let goods = |quantity: Quantity| Goods {
            quantity: quantity.max(Quantity::ZERO),
            lots: Vec::new(),
        };
        Ok(Self {
            matched: goods(sent.min(received)),
            short: goods(sent.minus(received)?),
            over: goods(received.minus(sent)?),
        })
    }

    /// Goods by lot; a lot stands once on each side.
    ///
    /// # Errors
    /// `amount.range` when a sum does not fit.
    pub fn of_lots(sent: &[LotPart], received: &[LotPart]) -> Result<Self> {
        let of = |parts: &[LotPart], one: &LotPart| {
            let same = parts.iter().find(|part| part.lot == one.lot);
            same.map_or(Quantity::ZERO, |part| part.quantity)
        };
        let mut arrival = Self::default();
        for part in sent {
            let here = of(received, part);
            arrival.matched.add(part, part.quantity.min(here))?;
            arrival.short.add(part, part.quantity.minus(here)?)?;
        }
        for part in received {
            arrival
                .over
                .add(part, part.quantity.minus(of(sent, part))?)?;
        }
        Ok(arrival)
    }

    /// True when something is missing or unexpected.
    pub fn differs(&self) -> bool {
        let none = Quantity::ZERO;
        self.short.quantity > none || self.over.quantity > none
    }
}

#[cfg(test)]
mod tests {
    use qudao_base::Id;

    use super::*;

    fn part(lot: i64, quantity: i64) -> LotPart {
        LotPart {
            lot: Id::from_number(lot),
            number: lot.to_string(),
            product: Id::from_number(1),
            quantity: Quantity::of(quantity),
            is_serial: false,
            expires_on: None,
        }
    }

    #[test]
    fn lots_are_matched_each_by_itself() {
        let arrival = Arrival::of_lots(
            &[part(1, 5), part(2, 3)],
            &[part(1, 4), part(3, 2), part(2, 4)],
        );
        let arrival = arrival.unwrap();
        assert_eq!(arrival.matched.lots, [part(1, 4), part(2, 3)]);
        assert_eq!(arrival.short.lots, [part(1, 1)]);
        assert_eq!(arrival.over.lots, [part(3, 2), part(2, 1)]);
        assert!(arrival.differs());
        let all = Arrival::of_lots(&[part(1, 5)], &[part(1, 5)]).unwrap();
        assert!(!all.differs());
    }

    #[test]
    fn quantities_are_matched() {
        let of = |sent, received| {
            let arrival = Arrival::of_quantities(Quantity::of(sent), Quantity::of(received));
            let arrival = arrival.unwrap();
            let goods = [arrival.matched, arrival.short, arrival.over];
            goods.map(|goods| goods.quantity)
        };
        assert_eq!(of(5, 3), [3, 2, 0].map(Quantity::of));
        assert_eq!(of(5, 7), [5, 0, 2].map(Quantity::of));
    }
}
