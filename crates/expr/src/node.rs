//! The checked tree: every node has a type, every name is resolved.
//!
//! Keeps true: only the checker makes it, so evaluator and SQL may rely on the types.

use crate::{
    Type, Val,
    errors::Span,
    functions::Function,
    tree::{Comparison, Operator},
};

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) span: Span,
    pub(crate) kind: Type,
    pub(crate) what: What,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    Constant(Val),
    Word(Word),
    Field(Field),
    /// `it`, the element of the list function so many levels out.
    Element(usize),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Vec<Node>),
    Or(Vec<Node>),
    Compare(Comparison, Box<[Node; 2]>),
    Arithmetic(Operator, Box<[Node; 2]>),
    In(Box<[Node; 2]>),
    Between(Box<[Node; 3]>),
    Choose(Box<[Node; 3]>),
    Coalesce(Vec<Node>),
    List(Vec<Node>),
    Call(Function, Vec<Node>),
    /// A list function, its list, and what it reads of each element.
    Each(Each, Box<Node>, Option<Box<Node>>),
}

/// A field of the record in hand (`level` 0), or of a record further out of the list functions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) level: usize,
    pub(crate) path: Vec<String>,
    /// The path as the scope was asked for it: with the child list before it.
    pub(crate) full: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Now,
    Today,
    Me,
    MyOrganisation,
}

impl Word {
    pub(crate) const ALL: [(&'static str, Self, Type); 4] = [
        ("now", Self::Now, Type::Instant),
        ("today", Self::Today, Type::Date),
        ("me", Self::Me, Type::Link),
        ("my_organisation", Self::MyOrganisation, Type::Link),
    ];
}

/// Functions over lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Each {
    Sum,
    Count,
    Any,
    All,
    Filter,
    Map,
    Min,
    Max,
}

impl Each {
    pub(crate) const ALL: [(&'static str, Self); 8] = [
        ("sum", Self::Sum),
        ("count", Self::Count),
        ("any", Self::Any),
        ("all", Self::All),
        ("filter", Self::Filter),
        ("map", Self::Map),
        ("min", Self::Min),
        ("max", Self::Max),
    ];

    pub(crate) fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, of)| *of == self)
            .map_or("", |(name, _)| name)
    }
}

impl Node {
    /// The nodes directly below.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match &self.what {
            What::Constant(_) | What::Word(_) | What::Field(_) | What::Element(_) => Vec::new(),
            What::Not(one) | What::Negate(one) => vec![one],
            What::And(of)
            | What::Or(of)
            | What::Coalesce(of)
            | What::List(of)
            | What::Call(_, of) => of.iter().collect(),
            What::Compare(_, two) | What::Arithmetic(_, two) | What::In(two) => {
                two.iter().collect()
            }
            What::Between(three) | What::Choose(three) => three.iter().collect(),
            What::Each(_, list, body) => std::iter::once(&**list).chain(body.as_deref()).collect(),
        }
    }

    /// True when no data are needed to know the value. Elements are those of lists inside the node: nobody asks from within.
    pub(crate) fn is_constant(&self) -> bool {
        !matches!(self.what, What::Field(_)) && self.children().into_iter().all(Self::is_constant)
    }

    /// Adds the fields read, as the scope was asked for them.
    /// True when it says something else at another moment, or to somebody else.
    pub(crate) fn depends_on_asking(&self) -> bool {
        matches!(self.what, What::Word(_))
            || self
                .children()
                .iter()
                .any(|child| child.depends_on_asking())
    }

    pub(crate) fn collect_paths(&self, into: &mut Vec<Vec<String>>) {
        if let What::Field(field) = &self.what
            && !into.contains(&field.full)
        {
            into.push(field.full.clone());
        }
        for child in self.children() {
            child.collect_paths(into);
        }
    }
}
