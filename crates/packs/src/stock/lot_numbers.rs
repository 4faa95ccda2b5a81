//! Lot and serial numbers as people write them on a line: `L1=5, L2=3`, or one serial number for each piece.
//!
//! Keeps true: what was read adds up to the quantity of its line, a serial number stands for one piece, none stands twice; what is
//! proposed expires first and has not expired.
//! Not here: which numbers exist and where (`lots`).

use std::collections::{BTreeMap, HashSet};

use qudao_base::{Date, Quantity, Refusal};

/// How goods of a product are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tracking {
    /// Not at all.
    None,
    /// By the lot they came with.
    Lot,
    /// Each piece by its own number.
    Serial,
}

impl Tracking {
    /// The declared choice of a product.
    pub fn of(choice: &str) -> Self {
        match choice {
            "lot" => Self::Lot,
            "serial" => Self::Serial,
            _ => Self::None,
        }
    }
}

/// Some goods of one lot.
pub type Part = (String, Quantity);

/// What is wrong with the numbers of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The product has none.
    NotAsked,
    /// A product with lots needs them.
    LotsMissing,
    /// A product with serial numbers needs them.
    SerialsMissing,
    /// Neither a number nor a number and its quantity.
    Unreadable(String),
    /// Named twice.
    Twice(String),
    /// The quantities of lots are not that of the line.
    Sum(Quantity),
    /// So many serial numbers are not the quantity of the line.
    Count(usize),
}

impl Wrong {
    /// The refusal for a line of the product.
    pub fn refusal(self, product: &str, needed: Quantity) -> Refusal {
        let refusal = |code| Refusal::invalid(code).on("lines").with("product", product);
        match self {
            Self::NotAsked => refusal("stock.lots_not_asked"),
            Self::LotsMissing => refusal("stock.lots_missing"),
            Self::SerialsMissing => refusal("stock.serials_missing"),
            Self::Unreadable(text) => refusal("stock.lot_unreadable").with("text", text),
            Self::Twice(number) => refusal("stock.lot_twice").with("number", number),
            Self::Sum(given) => refusal("stock.lots_sum")
                .with("given", given)
                .with("needed", needed),
            Self::Count(given) => refusal("stock.serials_count")
                .with("given", given)
                .with("needed", needed),
        }
    }
}

fn is_separator(letter: char) -> bool {
    letter.is_whitespace() || ",;，；、".contains(letter)
}

/// Reads the numbers of a line. A single lot without quantity is all of it.
///
/// # Errors
/// What is wrong with them.
pub fn read(tracking: Tracking, text: &str, quantity: Quantity) -> Result<Vec<Part>, Wrong> {
    let pieces: Vec<&str> = text
        .split(is_separator)
        .filter(|piece| !piece.is_empty())
        .collect();
    if pieces.is_empty() {
        return match tracking {
            _ if quantity.is_zero() => Ok(Vec::new()),
            Tracking::None => Ok(Vec::new()),
            Tracking::Lot => Err(Wrong::LotsMissing),
            Tracking::Serial => Err(Wrong::SerialsMissing),
        };
    }
    let parts = match tracking {
        Tracking::None => return Err(Wrong::NotAsked),
        Tracking::Serial => serials(&pieces, quantity)?,
        Tracking::Lot => lots(&pieces, quantity)?,
    };
    let mut known = HashSet::new();
    match parts.iter().find(|(number, _)| !known.insert(number)) {
        Some((number, _)) => Err(Wrong::Twice(number.clone())),
        None => Ok(parts),
    }
}

fn serials(pieces: &[&str], quantity: Quantity) -> Result<Vec<Part>, Wrong> {
    if let Some(bad) = pieces.iter().find(|piece| piece.contains('=')) {
        return Err(Wrong::Unreadable((*bad).to_owned()));
    }
    let one = Quantity::of(1);
    let count = i64::try_from(pieces.len()).map_err(|_| Wrong::Count(pieces.len()))?;
    if Quantity::of(count) != quantity {
        return Err(Wrong::Count(pieces.len()));
    }
    Ok(pieces
        .iter()
        .map(|&piece| (piece.to_owned(), one))
        .collect())
}

