//! The thread that archives.
//!
//! Keeps true: what was committed is in the archive a second later, unless the archive cannot be written; then serving goes on, and
//! what the limit of the log costs is a new base, never a silent gap.
//! Not here: the limit, see `tail` (whoever hangs here keeps none); bases, see `bases`; restoring, see `rebuild`.

use std::{
    fs::{self, File, OpenOptions},
    path::{Path, PathBuf},
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::Duration,
};

use qudao_base::{Fault, Instant, Result};

use super::{
    ArchiveOptions, ArchiveStatistics,
    bases::Arriving,
    cannot,
    chain::{self, Chain, Piece},
    tail::{SharedTail, Tail},
};

/// How often an idle archive says that it is complete.
const HEARTBEAT_SECONDS: i64 = 60;
/// How long a chain goes on before the next base.
const BASE_DAYS: i64 = 1;
/// How long the last commits may take at the end.
const END_MAX: Duration = Duration::from_secs(10);

/// What the thread tells.
#[derive(Default)]
pub(super) struct Told {
    /// Microseconds since 1970.
    pub synced: AtomicI64,
    pub is_failing: AtomicBool,
    pub bytes: AtomicU64,
    pub bases: AtomicU64,
}

/// The running archive of a database.
pub(crate) struct Archive {
    /// Closed when the thread has ended and let go of the database.
    ended: Mutex<Receiver<()>>,
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
        let tail = Arc::new(SharedTail::new(tail, options.log_bytes_max));
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
        let (ends, ended) = channel();
        thread::Builder::new()
            .name("store-archive".to_owned())
            .spawn(move || {
                archiver.run(&told_to_end);
                drop(archiver);
                drop::<Sender<()>>(ends);
            })
            .map_err(|error| Fault::from_error("cannot start the thread that archives", error))?;
        let archive = Self {
            ended: Mutex::new(ended),
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
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // A folder far away may hang; what it lacks is in the log, where the next start goes on.
        if ended.recv_timeout(END_MAX) == Err(RecvTimeoutError::Timeout) {
            tracing::error!("the archive did not take the last commits in time");
        }
    }
}

pub(super) struct Archiver {
    pub database: PathBuf,
    pub options: ArchiveOptions,
    pub tail: Arc<SharedTail>,
    pub told: Arc<Told>,
    /// Held for as long as this process archives there.
    lock: Option<File>,
    attached: bool,
    pub chain: Option<(Chain, Instant)>,
    pub arriving: Option<Arriving>,
    /// Read, and not archived yet.
    pub piece: Option<(Piece, Instant)>,
    /// Everything committed up to here is archived.
    pub synced: Instant,
    /// Not before is the next base begun.
    pub base_after: Instant,
}

pub(super) type Done<T = ()> = std::result::Result<T, Fault>;

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
        let tail = self.tail.lock();
        let is_due = tail.bytes()? > self.options.checkpoint_bytes;
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
            // Read before: the writer does not wait for this folder.
            let end = chain.end();
            if let Some(end) = end
                && self.tail.lock().go_on_after(&end)?
            {
                self.synced = Instant::from_micros(chain.last.at);
                self.chain = Some((chain, base.at()));
            }
        }
        self.attached = true;
        Ok(())
    }

    fn bring_up(&mut self, ends: bool) -> Done {
        self.forget_lost()?;
        let turned = if self.base_is_copied() {
            self.turn_over()
        } else {
            Ok(())
        };
        // Without the base the chain goes on.
        self.drain()?;
        turned?;
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
    fn forget_lost(&mut self) -> Done {
        if !self.tail.lock().forget() {
            return Ok(());
        }
        self.piece = None;
        match self.chain.take() {
            Some((chain, _)) if matches!(self.arriving, Some(Arriving::CatchingUp { .. })) => {
                self.arriving = None;
                self.give_up_base(&chain.folder)
            }
            _ => Ok(()),
        }
    }

    /// Archives everything committed so far.
    pub fn drain(&mut self) -> Done {
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
