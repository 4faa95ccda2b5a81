//! Power cuts: the program's writes and syncs are recorded in order, and played back up to any moment onto a disk that forgets what
//! was not synced.
//!
//! Keeps true: the emulator proves itself first. With the syncs left out that `synchronous=OFF` leaves out, and with those `NORMAL`
//! leaves out, it must find acknowledged orders lost; only then does "none lost" with the product's own syncs mean something.
//! Not here: PostgreSQL, whose own write-ahead log is tested by its makers; the frozen and the lost server are suites.

use std::{fs, path::Path, sync::Mutex, time::Duration};

use crate::{
    Checked,
    audit::Books,
    buyer::Wish,
    ground::{Database, Ground},
    kill::scattered,
    load,
    replay::{Cut, Disk, Log, Record},
    said,
    scene::{self, Wanted},
    server::{Server, Start},
    shim::Shim,
    suites::Scale,
    table::Table,
};

/// Which syncs are played.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Syncs {
    All,
    /// The log is synced only before it is copied into the database.
    Normal,
    None,
}

/// An order, and how long the log of the shim was when its confirmation had come.
struct Acknowledged {
    wish: Wish,
    at: u64,
}

/// Runs it.
pub fn run(ground: &Ground, scale: Scale, table: &mut Table) -> Checked {
    let (orders, cuts) = if scale == Scale::Short {
        (40, 6)
    } else {
        (600, 50)
    };
    let database = ground.database()?;
    let Database::Sqlite(folder) = &database else {
        return Err("power cuts are for SQLite".to_owned());
    };
    let scene = scene::set(&database.address(), Wanted::plenty(8))?;
    let before = Disk::of(folder)?;
    let shim = Shim::build(&ground.path("shim"), folder)?;
    let mut start = Start::plain(ground, &database);
    start.environment = shim.environment();
    let mut server = Server::start(&start)?;
    let acknowledged = Mutex::new(Vec::new());
    load::told(
        &[server.address],
        &scene,
        &|wish| {
            let at = shim.written();
            let wish = wish.clone();
            acknowledged
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner)
                .push(Acknowledged { wish, at });
        },
        |signals| signals.wait_for(orders, Duration::from_mins(3)),
    )?;
    server.kill()?;
    let acknowledged = acknowledged.into_inner().map_err(said)?;
    table.note(format!(
        "{} orders acknowledged, {} bytes of records",
        acknowledged.len(),
        shim.written()
    ));
    let recorded = Recorded {
        before,
        log: &shim.log,
        acknowledged,
        place: &ground.path("image"),
    };
    prove(table, &recorded, cuts)
}

/// The emulator first, then the product.
fn prove(table: &mut Table, recorded: &Recorded<'_>, cuts: usize) -> Checked {
    for (name, syncs) in [("OFF", Syncs::None), ("NORMAL", Syncs::Normal)] {
        let found = recorded.cut(cuts.min(10), syncs)?;
        table.hold(
            format!("the emulator finds what `synchronous={name}` would lose"),
            found.lost > 0,
        );
        table.note(format!(
            "{name}: {} of {} acknowledged orders lost",
            found.lost, found.tested
        ));
    }
    let found = recorded.cut(cuts, Syncs::All)?;
    table.add(
        format!("{} power cuts: an acknowledged order is there", found.cuts),
        found.tested,
        found.lost,
    );
    table.add(
        "after a power cut the database opens, whole and proved",
        found.cuts,
        found.unsound,
    );
    found.why.iter().for_each(|why| table.note(why));
    Ok(())
}

struct Recorded<'a> {
    before: Disk,
    log: &'a Path,
    acknowledged: Vec<Acknowledged>,
    place: &'a Path,
}

#[derive(Default)]
struct Found {
    cuts: usize,
    tested: usize,
    lost: usize,
    unsound: usize,
    why: Vec<String>,
}

impl Recorded<'_> {
    /// Where the power goes: every other time right after an acknowledgement, else anywhere.
    fn moments(&self, count: usize) -> Vec<u64> {
        let end = fs::metadata(self.log).map_or(0, |log| log.len());
        let mut moments: Vec<u64> = (0..count as u64)
            .map(|number| {
                let chance = scattered(number);
                match self
                    .acknowledged
                    .get(chance as usize % self.acknowledged.len().max(1))
                {
                    Some(one) if number % 2 == 0 => one.at,
                    _ => chance % end.max(1),
                }
            })
            .collect();
        moments.sort_unstable();
        moments
    }

    fn cut(&self, count: usize, syncs: Syncs) -> Checked<Found> {
        let (mut disk, mut log) = (self.before.clone(), Log::open(self.log)?);
        let mut found = Found::default();
        let mut held = None;
        for moment in self.moments(count) {
            while log.position() < moment {
                let Some(record) = log.next()? else { break };
                play(&mut disk, record, syncs, &mut held);
            }
            for cut in [Cut::Clean, Cut::Ragged(moment)] {
                disk.write(cut, self.place)?;
                self.judge(moment, cut, syncs == Syncs::All, &mut found)?;
            }
        }
        Ok(found)
    }

    /// Everything acknowledged before the moment must be there.
    fn judge(&self, moment: u64, cut: Cut, prove: bool, found: &mut Found) -> Checked {
        found.cuts += 1;
        let address = Database::Sqlite(self.place.to_owned()).address();
        let due: Vec<&Acknowledged> = self
            .acknowledged
            .iter()
            .filter(|one| one.at <= moment)
            .collect();
        found.tested += due.len();
        let books = match Books::read(&address) {
            Ok(books) => books,
            Err(error) => {
                found.lost += due.len();
                found.unsound += 1;
                found.why.push(format!("cut at {moment}, {cut:?}: {error}"));
                return Ok(());
            }
        };
        found.lost += due.iter().filter(|one| !books.holds(&one.wish)).count();
        if prove {
            let kernel = scene::kernel(&address).map_err(said)?;
            let report = kernel.verify(None).map_err(said)?;
            kernel.store.close();
            found.unsound += usize::from(!report.broken.is_empty());
            let why = report.broken.iter().take(3);
            found
                .why
                .extend(why.map(|broken| format!("cut at {moment}, {cut:?}: {broken}")));
        }
        Ok(())
    }
}

/// Plays the record as a weaker setting would have written it. `held`: a sync of the log, until it is known what follows.
fn play(disk: &mut Disk, record: Record, syncs: Syncs, held: &mut Option<String>) {
    if syncs == Syncs::All {
        disk.play(record);
        return;
    }
    match record {
        Record::Synced(name) if syncs == Syncs::Normal && name.ends_with("-wal") => {
            *held = Some(name);
        }
        Record::Synced(_) if syncs == Syncs::None => {}
        Record::Changed { name, change } => {
            let copies = !name.ends_with("-wal");
            if let Some(log) = held.take().filter(|_| copies) {
                disk.play(Record::Synced(log));
            }
            disk.play(Record::Changed { name, change });
        }
        other => disk.play(other),
    }
}
