//! The guide's recipe for high availability under load: two nodes behind the balancer, a pair kept by Patroni. The leading server is
//! lost: the standby takes over with everything that was acknowledged. A node is lost: the other goes on.
//!
//! Keeps true: a stalled log sender precedes one of the losses, without which even a pair that confirms nothing passes; all waits
//! are bounded.

use std::{thread, time::Duration};

use crate::{
    Checked, audit,
    balancer::{self, Balancer},
    cluster::signal,
    ground::{Database, Ground},
    kill, load,
    patroni::{self, Pair},
    scene::{self, Wanted},
    server::{self, Server, Start},
    suites::Scale,
    table::Table,
};

/// What is done to the leader.
#[derive(Clone, Copy, Debug)]
enum Loss {
    Killed,
    StalledThenKilled,
    /// Asleep for so long that it is no longer the leader when it wakes.
    Frozen,
}

const ALL: [Loss; 3] = [Loss::StalledThenKilled, Loss::Killed, Loss::Frozen];
/// Longer than the lease of the leader.
const ASLEEP: Duration = Duration::from_secs(40);
/// A lease, the election, and the deadline of a request that hung.
const GAP: Duration = Duration::from_mins(1);

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    if !patroni::is_installed() || !balancer::is_installed() {
        table.note("NOT run: not all is installed (apt-get install patroni etcd-server haproxy)");
        return Ok(());
    }
    let losses = if scale == Scale::Short { 1 } else { ALL.len() };
    let mut pair = Pair::start(&ground.path("pair"))?;
    let database = Database::Postgres(pair.create_database()?);
    let replica = pair.recipe.variable("QUDAO_READ_REPLICA")?;
    let scene = scene::set(&database.address(), Wanted::plenty(10))?;
    checked(ground, &database, &replica, table)?;
    let starts = [1, 2].map(|node| Start {
        environment: vec![("QUDAO_READ_REPLICA", replica.clone())],
        ..Start::node(ground, &database, node)
    });
    let ports = [pair.recipe.port(1, 8080)?, pair.recipe.port(2, 8080)?];
    let mut servers = Vec::new();
    for (start, port) in starts.iter().zip(ports) {
        servers.push(Server::start_on(start, port)?);
    }
    let balancer = Balancer::start(&ground.path("pair"), &pair.recipe)?;
    let is_hidden = balancer.status("/metrics") == Some(403);
    table.hold("the balancer shows strangers no metrics", is_hidden);
    let done = load::under_load(&[balancer.address], &scene, |signals| {
        for loss in ALL.into_iter().take(losses) {
            signals.wait_for(20, Duration::from_mins(2))?;
            let leader = pair.leader().ok_or("no leader")?;
            lose(&mut pair, leader, loss)?;
            signals.wait_for(20, Duration::from_mins(2))?;
            let follows = pair.leader().is_some_and(|now| now != leader);
            table.hold(
                format!("{loss:?}: the standby leads and orders go on"),
                follows,
            );
            if !matches!(loss, Loss::Frozen) {
                pair.nodes[leader].run()?;
            }
            pair.wait_whole()?;
        }
        // A node of the product last: the balancer leads everybody to the other.
        servers[0].kill()?;
        signals.wait_for(20, Duration::from_mins(2))
    })?;
    table.hold(
        "a node is killed: orders go on at the other",
        servers[1].is_ready(),
    );
    table.hold(format!("no gap over {} s", GAP.as_secs()), done.gap <= GAP);
    kill::told(table, &done);
    checked(ground, &database, &replica, table)?;
    let last = servers.pop().ok_or("no server")?;
    table.hold("the server ends in order when told to", last.end()?);
    audit::judge(table, ground, &database, &done.wishes)
}

/// What `qudao check` says with a standby, of the pair and for reports, and without.
fn checked(ground: &Ground, database: &Database, replica: &str, table: &mut Table) -> Checked {
    let words = ["check", "--read-replica", replica];
    let told = server::command(&ground.program, &words, database)?;
    table.hold(
        "`qudao check` says HA ready with a confirming standby",
        told.contains(": HA ready"),
    );
    table.hold(
        "and that reports read the standby, whichever it is",
        told.contains("s behind, reports read it"),
    );
    let told = server::command(&ground.program, &["check"], &ground.database()?)?;
    table.hold(
        "and refuses to without one",
        told.contains(": NOT HA ready"),
    );
    Ok(())
}

fn lose(pair: &mut Pair, leader: usize, loss: Loss) -> Checked {
    let node = &mut pair.nodes[leader];
    match loss {
        Loss::Killed => node.kill(),
        Loss::StalledThenKilled => {
            signal("STOP", &node.senders())?;
            thread::sleep(Duration::from_secs(2));
            node.kill()
        }
        Loss::Frozen => {
            let all = node.processes();
            signal("STOP", &all)?;
            thread::sleep(ASLEEP);
            signal("CONT", &all)
        }
    }
}
