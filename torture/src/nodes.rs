//! Two processes on one database, load on both, one killed: the other goes on; nothing is lost, nothing done twice.

use std::{thread, time::Duration};

use crate::{
    Checked, audit,
    ground::Ground,
    kill, load,
    scene::{self, Wanted},
    server::{Server, Start},
    suites::Scale,
    table::Table,
};

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let rounds = if scale == Scale::Short { 1 } else { 6 };
    let database = ground.database()?;
    let scene = scene::set(&database.address(), Wanted::plenty(12))?;
    let starts = [1, 2].map(|node| Start::node(ground, &database, node));
    let mut servers = [Server::start(&starts[0])?, Server::start(&starts[1])?];
    let addresses = [servers[0].address, servers[1].address];
    let mut survived = 0;
    let done = load::under_load(&addresses, &scene, |signals| {
        signals.wait_for(10, Duration::from_mins(1))?;
        for round in 0..rounds {
            let victim = round % 2;
            thread::sleep(Duration::from_millis(kill::scattered(round as u64) % 500));
            servers[victim].kill()?;
            signals.wait_for(10, Duration::from_mins(1))?;
            survived += usize::from(servers[1 - victim].is_ready());
            servers[victim] = Server::start_on(&starts[victim], addresses[victim].port())?;
            signals.wait_for(10, Duration::from_mins(1))?;
        }
        Ok(())
    })?;
    drop(servers);
    table.add(
        "one of two nodes killed, the other goes on",
        rounds,
        rounds - survived,
    );
    kill::told(table, &done);
    audit::judge(table, ground, &database, &done.wishes)
}
