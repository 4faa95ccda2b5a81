//! Words everybody uses: money, quantities, dates, instants, ids, actors, divisions, and the two kinds of error.
//!
//! Keeps true: amounts are exact integers; a business refusal is never mixed up with a fault.
//! Not here: any input or output, any business name.

mod actor;
mod clock;
mod date;
mod division;
mod error;
mod id;
mod scaled;
mod value;

pub use actor::{Actor, Locale};
pub use clock::{Clock, ManualClock, SystemClock};
pub use date::{Date, Instant};
pub use division::{division_name, is_division};
pub use error::{Argument, Fault, FaultKind, Refusal, RefusalClass, Result, Stop};
pub use id::{Id, IdSource};
pub use scaled::{Money, Percent, Quantity, Ratio, SCALE, format_scaled, parse_scaled};
pub use value::Value;
