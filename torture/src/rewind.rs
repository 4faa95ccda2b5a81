//! PostgreSQL brought back to a moment: the recipe of the guide, base backup and archived log, taken under load.
//!
//! Keeps true: what was acknowledged before the moment is there, what came well after it is not.

use std::{
    fs,
    path::Path,
    sync::atomic::Ordering::Relaxed,
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked,
    audit::{self, Books},
    cluster::{Cluster, append, owned_folder},
    ground::{Database, Ground},
    kill, load, said,
    scene::{self, Wanted},
    server::{Server, Start},
    suites::Scale,
    table::Table,
};

/// Runs it. There is one length: it takes some seconds.
pub fn run(ground: &Ground, _: Scale, table: &mut Table) -> Checked {
    let (archive, base) = (ground.path("archive"), ground.path("base"));
    owned_folder(&archive)?;
    let lines = format!(
        "archive_mode = on\narchive_command = 'test ! -f {0}/%f && cp %p {0}/%f'\n",
        archive.display()
    );
    let cluster = Cluster::start_with(&ground.path("archived"), &lines)?;
    let database = Database::Postgres(cluster.create_database("site")?);
    let scene = scene::set(&database.address(), Wanted::plenty(6))?;
    let server = Server::start(&Start::plain(ground, &database))?;
    let (mut before, mut moment) = (0, String::new());
    let done = load::under_load(&[server.address], &scene, |signals| {
        signals.wait_for(5, Duration::from_mins(1))?;
        owned_folder(&base)?;
        cluster.copy_to(&base.join("data"))?;
        signals.wait_for(10, Duration::from_mins(1))?;
        before = signals.confirmed.load(Relaxed);
        moment = cluster.ask("site", "SELECT clock_timestamp()")?;
        signals.wait_for(15, Duration::from_mins(1))
    })?;
    kill::told(table, &done);
    table.hold("the server ends in order when told to", server.end()?);
    wait_archived(&cluster, &archive)?;
    drop(cluster);
    let settings = format!(
        "archive_mode = off\nrestore_command = 'cp {}/%f %p'\nrecovery_target_time = '{moment}'\n\
         recovery_target_action = 'promote'\n",
        archive.display()
    );
    append(&base.join("data/postgresql.auto.conf"), &settings)?;
    append(&base.join("data/recovery.signal"), "")?;
    let begun = Instant::now();
    let back = Cluster::run(&base, base.join("data"))?;
    while back.ask("site", "SELECT pg_is_in_recovery()")? != "f" {
        if begun.elapsed() > Duration::from_mins(1) {
            return Err("the copy did not come up".to_owned());
        }
        thread::sleep(Duration::from_millis(100));
    }
    table.note(format!("back within {} ms", begun.elapsed().as_millis()));
    let rewound = Database::Postgres(back.address("site"));
    let (books, all) = (Books::read(&rewound.address())?, done.wishes.len());
    let found = books.confirmed();
    table.add(
        "an order acknowledged before the moment is there",
        before,
        before.saturating_sub(found),
    );
    table.hold("what came after the moment is not", found < all);
    table.note(format!(
        "{before} before the moment, {found} found, {all} in the end"
    ));
    audit::verify(table, &ground.program, &rewound);
    Ok(())
}

/// Waits until all that was written is in the archive.
fn wait_archived(cluster: &Cluster, archive: &Path) -> Checked {
    let last = cluster.ask("site", "SELECT pg_walfile_name(pg_switch_wal())")?;
    let begun = Instant::now();
    while !archive.join(&last).exists() {
        if begun.elapsed() > Duration::from_mins(1) {
            let there = fs::read_dir(archive).map_err(said)?.count();
            return Err(format!("{last} was not archived; {there} files were"));
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(())
}
