//! Ill-treats the running product and counts broken promises: races, `kill -9`, power cuts, full disks, lost nodes.
//!
//! Keeps true: what is tested is the program itself, over HTTP, on 127.0.0.1 only; every suite is bounded in count and time; a
//! promise is judged by what clients were told, which they wrote down, against what the database holds afterwards.
//! Not here: speed (`bench`), business rules (scenarios).

mod archive;
mod audit;
mod backup;
mod balancer;
mod buyer;
mod cluster;
mod disk;
mod failover;
mod freeze;
mod ground;
mod http;
mod kill;
mod load;
mod nodes;
mod overload;
mod patroni;
mod power;
mod race;
mod recipe;
mod replay;
mod replica;
mod rewind;
mod scene;
mod server;
mod shim;
mod shop;
mod suites;
mod table;
mod tls;
mod vendure;

pub use ground::Kind;
pub use suites::{SUITES, Scale, Suite, run};
pub use table::Table;

/// What breaks off a suite. A broken promise does not: it is counted.
pub type Checked<T = ()> = Result<T, String>;

/// A stop or error as a sentence.
pub(crate) fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}
