//! The evaluator: walks the checked tree.
//!
//! Keeps true: every node costs at least one step of the budget; conditions stop at the first part that decides them.
//! Not here: list functions ([`crate::lists`]).

use crate::{
    Budget, Context, Data, ExpressionError, Val,
    arithmetic::{compare, compute, equal, settle},
    node::{Field, Node, What, Word},
    tree::{Comparison, Operator},
};

pub(crate) type Evaluated = Result<Val, ExpressionError>;

/// What fields are read of: a record, or an element of a plain list.
#[derive(Clone)]
pub(crate) enum Element<'d> {
    Record(&'d dyn Data),
    Plain(Val),
}

/// The element in hand and those around it.
pub(crate) struct Frame<'f> {
    pub(crate) element: Element<'f>,
    pub(crate) outer: Option<&'f Frame<'f>>,
}

impl<'f> Frame<'f> {
    pub(crate) fn out(&self, levels: usize) -> Option<&Self> {
        let mut frame = self;
        for _ in 0..levels {
            frame = frame.outer?;
        }
        Some(frame)
    }

    pub(crate) fn record(&self, level: usize) -> Option<&'f dyn Data> {
        match self.out(level)?.element {
            Element::Record(data) => Some(data),
            Element::Plain(_) => None,
        }
    }
}

pub(crate) struct Evaluator<'e> {
    pub(crate) context: &'e Context,
    pub(crate) budget: &'e mut Budget,
}

impl Evaluator<'_> {
    /// The value of a node, paid for by its size.
    pub(crate) fn value(&mut self, node: &Node, frame: &Frame<'_>) -> Evaluated {
        self.budget.step(&node.span)?;
        let val = self.computed(node, frame)?;
        if let Val::Text(text) = &val {
            self.budget.text(text, &node.span)?;
        }
        Ok(val)
    }

    fn computed(&mut self, node: &Node, frame: &Frame<'_>) -> Evaluated {
        let zone = &self.context.zone;
        match &node.what {
            What::Constant(val) => Ok(val.clone()),
            What::Word(word) => Ok(self.word(*word)),
            What::Field(field) => Self::field(node, field, frame),
            What::Element(level) => self.element(node, *level, frame),
            What::Not(inner) => Ok(Val::Boolean(!self.value(inner, frame)?.holds())),
            What::And(parts) => self.first_that(parts, frame, false),
            What::Or(parts) => self.first_that(parts, frame, true),
            What::Negate(inner) => match self.value(inner, frame)? {
                Val::Number(number) => settle(-number, &node.span),
                _ => Ok(Val::Null),
            },
            What::Compare(comparison, sides) => {
                let (left, right) = (self.value(&sides[0], frame)?, self.value(&sides[1], frame)?);
                Ok(compare(*comparison, &left, &right, zone))
            }
            What::Arithmetic(operator, sides) => {
                let (left, right) = (self.value(&sides[0], frame)?, self.value(&sides[1], frame)?);
                Self::arithmetic(node, *operator, left, right)
            }
            What::In(sides) => self.membership(sides, frame),
            What::Between(parts) => {
                let item = self.value(&parts[0], frame)?;
                let (low, high) = (self.value(&parts[1], frame)?, self.value(&parts[2], frame)?);
                let above = compare(Comparison::GreaterOrEqual, &item, &low, zone).holds();
                Ok(Val::Boolean(
                    above && compare(Comparison::LessOrEqual, &item, &high, zone).holds(),
                ))
            }
            What::Choose(parts) => {
                let branch = if self.value(&parts[0], frame)?.holds() {
                    1
                } else {
                    2
                };
                self.value(&parts[branch], frame)
            }
            What::Coalesce(parts) => {
                for part in parts {
                    let val = self.value(part, frame)?;
                    if !val.is_null() {
                        return Ok(val);
                    }
                }
                Ok(Val::Null)
            }
            What::List(items) => {
                let vals = items.iter().map(|item| self.value(item, frame));
                vals.collect::<Result<_, _>>().map(Val::List)
            }
            What::Call(function, arguments) => {
                let vals = arguments
                    .iter()
                    .map(|argument| self.argument(argument, frame));
                let vals = vals.collect::<Result<Vec<_>, _>>()?;
                function.apply(&vals, &node.span, self.context)
            }
            What::Each(each, list, body) => self.each(*each, list, body.as_deref(), frame),
        }
    }

    fn field(node: &Node, field: &Field, frame: &Frame<'_>) -> Evaluated {
        let data = frame.record(field.level);
        let stored = data.map(|data| data.value(&field.path)).unwrap_or_default();
        Val::from_storage(stored, &node.kind).ok_or_else(|| {
            let error = ExpressionError::new("expression.data", node.span.clone());
            error
                .with("name", field.full.join("."))
                .with("expected", node.kind.name())
        })
    }

    fn element(&mut self, node: &Node, level: usize, frame: &Frame<'_>) -> Evaluated {
        let Some(Element::Plain(val)) = frame.out(level).map(|frame| &frame.element) else {
            return Ok(Val::Null);
        };
        self.budget.copy(val, &node.span)?;
        Ok(val.clone())
    }

    fn word(&self, word: Word) -> Val {
        match word {
            Word::Now => Val::Instant(self.context.now),
            Word::Today => Val::Date(self.context.today),
            Word::Me => self.context.me.map_or(Val::Null, Val::Link),
            Word::MyOrganisation => self.context.my_organisation.map_or(Val::Null, Val::Link),
        }
    }

    /// `or`: true at the first that holds; `and`: false at the first that does not.
    fn first_that(&mut self, parts: &[Node], frame: &Frame<'_>, decisive: bool) -> Evaluated {
        for part in parts {
            if self.value(part, frame)?.holds() == decisive {
                return Ok(Val::Boolean(decisive));
            }
        }
        Ok(Val::Boolean(!decisive))
    }

    fn arithmetic(node: &Node, operator: Operator, left: Val, right: Val) -> Evaluated {
        match (left, right) {
            (Val::Number(left), Val::Number(right)) => compute(operator, left, right, &node.span),
            (Val::Text(left), Val::Text(right)) => Ok(Val::Text(left + &right)),
            _ => Ok(Val::Null),
        }
    }

    fn membership(&mut self, sides: &[Node; 2], frame: &Frame<'_>) -> Evaluated {
        let item = self.value(&sides[0], frame)?;
        if let What::List(items) = &sides[1].what {
            for other in items {
                if equal(&item, &self.value(other, frame)?, &self.context.zone) {
                    return Ok(Val::Boolean(true));
                }
            }
            return Ok(Val::Boolean(false));
        }
        Ok(Val::Boolean(match self.value(&sides[1], frame)? {
            Val::List(items) => items
                .iter()
                .any(|other| equal(&item, other, &self.context.zone)),
            _ => false,
        }))
    }
}
