//! The archive of an embedded database, under load and `kill -9`: restored to its end, to a moment between, damaged.
//!
//! Keeps true: what is judged is what buyers were told and when, by the clock the program reads too.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError, atomic::Ordering::Relaxed},
    thread,
    time::{Duration, Instant as Moment},
};

use qudao_base::{Clock, Instant, SystemClock};

use crate::{
    Checked,
    audit::{self, Books},
    buyer::Wish,
    ground::{Database, Ground},
    kill,
    load::{self, Signals},
    said,
    scene::{self, Wanted},
    server::{self, Server, Start},
    suites::Scale,
    table::Table,
};

/// What may be missing after the machine is lost, in seconds.
const DELAY: i64 = 5;
/// How long a commit and its answer may lie apart, in seconds.
const NEAR: i64 = 3;

/// What was known when the program was killed.
struct Killed {
    /// A moment well before.
    middle: Instant,
    at: Instant,
    /// The archive as it was then.
    archive: PathBuf,
}

/// Orders with the moment their buyers were told.
type Told = Mutex<Vec<(Instant, Wish)>>;

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let kills = if scale == Scale::Short { 1 } else { 6 };
    let database = ground.database()?;
    let archive = ground.path("archive");
    let scene = scene::set(&database.address(), Wanted::plenty(8))?;
    let mut start = Start::plain(ground, &database);
    start.environment = vec![("QUDAO_ARCHIVE", archive.display().to_string())];
    let mut server = Server::start(&start)?;
    let (told, mut killed) = (Told::default(), Vec::new());
    let note = |wish: &Wish| {
        let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
        told.push((SystemClock.now(), wish.clone()));
    };
    let address = server.address;
    let done = load::told(&[address], &scene, &note, |signals| {
        wait_for_base(&archive)?;
        for round in 0..kills {
            go_on(signals, 4)?;
            let middle = SystemClock.now();
            go_on(signals, DELAY + NEAR)?;
            server.kill()?;
            let at = SystemClock.now();
            let copy = ground.path(&format!("archive{round}"));
            copy_folder(&archive, &copy)?;
            killed.push(Killed {
                middle,
                at,
                archive: copy,
            });
            server = Server::start_on(&start, address.port())?;
        }
        signals.wait_for(8, Duration::from_mins(1))?;
        signals.enough.store(true, Relaxed);
        Ok(())
    })?;
    table.hold("the server ends in order when told to", server.end()?);
    kill::told(table, &done);
    audit::judge(table, ground, &database, &done.wishes)?;
    let told = told.into_inner().unwrap_or_else(PoisonError::into_inner);
    for one in &killed {
        after_kill(ground, table, one, &told)?;
        between(ground, table, one, &told)?;
    }
    let ended = restored(ground, &archive, None)?;
    audit::judge(table, ground, &ended, &done.wishes)?;
    let words = ["restore", "--archive", &archive.display().to_string()];
    let over = server::command(&ground.program, &words, &ended);
    table.hold("a restore over data is refused", over.is_err());
    damage(ground, table, &archive)?;
    outage(ground, table)
}

/// Lets orders go on for so many seconds, and some more orders.
fn go_on(signals: &Signals, seconds: i64) -> Checked {
    thread::sleep(Duration::from_secs(seconds.unsigned_abs()));
    signals.wait_for(8, Duration::from_mins(1))
}

