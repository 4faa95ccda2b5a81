//! More clients than the product works for at once: it answers what it can, turns the rest away politely, and recovers.
//!
//! Keeps true: every client has an answer for every request; nobody is made to wait without bound.

use std::{
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked, audit,
    buyer::{Buyer, Stage, Unsettled, Wish},
    ground::Ground,
    race::spread,
    scene::{self, Scene, Wanted},
    server::{Server, Start},
    suites::Scale,
    table::Table,
};

/// Calls at the same moment: well over what is worked on at once.
const CLIENTS: usize = 400;
const BUYERS: usize = 20;

#[derive(Default)]
struct Counts {
    done: AtomicUsize,
    turned_away: AtomicUsize,
    impolite: AtomicUsize,
    silent: AtomicUsize,
}

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let rounds = if scale == Scale::Short { 1 } else { 5 };
    let database = ground.database()?;
    let scene = scene::set(&database.address(), Wanted::plenty(BUYERS))?;
    let server = Server::start(&Start::plain(ground, &database))?;
    let mut buyers = Vec::new();
    for link in &scene.links {
        buyers.push(Buyer::sign_in(&[server.address], link)?);
    }
    let (counts, mut wishes, mut times) = (Counts::default(), Vec::new(), Vec::new());
    for round in 0..rounds {
        let flood = flood(&buyers, &scene, round, &counts)?;
        wishes.extend(flood.0);
        times.extend(flood.1);
        table.hold(
            "alive and ready during and after the flood",
            server.is_ready(),
        );
    }
    let (done, turned) = (counts.done.into_inner(), counts.turned_away.into_inner());
    table.add(
        "every request is answered",
        rounds * CLIENTS,
        counts.silent.into_inner(),
    );
    table.add(
        "who is turned away is told 503 and when to come again",
        turned,
        counts.impolite.into_inner(),
    );
    table.note(format!(
        "{done} done, {turned} turned away, {}",
        spread(&times)
    ));
    let recovered = settle(&mut buyers, &mut wishes)?;
    table.hold(
        "an order is taken within 10 s after the flood",
        recovered <= Duration::from_secs(10),
    );
    let ended = server.end()?;
    table.hold("the server ends in order when told to", ended);
    audit::judge(table, ground, &database, &wishes)
}

/// All clients at the same moment, each with an order of its own.
fn flood(
    buyers: &[Buyer],
    scene: &Scene,
    round: usize,
    counts: &Counts,
) -> Checked<(Vec<Wish>, Vec<Duration>)> {
    let start = Barrier::new(CLIENTS);
    thread::scope(|scope| {
        let start = &start;
        let running: Vec<_> = (0..CLIENTS)
            .map(|client| {
                let mut buyer = buyers[client % BUYERS].twin();
                let product = scene.products[client % scene.products.len()];
                let mut wish = Wish::new(format!("flood-{round}-{client}"), vec![(product, 1)]);
                scope.spawn(move || {
                    start.wait();
                    let begun = Instant::now();
                    let told = buyer.advance(&mut wish);
                    count(counts, told);
                    (wish, begun.elapsed())
                })
            })
            .collect();
        let mut all = (Vec::new(), Vec::new());
        for one in running {
            let (wish, took) = one.join().map_err(|_| "a client panicked")?;
            all.0.push(wish);
            all.1.push(took);
        }
        Ok(all)
    })
}

fn count(counts: &Counts, told: Result<Duration, Unsettled>) {
    let counter = match told {
        Ok(_) => &counts.done,
        Err(Unsettled::Silent) => &counts.silent,
        Err(Unsettled::Fault(503 | 429, _, Some(_))) => &counts.turned_away,
        Err(Unsettled::Fault(..)) => {
            counts.turned_away.fetch_add(1, Relaxed);
            &counts.impolite
        }
    };
    counter.fetch_add(1, Relaxed);
}

/// Those turned away come again, one after the other; how long the first needed.
fn settle(buyers: &mut [Buyer], wishes: &mut [Wish]) -> Checked<Duration> {
    let begun = Instant::now();
    let mut first = None;
    for (at, wish) in wishes.iter_mut().enumerate() {
        // The key belongs to the session that used it first.
        let buyer = &mut buyers[at % CLIENTS % BUYERS];
        let mut tries = 0;
        while wish.stage == Stage::New {
            tries += 1;
            match buyer.advance(wish) {
                Ok(_) => {
                    first.get_or_insert_with(|| begun.elapsed());
                }
                Err(why) if tries > 50 => return Err(format!("never taken: {why:?}")),
                Err(_) => thread::sleep(Duration::from_millis(100)),
            }
        }
    }
    Ok(first.unwrap_or_default())
}
