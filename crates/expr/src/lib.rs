//! The one expression language: conditions, filters, formulas. Parse, check, evaluate, compile to SQL, export as JSON.
//!
//! Keeps true: an expression that was checked cannot fail on types; every evaluation ends (no loops, a budget of steps);
//! where both can run, SQL and the evaluator give the same answer; numbers are exact.
//! Not here: input or output of any kind, the wall clock (the caller's [`Context`] says what `now` is), user-made functions.
//!
//! # The language
//! - Literals: `12.5`, `'text'` or `"text"` (escapes `\' \" \\ \n`), `true`, `false`, `null`, `d'2026-01-31'`, `[1, 2]`. A text
//!   literal that meets a date, an instant or a link is read as one: `created_at >= '2026-01-31T00:00:00Z'`.
//! - Words: `now`, `today`, `me`, `my_organisation`. Fields: `amount`, `owner_id.name`, in any script: `金额`.
//! - From loose to tight: `? :`, `or`, `and`, `not`, comparisons and `in`, `+ -`, `* / %`, `??`, unary `-`.
//!   Comparisons do not chain. `x in 1..5` includes both ends. `x not in [..]` is `not (x in [..])`.
//! - Functions: `contains starts_with lower upper length round abs min max days_between add_days year month day is_empty
//!   coalesce text`, and over lists `sum count any all filter map min max`, whose second argument is read for each element:
//!   `any(lines, quantity > 0)`. Elements of plain lists are called `it`.
//! - Nothing: `==` and `!=` compare with null exactly; arithmetic, ordering and functions of null are null (`in` a range is
//!   false); a null condition counts as false, so `not null` is true. `sum min max coalesce` pass over nulls.
//! - Numbers keep twelve decimal places, rounded half away from zero. An instant compared with a date is compared by its date
//!   in the zone. `contains` and `starts_with` do not tell A from a (ASCII letters only, as both databases do).

mod arithmetic;
mod calls;
mod check;
mod context;
mod errors;
mod evaluate;
mod expression;
mod functions;
mod json;
mod lists;
mod node;
mod parse;
mod resolve;
mod sql;
mod sql_compare;
mod tokens;
mod tree;
mod types;
mod val;

pub use context::{Budget, Columns, Context, Data, Sql};
pub use errors::{ExpressionError, TEXTS};
pub use expression::{Expression, Untyped, check, parse};
pub use types::{FieldType, Scope, Type};
pub use val::Val;
