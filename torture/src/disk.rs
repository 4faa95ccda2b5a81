//! A disk that is full, and one whose syncs fail: refused precisely, nothing half written, and all well again afterwards.
//!
//! Keeps true: trouble comes from the shim, so no file system and no rights are needed; the program cannot tell the difference.

use std::{
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked,
    audit::{self, Books},
    buyer::{Buyer, Unsettled, Wish},
    ground::{Database, Ground},
    kill, load,
    replay::{Cut, Disk},
    scene::{self, Wanted},
    server::{Server, Start},
    shim::{Shim, Trouble},
    suites::Scale,
    table::Table,
};

/// How soon orders must go on when the trouble is over.
const RECOVERY: Duration = Duration::from_secs(10);

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let rounds = if scale == Scale::Short { 1 } else { 10 };
    let database = ground.database()?;
    let Database::Sqlite(folder) = &database else {
        return Err("these disks are for SQLite".to_owned());
    };
    let mut scene = scene::set(&database.address(), Wanted::plenty(7))?;
    let witness = scene.links.pop().ok_or("no buyer")?;
    let disk = Disk::of(folder)?;
    let shim = Shim::build(&ground.path("shim"), folder)?;
    let mut start = Start::plain(ground, &database);
    start.environment = shim.environment();
    let mut server = Server::start(&start)?;
    let mut watch = Buyer::sign_in(&[server.address], &witness)?;
    let mut wishes = Vec::new();
    let done = load::under_load(&[server.address], &scene, |signals| {
        for round in 0..rounds {
            for (trouble, status) in [(Trouble::Full, 507), (Trouble::BrokenSync, 503)] {
                signals.wait_for(5, Duration::from_mins(1))?;
                shim.trouble(trouble)?;
                thread::sleep(Duration::from_millis(kill::scattered(round) % 300));
                let key = format!("trouble-{trouble:?}-{round}");
                let mut wish = Wish::new(key, vec![(scene.products[0], 1)]);
                let told = watch.advance(&mut wish);
                let precise =
                    matches!(&told, Err(Unsettled::Fault(told, _, Some(_))) if *told == status);
                table.hold(
                    format!("{trouble:?}: refused with {status} and when to come again"),
                    precise,
                );
                if !precise {
                    table.note(format!("{trouble:?}: {told:?}"));
                }
                table.hold("reads go on meanwhile", watch.reads());
                shim.relief()?;
                let begun = Instant::now();
                signals.wait_for(3, Duration::from_mins(1))?;
                table.hold(
                    "orders go on within 10 s afterwards",
                    begun.elapsed() <= RECOVERY,
                );
                wishes.push(wish);
            }
        }
        Ok(())
    })?;
    kill::load_told(table, &done, &["503", "507"]);
    let mut settled = done.wishes;
    for mut wish in wishes {
        watch
            .advance(&mut wish)
            .map_err(|why| format!("not settled when the disk was well again: {why:?}"))?;
        settled.push(wish);
    }
    // What is only in memory now does not count.
    server.kill()?;
    let lost = lost_by_cut(ground, disk, &shim, &settled)?;
    table.add(
        "failed syncs, then a power cut: an acknowledged order is there",
        settled.len(),
        lost,
    );
    audit::judge(table, ground, &database, &settled)
}

/// How many are lost when the power goes now and whatever a failed sync left is forgotten.
fn lost_by_cut(ground: &Ground, mut disk: Disk, shim: &Shim, settled: &[Wish]) -> Checked<usize> {
    disk.play_all(&shim.log)?;
    let image = ground.path("image");
    disk.write(Cut::Clean, &image)?;
    let books = Books::read(&Database::Sqlite(image).address())?;
    Ok(settled.iter().filter(|wish| !books.holds(wish)).count())
}
