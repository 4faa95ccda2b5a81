//! Buyers who order until they are told to stop, whatever happens to the server, and settle what they do not know afterwards.
//!
//! Keeps true: every wish is either settled at the end or the suite breaks off.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked,
    buyer::{Buyer, Stage, Unsettled, Wish},
    scene::Scene,
};

/// How long a buyer goes on asking for one wish.
const PERSISTENCE: Duration = Duration::from_mins(2);
/// Pause after an unsettled call.
const PAUSE: Duration = Duration::from_millis(50);

/// What buyers did.
#[derive(Default)]
pub struct Done {
    pub wishes: Vec<Wish>,
    /// Calls without an answer.
    pub silent: usize,
    /// Calls answered with a fault.
    pub faults: Vec<String>,
    /// Of these, those that did not say when to come again.
    pub unhelpful: usize,
    /// Repeated submissions, and how many of these did not get the first answer.
    pub repeated: (usize, usize),
    /// Longest time between two acknowledgements of one buyer.
    pub gap: Duration,
}

impl Done {
    fn merge(&mut self, other: Self) {
        self.wishes.extend(other.wishes);
        self.silent += other.silent;
        self.faults.extend(other.faults);
        self.unhelpful += other.unhelpful;
        self.repeated.0 += other.repeated.0;
        self.repeated.1 += other.repeated.1;
        self.gap = self.gap.max(other.gap);
    }

    fn unsettled(&mut self, why: Unsettled) {
        match why {
            Unsettled::Silent => self.silent += 1,
            Unsettled::Fault(status, code, after) => {
                self.faults.push(format!("{status} {code}"));
                self.unhelpful += usize::from(after.is_none());
            }
        }
    }
}

/// What is shared with who ill-treats the server.
#[derive(Default)]
pub struct Signals {
    /// Buyers are to begin no further order.
    pub enough: AtomicBool,
    /// Orders confirmed so far.
    pub confirmed: AtomicUsize,
}

impl Signals {
    /// Waits for so many more confirmed orders.
    pub fn wait_for(&self, more: usize, patience: Duration) -> Checked {
        let (begun, wanted) = (Instant::now(), self.confirmed.load(Relaxed) + more);
        while self.confirmed.load(Relaxed) < wanted {
            if begun.elapsed() > patience {
                return Err(format!("orders stopped for {patience:?}"));
            }
            thread::sleep(Duration::from_millis(5));
        }
        Ok(())
    }
}

/// Buyers order while `ill_treat` runs. It gets the signals; buyers stop when it returns.
pub fn under_load(
    addresses: &[SocketAddr],
    scene: &Scene,
    ill_treat: impl FnOnce(&Signals) -> Checked,
) -> Checked<Done> {
    told(addresses, scene, &|_| {}, ill_treat)
}

/// The same; `confirmed` is called as soon as the confirmation of an order has come.
pub fn told(
    addresses: &[SocketAddr],
    scene: &Scene,
    confirmed: &(dyn Fn(&Wish) + Sync),
    ill_treat: impl FnOnce(&Signals) -> Checked,
) -> Checked<Done> {
    let signals = Signals::default();
    let mut buyers = Vec::new();
    for (at, link) in scene.links.iter().enumerate() {
        let mut turned = addresses.to_vec();
        turned.rotate_left(at % addresses.len());
        buyers.push(Buyer::sign_in(&turned, link)?);
    }
    thread::scope(|scope| {
        let signals = &signals;
        let running: Vec<_> = (0..)
            .zip(buyers)
            .map(|(number, buyer)| {
                scope.spawn(move || buy(number, buyer, scene, (signals, confirmed)))
            })
            .collect();
        let treated = ill_treat(signals);
        signals.enough.store(true, Relaxed);
        let mut all = Done::default();
        for one in running {
            let done = one
                .join()
                .unwrap_or_else(|_| Err("a buyer panicked".to_owned()))?;
            all.merge(done);
        }
        treated.map(|()| all)
    })
}

fn buy(
    number: usize,
    mut buyer: Buyer,
    scene: &Scene,
    (signals, confirmed): (&Signals, &(dyn Fn(&Wish) + Sync)),
) -> Checked<Done> {
    let mut done = Done::default();
    let mut last = Instant::now();
    for at in 0.. {
        if signals.enough.load(Relaxed) {
            break;
        }
        let first = (number * 7 + at * 3) % scene.products.len();
        let second = (first + 1 + at % 3) % scene.products.len();
        let mut lines = vec![(scene.products[first], 1 + (at % 2) as u32)];
        if second != first {
            lines.push((scene.products[second], 1));
        }
        let mut wish = Wish::new(format!("load-{number}-{at}"), lines);
        settle(&mut buyer, &mut wish, &mut done)?;
        if wish.is_confirmed() {
            confirmed(&wish);
            signals.confirmed.fetch_add(1, Relaxed);
            done.gap = done.gap.max(last.elapsed());
            last = Instant::now();
        }
        done.wishes.push(wish);
        if at % 3 == 2 {
            repeat(&mut buyer, &mut done);
        }
    }
    Ok(done)
}

fn settle(buyer: &mut Buyer, wish: &mut Wish, done: &mut Done) -> Checked {
    let begun = Instant::now();
    while matches!(wish.stage, Stage::New | Stage::Drafted) {
        if let Err(why) = buyer.advance(wish) {
            done.unsettled(why.clone());
            if begun.elapsed() > PERSISTENCE {
                return Err(format!(
                    "an order was not settled in {PERSISTENCE:?}: {why:?}"
                ));
            }
            thread::sleep(PAUSE);
        }
    }
    Ok(())
}

/// Sends an older submission again, as a client does that lost the answer.
fn repeat(buyer: &mut Buyer, done: &mut Done) {
    let Some(wish) = done
        .wishes
        .iter()
        .rev()
        .nth(1)
        .filter(|wish| wish.is_confirmed())
        .cloned()
    else {
        return;
    };
    match buyer.repeat(&wish) {
        Ok(same) => {
            done.repeated.0 += 1;
            done.repeated.1 += usize::from(!same);
        }
        Err(why) => done.unsettled(why),
    }
}
