//! Reports read on a standby: a person's own orders are in them at once; a standby that stops replaying, freezes or becomes a server of
//! its own costs no report, and none is older than it says.
//!
//! Keeps true: a frozen standby is woken in any case.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use qudao_base::{Clock, Id, SystemClock};
use serde_json::Value as Json;

use crate::{
    Checked, audit,
    buyer::{Buyer, Stage, Wish},
    cluster::{Cluster, signal},
    ground::Ground,
    http::{Call, Connection},
    said,
    scene::{self, Wanted},
    server::{self, Server, Start},
    suites::Scale,
    table::Table,
};

/// How far the standby may be behind, in seconds.
const LAG_MAX: u64 = 5;
/// Longer than a standby that was away is left alone.
const REST: Duration = Duration::from_secs(6);
/// What a report may take while the standby sleeps.
const PATIENCE: Duration = Duration::from_secs(8);

struct Scene {
    buyer: Buyer,
    server: SocketAddr,
    product: Id,
    wishes: Vec<Wish>,
}

impl Scene {
    /// Places one more order.
    fn order(&mut self) -> Checked {
        let mut wish = Wish::new(
            format!("order{}", self.wishes.len()),
            vec![(self.product, 1)],
        );
        while !wish.is_confirmed() {
            let told = self.buyer.advance(&mut wish);
            told.map_err(|why| format!("an order was not settled: {why:?}"))?;
            if let Stage::Refused(code) = &wish.stage {
                return Err(format!("an order was refused: {code}"));
            }
        }
        self.wishes.push(wish);
        Ok(())
    }

    /// True when the report counts every order.
    fn is_right(&mut self) -> Checked<bool> {
        Ok(self.buyer.placed()?.0 == self.wishes.len())
    }

    /// Reports the standby answered, and those it did not.
    fn counts(&self) -> Checked<(u64, u64)> {
        let call = Call {
            method: "GET",
            path: "/metrics",
            headers: &[],
            body: None,
        };
        let reply = Connection::to(self.server, PATIENCE).send(&call);
        let Json::String(text) = reply.map_err(said)?.body else {
            return Err("no metrics".to_owned());
        };
        let count = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|rest| rest.trim().parse().ok())
                .ok_or_else(|| format!("no {name}"))
        };
        Ok((
            count("qudao_replica_reads_total ")?,
            count("qudao_replica_fallbacks_total ")?,
        ))
    }
}

/// Runs it. There is one length: half a minute.
pub fn run(ground: &Ground, _: Scale, table: &mut Table) -> Checked {
    let database = ground.database()?;
    let mut set = scene::set(&database.address(), Wanted::plenty(1))?;
    let name = database.address();
    let name = name.rsplit('/').next().unwrap_or_default();
    let standby = ground.cluster()?.standby(&ground.path("standby"))?;
    let address = standby.address(name);
    let told = server::command(
        &ground.program,
        &["check", "--read-replica", &address],
        &database,
    )?;
    let is_used = told.contains("read replica: 0 s behind");
    table.hold("`qudao check` says that reports read the standby", is_used);
    let mut start = Start::plain(ground, &database);
    start.environment = vec![
        ("QUDAO_READ_REPLICA", address),
        ("QUDAO_READ_REPLICA_LAG", LAG_MAX.to_string()),
    ];
    let server = Server::start(&start)?;
    let link = set.links.pop().ok_or("no buyer")?;
    let mut scene = Scene {
        buyer: Buyer::sign_in(&[server.address], &link)?,
        server: server.address,
        product: set.products[0],
        wishes: Vec::new(),
    };
    own_orders_are_there(&mut scene, table)?;
    replay_stops(&mut scene, &standby, table)?;
    standby_freezes(&mut scene, &standby, table)?;
    standby_becomes_a_server(&mut scene, &standby, table)?;
    table.hold("the server ends in order when told to", server.end()?);
    audit::judge(table, ground, &database, &scene.wishes)
}

fn own_orders_are_there(scene: &mut Scene, table: &mut Table) -> Checked {
    const ORDERS: usize = 20;
    let mut missing = 0;
    for _ in 0..ORDERS {
        scene.order()?;
        missing += usize::from(!scene.is_right()?);
    }
    let promise = "an order just acknowledged is in the report that follows";
    table.add(promise, ORDERS, missing);
    let (reads, fallbacks) = scene.counts()?;
    table.hold("and the standby told it", reads > 0);
    table.note(format!(
        "{reads} reports by the standby, {fallbacks} by the server"
    ));
    Ok(())
}

fn replay_stops(scene: &mut Scene, standby: &Cluster, table: &mut Table) -> Checked {
    standby.ask("postgres", "SELECT pg_wal_replay_pause()")?;
    scene.order()?;
    let acknowledged = SystemClock.now();
    let (count, as_of) = scene.buyer.placed()?;
    let says_so = count < scene.wishes.len() && as_of < acknowledged;
    table.hold(
        "a report of a standby a little behind says as of when it is",
        says_so,
    );
    thread::sleep(Duration::from_secs(LAG_MAX + 1));
    let (_, before) = scene.counts()?;
    table.hold("a standby too far behind is not read", scene.is_right()?);
    table.hold("but the server", scene.counts()?.1 > before);
    standby.ask("postgres", "SELECT pg_wal_replay_resume()")?;
    thread::sleep(REST);
    let (before, _) = scene.counts()?;
    let is_right = scene.is_right()? && scene.counts()?.0 > before;
    table.hold("it is read again when it has caught up", is_right);
    Ok(())
}

fn standby_freezes(scene: &mut Scene, standby: &Cluster, table: &mut Table) -> Checked {
    let frozen = standby.processes()?;
    signal("STOP", &frozen)?;
    scene.order()?;
    let begun = Instant::now();
    let is_right = scene.is_right();
    let took = begun.elapsed();
    signal("CONT", &frozen)?;
    table.hold(
        "a frozen standby costs no report",
        is_right? && took < PATIENCE,
    );
    table.note(format!("told after {} ms", took.as_millis()));
    thread::sleep(REST);
    Ok(())
}

fn standby_becomes_a_server(scene: &mut Scene, standby: &Cluster, table: &mut Table) -> Checked {
    standby.ask("postgres", "SELECT pg_promote()")?;
    scene.order()?;
    let (before, _) = scene.counts()?;
    let is_right = scene.is_right()? && scene.counts()?.0 == before;
    table.hold("what is no standby any more is not read", is_right);
    Ok(())
}
