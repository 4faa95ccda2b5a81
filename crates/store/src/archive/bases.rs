//! Bases: copied beside the chain that goes on, then gone over to.
//!
//! Keeps true: while a base is copied the log does not begin anew, so that the log's present generation, from its first frame on, leads
//! from the copy to any later state; a base counts only with everything that was committed while it was copied; one that is given up
//! holds nothing and leaves nothing.
//! Not here: when one is due, see `archiver`; when the log is too long to wait for one, see `tail`.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering::Relaxed},
    thread::{self, JoinHandle},
};

use qudao_base::{Fault, Instant, Stop};

use super::{
    ArchiveOptions,
    archiver::{Archiver, Done},
    cannot,
    chain::{self, Base, Chain, DATABASE},
};
use crate::sqlite::copy;

/// Pause after a base that failed.
const BASE_AGAIN_SECONDS: i64 = 60;

/// A base on its way.
pub(super) enum Arriving {
    /// Being copied. Given up when the log is no longer held; then it goes once its thread has ended.
    Copying(JoinHandle<std::result::Result<String, Fault>>, PathBuf),
    /// Copied; what came since is added before it counts.
    CatchingUp {
        sha256: String,
        /// The chain before, complete up to a moment, and its last hash.
        before: Option<(Instant, String)>,
    },
}

impl Archiver {
    /// Begins to copy a base in a thread of its own; the chain goes on meanwhile.
    pub fn begin_base(&mut self) -> Done {
        let archive = &self.options.folder;
        let number = chain::numbered(archive)?
            .last()
            .map_or(1, |(number, _)| number.saturating_add(1));
        let folder = archive.join(format!("{number:08}"));
        fs::create_dir(&folder).map_err(|error| cannot("make", &folder, error))?;
        let (database, target) = (self.database.clone(), folder.join(DATABASE));
        // Not an owner of the tail, which ends with the store, copied or not.
        let holder = Arc::downgrade(&self.tail);
        let is_wanted = move || holder.upgrade().is_some_and(|tail| tail.lock().is_held);
        let mut tail = self.tail.lock();
        tail.hold()?;
        let spawned = thread::Builder::new()
            .name("store-base".to_owned())
            .spawn(move || copy_base(&database, &target, is_wanted));
        match spawned {
            Ok(thread) => self.arriving = Some(Arriving::Copying(thread, folder)),
            Err(error) => {
                tail.is_held = false;
                return Err(Fault::from_error("no thread to copy a base", error));
            }
        }
        Ok(())
    }

    pub fn base_is_copied(&self) -> bool {
        matches!(&self.arriving, Some(Arriving::Copying(thread, _)) if thread.is_finished())
    }

    /// From the chain to the one after the new base, beginning with the first frame of the log's present generation.
    pub fn turn_over(&mut self) -> Done {
        let Some(Arriving::Copying(thread, folder)) = self.arriving.take() else {
            return Ok(());
        };
        let copied = thread
            .join()
            .unwrap_or_else(|_| Err(Fault::new("the copy panicked")));
        let gone_over = copied.and_then(|sha256| {
            self.drain()?;
            let chain = Chain::open(&folder, &sha256)?;
            self.go_over(sha256, chain)
        });
        if gone_over.is_err() {
            // Told is why, not that the folder stays too, which the next start removes.
            let _ = self.give_up_base(&folder);
        }
        gone_over
    }

    fn go_over(&mut self, sha256: String, chain: Chain) -> Done {
        let mut tail = self.tail.lock();
        if !tail.is_held {
            return Err(Fault::new("the base was given up while it was copied"));
        }
        let old = self.chain.replace((chain, self.synced));
        let before = old.map(|(old, _)| (self.synced, old.last.sha256));
        self.arriving = Some(Arriving::CatchingUp { sha256, before });
        tail.begin_anew();
        self.piece = None;
        Ok(())
    }

    /// Lets go of the log and removes what was copied.
    pub fn give_up_base(&mut self, folder: &Path) -> Done {
        self.tail.lock().is_held = false;
        self.base_after = self.options.clock.now().plus_seconds(BASE_AGAIN_SECONDS);
        chain::remove(folder)
    }

    /// Lets a base count once everything committed is with it, and removes what is too old.
    pub fn publish(&mut self) -> Done {
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

fn copy_base(database: &Path, target: &Path, is_wanted: impl Fn() -> bool) -> Done<String> {
    copy::take(database, target, is_wanted).map_err(|stop| match stop {
        Stop::Fault(fault) => *fault,
        Stop::Refusal(refusal) => Fault::new(refusal.to_string()),
    })?;
    let synced = File::open(target).and_then(|file| file.sync_all());
    synced.map_err(|error| cannot("sync", target, error))?;
    chain::hash_of(target, |_| Ok(()))
}
