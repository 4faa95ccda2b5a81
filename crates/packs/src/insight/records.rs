//! Typed records of the pack `insight`, generated from its declarations. Do not edit: `cargo xtask gen` writes this file.

use qudao_base::{Id};
use qudao_kernel::typed_records;

typed_records! {
}
