//! `qudao check`: whether this installation keeps what it promises.
//!
//! Keeps true: it says "HA ready" only with a standby that confirms every commit before it is answered; it fails when a power cut
//! may lose answered writes, and when an archive that is named is not written to.

use std::path::Path;

use qudao_base::{Clock, Result, SystemClock};
use qudao_kernel::Kernel;
use qudao_store::{Dialect, Durability, archive};

/// Prints the findings; true when nothing is wrong.
pub fn check(kernel: &Kernel) -> Result<bool> {
    let durability = kernel.store.durability()?;
    println!("database: {:?}", kernel.store.dialect());
    println!(
        "declarations: {} objects in {} packs",
        kernel.catalog.objects().len(),
        kernel.catalog.packs.len()
    );
    for (name, value) in &durability.settings {
        println!("{name}: {value}");
    }
    if durability.weak.is_empty() {
        println!("durability: an answered write outlives a power cut");
    } else {
        let weak = durability.weak.join(", ");
        println!("durability: NOT kept, a power cut may lose answered writes: {weak}");
    }
    println!(
        "high availability: {}",
        availability(kernel.store.dialect(), &durability)
    );
    match kernel.store.replica_lag() {
        Ok(None) => {}
        Ok(Some(lag)) => println!("read replica: {} s behind, reports read it", lag.as_secs()),
        Err(stop) => println!("read replica: NOT used, reports read the database itself: {stop}"),
    }
    Ok(durability.weak.is_empty())
}

/// Prints how the archive does; true when there is none, or when it is written to.
pub fn archive(folder: Option<&Path>) -> Result<bool> {
    let Some(folder) = folder else {
        return Ok(true);
    };
    let now = SystemClock.now();
    let (at, is_written) = match archive::look(folder, now) {
        Ok(found) => found,
        Err(stop) => {
            println!("archive: NOT kept: {stop}");
            return Ok(false);
        }
    };
    if is_written {
        println!("archive: up to {at}, in {}", folder.display());
    } else {
        println!("archive: NOT kept, nothing was archived since {at}");
    }
    Ok(is_written)
}

fn availability(dialect: Dialect, found: &Durability) -> String {
    let (confirming, following) = (found.synchronous_standbys, found.other_standbys);
    if dialect == Dialect::Sqlite {
        return "none, one server with one file; keep backups elsewhere".to_owned();
    }
    if found.is_highly_available() {
        return format!("HA ready, {confirming} standby(s) confirm every commit");
    }
    if following > 0 {
        return format!(
            "NOT HA ready: {following} standby(s) follow, none confirms; a fail-over may lose answered writes"
        );
    }
    "NOT HA ready: no standby is connected, or this account may not see it (pg_monitor)".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_confirming_standby_makes_it_ready() {
        let found = |synchronous_standbys, other_standbys, weak: &[&str]| Durability {
            settings: Vec::new(),
            weak: weak.iter().map(|&name| name.to_owned()).collect(),
            synchronous_standbys,
            other_standbys,
        };
        let cases = [
            (found(1, 0, &[]), "HA ready"),
            (found(0, 2, &[]), "NOT"),
            (found(0, 0, &[]), "NOT"),
            (found(1, 0, &["fsync"]), "NOT"),
        ];
        for (found, start) in cases {
            let told = availability(Dialect::Postgres, &found);
            assert!(told.starts_with(start), "{told}");
        }
        assert!(availability(Dialect::Sqlite, &found(0, 0, &[])).starts_with("none"));
    }
}
