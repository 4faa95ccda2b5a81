//! The checked tree as JSON, for evaluators in other languages.
//!
//! Every node is `{"op", "type", "at", …}`; `at` is `[from, to]` in UTF-16 units of the source. By `op`:
//! - `value`: `value` (numbers, dates, instants, links as texts). `word`: `name`.
//! - `field`: `path`, `level` (0 = the record or element in hand, 1 = the one around it). `element`: `level`.
//! - `not negate and or == != < <= > >= + - * / % in between choose coalesce list`: `of`, the operands.
//! - `call`: `name`, `of`. `each`: `name`, `list`, `body` (may be null), evaluated with the element at level 0.
//!
//! Keeps true: names and `op`s are those of the language, so a tree can be read without this crate.

use serde_json::{Value as Json, json};

use crate::node::{Node, What, Word};

/// The tree of a node.
pub(crate) fn tree(node: &Node, source: &str) -> Json {
    let units = |byte: usize| {
        source
            .get(..byte)
            .map_or(0, |before| before.encode_utf16().count())
    };
    let mut json = match &node.what {
        What::Constant(val) => json!({ "op": "value", "value": val.to_json() }),
        What::Word(word) => {
            let name = Word::ALL
                .iter()
                .find(|(_, of, _)| of == word)
                .map(|(name, ..)| *name);
            json!({ "op": "word", "name": name })
        }
        What::Field(field) => json!({ "op": "field", "path": field.path, "level": field.level }),
        What::Element(level) => json!({ "op": "element", "level": level }),
        What::Call(function, arguments) => {
            json!({ "op": "call", "name": function.name(), "of": trees(arguments, source) })
        }
        What::Each(each, list, body) => {
            let body = body.as_deref().map(|body| tree(body, source));
            json!({ "op": "each", "name": each.name(), "list": tree(list, source), "body": body })
        }
        What::Not(inner) => json!({ "op": "not", "of": [tree(inner, source)] }),
        What::Negate(inner) => json!({ "op": "negate", "of": [tree(inner, source)] }),
        What::And(of) => json!({ "op": "and", "of": trees(of, source) }),
        What::Or(of) => json!({ "op": "or", "of": trees(of, source) }),
        What::Coalesce(of) => json!({ "op": "coalesce", "of": trees(of, source) }),
        What::List(of) => json!({ "op": "list", "of": trees(of, source) }),
        What::Compare(comparison, of) => {
            json!({ "op": comparison.sign(), "of": trees(&**of, source) })
        }
        What::Arithmetic(operator, of) => {
            json!({ "op": operator.sign(), "of": trees(&**of, source) })
        }
        What::In(of) => json!({ "op": "in", "of": trees(&**of, source) }),
        What::Between(of) => json!({ "op": "between", "of": trees(&**of, source) }),
        What::Choose(of) => json!({ "op": "choose", "of": trees(&**of, source) }),
    };
    json["type"] = node.kind.name().into();
    json["at"] = json!([units(node.span.start), units(node.span.end)]);
    json
}

fn trees(nodes: &[Node], source: &str) -> Vec<Json> {
    nodes.iter().map(|node| tree(node, source)).collect()
}
