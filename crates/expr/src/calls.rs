//! The type check of function calls.
//!
//! Not here: what functions compute ([`crate::functions`], [`crate::lists`]).

use crate::{
    ExpressionError, Type,
    check::{Checked, Checker, common, mismatch, want},
    errors::{Span, nearest},
    functions::{Argument, Function},
    node::{Each, Node, What},
    resolve::{Frame, adapt},
    tokens::cut,
    tree::Tree,
};

const COALESCE: &str = "coalesce";

impl Checker<'_> {
    pub(crate) fn call(&mut self, name: &str, arguments: &[Tree], span: &Span) -> Checked {
        let node = |kind, what| Node {
            span: span.clone(),
            kind,
            what,
        };
        if name == COALESCE {
            count(name, arguments, 1, usize::MAX, span)?;
            let (kind, parts) = common(self.values(arguments)?)?;
            return Ok(node(kind, What::Coalesce(parts)));
        }
        if let Some((_, each)) = Each::ALL.into_iter().find(|(known, _)| *known == name) {
            count(name, arguments, 1, usize::MAX, span)?;
            let first = self.node(&arguments[0])?;
            let function = match each {
                Each::Min => Function::Min,
                Each::Max => Function::Max,
                _ => return self.each(each, first, arguments, span),
            };
            if matches!(first.kind, Type::List(_)) {
                return self.each(each, first, arguments, span);
            }
            let mut parts = vec![first];
            parts.extend(self.values(&arguments[1..])?);
            let (kind, parts) = common(parts)?;
            for part in &parts {
                ordered(part, &part.kind)?;
            }
            return Ok(node(kind, What::Call(function, parts)));
        }
        let Some((_, function, wanted, kind)) =
            Function::ALL.iter().find(|(known, ..)| *known == name)
        else {
            return Err(unknown(name, span));
        };
        count(name, arguments, wanted.len(), wanted.len(), span)?;
        let pairs = arguments.iter().zip(*wanted);
        let arguments = pairs
            .map(|(tree, argument)| self.argument(tree, *argument))
            .collect::<Result<_, _>>()?;
        Ok(node(kind.clone(), What::Call(*function, arguments)))
    }

    fn argument(&mut self, tree: &Tree, argument: Argument) -> Checked {
        match argument {
            Argument::Text => want(self.value(tree)?, &Type::Text),
            Argument::Number => want(self.value(tree)?, &Type::Decimal),
            Argument::Integer => want(self.value(tree)?, &Type::Integer),
            Argument::Day => {
                let node = adapt(self.value(tree)?, &Type::Date)?;
                match node.kind {
                    Type::Instant => Ok(node),
                    _ => want(node, &Type::Date),
                }
            }
            Argument::Single => {
                let node = self.value(tree)?;
                match node.kind {
                    Type::List(_) => Err(mismatch(&node, "value")),
                    _ => Ok(node),
                }
            }
            Argument::Any => self.node(tree),
        }
    }

    fn each(&mut self, each: Each, list: Node, arguments: &[Tree], span: &Span) -> Checked {
        let least = if matches!(each, Each::Filter | Each::Map) {
            2
        } else {
            1
        };
        count(each.name(), arguments, least, 2, span)?;
        let Type::List(element) = list.kind.clone() else {
            return Err(mismatch(&list, "list"));
        };
        let body = match arguments.get(1) {
            Some(tree) => {
                self.frames.push(Frame {
                    element: (*element).clone(),
                    records: records(&list),
                });
                let body = self.value(tree);
                self.frames.pop();
                Some(body?)
            }
            None => None,
        };
        let read = body.as_ref().map_or(&*element, |body| &body.kind);
        let place = body.as_ref().unwrap_or(&list);
        let expect = |fits: bool, wanted: &str| {
            let error = mismatch(place, wanted).with("found", read.name());
            if fits { Ok(()) } else { Err(error) }
        };
        let kind = match each {
            Each::Sum => {
                expect(read.fits(&Type::Decimal), "decimal")?;
                if matches!(read, Type::Integer | Type::Null) {
                    Type::Integer
                } else {
                    Type::Decimal
                }
            }
            Each::Count => {
                expect(body.is_none() || read.fits(&Type::Boolean), "boolean")?;
                Type::Integer
            }
            Each::Any | Each::All => {
                expect(read.fits(&Type::Boolean), "boolean")?;
                Type::Boolean
            }
            Each::Filter => {
                expect(read.fits(&Type::Boolean), "boolean")?;
                list.kind.clone()
            }
            Each::Map => Type::List(Box::new(read.clone())),
            Each::Min | Each::Max => {
                ordered(place, read)?;
                read.clone()
            }
        };
        let what = What::Each(each, Box::new(list), body.map(Box::new));
        Ok(Node {
            span: span.clone(),
            kind,
            what,
        })
    }
}

/// The path of the child list a node yields records of.
fn records(list: &Node) -> Option<Vec<String>> {
    match (&list.what, &list.kind) {
        (What::Field(field), Type::List(of)) if **of == Type::Record => Some(field.full.clone()),
        (What::Each(Each::Filter, inner, _), _) => records(inner),
        _ => None,
    }
}

fn ordered(place: &Node, kind: &Type) -> Result<(), ExpressionError> {
    match kind {
        kind if kind.is_number() => Ok(()),
        Type::Text | Type::Choice | Type::Date | Type::Instant | Type::Null => Ok(()),
        other => Err(mismatch(place, "decimal").with("found", other.name())),
    }
}

fn count(
    name: &str,
    arguments: &[Tree],
    least: usize,
    most: usize,
    span: &Span,
) -> Result<(), ExpressionError> {
    let found = arguments.len();
    if (least..=most).contains(&found) {
        return Ok(());
    }
    let expected = match most {
        usize::MAX => format!("{least}+"),
        most if most == least => most.to_string(),
        most => format!("{least}-{most}"),
    };
    let error = ExpressionError::new("expression.arguments", span.clone()).with("name", name);
    Err(error.with("expected", expected).with("found", found))
}

fn unknown(name: &str, span: &Span) -> ExpressionError {
    let plain = Function::ALL.iter().map(|(known, ..)| *known);
    let known = plain
        .chain(Each::ALL.iter().map(|(known, _)| *known))
        .chain([COALESCE]);
    let error =
        ExpressionError::new("expression.unknown_function", span.clone()).with("name", cut(name));
    error.with("suggestion", nearest(name, known))
}
