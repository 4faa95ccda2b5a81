//! Two kinds of error and no third: a `Refusal` (the business says no) and a `Fault` (our bug or the world's).
//!
//! Keeps true: a refusal carries a code whose texts are declared; a fault carries its cause and is logged once, at the edge.

use std::{collections::BTreeMap, error::Error, fmt};

use crate::Locale;

/// What may come back from anything that can stop.
pub type Result<T, E = Stop> = std::result::Result<T, E>;

/// Why something did not happen.
#[derive(Debug)]
pub enum Stop {
    /// The business says no.
    Refusal(Box<Refusal>),
    /// Something broke.
    Fault(Box<Fault>),
}

/// Which answer a refusal is, seen from HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalClass {
    /// 400: the input cannot be read.
    Malformed,
    /// 401: nobody is signed in.
    Unauthenticated,
    /// 403: known, but not allowed.
    Forbidden,
    /// 404: does not exist, or must not be known of.
    NotFound,
    /// 405: the route knows no such method.
    WrongMethod,
    /// 408: the request did not come in time.
    TooSlow,
    /// 409: somebody else was first, or the record has moved on.
    Conflict,
    /// 413: too large.
    TooLarge,
    /// 422: readable, but against a rule.
    Invalid,
    /// 428: a precondition header is missing.
    PreconditionRequired,
    /// 429: too often.
    TooMany,
}

/// What a refusal's text names: a value read alike by everybody, or a label in each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    /// A number, a date, a record's own name.
    Value(String),
    /// The label of a field, an action, a state or an object.
    Label {
        /// Simplified Chinese.
        zh: String,
        /// English.
        en: String,
    },
}

impl Argument {
    /// As it stands in a text of the language.
    pub fn of(&self, locale: Locale) -> &str {
        match (self, locale) {
            (Self::Value(text), _)
            | (Self::Label { zh: text, .. }, Locale::Chinese)
            | (Self::Label { en: text, .. }, Locale::English) => text,
        }
    }
}

/// The business says no: a code with declared texts, the field it is about, and the arguments of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Declared code such as `record.moved`.
    pub code: String,
    /// The answer it becomes.
    pub class: RefusalClass,
    /// The input field it is about.
    pub field: Option<String>,
    /// Values the text names.
    pub arguments: BTreeMap<String, Argument>,
    /// Further refusals of the same input, for example one per field.
    pub others: Vec<Refusal>,
}

impl Refusal {
    /// A refusal of the class.
    pub fn new(class: RefusalClass, code: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            class,
            field: None,
            arguments: BTreeMap::new(),
            others: Vec::new(),
        }
    }

    /// 422: against a rule.
    pub fn invalid(code: impl Into<String>) -> Self {
        Self::new(RefusalClass::Invalid, code)
    }

    /// 400: cannot be read.
    pub fn malformed(code: impl Into<String>) -> Self {
        Self::new(RefusalClass::Malformed, code)
    }

    /// 409: somebody else was first.
    pub fn conflict(code: impl Into<String>) -> Self {
        Self::new(RefusalClass::Conflict, code)
    }

    /// 403: not allowed.
    pub fn forbidden(code: impl Into<String>) -> Self {
        Self::new(RefusalClass::Forbidden, code)
    }

    /// 404: not there, or not to be known of.
    pub fn not_found() -> Self {
        Self::new(RefusalClass::NotFound, "record.not_found")
    }

    /// Names the input field.
    #[must_use]
    pub fn on(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// Adds an argument of the text.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl fmt::Display) -> Self {
        let value = Argument::Value(value.to_string());
        self.arguments.insert(name.to_owned(), value);
        self
    }

    /// Adds an argument that is a label, to be read in the language of whoever reads the text.
    #[must_use]
    pub fn with_label(mut self, name: &str, label: impl Into<Argument>) -> Self {
        self.arguments.insert(name.to_owned(), label.into());
        self
    }

    /// Many refusals as one: the first leads, the rest follow. `None` when there is none.
    pub fn gather(refusals: Vec<Self>) -> Option<Self> {
        let mut all = refusals.into_iter();
        let mut first = all.next()?;
        first.others.extend(all);
        Some(first)
    }
}

/// What sort of breakage, for those who may try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// Cannot be mended by waiting.
    Broken,
    /// The database asks to run the transaction again (serialisation, deadlock).
    Retry,
    /// The database or disk does not answer in time: try later under the same idempotency key.
    Unavailable,
    /// The disk has no room: try later under the same idempotency key, when somebody has made room.
    Full,
    /// A unique index said no; `message` names the index.
    Duplicate,
    /// A number grew beyond what 64 bits hold.
    Overflow,
}

/// Our bug or the world's.
#[derive(Debug)]
pub struct Fault {
    /// What was being done.
    pub message: String,
    /// What sort.
    pub kind: FaultKind,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl Fault {
    /// A fault without a cause below it.
    pub fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            kind: FaultKind::Broken,
            source: None,
        }
    }

    /// A fault with its cause.
    pub fn from_error(
        message: impl Into<String>,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            kind: FaultKind::Broken,
            source: Some(cause.into()),
        }
    }

    /// The same fault of another kind.
    #[must_use]
    pub const fn of_kind(mut self, kind: FaultKind) -> Self {
        self.kind = kind;
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)?;
        let mut cause = self.source();
        while let Some(error) = cause {
            write!(out, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl Error for Fault {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|cause| cause as _)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.code)?;
        if let Some(field) = &self.field {
            write!(out, " on {field}")?;
        }
        for (name, value) in &self.arguments {
            write!(out, " {name}={}", value.of(Locale::English))?;
        }
        for other in &self.others {
            write!(out, "; {other}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refusal(refusal) => refusal.fmt(out),
            Self::Fault(fault) => fault.fmt(out),
        }
    }
}

impl Error for Stop {}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(Box::new(refusal))
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        Self::Fault(Box::new(fault))
    }
}
