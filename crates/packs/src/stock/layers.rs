//! Layers of goods and what they cost: taking from them, and pooling them.
//!
//! Keeps true: no cent is lost or made: what is taken and what stays is what was there; a layer without goods is worth nothing.
//! Not here: where layers are kept.

use qudao_base::{Id, Money, Quantity, Ratio, Result};

/// Goods that came in together, as far as they are still there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layer {
    /// Which.
    pub id: Id,
    /// What is left.
    pub quantity: Quantity,
    /// What that is worth.
    pub value: Money,
}

/// Takes goods, oldest layer first, and returns what they are worth. More than there is is worth nothing.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn take(layers: &mut [Layer], quantity: Quantity) -> Result<Money> {
    let (mut wanted, mut taken) = (quantity, Money::ZERO);
    for layer in layers {
        let part = wanted.min(layer.quantity);
        let rest = layer.quantity.minus(part)?;
        let left = share(layer.value, layer.quantity, rest)?;
        taken = taken.plus(layer.value.minus(left)?)?;
        wanted = wanted.minus(part)?;
        (layer.quantity, layer.value) = (rest, left);
    }
    Ok(taken)
}

/// The part of a value that belongs to some of the goods, to the cent.
///
/// # Errors
/// `amount.range` when it does not fit.
pub fn share(value: Money, quantity: Quantity, part: Quantity) -> Result<Money> {
    if part >= quantity {
        return Ok(value);
    }
    let ratio = Ratio {
        numerator: part.steps(),
        denominator: quantity.steps(),
    };
    Ok(value.times_ratio(ratio)?.rounded(2))
}

/// Puts everything into the first layer, so that all goods cost the same.
///
/// # Errors
/// `amount.range` when a sum does not fit.
pub fn pool(layers: &mut [Layer]) -> Result<()> {
    let Some((first, others)) = layers.split_first_mut() else {
        return Ok(());
    };
    for other in others {
        first.quantity = first.quantity.plus(other.quantity)?;
        first.value = first.value.plus(other.value)?;
        (other.quantity, other.value) = (Quantity::ZERO, Money::ZERO);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn layer(id: i64, quantity: i64, value: i64) -> Layer {
        Layer {
            id: Id::from_number(id),
            quantity: Quantity::of(quantity),
            value: Money::of(value),
        }
    }

    #[test]
    fn first_in_first_out_and_average() {
        let mut layers = [layer(1, 10, 100), layer(2, 10, 200)];
        let cost = take(&mut layers, Quantity::of(15)).unwrap();
        assert_eq!(cost, Money::of(200));
        assert_eq!(layers[1], layer(2, 5, 100));
        let mut layers = [layer(1, 10, 100), layer(2, 10, 200)];
        pool(&mut layers).unwrap();
        let cost = take(&mut layers, Quantity::of(15)).unwrap();
        assert_eq!(cost, Money::of(225));
        let mut thirds = [layer(1, 3, 100)];
        let mut part = || take(&mut thirds, Quantity::of(1)).unwrap().to_string();
        assert_eq!([part(), part(), part()], ["33.33", "33.33", "33.34"]);
    }

    proptest! {
        #[test]
        fn no_cent_is_lost(
            steps in prop::collection::vec((any::<bool>(), 1_i64..5_000_000, 0_i64..100_000_000), 1..60),
            pooled in any::<bool>(),
        ) {
            let (mut layers, mut came, mut went) = (Vec::new(), Money::ZERO, Money::ZERO);
            for (at, (is_in, quantity, cents)) in steps.into_iter().enumerate() {
                let quantity = Quantity::from_steps(quantity);
                if is_in {
                    let value = Money::from_steps(cents * 100);
                    came = came.plus(value).unwrap();
                    layers.push(Layer { id: Id::from_number(at as i64 + 1), quantity, value });
                    if pooled {
                        pool(&mut layers).unwrap();
                    }
                } else {
                    went = went.plus(take(&mut layers, quantity).unwrap()).unwrap();
                }
                let left = Money::sum(layers.iter().map(|layer| layer.value)).unwrap();
                prop_assert_eq!(left.plus(went).unwrap(), came);
                for layer in &layers {
                    prop_assert!(!layer.quantity.is_negative() && !layer.value.is_negative());
                    prop_assert!(!layer.quantity.is_zero() || layer.value.is_zero());
                }
            }
        }
    }
}
