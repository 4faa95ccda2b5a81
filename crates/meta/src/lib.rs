//! What a declaration is: packs, objects, dashboards and demo rows as read from TOML, checked and merged into a catalog.
//!
//! Keeps true: what is not declared does not exist; a catalog that was built has passed every check.
//! Not here: databases, permissions at work, any business name.

mod catalog;
mod check;
mod field;
pub mod generate;
mod object;
mod pack;

pub use catalog::{Catalog, Source};
pub use field::{Choice, DeleteRule, Field, FieldType, Limit};
pub use object::{
    Action, Aggregate, ChildOf, Index, Measure, Object, Permission, Related, RowScope, Rule, Scope,
    Section, State, Unique, View,
};
pub use pack::{Dashboard, DemoData, DemoRow, Menu, Pack, Role, Setting, Text, Tile};
