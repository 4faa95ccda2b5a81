//! The ledger against an in-memory model, and under a race. Every step is an action on a note, whose account is its shelf.

use qudao_base::{Id, Result};
use qudao_kernel::ledger::{Balance, Promise};
use serde_json::{Value as Json, json};

use crate::site::{Site, code, everywhere, on, shelf, supply, writer};

/// A small generator of pseudo-random numbers, so that a failing run can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: i64) -> i64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % sides as u64) as i64
    }
}

/// What a shelf must hold: balance and the open holds, oldest first.
#[derive(Clone, Default)]
struct Model {
    balance: i64,
    holds: Vec<i64>,
}

impl Model {
    fn held(&self) -> i64 {
        self.holds.iter().sum()
    }
}

fn step(site: &Site, note: Id, words: String) -> Result<Json> {
    site.act(
        &writer(),
        on("note", note, "ledger_step", json!({ "plain_text": words })),
    )
}

fn balance(site: &Site, note: Id) -> Balance {
    site.system(move |cx| cx.ledger().balance(&shelf(note)))
        .unwrap()
}

fn play(site: &Site, seed: u64, steps: usize) {
    let mut dice = Dice(seed);
    let notes: Vec<Id> = (0..3)
        .map(|at| site.note(&format!("{seed} {at}")))
        .collect();
    let mut models = vec![Model::default(); notes.len()];
    for _ in 0..steps {
        let at = dice.roll(3) as usize;
        let (note, model, amount) = (notes[at], &mut models[at], 1 + dice.roll(9));
        match dice.roll(4) {
            0 => {
                step(site, note, format!("supply 0 {amount}")).unwrap();
                model.balance += amount;
            }
            1 => {
                let fits = model.balance - model.held() >= amount;
                let done = step(site, note, format!("hold 0 {amount}"));
                assert_eq!(done.is_ok(), fits, "hold {amount}, seed {seed}");
                if fits {
                    model.holds.push(amount);
                }
            }
            kind if !model.holds.is_empty() => {
                let which = dice.roll(model.holds.len() as i64) as usize;
                let left = model.holds[which];
                if kind == 2 {
                    let part = amount.min(left);
                    step(site, note, format!("post {which} {part}")).unwrap();
                    model.balance -= part;
                    model.holds[which] -= part;
                } else {
                    step(site, note, format!("release {which} 0")).unwrap();
                    model.holds[which] = 0;
                }
                model.holds.retain(|&left| left > 0);
            }
            _ => {}
        }
        let found = balance(site, note);
        assert_eq!(
            (found.balance, found.held),
            (model.balance, model.held()),
            "seed {seed}"
        );
    }
}

#[test]
fn the_ledger_does_what_its_model_does() {
    everywhere(|site| (1..=4).for_each(|seed| play(site, seed, 60)));
}

#[test]
fn neither_held_goods_nor_more_than_is_held_leave_the_shelf() {
    everywhere(|site| {
        let note = site.note("a");
        step(site, note, "supply 0 5".to_owned()).unwrap();
        step(site, note, "hold 0 5".to_owned()).unwrap();
        assert_eq!(
            code(step(site, note, "post 0 6".to_owned())),
            "ledger.over_hold"
        );
        assert_eq!(
            code(step(site, note, "take 0 1".to_owned())),
            "ledger.short"
        );
        assert!(
            step(site, note, "hold 0 0".to_owned()).is_err(),
            "a hold of nothing is a bug of the caller"
        );
        assert_eq!(balance(site, note).available(), 0);
    });
}

#[test]
fn the_ledger_is_not_written_outside_of_an_action() {
    everywhere(|site| {
        let note = site.note("a");
        let alone = site.system(move |cx| {
            cx.ledger()
                .transfer(&crate::site::supply(), &shelf(note), 1, "note", note)
        });
        assert!(alone.is_err());
        assert_eq!(balance(site, note), Balance::default());
    });
}

#[test]
fn forty_pieces_are_held_by_forty_of_sixty_four() {
    everywhere(|site| {
        let note = site.note("a");
        step(site, note, "supply 0 40".to_owned()).unwrap();
        let tries = || {
            (0..8)
                .filter(|_| step(site, note, "hold 0 1".to_owned()).is_ok())
                .count()
        };
        let won: usize = std::thread::scope(|scope| {
            let clients: Vec<_> = (0..8).map(|_| scope.spawn(tries)).collect();
            clients
                .into_iter()
                .map(|client| client.join().unwrap())
                .sum()
        });
        assert_eq!(won, 40);
        assert_eq!(
            balance(site, note),
            Balance {
                balance: 40,
                held: 40,
                floor: 0
            }
        );
    });
}

#[test]
fn of_promises_refused_together_nothing_stays() {
    everywhere(|site| {
        let (rich, poor) = (site.note("rich"), site.note("poor"));
        step(site, rich, "supply 0 9".to_owned()).unwrap();
        let refused = site.system(move |cx| {
            let promise = |note, amount| Promise {
                from: shelf(note),
                to: supply(),
                amount,
                leave: 0,
                object: "note",
                record: note,
            };
            let promises = [promise(rich, 4), promise(poor, 1), promise(rich, 2)];
            // The rule goes on, so the transaction is kept.
            Ok(cx.ledger().hold_all(&promises).is_err())
        });
        assert!(refused.unwrap());
        let left = balance(site, rich);
        assert_eq!((left.balance, left.held), (9, 0));
    });
}
