//! Tax on published figures: single cases, and whole invoices with several rates, allowances and charges.

use proptest::prelude::*;

use super::*;

/// Figures of example invoices of the EN 16931 validation artefacts; the file says where they come from and how to read it.
const INVOICES: &str = include_str!("tax_vectors.csv");

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

fn added(rate: &str, per_document: bool, half: Half) -> TaxPolicy {
    TaxPolicy {
        rate: rate.parse().unwrap(),
        included: false,
        per_document,
        half,
    }
}

fn sums(policy: &TaxPolicy, amounts: &[&str]) -> (String, String) {
    let amounts: Vec<_> = amounts
        .iter()
        .map(|amount| (money(amount), policy.rate))
        .collect();
    let taxed = tax(policy, &amounts).unwrap();
    let sum = |part: fn(&Taxed) -> Money| Money::sum(taxed.iter().map(part)).unwrap().to_string();
    (sum(|one| one.net), sum(|one| one.tax))
}

/// A hundred lines of 1.001 at 20 %: figures of Tryton 8.2, module account, test of taxable lines.
#[test]
fn rounding_per_line_and_per_document_differ_as_published() {
    let lines = ["1.001"; 100];
    for (per_document, expected) in [(false, "20.00"), (true, "20.02")] {
        let (net, tax) = sums(&added("20", per_document, Half::Up), &lines);
        assert_eq!((net.as_str(), tax.as_str()), ("100.00", expected));
    }
}

/// 1.070 and 1.005 at 100 %: figures of Tryton 8.2, module account, test of taxable lines; half up is our own contrast.
#[test]
fn half_cents_go_where_the_setting_says() {
    let lines = ["1.070", "1.005"];
    for (half, expected) in [(Half::Even, "2.07"), (Half::Up, "2.08")] {
        let (net, tax) = sums(&added("100", false, half), &lines);
        assert_eq!((net.as_str(), tax.as_str()), (expected, expected));
    }
    let negative = ["-1.005"];
    assert_eq!(sums(&added("0", false, Half::Up), &negative).0, "-1.01");
    assert_eq!(sums(&added("0", false, Half::Even), &negative).0, "-1.00");
}

#[test]
fn contained_tax_is_rounded_once() {
    let policy = TaxPolicy {
        rate: Percent::of(13),
        ..TaxPolicy::default()
    };
    for (amount, net, tax) in [
        ("1629.98", "1442.46", "187.52"),
        ("0.04", "0.04", "0.00"),
        ("0.05", "0.04", "0.01"),
        ("-113.00", "-100.00", "-13.00"),
    ] {
        assert_eq!(sums(&policy, &[amount]), (net.to_owned(), tax.to_owned()));
    }
}

#[derive(Default)]
struct Invoice {
    name: String,
    lines: Vec<(Money, Percent)>,
    charges: Vec<(Money, Percent)>,
    rates: Vec<(Money, Percent, Money)>,
    totals: Vec<Money>,
}

fn invoices() -> Vec<Invoice> {
    let mut all: Vec<Invoice> = Vec::new();
    for row in INVOICES.lines().filter(|row| !row.starts_with('#')) {
        let cells: Vec<&str> = row.split(',').collect();
        if cells[0] == "invoice" {
            all.push(Invoice {
                name: cells[1].to_owned(),
                ..Invoice::default()
            });
            continue;
        }
        let invoice = all.last_mut().unwrap();
        let rate = |at: usize| cells[at].parse::<Percent>().unwrap();
        match cells[0] {
            "line" => invoice.lines.push((money(cells[1]), rate(2))),
            "charge" => invoice.charges.push((money(cells[1]), rate(2))),
            "rate" => invoice
                .rates
                .push((money(cells[1]), rate(2), money(cells[3]))),
            "totals" => invoice.totals = cells[1..].iter().map(|cell| money(cell)).collect(),
            other => panic!("unknown row {other}"),
        }
    }
    all
}

