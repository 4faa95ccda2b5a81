//! Backups taken under load, restored elsewhere, damaged, put over what is there.
//!
//! Keeps true: what was acknowledged before a backup began is in it; a damaged one is refused and changes nothing.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::atomic::Ordering::Relaxed,
    time::{Duration, Instant},
};

use crate::{
    Checked,
    audit::{self, Books},
    ground::{Database, Ground},
    kill, load, said,
    scene::{self, Wanted},
    server::{self, Server, Start},
    suites::Scale,
    table::Table,
};

struct Taken {
    folder: PathBuf,
    /// Orders acknowledged before it began.
    confirmed: usize,
}

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let rounds = if scale == Scale::Short { 1 } else { 8 };
    let database = ground.database()?;
    let scene = scene::set(&database.address(), Wanted::plenty(8))?;
    let server = Server::start(&Start::plain(ground, &database))?;
    let mut taken = Vec::new();
    let mut times = Vec::new();
    let done = load::under_load(&[server.address], &scene, |signals| {
        for round in 0..rounds {
            signals.wait_for(15, Duration::from_mins(1))?;
            let folder = ground.path(&format!("backup{round}"));
            let confirmed = signals.confirmed.load(Relaxed);
            let begun = Instant::now();
            command(ground, "backup", &folder, &[], &database)?;
            times.push(begun.elapsed());
            taken.push(Taken { folder, confirmed });
            signals.wait_for(5, Duration::from_mins(1))?;
        }
        Ok(())
    })?;
    table.note(format!(
        "backup with its proof: {}",
        crate::race::spread(&times)
    ));
    kill::told(table, &done);
    let (mut lost, mut damaged) = (0, 0);
    for one in &taken {
        let elsewhere = ground.database()?;
        command(ground, "restore", &one.folder, &[], &elsewhere)?;
        let books = Books::read(&elsewhere.address())?;
        lost += one.confirmed.saturating_sub(books.confirmed());
        audit::verify(table, &ground.program, &elsewhere);
        let again = command(ground, "restore", &one.folder, &[], &elsewhere);
        table.hold("a restore over data is refused", again.is_err());
        damaged += usize::from(restores_damaged(ground, one)?);
    }
    let all = taken.iter().map(|one| one.confirmed).sum();
    table.add(
        "an order acknowledged before the backup is in it",
        all,
        lost,
    );
    table.add(
        "a backup with one bit changed is refused",
        taken.len(),
        damaged,
    );
    replace(ground, table, &taken, &database, server)
}

fn command(
    ground: &Ground,
    name: &str,
    folder: &Path,
    options: &[&str],
    database: &Database,
) -> Checked<String> {
    let folder = folder.display().to_string();
    let mut words = vec![name, &folder];
    words.extend(options);
    server::command(&ground.program, &words, database)
}

/// Changes one bit in the middle; true when it is restored all the same.
fn restores_damaged(ground: &Ground, one: &Taken) -> Checked<bool> {
    let file = one.folder.join("database");
    let mut bytes = fs::read(&file).map_err(said)?;
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).map_err(said)?;
    let empty = ground.database()?;
    let restored = command(ground, "restore", &one.folder, &[], &empty).is_ok();
    let touched = Books::read(&empty.address()).is_ok();
    bytes[middle] ^= 1;
    fs::write(&file, &bytes).map_err(said)?;
    Ok(restored || touched)
}

/// Over the database in use, which must be refused, and over it when the program has ended.
fn replace(
    ground: &Ground,
    table: &mut Table,
    taken: &[Taken],
    database: &Database,
    server: Server,
) -> Checked {
    let last = taken.last().ok_or("no backup")?;
    let over = ["--overwrite"];
    let in_use = command(ground, "restore", &last.folder, &over, database);
    table.hold("a database in use is not replaced", in_use.is_err());
    table.hold("the server ends in order when told to", server.end()?);
    command(ground, "restore", &last.folder, &over, database)?;
    let books = Books::read(&database.address())?;
    table.hold(
        "`restore --overwrite` brings the backup back",
        books.confirmed() >= last.confirmed,
    );
    audit::verify(table, &ground.program, database);
    Ok(())
}
