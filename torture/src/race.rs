//! Many buyers at the same moment, little stock: exactly what is there is sold.

use std::{net::SocketAddr, sync::Barrier, thread, time::Duration};

use crate::{
    Checked, audit,
    buyer::{Buyer, Stage, Unsettled, Wish},
    ground::Ground,
    scene::{self, Scene, Wanted},
    server::{Server, Start},
    suites::Scale,
    table::Table,
};

/// What a round of one race is.
struct Race {
    name: &'static str,
    products: usize,
    units: u32,
    clients: usize,
    /// Orders of each client, by which product; one unit each.
    orders: fn(client: usize, races: &Race) -> Vec<usize>,
    each: usize,
    cancels: bool,
}

const RACES: [Race; 4] = [
    Race {
        name: "40 units, 64 orders of 8 clients",
        products: 1,
        units: 40,
        clients: 8,
        orders: |_, race| vec![0; race.each],
        each: 8,
        cancels: false,
    },
    Race {
        name: "100 units, 300 submissions of 60 clients",
        products: 1,
        units: 100,
        clients: 60,
        orders: |_, race| vec![0; race.each],
        each: 5,
        cancels: false,
    },
    Race {
        name: "20 products of 1 unit, 6 clients want each",
        products: 20,
        units: 1,
        clients: 6,
        orders: |client, race| {
            (0..race.products)
                .map(|at| (at + client * 3) % race.products)
                .collect()
        },
        each: 20,
        cancels: false,
    },
    Race {
        name: "64 clients buy and cancel",
        products: 8,
        units: 30,
        clients: 64,
        orders: |client, race| {
            (0..race.each)
                .map(|at| (at * 5 + client) % race.products)
                .collect()
        },
        each: 6,
        cancels: true,
    },
];

/// Runs the races.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let short = [true, false, true, false];
    for (race, is_short) in RACES.iter().zip(short) {
        if scale == Scale::Short && !is_short {
            continue;
        }
        run_one(ground, race, table)?;
    }
    Ok(())
}

fn run_one(ground: &Ground, race: &Race, table: &mut Table) -> Checked {
    let database = ground.database()?;
    let wanted = Wanted {
        products: race.products,
        units: race.units,
        buyers: race.clients,
    };
    let scene = scene::set(&database.address(), wanted)?;
    let server = Server::start(&Start::plain(ground, &database))?;
    let played = play(race, &scene, server.address)?;
    let ended_well = server.end()?;
    table.note(format!("race: {}", race.name));
    judge(race, &played, table);
    table.hold("the server ends in order when told to", ended_well);
    audit::judge(table, ground, &database, &played.wishes)
}

#[derive(Default)]
struct Played {
    wishes: Vec<Wish>,
    refusals: Vec<Duration>,
    confirmations: Vec<Duration>,
    faults: Vec<String>,
}

fn play(race: &Race, scene: &Scene, address: SocketAddr) -> Checked<Played> {
    let start = Barrier::new(race.clients);
    let clients: Vec<Checked<Played>> = thread::scope(|scope| {
        let running: Vec<_> = (0..race.clients)
            .map(|client| {
                let start = &start;
                scope.spawn(move || one_client(race, scene, address, client, start))
            })
            .collect();
        running
            .into_iter()
            .map(|one| {
                one.join()
                    .unwrap_or_else(|_| Err("a client panicked".to_owned()))
            })
            .collect()
    });
    let mut all = Played::default();
    for client in clients {
        let client = client?;
        all.wishes.extend(client.wishes);
        all.refusals.extend(client.refusals);
        all.confirmations.extend(client.confirmations);
        all.faults.extend(client.faults);
    }
    Ok(all)
}

/// Makes drafts first; all submit at the same moment.
fn one_client(
    race: &Race,
    scene: &Scene,
    address: SocketAddr,
    client: usize,
    start: &Barrier,
) -> Checked<Played> {
    let mut played = Played::default();
    let prepared = prepare(race, scene, address, client, &mut played);
    // Also who could not prepare must come: the others wait.
    start.wait();
    let mut buyer = prepared?;
    for wish in &mut played.wishes {
        match persist(&mut played.faults, || buyer.advance(wish)) {
            Some(took) if wish.is_confirmed() => played.confirmations.push(took),
            Some(took) => played.refusals.push(took),
            None => return Err(format!("never settled: {:?}", played.faults.last())),
        }
        let cancels = race.cancels && wish.is_confirmed() && wish.key.len() % 2 == client % 2;
        if cancels && persist(&mut played.faults, || buyer.cancel(wish)).is_none() {
            return Err("a cancellation was never settled".to_owned());
        }
    }
    Ok(played)
}

fn prepare(
    race: &Race,
    scene: &Scene,
    address: SocketAddr,
    client: usize,
    played: &mut Played,
) -> Checked<Buyer> {
    let mut buyer = Buyer::sign_in(&[address], &scene.links[client])?;
    for (at, product) in (race.orders)(client, race).into_iter().enumerate() {
        let mut wish = Wish::new(
            format!("race-{client}-{at}"),
            vec![(scene.products[product], 1)],
        );
        persist(&mut played.faults, || buyer.advance(&mut wish)).ok_or("no draft could be made")?;
        if let Stage::Refused(code) = &wish.stage {
            return Err(format!("a draft was refused: {code}"));
        }
        played.wishes.push(wish);
    }
    Ok(buyer)
}

/// Asks again a few times; every fault is written down, for on a healthy server there is none.
fn persist(
    faults: &mut Vec<String>,
    mut ask: impl FnMut() -> Result<Duration, Unsettled>,
) -> Option<Duration> {
    for _ in 0..40 {
        match ask() {
            Ok(took) => return Some(took),
            Err(why) => faults.push(format!("{why:?}")),
        }
        thread::sleep(Duration::from_millis(100));
    }
    None
}

fn judge(race: &Race, played: &Played, table: &mut Table) {
    let confirmed = played.confirmations.len();
    let stock = race.products * race.units as usize;
    if race.cancels {
        let left = played
            .wishes
            .iter()
            .filter(|wish| wish.is_confirmed())
            .count();
        table.hold(
            format!("{}: no more than {stock} promised", race.name),
            left <= stock,
        );
    } else {
        let exact = confirmed == stock.min(played.wishes.len());
        table.hold(format!("{}: exactly {stock} sold", race.name), exact);
    }
    let others = played
        .wishes
        .iter()
        .filter(|wish| matches!(&wish.stage, Stage::Refused(code) if code != "stock.short"))
        .count();
    table.add(
        "refused only for want of stock",
        played.refusals.len(),
        others,
    );
    table.add(
        "no fault answered",
        played.wishes.len(),
        played.faults.len(),
    );
    if let Some(fault) = played.faults.first() {
        table.note(format!("first fault: {fault}"));
    }
    let shown = [
        ("confirmed", &played.confirmations),
        ("refused", &played.refusals),
    ];
    for (what, times) in shown {
        table.note(format!("{} {what}, {}", times.len(), spread(times)));
    }
}

/// Median, 99th percentile and longest.
pub fn spread(times: &[Duration]) -> String {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let at = |share: usize| {
        let index = (sorted.len() * share / 100).min(sorted.len().saturating_sub(1));
        sorted.get(index).map_or(0, Duration::as_millis)
    };
    format!(
        "{} ms in the middle, {} ms p99, {} ms longest",
        at(50),
        at(99),
        at(100)
    )
}
