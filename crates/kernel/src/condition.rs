//! A condition on rows `t` of an object, or a value of theirs, as SQL with its parameters.
//!
//! Keeps true: text and parameters stay together, in one order; `all` is known from any other, so that nobody pays for a test that
//! always holds.
//! Not here: where conditions come from (`access`, `rules`, `search`, `sorting`).

use qudao_base::Value;

/// A condition on rows `t` of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// SQL text with `?`.
    pub text: String,
    /// Bound values.
    pub parameters: Vec<Value>,
}

impl Condition {
    /// Text without values.
    pub const fn plain(text: String) -> Self {
        Self {
            text,
            parameters: Vec::new(),
        }
    }

    /// Every row.
    pub fn all() -> Self {
        Self::plain("1 = 1".to_owned())
    }

    /// True when no row is left out.
    pub fn is_all(&self) -> bool {
        *self == Self::all()
    }

    /// Both conditions.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.text = format!("({}) AND ({})", self.text, other.text);
        self.parameters.extend(other.parameters);
        self
    }
}
