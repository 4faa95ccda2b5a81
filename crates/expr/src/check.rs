//! The type check: an untyped tree and a scope become a typed tree, or the first thing wrong with it.
//!
//! Keeps true: types are decided here only; lists of child records never leave the list functions.
//! Not here: functions ([`crate::calls`]), names ([`crate::resolve`]).

use crate::{
    ExpressionError, Scope, Type, Val,
    errors::Span,
    node::{Node, What},
    resolve::{self, Frame, adapt, check_choices},
    tree::{Comparison, Operator, Shape, Tree},
};

pub(crate) type Checked = Result<Node, ExpressionError>;

pub(crate) struct Checker<'s> {
    pub(crate) scope: &'s dyn Scope,
    /// The record itself first, then each list function inward.
    pub(crate) frames: Vec<Frame>,
}

/// Checks the whole tree against the scope and the type that is expected of it.
pub(crate) fn checked(tree: &Tree, scope: &dyn Scope, expected: Option<&Type>) -> Checked {
    let record = Frame {
        element: Type::Record,
        records: Some(Vec::new()),
    };
    let mut checker = Checker {
        scope,
        frames: vec![record],
    };
    let node = checker.value(tree)?;
    match expected {
        Some(wanted) => want(node, wanted),
        None => Ok(node),
    }
}

/// The node as the wanted type, or an error at its place.
pub(crate) fn want(node: Node, wanted: &Type) -> Checked {
    let node = adapt(node, wanted)?;
    if node.kind.fits(wanted) {
        return Ok(node);
    }
    Err(mismatch(&node, wanted.name()))
}

pub(crate) fn mismatch(node: &Node, expected: &str) -> ExpressionError {
    ExpressionError::new("expression.type", node.span.clone())
        .with("expected", expected)
        .with("found", node.kind.name())
}

fn not_comparable(left: &Node, right: &Node, span: &Span) -> ExpressionError {
    ExpressionError::new("expression.not_comparable", span.clone())
        .with("left", left.kind.name())
        .with("right", right.kind.name())
}

fn holds_records(kind: &Type) -> bool {
    match kind {
        Type::Record => true,
        Type::List(of) => holds_records(of),
        _ => false,
    }
}

