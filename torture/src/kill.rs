//! `kill -9` under load, again and again: what was acknowledged is there, once.

use std::{sync::atomic::Ordering::Relaxed, thread, time::Duration};

use crate::{
    Checked, audit,
    ground::Ground,
    load::{self, Done},
    scene::{self, Wanted},
    server::{Server, Start},
    suites::Scale,
    table::Table,
};

/// Spreads numbers evenly: the finaliser of SplitMix64.
pub const fn scattered(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let kills = if scale == Scale::Short { 4 } else { 40 };
    let database = ground.database()?;
    let scene = scene::set(&database.address(), Wanted::plenty(12))?;
    let start = Start::plain(ground, &database);
    let mut server = Some(Server::start(&start)?);
    let mut starts = Vec::new();
    let address = server
        .as_ref()
        .map(|server| server.address)
        .ok_or("no server")?;
    let done = load::under_load(&[address], &scene, |signals| {
        for round in 0..kills {
            signals.wait_for(3, Duration::from_mins(1))?;
            thread::sleep(Duration::from_millis(scattered(round) % 700));
            if let Some(mut running) = server.take() {
                running.kill()?;
            }
            let again = Server::start_on(&start, address.port())?;
            starts.push(again.started_in);
            server = Some(again);
        }
        signals.wait_for(12, Duration::from_mins(1))?;
        signals.enough.store(true, Relaxed);
        Ok(())
    })?;
    drop(server);
    table.hold(
        format!("{kills} kills, every start succeeds by itself"),
        starts.len() as u64 == kills,
    );
    told(table, &done);
    table.note(format!(
        "time from start to ready: {}",
        crate::race::spread(&starts)
    ));
    audit::judge(table, ground, &database, &done.wishes)
}

/// Figures of the load, and the promises about repeated requests and faults.
pub fn told(table: &mut Table, done: &Done) {
    load_told(table, done, &["503"]);
}

/// The same, where other faults are due as well.
pub fn load_told(table: &mut Table, done: &Done, due: &[&str]) {
    let confirmed = done
        .wishes
        .iter()
        .filter(|wish| wish.is_confirmed())
        .count();
    let is_odd = |fault: &&String| !due.iter().any(|status| fault.starts_with(status));
    let odd: Vec<&String> = done.faults.iter().filter(is_odd).collect();
    table.add(
        "a repeated key gets the first answer",
        done.repeated.0,
        done.repeated.1,
    );
    table.add(
        format!("no fault but {}", due.join(", ")),
        done.wishes.len(),
        odd.len(),
    );
    table.add(
        "a fault that passes says when to come again",
        done.faults.len(),
        done.unhelpful,
    );
    if let Some(fault) = odd.first() {
        table.note(format!("a fault: {fault}"));
    }
    table.note(format!(
        "{confirmed} orders acknowledged, {} calls without an answer, {} told to come again, longest gap {} ms",
        done.silent,
        done.faults.len() - odd.len(),
        done.gap.as_millis()
    ));
}