fn lots(pieces: &[&str], quantity: Quantity) -> Result<Vec<Part>, Wrong> {
    if let [only] = pieces
        && !only.contains('=')
    {
        return Ok(vec![((*only).to_owned(), quantity)]);
    }
    let mut parts = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let unreadable = || Wrong::Unreadable((*piece).to_owned());
        let (number, amount) = piece.split_once('=').ok_or_else(unreadable)?;
        let amount: Quantity = amount.parse().map_err(|_| unreadable())?;
        if number.is_empty() || amount <= Quantity::ZERO {
            return Err(unreadable());
        }
        parts.push((number.to_owned(), amount));
    }
    let sum = Quantity::sum(parts.iter().map(|(_, amount)| *amount));
    match sum {
        Ok(sum) if sum == quantity => Ok(parts),
        sum => Err(Wrong::Sum(sum.unwrap_or_default())),
    }
}

/// Writes numbers as [`read`] reads them.
pub fn write(tracking: Tracking, parts: &[Part]) -> String {
    let one = |(number, quantity): &Part| match tracking {
        Tracking::Serial => number.clone(),
        _ => format!("{number}={quantity}"),
    };
    parts.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Goods of a lot that could leave.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its number.
    pub number: String,
    /// The last day it is good.
    pub expires_on: Option<Date>,
    /// How much there is.
    pub quantity: Quantity,
}

/// Takes what leaves first: what expires first, then what came first (the order given); what has expired stays. Less than wanted
/// when there is no more.
pub fn propose(stored: &mut [Stored], wanted: Quantity, today: Date) -> Vec<Part> {
    stored.sort_by_key(|lot| (lot.expires_on.is_none(), lot.expires_on));
    let mut left = wanted.steps();
    let mut parts = Vec::new();
    let is_good = |lot: &&mut Stored| lot.expires_on.is_none_or(|last| last >= today);
    for lot in stored.iter_mut().filter(is_good) {
        let here = lot.quantity.steps();
        let part = left.min(here);
        if part > 0 {
            left -= part;
            lot.quantity = Quantity::from_steps(here - part);
            parts.push((lot.number.clone(), Quantity::from_steps(part)));
        }
    }
    parts
}