fn wait_for_base(archive: &Path) -> Checked {
    let begun = Moment::now();
    while !archive.join("00000001").join("base.json").exists() {
        if begun.elapsed() > Duration::from_mins(1) {
            return Err("no base was made".to_owned());
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// The archive's end: what was acknowledged a few seconds before the kill is there.
fn after_kill(
    ground: &Ground,
    table: &mut Table,
    killed: &Killed,
    told: &[(Instant, Wish)],
) -> Checked {
    let back = restored(ground, &killed.archive, None)?;
    let books = Books::read(&back.address())?;
    let due = |wish: &&(Instant, Wish)| wish.0 < killed.at.plus_seconds(-DELAY);
    let due: Vec<_> = told.iter().filter(due).collect();
    let lost = due.iter().filter(|(_, wish)| !books.holds(wish)).count();
    let promise = format!("an order acknowledged {DELAY} s before the kill is in the archive");
    table.add(promise, due.len(), lost);
    let late: Vec<_> = told
        .iter()
        .filter(|(at, _)| *at < killed.at && *at >= killed.at.plus_seconds(-DELAY))
        .collect();
    let missing = late.iter().filter(|(_, wish)| !books.holds(wish)).count();
    table.note(format!(
        "of {} orders acknowledged in the last {DELAY} s before the kill, {missing} were not archived yet",
        late.len()
    ));
    audit::verify(table, &ground.program, &back);
    Ok(())
}

/// A moment between: what was acknowledged before is there, what was acknowledged after is not.
fn between(
    ground: &Ground,
    table: &mut Table,
    killed: &Killed,
    told: &[(Instant, Wish)],
) -> Checked {
    let begun = Moment::now();
    let back = restored(ground, &killed.archive, Some(killed.middle))?;
    table.note(format!(
        "restored and proved in {} ms",
        begun.elapsed().as_millis()
    ));
    let books = Books::read(&back.address())?;
    let before = told
        .iter()
        .filter(|(at, _)| *at < killed.middle.plus_seconds(-NEAR));
    let (lost, before) = count(before, |wish| !books.holds(wish));
    table.add(
        "restored to a moment: what came before is there",
        before,
        lost,
    );
    let after = told
        .iter()
        .filter(|(at, _)| *at > killed.middle.plus_seconds(NEAR));
    let (there, after) = count(after, |wish| books.holds(wish));
    table.add("restored to a moment: what came after is not", after, there);
    audit::verify(table, &ground.program, &back);
    Ok(())
}

fn count<'a>(
    wishes: impl Iterator<Item = &'a (Instant, Wish)>,
    is_counted: impl Fn(&Wish) -> bool,
) -> (usize, usize) {
    wishes.fold((0, 0), |(counted, all), (_, wish)| {
        (counted + usize::from(is_counted(wish)), all + 1)
    })
}

/// One bit changed in each file: refused, and nothing was made.
fn damage(ground: &Ground, table: &mut Table, archive: &Path) -> Checked {
    let newest = folders(archive)?.pop().ok_or("no chain")?;
    let mut files: Vec<PathBuf> = Vec::new();
    for one in fs::read_dir(&newest).map_err(said)? {
        files.push(one.map_err(said)?.path());
    }
    let (mut restored_damaged, mut restored_short) = (0, 0);
    for file in &files {
        let bytes = fs::read(file).map_err(said)?;
        let mut changed = bytes.clone();
        changed[bytes.len() / 2] ^= 1;
        fs::write(file, &changed).map_err(said)?;
        restored_damaged += usize::from(is_restored(ground, archive)?);
        fs::remove_file(file).map_err(said)?;
        // Without its last file, an archive of several chains ends with the one before.
        if file.extension().is_none_or(|ending| ending != "json") {
            restored_short += usize::from(is_restored(ground, archive)?);
        }
        fs::write(file, &bytes).map_err(said)?;
    }
    table.add(
        "an archive with one bit changed is refused",
        files.len(),
        restored_damaged,
    );
    table.add(
        "an archive without one of its files is refused",
        files.len() - 1,
        restored_short,
    );
    Ok(())
}

/// The archive cannot be written from the start on: serving goes on, it is told, and caught up with.
fn outage(ground: &Ground, table: &mut Table) -> Checked {
    let database = ground.database()?;
    let archive = ground.path("unwritable");
    fs::write(&archive, "no folder").map_err(said)?;
    let scene = scene::set(&database.address(), Wanted::plenty(2))?;
    let folder = archive.display().to_string();
    let mut start = Start::plain(ground, &database);
    start.environment = vec![("QUDAO_ARCHIVE", folder.clone())];
    let server = Server::start(&start)?;
    let check = ["check", "--archive", &folder];
    let done = load::under_load(&[server.address], &scene, |signals| {
        signals.wait_for(10, Duration::from_mins(1))?;
        let is_told = server.readiness()?.contains("archive is behind")
            && server::command(&ground.program, &check, &database).is_err();
        table.hold(
            "an archive that cannot be written stops no order and is told",
            is_told,
        );
        fs::remove_file(&archive).map_err(said)?;
        wait_for_base(&archive)?;
        signals.wait_for(4, Duration::from_mins(1))
    })?;
    let is_well = server.readiness()? == "ready";
    let checked = server::command(&ground.program, &check, &database).is_ok();
    table.hold(
        "once it can be written it is well again",
        is_well && checked,
    );
    table.hold("the server ends in order when told to", server.end()?);
    let back = restored(ground, &archive, None)?;
    audit::judge(table, ground, &back, &done.wishes)
}

fn is_restored(ground: &Ground, archive: &Path) -> Checked<bool> {
    let empty = ground.database()?;
    let words = ["restore", "--archive", &archive.display().to_string()];
    let restored = server::command(&ground.program, &words, &empty).is_ok();
    Ok(restored || Books::read(&empty.address()).is_ok())
}

fn restored(ground: &Ground, archive: &Path, until: Option<Instant>) -> Checked<Database> {
    let elsewhere = ground.database()?;
    let archive = archive.display().to_string();
    let mut words = vec!["restore", "--archive", &archive];
    let moment = until.map(|until| until.to_string());
    if let Some(moment) = &moment {
        words.extend(["--until", moment]);
    }
    server::command(&ground.program, &words, &elsewhere)?;
    Ok(elsewhere)
}

/// The chains of an archive, oldest first.
fn folders(archive: &Path) -> Checked<Vec<PathBuf>> {
    let mut found = Vec::new();
    for one in fs::read_dir(archive).map_err(said)? {
        let path = one.map_err(said)?.path();
        if path.is_dir() {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// As `cp -r` does off-site.
fn copy_folder(from: &Path, to: &Path) -> Checked {
    for folder in folders(from)? {
        let name = folder.file_name().ok_or("no name")?;
        fs::create_dir_all(to.join(name)).map_err(said)?;
        for one in fs::read_dir(&folder).map_err(said)? {
            let one = one.map_err(said)?;
            fs::copy(one.path(), to.join(name).join(one.file_name())).map_err(said)?;
        }
    }
    Ok(())
}
