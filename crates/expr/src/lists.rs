//! List functions: sum, count, any, all, filter, map, min, max.
//!
//! Keeps true: an element costs at least one step, so lists of lists end like everything else; nulls are passed over by
//! `sum`, `min` and `max`.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::{
    ExpressionError, Type, Val,
    arithmetic::compute,
    evaluate::{Element, Evaluated, Evaluator, Frame},
    functions::extreme,
    node::{Each, Node, What},
    tree::Operator,
};

fn is_records(node: &Node) -> bool {
    matches!(&node.kind, Type::List(of) if **of == Type::Record)
}

impl Evaluator<'_> {
    /// A function's argument: of child records only whether there are any is kept.
    pub(crate) fn argument(&mut self, node: &Node, frame: &Frame<'_>) -> Evaluated {
        if !is_records(node) {
            return self.value(node, frame);
        }
        let count = self.elements(node, frame)?.len();
        Ok(Val::List(vec![Val::Null; count.min(1)]))
    }

    fn elements<'f>(
        &mut self,
        node: &Node,
        frame: &Frame<'f>,
    ) -> Result<Vec<Element<'f>>, ExpressionError> {
        match &node.what {
            What::Field(field) if is_records(node) => {
                let data = frame.record(field.level);
                let rows = data.map(|data| data.rows(&field.path)).unwrap_or_default();
                Ok(rows.into_iter().map(Element::Record).collect())
            }
            What::Each(Each::Filter, list, Some(body)) => {
                let mut kept = Vec::new();
                for element in self.elements(list, frame)? {
                    if self.read(element.clone(), Some(body), frame)?.holds() {
                        kept.push(element);
                    }
                }
                Ok(kept)
            }
            _ => Ok(match self.value(node, frame)? {
                Val::List(items) => items.into_iter().map(Element::Plain).collect(),
                _ => Vec::new(),
            }),
        }
    }

    /// What the function reads of one element.
    fn read(&mut self, element: Element<'_>, body: Option<&Node>, frame: &Frame<'_>) -> Evaluated {
        match (body, element) {
            (Some(body), element) => {
                self.budget.step(&body.span)?;
                self.value(
                    body,
                    &Frame {
                        element,
                        outer: Some(frame),
                    },
                )
            }
            (None, Element::Plain(val)) => Ok(val),
            (None, Element::Record(_)) => Ok(Val::Null),
        }
    }

    pub(crate) fn each(
        &mut self,
        each: Each,
        list: &Node,
        body: Option<&Node>,
        frame: &Frame<'_>,
    ) -> Evaluated {
        let elements = self.elements(list, frame)?;
        if each == Each::Count && body.is_none() {
            return Ok(Val::Number(elements.len().into()));
        }
        let mut read = Vec::with_capacity(elements.len());
        for element in elements {
            self.budget.step(&list.span)?;
            let val = self.read(element.clone(), body, frame)?;
            match each {
                Each::Any if val.holds() => return Ok(Val::Boolean(true)),
                Each::All if !val.holds() => return Ok(Val::Boolean(false)),
                Each::Count if !val.holds() => {}
                Each::Filter => match element {
                    Element::Plain(kept) if val.holds() => read.push(kept),
                    _ => {}
                },
                _ => read.push(val),
            }
        }
        Ok(match each {
            Each::Any => Val::Boolean(false),
            Each::All => Val::Boolean(true),
            Each::Count => Val::Number(read.len().into()),
            Each::Filter | Each::Map => Val::List(read),
            Each::Min => extreme(&read, Ordering::Less, self.context),
            Each::Max => extreme(&read, Ordering::Greater, self.context),
            Each::Sum => {
                let mut sum = Decimal::ZERO;
                for val in read {
                    if let Val::Number(number) = val
                        && let Val::Number(larger) =
                            compute(Operator::Add, sum, number, &list.span)?
                    {
                        sum = larger;
                    }
                }
                Val::Number(sum)
            }
        })
    }
}
