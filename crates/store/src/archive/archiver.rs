//! The thread that archives.
//!
//! Keeps true: what was committed is in the archive a second later, unless the archive cannot be written; then serving goes on, the
//! log grows up to a limit, and what the limit costs is a new base, never a silent gap.
//! Not here: restoring; see `rebuild`.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle},
};

use qudao_base::{Fault, Instant, Result, Stop};

use super::{
    ArchiveOptions, ArchiveStatistics, cannot,
    chain::{self, Base, Chain, DATABASE, Piece},
    tail::{SharedTail, Tail},
};
use crate::sqlite::copy;

/// How often an idle archive says that it is complete.
const HEARTBEAT_SECONDS: i64 = 60;
/// How long a chain goes on before the next base.
const BASE_DAYS: i64 = 1;
/// Pause after a base that failed.
const BASE_AGAIN_SECONDS: i64 = 60;

/// What the thread tells.
#[derive(Default)]
struct Told {
    /// Microseconds since 1970.
    synced: AtomicI64,
    is_failing: AtomicBool,
    bytes: AtomicU64,
    bases: AtomicU64,
}

/// The running archive of a database.
pub(crate) struct Archive {
    thread: Mutex<Option<JoinHandle<()>>>,
    ending: Arc<(Mutex<bool>, Condvar)>,
    told: Arc<Told>,
    options: ArchiveOptions,
}

impl Archive {
    /// Begins to archive the database file. Nobody may have written to it since the guard of the tail was set. Also answers what the
    /// writer calls between two groups.
    pub fn start(
        database: &Path,
        options: &ArchiveOptions,
        tail: Tail,
    ) -> Result<(Self, Arc<SharedTail>)> {
        let tail = Arc::new(SharedTail::new(tail));
        let told = Arc::new(Told::default());
        let now = options.clock.now();
        told.synced.store(now.micros(), Relaxed);
        let mut archiver = Archiver {
            database: database.to_owned(),
            options: options.clone(),
            tail: Arc::clone(&tail),
            told: Arc::clone(&told),
            lock: None,
            attached: false,
            chain: None,
            arriving: None,
            piece: None,
            synced: now,
            base_after: now,
        };
        archiver
            .attach()
            .unwrap_or_else(|fault| archiver.complain(&fault));
        let ending = Arc::<(Mutex<bool>, Condvar)>::default();
        let told_to_end = Arc::clone(&ending);
        let thread = thread::Builder::new()
            .name("store-archive".to_owned())
            .spawn(move || archiver.run(&told_to_end))
            .map_err(|error| Fault::from_error("cannot start the thread that archives", error))?;
        let archive = Self {
            thread: Mutex::new(Some(thread)),
            ending,
            told,
            options: options.clone(),
        };
        Ok((archive, tail))
    }

    /// How it goes.
    pub fn statistics(&self) -> ArchiveStatistics {
        let synced = self.told.synced.load(Relaxed);
        ArchiveStatistics {
            lag_micros: self
                .options
                .clock
                .now()
                .micros()
                .saturating_sub(synced)
                .max(0) as u64,
            is_failing: self.told.is_failing.load(Relaxed),
            bytes: self.told.bytes.load(Relaxed),
            bases: self.told.bases.load(Relaxed),
        }
    }

    /// Archives what is left, once nobody writes any more, and ends.
    pub fn finish(&self) {
        let (flag, signal) = &*self.ending;
        *flag.lock().unwrap_or_else(PoisonError::into_inner) = true;
        signal.notify_all();
        let mut thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner);
        if thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the thread that archives panicked");
        }
    }
}

/// A base on its way.
enum Arriving {
    /// Being copied.
    Copying(JoinHandle<std::result::Result<String, Fault>>, PathBuf),
    /// Copied; what came since is added before it counts.
    CatchingUp {
        sha256: String,
        /// The chain before, complete up to a moment, and its last hash.
        before: Option<(Instant, String)>,
    },
}

struct Archiver {
    database: PathBuf,
    options: ArchiveOptions,
    tail: Arc<SharedTail>,
    told: Arc<Told>,
    /// Held for as long as this process archives there.
    lock: Option<File>,
    attached: bool,
    chain: Option<(Chain, Instant)>,
    arriving: Option<Arriving>,
    /// Read, and not archived yet.
    piece: Option<(Piece, Instant)>,
    /// Everything committed up to here is archived.
    synced: Instant,
    /// Not before is the next base begun.
    base_after: Instant,
}

