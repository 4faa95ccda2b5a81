//! HTTP over the kernel: generic, generated from declarations; it names no business object.
//!
//! Keeps true: every route but sign-in, health and static files demands a caller; every refusal is problem+json in the
//! caller's language; kernel work never runs on an async thread.
//! Not here: what is allowed or decided (the kernel and the packs).

mod app;
mod caller;
mod endpoints;
mod events;
mod files;
mod meta_json;
mod metrics;
mod openapi;
mod operations;
mod payload;
mod problem;
mod receipts;
mod records;
mod reports;
mod session;
mod settings;
mod trace;
mod web;

pub use app::{App, Front, Printer, router};
pub use trace::{Trace, current_trace};
