//! The tree the parser makes: shapes and places, no types yet.
//!
//! Keeps true: no tree is deeper than [`DEPTH_MAX`], so every walk over it may recurse.

use qudao_base::Date;
use rust_decimal::Decimal;

use crate::errors::Span;

/// Deepest nesting.
pub(crate) const DEPTH_MAX: u32 = 64;
/// Most nodes.
pub(crate) const NODES_MAX: usize = 2_000;
/// Longest source in characters.
pub(crate) const SOURCE_MAX: usize = 10_000;

/// A node with its place in the source.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tree {
    pub(crate) span: Span,
    pub(crate) depth: u32,
    pub(crate) shape: Shape,
}

/// What a node is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Null,
    Boolean(bool),
    Number(Decimal),
    Text(String),
    Date(Date),
    /// A word, a field or the path of a field.
    Name(Vec<String>),
    List(Vec<Tree>),
    Not(Box<Tree>),
    Negate(Box<Tree>),
    /// `and` chains are one node however long: they are what people write by the hundred.
    And(Vec<Tree>),
    Or(Vec<Tree>),
    Compare(Comparison, Box<[Tree; 2]>),
    Arithmetic(Operator, Box<[Tree; 2]>),
    In(Box<[Tree; 2]>),
    /// Item, lowest, highest.
    Between(Box<[Tree; 3]>),
    /// Condition, then, otherwise.
    Choose(Box<[Tree; 3]>),
    Coalesce(Vec<Tree>),
    Call(String, Vec<Tree>),
}

/// `== != < <= > >=`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    Equal,
    Unequal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Equal => "==",
            Self::Unequal => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// False for `==` and `!=`.
    pub(crate) const fn is_ordering(self) -> bool {
        !matches!(self, Self::Equal | Self::Unequal)
    }

    /// The same comparison with its sides exchanged.
    pub(crate) const fn flipped(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
}

/// `+ - * / %`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    pub(crate) const fn sign(self) -> &'static str {
        match self {
            Self::Add => "+",
            Self::Subtract => "-",
            Self::Multiply => "*",
            Self::Divide => "/",
            Self::Remainder => "%",
        }
    }
}

impl Tree {
    /// The nodes directly below.
    pub(crate) fn children(&self) -> &[Self] {
        match &self.shape {
            Shape::Null
            | Shape::Boolean(_)
            | Shape::Number(_)
            | Shape::Text(_)
            | Shape::Date(_)
            | Shape::Name(_) => &[],
            Shape::List(of)
            | Shape::And(of)
            | Shape::Or(of)
            | Shape::Coalesce(of)
            | Shape::Call(_, of) => of,
            Shape::Not(one) | Shape::Negate(one) => std::slice::from_ref(one),
            Shape::Compare(_, two) | Shape::Arithmetic(_, two) | Shape::In(two) => two.as_slice(),
            Shape::Between(three) | Shape::Choose(three) => three.as_slice(),
        }
    }
}
