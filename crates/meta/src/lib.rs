//! What a declaration is: packs, objects, dashboards and demo rows as read from TOML, checked and merged into a catalog.
//!
//! Keeps true: what is not declared does not exist; a catalog that was built has passed every check.
//! Not here: databases, permissions at work, any business name.

mod action;
mod catalog;
mod check;
mod complete;
mod field;
pub mod generate;
mod measure;
mod object;
mod pack;
mod view;

pub use action::{Action, Permission, RowScope, Rule, Through};
pub use catalog::{Catalog, Source};
pub use field::{Choice, DeleteRule, Field, FieldType, Limit};
pub use measure::{Aggregate, Measure, Summary};
pub use object::{ChildOf, Index, Object, Scope, State, Unique};
pub use pack::{Dashboard, DemoData, DemoRow, Menu, Pack, Role, Setting, Text, Tile};
pub use view::{Related, Section, View};