#[test]
fn published_invoices_come_out_to_the_cent() {
    let all = invoices();
    assert_eq!(all.len(), 19);
    for invoice in all {
        let name = &invoice.name;
        let total = |of: &[(Money, Percent)]| Money::sum(of.iter().map(|one| one.0)).unwrap();
        let [line_sum, exclusive, inclusive] = invoice.totals[..] else {
            panic!("{name}: three totals");
        };
        assert_eq!(total(&invoice.lines), line_sum, "{name}");
        let mut amounts = invoice.lines.clone();
        amounts.extend(&invoice.charges);
        assert_eq!(total(&amounts), exclusive, "{name}");
        let taxed = tax(&added("0", true, Half::Up), &amounts).unwrap();
        for (taxable, rate, expected) in invoice.rates {
            let of_rate = amounts
                .iter()
                .zip(&taxed)
                .filter(|((_, one), _)| *one == rate);
            let (nets, parts): (Vec<Money>, Vec<Money>) =
                of_rate.map(|(_, one)| (one.net, one.tax)).unzip();
            assert_eq!(Money::sum(nets).unwrap(), taxable, "{name} at {rate} %");
            assert_eq!(Money::sum(parts).unwrap(), expected, "{name} at {rate} %");
        }
        let gross = Money::sum(taxed.iter().flat_map(|one| [one.net, one.tax])).unwrap();
        assert_eq!(gross, inclusive, "{name}");
    }
}

proptest! {
    #[test]
    fn documents_add_up_in_any_order(
        amounts in prop::collection::vec((-9_000_000_i64..9_000_000, 0_i64..4), 1..30),
        included: bool,
        even: bool,
        turn in 0_usize..30,
    ) {
        let policy = TaxPolicy {
            rate: Percent::ZERO,
            included,
            per_document: true,
            half: if even { Half::Even } else { Half::Up },
        };
        let amounts: Vec<_> = amounts
            .into_iter()
            .map(|(cents, rate)| (Money::from_steps(cents * 100), Percent::of(rate * 5)))
            .collect();
        let taxed = tax(&policy, &amounts).unwrap();
        for ((amount, _), one) in amounts.iter().zip(&taxed) {
            let whole = if included { one.net.plus(one.tax).unwrap() } else { one.net };
            prop_assert_eq!(whole, *amount);
        }
        for rate in (0..4).map(|rate| Percent::of(rate * 5)) {
            let of_rate = || amounts.iter().zip(&taxed).filter(move |((_, one), _)| *one == rate);
            let base = Money::sum(of_rate().map(|((amount, _), _)| *amount)).unwrap();
            let once = tax(&TaxPolicy { per_document: false, ..policy }, &[(base, rate)]).unwrap();
            prop_assert_eq!(Money::sum(of_rate().map(|(_, one)| one.tax)).unwrap(), once[0].tax);
        }
        let mut turned = amounts.clone();
        turned.rotate_left(turn % amounts.len());
        let mut again: Vec<_> = turned.iter().copied().zip(tax(&policy, &turned).unwrap()).map(key).collect();
        let mut first: Vec<_> = amounts.iter().copied().zip(taxed).map(key).collect();
        first.sort_unstable();
        again.sort_unstable();
        prop_assert_eq!(first, again);
    }

    #[test]
    fn no_amount_makes_it_panic(amount: i64, rate: i64, included: bool, per_document: bool) {
        let policy = TaxPolicy { rate: Percent::ZERO, included, per_document, half: Half::Even };
        let _ = tax(&policy, &[(Money::from_steps(amount), Percent::from_steps(rate))]);
    }
}

fn key(((amount, rate), taxed): ((Money, Percent), Taxed)) -> [i64; 4] {
    [
        amount.steps(),
        rate.steps(),
        taxed.net.steps(),
        taxed.tax.steps(),
    ]
}
