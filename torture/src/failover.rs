//! The leading PostgreSQL server lost under load: the standby takes over with everything that was acknowledged.
//!
//! Keeps true: a stalled log sender precedes one of the losses, without which even a pair that confirms nothing passes; all waits
//! are bounded.

use std::{thread, time::Duration};

use crate::{
    Checked, audit,
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
    if !patroni::is_installed() {
        table.note(
            "NOT run: patroni and etcd are not installed (apt-get install patroni etcd-server)",
        );
        return Ok(());
    }
    let losses = if scale == Scale::Short { 1 } else { ALL.len() };
    let mut pair = Pair::start(&ground.path("pair"))?;
    let database = Database::Postgres(pair.create_database("site")?);
    let scene = scene::set(&database.address(), Wanted::plenty(10))?;
    let told = server::command(&ground.program, &["check"], &database)?;
    table.hold(
        "`qudao check` says HA ready with a confirming standby",
        told.contains(": HA ready"),
    );
    let alone = ground.database()?;
    let told = server::command(&ground.program, &["check"], &alone)?;
    table.hold(
        "and refuses to without one",
        told.contains(": NOT HA ready"),
    );
    let server = Server::start(&Start::plain(ground, &database))?;
    let done = load::under_load(&[server.address], &scene, |signals| {
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
        Ok(())
    })?;
    table.hold(format!("no gap over {} s", GAP.as_secs()), done.gap <= GAP);
    kill::told(table, &done);
    table.hold("the server ends in order when told to", server.end()?);
    audit::judge(table, ground, &database, &done.wishes)
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
