//! A database server that stops answering without a word: requests fail within their deadline, and work again afterwards.
//!
//! Keeps true: the server is woken in any case; no request of a client waits for ever.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked, audit,
    buyer::{Buyer, Unsettled, Wish},
    cluster::signal,
    ground::Ground,
    kill, load,
    scene::{self, Wanted},
    server::{Server, Start},
    suites::Scale,
    table::Table,
};

/// What the product lets a statement or a connection wait is 10 s; the rest is for a busy machine.
const DEADLINE: Duration = Duration::from_secs(15);
/// The server sleeps for longer than that.
const SLEEP: Duration = Duration::from_secs(16);

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let rounds = if scale == Scale::Short { 1 } else { 3 };
    let database = ground.database()?;
    let mut scene = scene::set(&database.address(), Wanted::plenty(9))?;
    let witness = scene.links.pop().ok_or("no buyer")?;
    let server = Server::start(&Start::plain(ground, &database))?;
    let mut watch = Buyer::sign_in(&[server.address], &witness)?;
    watch.hurry(DEADLINE + Duration::from_secs(5));
    let (mut late, mut wishes) = (0, Vec::new());
    let mut longest = Duration::ZERO;
    let mut back = Vec::new();
    let done = load::under_load(&[server.address], &scene, |signals| {
        for round in 0..rounds {
            signals.wait_for(5, Duration::from_mins(1))?;
            let frozen = ground.cluster()?.processes()?;
            signal("STOP", &frozen)?;
            let begun = Instant::now();
            let wish = Wish::new(format!("frozen-{round}"), vec![(scene.products[0], 1)]);
            let (wish, told) = ask_frozen(&mut watch, wish);
            longest = longest.max(told);
            late += usize::from(told > DEADLINE);
            wishes.push(wish);
            thread::sleep(SLEEP.saturating_sub(begun.elapsed()));
            signal("CONT", &frozen)?;
            let woken = Instant::now();
            signals.wait_for(5, Duration::from_secs(30))?;
            back.push(woken.elapsed());
        }
        Ok(())
    })?;
    table.add(
        "a request ends within 15 s though the database is frozen",
        rounds,
        late,
    );
    table.add(
        "orders go on after the database woke",
        rounds,
        rounds - back.len(),
    );
    table.note(format!(
        "told after {} ms; five orders after waking: {}",
        longest.as_millis(),
        crate::race::spread(&back)
    ));
    kill::told(table, &done);
    let wishes = settle(&mut watch, wishes, done.wishes)?;
    drop(server);
    audit::judge(table, ground, &database, &wishes)
}

/// How long until the buyer was told something, or gave up.
fn ask_frozen(buyer: &mut Buyer, mut wish: Wish) -> (Wish, Duration) {
    let begun = Instant::now();
    let told = buyer.advance(&mut wish);
    let took = begun.elapsed();
    let silent = matches!(told, Err(Unsettled::Silent));
    (wish, if silent { Duration::MAX } else { took })
}

fn settle(buyer: &mut Buyer, open: Vec<Wish>, mut settled: Vec<Wish>) -> Checked<Vec<Wish>> {
    for mut wish in open {
        // Under the same key: what the first request did is found and not done again.
        buyer
            .advance(&mut wish)
            .map_err(|why| format!("an order was not settled after waking: {why:?}"))?;
        settled.push(wish);
    }
    Ok(settled)
}
