//! The list of suites and how one is run.

use std::path::Path;

use crate::{
    Checked, archive, backup, disk, failover, freeze,
    ground::{Ground, Kind},
    kill, nodes, overload, power, race, replica, rewind,
    table::Table,
    tls, vendure,
};

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Seconds: for every change.
    Short,
    /// Minutes: before a release.
    Full,
}

/// A suite.
pub struct Suite {
    /// Name on the command line.
    pub name: &'static str,
    /// The databases it means something for.
    pub kinds: &'static [Kind],
    run: fn(&Ground, Scale, &mut Table) -> Checked,
}

const BOTH: &[Kind] = &[Kind::Sqlite, Kind::Postgres];

/// All suites.
pub const SUITES: [Suite; 14] = [
    Suite {
        name: "race",
        kinds: BOTH,
        run: race::run,
    },
    Suite {
        name: "kill",
        kinds: BOTH,
        run: kill::run,
    },
    Suite {
        name: "nodes",
        kinds: &[Kind::Postgres],
        run: nodes::run,
    },
    Suite {
        name: "backup",
        kinds: BOTH,
        run: backup::run,
    },
    Suite {
        name: "archive",
        kinds: &[Kind::Sqlite],
        run: archive::run,
    },
    Suite {
        name: "power",
        kinds: &[Kind::Sqlite],
        run: power::run,
    },
    Suite {
        name: "disk",
        kinds: &[Kind::Sqlite],
        run: disk::run,
    },
    Suite {
        name: "overload",
        kinds: BOTH,
        run: overload::run,
    },
    Suite {
        name: "failover",
        kinds: &[Kind::Postgres],
        run: failover::run,
    },
    Suite {
        name: "rewind",
        kinds: &[Kind::Postgres],
        run: rewind::run,
    },
    Suite {
        name: "replica",
        kinds: &[Kind::Postgres],
        run: replica::run,
    },
    Suite {
        name: "tls",
        kinds: &[Kind::Postgres],
        run: tls::run,
    },
    Suite {
        name: "freeze",
        kinds: &[Kind::Postgres],
        run: freeze::run,
    },
    Suite {
        name: "vendure",
        kinds: BOTH,
        run: vendure::run,
    },
];

/// Runs a suite on a kind of database with the program.
///
/// # Errors
/// What broke it off.
pub fn run(suite: &Suite, program: &Path, kind: Kind, scale: Scale, table: &mut Table) -> Checked {
    table.begin(suite.name, kind.name());
    let ground = Ground::new(program, kind)?;
    (suite.run)(&ground, scale, table)
        .map_err(|error| format!("{} on {}: {error}", suite.name, kind.name()))
}