impl Checker<'_> {
    /// A node that is a value: anything but child records.
    pub(crate) fn value(&mut self, tree: &Tree) -> Checked {
        let node = self.node(tree)?;
        if holds_records(&node.kind) {
            return Err(mismatch(&node, "value"));
        }
        Ok(node)
    }

    pub(crate) fn values(&mut self, trees: &[Tree]) -> Result<Vec<Node>, ExpressionError> {
        trees.iter().map(|tree| self.value(tree)).collect()
    }

    fn condition(&mut self, tree: &Tree) -> Checked {
        want(self.value(tree)?, &Type::Boolean)
    }

    fn conditions(&mut self, trees: &[Tree]) -> Result<Vec<Node>, ExpressionError> {
        trees.iter().map(|tree| self.condition(tree)).collect()
    }

    /// Any node.
    pub(crate) fn node(&mut self, tree: &Tree) -> Checked {
        let span = &tree.span;
        let constant = |kind, val| (kind, What::Constant(val));
        let (kind, what) = match &tree.shape {
            Shape::Null => constant(Type::Null, Val::Null),
            Shape::Boolean(truth) => constant(Type::Boolean, Val::Boolean(*truth)),
            Shape::Number(number) => {
                let kind = if number.scale() == 0 {
                    Type::Integer
                } else {
                    Type::Decimal
                };
                constant(kind, Val::Number(*number))
            }
            Shape::Text(text) => constant(Type::Text, Val::Text(text.clone())),
            Shape::Date(date) => constant(Type::Date, Val::Date(*date)),
            Shape::Name(path) => return resolve::name(self.scope, &self.frames, path, span),
            Shape::List(items) => {
                let (kind, items) = common(self.values(items)?)?;
                (Type::List(Box::new(kind)), What::List(items))
            }
            Shape::Not(inner) => (Type::Boolean, What::Not(Box::new(self.condition(inner)?))),
            Shape::And(parts) => (Type::Boolean, What::And(self.conditions(parts)?)),
            Shape::Or(parts) => (Type::Boolean, What::Or(self.conditions(parts)?)),
            Shape::Negate(inner) => {
                let inner = want(self.value(inner)?, &Type::Decimal)?;
                let kind = arithmetic_kind(Operator::Subtract, &inner.kind, &Type::Integer);
                (kind, What::Negate(Box::new(inner)))
            }
            Shape::Compare(comparison, sides) => {
                (Type::Boolean, self.compare(*comparison, sides, span)?)
            }
            Shape::Arithmetic(operator, sides) => self.arithmetic(*operator, sides)?,
            Shape::In(sides) => (Type::Boolean, self.membership(sides, span)?),
            Shape::Between(parts) => (Type::Boolean, self.between(parts, span)?),
            Shape::Choose(parts) => {
                let condition = self.condition(&parts[0])?;
                let (kind, branches) = common(self.values(&parts[1..])?)?;
                let mut branches = branches.into_iter();
                let (Some(then), Some(otherwise)) = (branches.next(), branches.next()) else {
                    return Ok(condition);
                };
                (kind, What::Choose(Box::new([condition, then, otherwise])))
            }
            Shape::Coalesce(parts) => {
                let (kind, parts) = common(self.values(parts)?)?;
                (kind, What::Coalesce(parts))
            }
            Shape::Call(name, arguments) => return self.call(name, arguments, span),
        };
        Ok(Node {
            span: span.clone(),
            kind,
            what,
        })
    }

    fn pair(&mut self, sides: &[Tree; 2]) -> Result<[Node; 2], ExpressionError> {
        let left = self.value(&sides[0])?;
        let right = self.value(&sides[1])?;
        let right = adapt(right, &left.kind)?;
        let left = adapt(left, &right.kind)?;
        Ok([left, right])
    }

    fn compare(
        &mut self,
        comparison: Comparison,
        sides: &[Tree; 2],
        span: &Span,
    ) -> Result<What, ExpressionError> {
        let [left, right] = self.pair(sides)?;
        if !comparable(&left.kind, &right.kind, comparison.is_ordering()) {
            return Err(not_comparable(&left, &right, span));
        }
        check_choices(self.scope, &left, &right)?;
        check_choices(self.scope, &right, &left)?;
        Ok(What::Compare(comparison, Box::new([left, right])))
    }

    fn membership(&mut self, sides: &[Tree; 2], span: &Span) -> Result<What, ExpressionError> {
        let item = self.value(&sides[0])?;
        let list = self.value(&sides[1])?;
        let list = adapt(list, &Type::List(Box::new(item.kind.clone())))?;
        let Type::List(of) = &list.kind else {
            return Err(mismatch(&list, "list"));
        };
        let item = adapt(item, of)?;
        if !comparable(&item.kind, of, false) {
            return Err(not_comparable(&item, &list, span));
        }
        check_choices(self.scope, &item, &list)?;
        Ok(What::In(Box::new([item, list])))
    }

    fn between(&mut self, parts: &[Tree; 3], span: &Span) -> Result<What, ExpressionError> {
        let item = self.value(&parts[0])?;
        let low = adapt(self.value(&parts[1])?, &item.kind)?;
        let high = adapt(self.value(&parts[2])?, &item.kind)?;
        for end in [&low, &high] {
            if !comparable(&item.kind, &end.kind, true) {
                return Err(not_comparable(&item, end, span));
            }
        }
        Ok(What::Between(Box::new([item, low, high])))
    }

    fn arithmetic(
        &mut self,
        operator: Operator,
        sides: &[Tree; 2],
    ) -> Result<(Type, What), ExpressionError> {
        let left = self.value(&sides[0])?;
        let right = self.value(&sides[1])?;
        let joins = operator == Operator::Add && (left.kind.is_text() || right.kind.is_text());
        let wanted = if joins { Type::Text } else { Type::Decimal };
        let (left, right) = (want(left, &wanted)?, want(right, &wanted)?);
        let kind = if joins {
            Type::Text
        } else {
            arithmetic_kind(operator, &left.kind, &right.kind)
        };
        Ok((kind, What::Arithmetic(operator, Box::new([left, right]))))
    }
}

/// Values that may stand for each other, and the type of all.
pub(crate) fn common(nodes: Vec<Node>) -> Result<(Type, Vec<Node>), ExpressionError> {
    // Text literals follow the first value that is more than a text.
    let special = |node: &&Node| matches!(node.kind, Type::Date | Type::Instant | Type::Link);
    let lead = nodes.iter().find(special).map(|node| node.kind.clone());
    let mut kind = Type::Null;
    let mut all = Vec::with_capacity(nodes.len());
    for node in nodes {
        let node = match &lead {
            Some(lead) => adapt(node, lead)?,
            None => node,
        };
        kind = kind
            .common(&node.kind)
            .ok_or_else(|| mismatch(&node, kind.name()))?;
        all.push(node);
    }
    Ok((kind, all))
}

fn arithmetic_kind(operator: Operator, left: &Type, right: &Type) -> Type {
    let whole = |kind: &Type| matches!(kind, Type::Integer | Type::Null);
    if operator != Operator::Divide && whole(left) && whole(right) {
        Type::Integer
    } else {
        Type::Decimal
    }
}

/// True when two values of these types may be compared for equality, or put in order.
pub(crate) fn comparable(left: &Type, right: &Type, ordering: bool) -> bool {
    let mixed = matches!(
        (left, right),
        (Type::Instant, Type::Date) | (Type::Date, Type::Instant)
    );
    mixed
        || match left.common(right) {
            None | Some(Type::List(_) | Type::Record) => false,
            Some(Type::Boolean | Type::Link) => !ordering,
            Some(_) => true,
        }
}