/// True when [`propose`] has no choice: of lots that expire on one day all leave, or there is but one of them.
pub fn is_forced(stored: &[Stored], wanted: Quantity, today: Date) -> bool {
    let mut by_day: BTreeMap<(bool, Option<Date>), Vec<i64>> = BTreeMap::new();
    for lot in stored {
        let is_good = lot.expires_on.is_none_or(|last| last >= today);
        if is_good && lot.quantity > Quantity::ZERO {
            let day = (lot.expires_on.is_none(), lot.expires_on);
            by_day.entry(day).or_default().push(lot.quantity.steps());
        }
    }
    let mut left = wanted.steps();
    for lots in by_day.values() {
        let here: i64 = lots.iter().sum();
        if left <= 0 || left < here {
            return left <= 0 || lots.len() == 1;
        }
        left -= here;
    }
    left <= 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn part(number: &str, quantity: i64) -> Part {
        (number.to_owned(), Quantity::of(quantity))
    }

    #[test]
    fn numbers_are_read_or_refused() {
        let five = Quantity::of(5);
        let good = [
            (Tracking::None, "", vec![]),
            (Tracking::Lot, " L1 ", vec![part("L1", 5)]),
            (
                Tracking::Lot,
                "L1=2，L2=3",
                vec![part("L1", 2), part("L2", 3)],
            ),
            (
                Tracking::Serial,
                "a b\nc、d;e",
                ["a", "b", "c", "d", "e"].map(|one| part(one, 1)).to_vec(),
            ),
        ];
        for (tracking, text, parts) in good {
            assert_eq!(read(tracking, text, five), Ok(parts), "{text}");
        }
        let unreadable = |text: &str| Wrong::Unreadable(text.to_owned());
        let bad = [
            (Tracking::None, "L1", Wrong::NotAsked),
            (Tracking::Lot, " , ", Wrong::LotsMissing),
            (Tracking::Serial, "", Wrong::SerialsMissing),
            (Tracking::Lot, "L1 L2=5", unreadable("L1")),
            (Tracking::Lot, "L1=x", unreadable("L1=x")),
            (Tracking::Lot, "=5", unreadable("=5")),
            (Tracking::Lot, "L1=6 L2=-1", unreadable("L2=-1")),
            (Tracking::Lot, "L1=2 L1=3", Wrong::Twice("L1".to_owned())),
            (Tracking::Lot, "L1=4", Wrong::Sum(Quantity::of(4))),
            (Tracking::Serial, "a b", Wrong::Count(2)),
            (Tracking::Serial, "a=5", unreadable("a=5")),
            (Tracking::Serial, "a b c d a", Wrong::Twice("a".to_owned())),
        ];
        for (tracking, text, wrong) in bad {
            assert_eq!(read(tracking, text, five), Err(wrong), "{text}");
        }
        assert_eq!(read(Tracking::Serial, "", Quantity::ZERO), Ok(vec![]));
        let half: Quantity = "0.5".parse().unwrap();
        assert_eq!(read(Tracking::Serial, "a", half), Err(Wrong::Count(1)));
    }

    #[test]
    fn what_expires_first_leaves_first() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let lot = |number: &str, expires: Option<&str>, quantity| Stored {
            number: number.to_owned(),
            expires_on: expires.map(day),
            quantity: Quantity::of(quantity),
        };
        let mut stored = [
            lot("never", None, 9),
            lot("late", Some("2027-05-01"), 4),
            lot("gone", Some("2026-12-31"), 9),
            lot("soon", Some("2027-01-01"), 3),
        ];
        let mut next = |quantity| propose(&mut stored, Quantity::of(quantity), day("2027-01-01"));
        let first = [part("soon", 3), part("late", 4), part("never", 1)];
        assert_eq!(next(8), first);
        assert_eq!(next(99), [part("never", 8)]);
    }

    #[test]
    fn a_proposal_is_forced_when_no_other_lot_would_do() {
        let day = |number| Date::from_number(number).ok();
        let lot = |quantity: i64, last: Option<Date>| Stored {
            number: String::new(),
            expires_on: last,
            quantity: Quantity::of(quantity),
        };
        let (early, late) = (day(20_260_131), day(20_260_228));
        let today = day(20_260_115).unwrap();
        for (stored, wanted, expected) in [
            (vec![lot(3, early), lot(4, late), lot(5, None)], 5, true),
            (vec![lot(3, early), lot(4, late), lot(4, late)], 3, true),
            (vec![lot(3, early), lot(4, late), lot(4, late)], 5, false),
            (vec![lot(3, early), lot(4, late), lot(4, late)], 11, true),
            (vec![lot(1, None), lot(1, None)], 1, false),
            (vec![lot(1, None), lot(1, None)], 2, true),
            (
                vec![lot(9, day(20_260_114)), lot(2, None), lot(0, None)],
                2,
                true,
            ),
            (vec![lot(9, day(20_260_114)), lot(2, None)], 3, false),
        ] {
            assert_eq!(
                is_forced(&stored, Quantity::of(wanted), today),
                expected,
                "{stored:?} {wanted}"
            );
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(amounts in prop::collection::vec(1_i64..5_000_000, 1..20)) {
            let parts: Vec<Part> = amounts.iter().enumerate()
                .map(|(at, &steps)| (format!("L-{at}"), Quantity::from_steps(steps))).collect();
            let whole = Quantity::from_steps(amounts.iter().sum());
            let text = write(Tracking::Lot, &parts);
            prop_assert_eq!(read(Tracking::Lot, &text, whole), Ok(parts));
        }
    }
}