type Done<T = ()> = std::result::Result<T, Fault>;

impl Archiver {
    fn run(&mut self, ending: &(Mutex<bool>, Condvar)) {
        loop {
            let (flag, signal) = ending;
            let flag = flag.lock().unwrap_or_else(PoisonError::into_inner);
            let (flag, _) = signal
                .wait_timeout_while(flag, self.options.pause, |ends| !*ends)
                .unwrap_or_else(PoisonError::into_inner);
            let ends = *flag;
            drop(flag);
            match self.step(ends) {
                Ok(()) if self.told.is_failing.swap(false, Relaxed) => {
                    tracing::warn!("the archive is written again");
                }
                Ok(()) => {}
                Err(fault) => self.complain(&fault),
            }
            if ends {
                return;
            }
        }
    }

    /// Once for each time it begins to fail.
    fn complain(&self, fault: &Fault) {
        if !self.told.is_failing.swap(true, Relaxed) {
            let folder = self.options.folder.display();
            tracing::error!(%fault, %folder, "the archive is not written; serving goes on");
        }
    }

    fn step(&mut self, ends: bool) -> Done {
        let done = self.attach().and_then(|()| self.bring_up(ends));
        let mut tail = self.tail.lock();
        let bytes = tail.bytes()?;
        if done.is_err() && bytes > self.options.log_bytes_max && !tail.is_lost {
            if matches!(self.arriving, Some(Arriving::CatchingUp { .. })) {
                self.arriving = None;
                tail.is_held = false;
            }
            if !tail.is_held {
                tracing::error!(
                    bytes,
                    "the write-ahead log was too long to wait for the archive"
                );
                tail.is_lost = true;
            }
        }
        let is_due = bytes > self.options.checkpoint_bytes;
        if !tail.is_held && (tail.is_lost || done.is_ok()) && is_due {
            self.tail.want_checkpoint();
        }
        done
    }

    /// Opens the archive and finds out whether the log goes on from it.
    fn attach(&mut self) -> Done {
        if self.attached {
            return Ok(());
        }
        let folder = &self.options.folder;
        fs::create_dir_all(folder).map_err(|error| cannot("make", folder, error))?;
        if self.lock.is_none() {
            self.lock = Some(lock(folder)?);
        }
        let known = chain::list(folder)?;
        for (number, path) in chain::numbered(folder)? {
            if !known.iter().any(|(known, _, _)| *known == number) {
                chain::remove(&path)?;
            }
        }
        if let Some((_, path, base)) = known.last() {
            let chain = Chain::open(path, &base.sha256)?;
            if self.tail.lock().go_on_after(&chain)? {
                self.synced = Instant::from_micros(chain.last.at);
                self.chain = Some((chain, base.at()));
            }
        }
        self.attached = true;
        Ok(())
    }

    fn bring_up(&mut self, ends: bool) -> Done {
        self.forget_lost();
        if self.base_is_copied() {
            self.turn_over()?;
        }
        self.drain()?;
        self.publish()?;
        let now = self.options.clock.now();
        let is_old = |(_, at): &(Chain, Instant)| at.plus_days(BASE_DAYS) <= now;
        let is_due = self.chain.as_ref().is_none_or(is_old);
        if is_due && self.arriving.is_none() && !ends && self.base_after <= now {
            self.begin_base()?;
        }
        Ok(())
    }

    /// A log that was let go of cannot be gone on with.
    fn forget_lost(&mut self) {
        let mut tail = self.tail.lock();
        if tail.is_lost {
            tail.begin_anew();
            tail.is_lost = true;
            self.chain = None;
            self.piece = None;
        }
    }

    /// Archives everything committed so far.
    fn drain(&mut self) -> Done {
        let Some((chain, _)) = &mut self.chain else {
            return Ok(());
        };
        let clock = &self.options.clock;
        loop {
            let begun = clock.now();
            if self.piece.is_none() {
                let next = self.tail.lock().next()?;
                self.piece = next.map(|piece| (piece, clock.now()));
            }
            let Some((piece, at)) = &self.piece else {
                self.synced = begun;
                break;
            };
            chain.append(piece, *at, self.synced)?;
            self.told
                .bytes
                .fetch_add(piece.frames.len() as u64, Relaxed);
            self.piece = None;
        }
        if Instant::from_micros(chain.last.at).plus_seconds(HEARTBEAT_SECONDS) <= self.synced {
            chain.append(&Piece::default(), self.synced, self.synced)?;
        }
        if !matches!(self.arriving, Some(Arriving::CatchingUp { .. })) {
            self.told.synced.store(self.synced.micros(), Relaxed);
        }
        Ok(())
    }

