//! Names to fields and words, and text literals to what they are compared with.
//!
//! Keeps true: words come before fields, inner lists before outer ones; a name that means nothing is refused with the nearest.

use qudao_base::{Date, Id, Instant};

use crate::{
    ExpressionError, FieldType, Scope, Type, Val,
    errors::{Span, nearest},
    node::{Field, Node, What, Word},
    tokens::cut,
};

/// What names mean inside one list function (or, first, in the record itself).
pub(crate) struct Frame {
    pub(crate) element: Type,
    /// The path of the child list; `None` in a list of plain values.
    pub(crate) records: Option<Vec<String>>,
}

/// The name of an element of a plain list.
const ELEMENT: &str = "it";

/// The word or field at the path.
pub(crate) fn name(
    scope: &dyn Scope,
    frames: &[Frame],
    path: &[String],
    span: &Span,
) -> Result<Node, ExpressionError> {
    let node = |kind, what| Node {
        span: span.clone(),
        kind,
        what,
    };
    if let [only] = path
        && let Some((_, word, kind)) = Word::ALL.into_iter().find(|(name, ..)| name == only)
    {
        return Ok(node(kind, What::Word(word)));
    }
    let mut path = path;
    if let ([first, rest @ ..], [_, .., inner]) = (path, frames)
        && first == ELEMENT
    {
        match (&inner.records, rest) {
            (None, []) => return Ok(node(inner.element.clone(), What::Element(0))),
            (Some(_), [_, ..]) => path = rest,
            _ => {}
        }
    }
    for (level, frame) in frames.iter().rev().enumerate() {
        let Some(before) = &frame.records else {
            continue;
        };
        let full = [before, path].concat();
        if let Some(FieldType { kind, .. }) = scope.field(&full) {
            let path = path.to_vec();
            return Ok(node(kind, What::Field(Field { level, path, full })));
        }
    }
    let written = path.join(".");
    let error = ExpressionError::new("expression.unknown_field", span.clone());
    Err(error
        .with("name", cut(&written))
        .with("suggestion", suggestion(scope, frames, path)))
}

fn suggestion(scope: &dyn Scope, frames: &[Frame], path: &[String]) -> String {
    let Some((last, before)) = path.split_last() else {
        return String::new();
    };
    let nearest_of =
        |written: &str, names: &[String]| nearest(written, names.iter().map(String::as_str));
    let below = |way: &[String]| {
        let lists = frames
            .iter()
            .rev()
            .filter_map(|frame| frame.records.as_ref());
        lists
            .flat_map(|list| scope.names(&[list, way].concat()))
            .collect::<Vec<_>>()
    };
    if !before.is_empty() {
        let names = below(before);
        if !names.is_empty() {
            let near = nearest_of(last, &names);
            return if near == "—" {
                near
            } else {
                format!("{}.{near}", before.join("."))
            };
        }
    }
    let mut names = below(&[]);
    names.extend(Word::ALL.iter().map(|(name, ..)| (*name).to_owned()));
    nearest_of(&path[0], &names)
}

/// Reads text literals as dates, instants or links where such are wanted.
pub(crate) fn adapt(mut node: Node, wanted: &Type) -> Result<Node, ExpressionError> {
    match (&mut node.what, wanted) {
        (What::Constant(Val::Text(text)), Type::Date | Type::Instant | Type::Link) => {
            let (kind, val) = literal(text, wanted).ok_or_else(|| {
                let error = ExpressionError::new("expression.literal", node.span.clone());
                error
                    .with("found", cut(text))
                    .with("expected", wanted.name())
            })?;
            Ok(Node {
                kind,
                what: What::Constant(val),
                ..node
            })
        }
        (What::List(items), Type::List(of)) if matches!(node.kind, Type::List(ref kind) if kind.is_text()) =>
        {
            let adapted = std::mem::take(items)
                .into_iter()
                .map(|item| adapt(item, of));
            let items = adapted.collect::<Result<Vec<_>, _>>()?;
            let kind = items
                .iter()
                .try_fold(Type::Null, |kind, item| kind.common(&item.kind));
            let kind = Type::List(Box::new(kind.unwrap_or(Type::Instant)));
            Ok(Node {
                kind,
                what: What::List(items),
                ..node
            })
        }
        _ => Ok(node),
    }
}

/// An instant may also be written as a date: it is then compared by its day.
fn literal(text: &str, wanted: &Type) -> Option<(Type, Val)> {
    let date = || {
        text.parse::<Date>()
            .ok()
            .filter(|date| date.number() > 0)
            .map(Val::Date)
    };
    match wanted {
        Type::Date => Some((Type::Date, date()?)),
        Type::Link => Some((Type::Link, Val::Link(text.parse::<Id>().ok()?))),
        _ => match text.parse::<Instant>() {
            Ok(moment) => Some((Type::Instant, Val::Instant(moment))),
            Err(_) => Some((Type::Date, date()?)),
        },
    }
}

/// Refuses text literals that are no choice of the field they are compared with.
pub(crate) fn check_choices(
    scope: &dyn Scope,
    field: &Node,
    other: &Node,
) -> Result<(), ExpressionError> {
    let What::Field(Field { full, .. }) = &field.what else {
        return Ok(());
    };
    let choices = scope
        .field(full)
        .map(|field| field.choices)
        .unwrap_or_default();
    let literals = match &other.what {
        What::List(items) => items.iter().collect(),
        _ => vec![other],
    };
    for literal in literals {
        if let What::Constant(Val::Text(text)) = &literal.what
            && !choices.is_empty()
            && !choices.contains(text)
        {
            let near = nearest(text, choices.iter().map(String::as_str));
            let error = ExpressionError::new("expression.unknown_choice", literal.span.clone());
            return Err(error.with("name", cut(text)).with("suggestion", near));
        }
    }
    Ok(())
}
