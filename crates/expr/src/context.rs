//! What an evaluation is given: data, time and person, columns, and how much it may do.
//!
//! Keeps true: nothing outside these is read, so the same inputs give the same answer.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use qudao_base::{Date, Id, Instant, Value};

use crate::{ExpressionError, Val, errors::Span};

/// The record an expression is asked of, as stored values.
pub trait Data {
    /// The stored value at the path; null when there is none or the link before it is empty.
    fn value(&self, path: &[String]) -> Value;

    /// The records of the child list at the path.
    fn rows(&self, _path: &[String]) -> Vec<&dyn Data> {
        Vec::new()
    }
}

/// Flat records: the key is the path joined with dots.
impl Data for BTreeMap<String, Value> {
    fn value(&self, path: &[String]) -> Value {
        let found = match path {
            [name] => self.get(name),
            parts => self.get(&parts.join(".")),
        };
        found.cloned().unwrap_or_default()
    }
}

/// Where fields are in SQL.
pub trait Columns {
    /// The column expression, quoted and qualified, with what it binds; `None` when SQL cannot reach the field.
    fn column(&self, path: &[String]) -> Option<Sql>;
}

/// A piece of SQL with `?` for each parameter, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sql {
    /// The text; holds no literal of the expression.
    pub text: String,
    /// The parameters.
    pub parameters: Vec<Value>,
}

/// When, where and for whom an expression is evaluated.
#[derive(Clone, Debug)]
pub struct Context {
    /// The word `now`.
    pub now: Instant,
    /// The word `today`.
    pub today: Date,
    /// The word `me`: the user, if there is one.
    pub me: Option<Id>,
    /// The word `my_organisation`.
    pub my_organisation: Option<Id>,
    /// The site's zone: which day an instant belongs to.
    pub zone: TimeZone,
}

impl Context {
    /// At the moment in the zone, for nobody in particular.
    ///
    /// # Errors
    /// `instant.range` when the moment is outside the calendar.
    pub fn at(now: Instant, zone: TimeZone) -> qudao_base::Result<Self> {
        Ok(Self {
            now,
            today: now.date(&zone)?,
            me: None,
            my_organisation: None,
            zone,
        })
    }

    /// For this user and organisation.
    #[must_use]
    pub const fn for_user(mut self, me: Option<Id>, my_organisation: Option<Id>) -> Self {
        self.me = me;
        self.my_organisation = my_organisation;
        self
    }
}

/// How many bytes of text one step may read or write.
const BYTES_PER_STEP: usize = 256;

/// What one evaluation may still spend. Ten thousand steps by default; long texts cost more steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Steps left.
    pub steps: u32,
    /// Longest text that may come up, in characters.
    pub text_length_max: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self {
            steps: 10_000,
            text_length_max: 100_000,
        }
    }
}

impl Budget {
    /// Pays for one step.
    pub(crate) fn step(&mut self, at: &Span) -> Result<(), ExpressionError> {
        self.pay(1, at)
    }

    /// Pays for a text that was read or made.
    pub(crate) fn text(&mut self, text: &str, at: &Span) -> Result<(), ExpressionError> {
        if text.len() > self.text_length_max && text.chars().count() > self.text_length_max {
            let error = ExpressionError::new("expression.text_length", at.clone());
            return Err(error.with("max", self.text_length_max));
        }
        self.pay(text.len() / BYTES_PER_STEP, at)
    }

    /// Pays for a copy of a list before it is made: lists of lists could otherwise grow a hundredfold at each level.
    pub(crate) fn copy(&mut self, val: &Val, at: &Span) -> Result<(), ExpressionError> {
        let Val::List(items) = val else { return Ok(()) };
        self.pay(items.len(), at)?;
        for item in items {
            match item {
                Val::Text(text) => self.text(text, at)?,
                item => self.copy(item, at)?,
            }
        }
        Ok(())
    }

    fn pay(&mut self, steps: usize, at: &Span) -> Result<(), ExpressionError> {
        let left = u32::try_from(steps)
            .ok()
            .and_then(|steps| self.steps.checked_sub(steps));
        self.steps = left.ok_or_else(|| ExpressionError::new("expression.budget", at.clone()))?;
        Ok(())
    }
}
