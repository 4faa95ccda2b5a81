//! The kernel: runs declared objects. One write path, one read path, one ledger, one decision log.
//!
//! Keeps true: nothing is written but through [`pipeline`], nothing shown but through [`read`] and [`report`], nothing
//! promised but through [`ledger`]; every one of them leaves what `verify` needs to prove it.
//! Not here: HTTP, async, and any business name.

mod access;
mod action_log;
mod appends;
mod attempt;
mod codec;
mod connection;
mod cx;
mod decision;
mod demo;
pub mod export;
pub mod feed;
pub mod import;
mod import_key;
mod input;
mod job;
mod kernel;
pub mod ledger;
mod lines;
mod measure;
mod memory;
mod model;
mod neighbours;
mod node;
mod number;
mod offer;
mod password;
mod people;
pub mod pipeline;
mod projection;
pub mod read;
mod receipt;
mod record;
mod refused;
mod registry;
pub mod report;
mod rules;
mod schema;
mod seal;
pub mod search;
mod secret;
mod session;
mod settings;
mod site_key;
mod sorting;
mod submit;
mod sweep;
mod texts;
pub mod timeline;
mod typed;
mod verify;
mod workbench;

pub use access::Access;
pub use connection::Connection;
pub use cx::Cx;
pub use decision::{Decision, Explanation, Outcome};
pub use job::JobCounts;
pub use kernel::{Change, Kernel, SiteOptions};
pub use model::Model;
pub use password::PasswordHash;
pub use projection::{Projection, Touched};
pub use qudao_meta::Text;
pub use receipt::check_receipt;
pub use record::Record;
pub use registry::{Registry, Template};
pub use schema::schema_of;
pub use session::{Caller, Grant, random_token};
pub use site_key::{SiteKey, is_sealed};
pub use submit::input_map;
pub use typed::{FieldValue, Typed};
pub use verify::Report;
pub use workbench::{Notice, Task};