    /// Begins to copy a base in a thread of its own; the chain goes on meanwhile.
    fn begin_base(&mut self) -> Done {
        let archive = &self.options.folder;
        let number = chain::numbered(archive)?
            .last()
            .map_or(1, |(number, _)| number.saturating_add(1));
        let folder = archive.join(format!("{number:08}"));
        fs::create_dir(&folder).map_err(|error| cannot("make", &folder, error))?;
        let (database, target) = (self.database.clone(), folder.join(DATABASE));
        let mut tail = self.tail.lock();
        tail.hold()?;
        let spawned = thread::Builder::new()
            .name("store-base".to_owned())
            .spawn(move || copy_base(&database, &target));
        match spawned {
            Ok(thread) => self.arriving = Some(Arriving::Copying(thread, folder)),
            Err(error) => {
                tail.is_held = false;
                return Err(Fault::from_error("no thread to copy a base", error));
            }
        }
        Ok(())
    }

    fn base_is_copied(&self) -> bool {
        matches!(&self.arriving, Some(Arriving::Copying(thread, _)) if thread.is_finished())
    }

    /// From the chain to the one after the new base, beginning with the first frame of the log's present generation.
    fn turn_over(&mut self) -> Done {
        self.drain()?;
        let Some(Arriving::Copying(thread, folder)) = self.arriving.take() else {
            return Ok(());
        };
        let copied = thread
            .join()
            .unwrap_or_else(|_| Err(Fault::new("the copy panicked")));
        let opened = copied.and_then(|sha256| {
            let chain = Chain::open(&folder, &sha256)?;
            Ok((sha256, chain))
        });
        let mut tail = self.tail.lock();
        match opened {
            Ok((sha256, chain)) => {
                let old = self.chain.replace((chain, self.synced));
                let before = old.map(|(old, _)| (self.synced, old.last.sha256));
                self.arriving = Some(Arriving::CatchingUp { sha256, before });
                tail.begin_anew();
                self.piece = None;
                Ok(())
            }
            Err(fault) => {
                tail.is_held = false;
                self.base_after = self.options.clock.now().plus_seconds(BASE_AGAIN_SECONDS);
                let _ = chain::remove(&folder);
                Err(fault)
            }
        }
    }

    /// Lets a base count once everything committed is with it, and removes what is too old.
    fn publish(&mut self) -> Done {
        let (Some(Arriving::CatchingUp { sha256, before }), Some((chain, begun))) =
            (&self.arriving, &mut self.chain)
        else {
            return Ok(());
        };
        let at = self
            .options
            .clock
            .now()
            .max(Instant::from_micros(chain.last.at));
        let base = chain.publish(sha256, at, before.clone())?;
        *begun = base.at();
        self.arriving = None;
        self.tail.lock().is_held = false;
        self.told.synced.store(self.synced.micros(), Relaxed);
        self.told.bases.fetch_add(1, Relaxed);
        remove_old(&self.options)
    }
}

/// A chain is too old when the one after it is old enough to go back as far as was asked for.
fn remove_old(options: &ArchiveOptions) -> Done {
    let oldest = options.clock.now().plus_days(-i64::from(options.days));
    let chains = chain::list(&options.folder)?;
    for (one, next) in chains.iter().zip(chains.iter().skip(1)) {
        let is_unneeded = |base: &Base| base.at() <= oldest;
        if is_unneeded(&next.2) {
            chain::remove(&one.1)?;
        }
    }
    Ok(())
}

fn copy_base(database: &Path, target: &Path) -> Done<String> {
    copy::take(database, target).map_err(|stop| match stop {
        Stop::Fault(fault) => *fault,
        Stop::Refusal(refusal) => Fault::new(refusal.to_string()),
    })?;
    let synced = File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| cannot("sync", target, error))?;
    chain::hash_of(target, |_| Ok(()))
}

/// Two processes that archive into one folder would spoil both archives.
fn lock(folder: &Path) -> Done<File> {
    let path = folder.join("lock");
    let mut options = OpenOptions::new();
    let opened = options.write(true).create(true).truncate(false).open(&path);
    let file = opened.map_err(|error| cannot("open", &path, error))?;
    file.try_lock().map_err(|error| {
        Fault::from_error(
            format!("{}: another process archives there", path.display()),
            error,
        )
    })?;
    Ok(file)
}
