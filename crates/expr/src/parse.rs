//! The parser: precedence climbing over tokens.
//!
//! Keeps true: recursion and tree are both at most [`DEPTH_MAX`] deep, so no source can exhaust the stack.

use crate::{
    ExpressionError,
    errors::Span,
    tokens::{Kind, Token, cut, tokens},
    tree::{Comparison, DEPTH_MAX, NODES_MAX, Operator, SOURCE_MAX, Shape, Tree},
};

/// How tightly operators bind; unary minus and `not` take the level of what may follow them.
mod level {
    pub(super) const CHOOSE: u8 = 1;
    pub(super) const OR: u8 = 2;
    pub(super) const AND: u8 = 3;
    pub(super) const NOT: u8 = 4;
    pub(super) const COMPARE: u8 = 5;
    pub(super) const ADD: u8 = 6;
    pub(super) const MULTIPLY: u8 = 7;
    pub(super) const COALESCE: u8 = 8;
    pub(super) const NEGATE: u8 = 9;
}

const KEYWORDS: &[&str] = &["and", "or", "not", "in"];

/// The tree of a source.
pub(crate) fn tree(source: &str) -> Result<Tree, ExpressionError> {
    if source.len() > SOURCE_MAX && source.chars().count() > SOURCE_MAX {
        let error = ExpressionError::new("expression.too_long", 0..source.len());
        return Err(error.with("max", SOURCE_MAX));
    }
    let mut parser = Parser {
        source,
        tokens: tokens(source)?,
        at: 0,
        depth: 0,
        nodes: 0,
    };
    let tree = parser.expression(level::CHOOSE)?;
    match parser.kind() {
        Kind::End => Ok(tree),
        _ => Err(parser.unexpected("an operator or the end")),
    }
}

struct Parser<'s> {
    source: &'s str,
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    nodes: usize,
}

type Parsed = Result<Tree, ExpressionError>;

impl Parser<'_> {
    fn token(&self) -> &Token {
        // The last token is `End` and is never passed.
        &self.tokens[self.at.min(self.tokens.len() - 1)]
    }

    fn kind(&self) -> &Kind {
        &self.token().kind
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.kind(), Kind::Sign(found) if *found == sign)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.kind(), Kind::Name(found) if found == name)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let taken = self.is_sign(sign);
        self.at += usize::from(taken);
        taken
    }

    fn expect(&mut self, sign: &str) -> Result<(), ExpressionError> {
        if self.take_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected(sign))
        }
    }

    fn unexpected(&self, expected: &str) -> ExpressionError {
        let span = self.token().span.clone();
        let found = cut(&self.source[span.clone()]);
        ExpressionError::new("expression.unexpected", span)
            .with("expected", expected)
            .with("found", if found.is_empty() { "…" } else { &found })
    }

    fn too_deep(span: Span) -> ExpressionError {
        ExpressionError::new("expression.too_deep", span).with("max", DEPTH_MAX)
    }

    fn node(&mut self, start: usize, shape: Shape) -> Parsed {
        let end = self.tokens[self.at.saturating_sub(1)].span.end;
        let mut tree = Tree {
            span: start..end.max(start),
            depth: 1,
            shape,
        };
        tree.depth += tree
            .children()
            .iter()
            .map(|child| child.depth)
            .max()
            .unwrap_or(0);
        self.nodes += 1;
        if tree.depth > DEPTH_MAX {
            return Err(Self::too_deep(tree.span));
        }
        if self.nodes > NODES_MAX {
            return Err(
                ExpressionError::new("expression.too_large", tree.span).with("max", NODES_MAX)
            );
        }
        Ok(tree)
    }

    /// An expression whose operators bind at least this tightly.
    fn expression(&mut self, least: u8) -> Parsed {
        if self.depth >= DEPTH_MAX {
            return Err(Self::too_deep(self.token().span.clone()));
        }
        self.depth += 1;
        let mut left = self.operand()?;
        let mut compared = false;
        while let Some((level, sign)) = self.operator().filter(|(level, _)| *level >= least) {
            if level == level::COMPARE && compared {
                return Err(ExpressionError::new(
                    "expression.chained",
                    self.token().span.clone(),
                ));
            }
            compared = level == level::COMPARE;
            left = self.infix(left, level, sign)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    /// The operator that follows, if one does.
    fn operator(&self) -> Option<(u8, &'static str)> {
        let word = |word: &str| match word {
            "or" => Some((level::OR, "or")),
            "and" => Some((level::AND, "and")),
            "in" => Some((level::COMPARE, "in")),
            "not" => Some((level::COMPARE, "not")),
            _ => None,
        };
        match self.kind() {
            Kind::Name(name) => word(name),
            Kind::Sign(sign) => {
                let level = match *sign {
                    "?" => level::CHOOSE,
                    "==" | "!=" | "<" | "<=" | ">" | ">=" => level::COMPARE,
                    "+" | "-" => level::ADD,
                    "*" | "/" | "%" => level::MULTIPLY,
                    "??" => level::COALESCE,
                    _ => return None,
                };
                Some((level, sign))
            }
            _ => None,
        }
    }

    fn infix(&mut self, left: Tree, level: u8, sign: &str) -> Parsed {
        let start = left.span.start;
        self.at += 1;
        match sign {
            "?" => return self.choose(left),
            "in" => return self.membership(left),
            "not" => {
                if !self.is_name("in") {
                    return Err(self.unexpected("in"));
                }
                self.at += 1;
                let inside = self.membership(left)?;
                return self.node(start, Shape::Not(Box::new(inside)));
            }
            _ => {}
        }
        let right = self.expression(level + 1)?;
        let shape = match (sign, left.shape) {
            ("and", Shape::And(mut chain)) => {
                chain.push(right);
                Shape::And(chain)
            }
            ("or", Shape::Or(mut chain)) => {
                chain.push(right);
                Shape::Or(chain)
            }
            ("??", Shape::Coalesce(mut chain)) => {
                chain.push(right);
                Shape::Coalesce(chain)
            }
            (sign, shape) => two(sign, [Tree { shape, ..left }, right]),
        };
        self.node(start, shape)
    }

    fn choose(&mut self, condition: Tree) -> Parsed {
        let start = condition.span.start;
        let then = self.expression(level::CHOOSE)?;
        self.expect(":")?;
        let otherwise = self.expression(level::CHOOSE)?;
        self.node(start, Shape::Choose(Box::new([condition, then, otherwise])))
    }

    fn membership(&mut self, item: Tree) -> Parsed {
        let start = item.span.start;
        let low = self.expression(level::ADD)?;
        if self.take_sign("..") {
            let high = self.expression(level::ADD)?;
            return self.node(start, Shape::Between(Box::new([item, low, high])));
        }
        self.node(start, Shape::In(Box::new([item, low])))
    }

    fn operand(&mut self) -> Parsed {
        let token = self.token().clone();
        let start = token.span.start;
        let shape = match token.kind {
            Kind::Number(number) => Shape::Number(number),
            Kind::Text(text) => Shape::Text(text),
            Kind::Date(date) => Shape::Date(date),
            Kind::Name(name) => return self.named(name, start),
            Kind::Sign("(") => {
                self.at += 1;
                let inner = self.expression(level::CHOOSE)?;
                self.expect(")")?;
                return Ok(inner);
            }
            Kind::Sign("[") => {
                self.at += 1;
                let items = self.items("]")?;
                return self.node(start, Shape::List(items));
            }
            Kind::Sign("-") => {
                self.at += 1;
                let inner = self.expression(level::NEGATE)?;
                return self.node(start, Shape::Negate(Box::new(inner)));
            }
            Kind::Sign(_) | Kind::End => return Err(self.unexpected("a value")),
        };
        self.at += 1;
        self.node(start, shape)
    }

    fn named(&mut self, name: String, start: usize) -> Parsed {
        let shape = match name.as_str() {
            "null" => Shape::Null,
            "true" => Shape::Boolean(true),
            "false" => Shape::Boolean(false),
            "not" => {
                self.at += 1;
                let inner = self.expression(level::NOT)?;
                return self.node(start, Shape::Not(Box::new(inner)));
            }
            keyword if KEYWORDS.contains(&keyword) => return Err(self.unexpected("a value")),
            _ => {
                self.at += 1;
                if self.take_sign("(") {
                    let arguments = self.items(")")?;
                    return self.node(start, Shape::Call(name, arguments));
                }
                let path = self.path(name)?;
                return self.node(start, Shape::Name(path));
            }
        };
        self.at += 1;
        self.node(start, shape)
    }

    fn path(&mut self, first: String) -> Result<Vec<String>, ExpressionError> {
        let mut path = vec![first];
        while self.take_sign(".") {
            let Kind::Name(part) = self.kind() else {
                return Err(self.unexpected("a field"));
            };
            path.push(part.clone());
            self.at += 1;
        }
        Ok(path)
    }

    /// Expressions between commas up to the closing sign, which is passed.
    fn items(&mut self, close: &str) -> Result<Vec<Tree>, ExpressionError> {
        let mut items = Vec::new();
        if self.take_sign(close) {
            return Ok(items);
        }
        loop {
            items.push(self.expression(level::CHOOSE)?);
            if self.take_sign(close) {
                return Ok(items);
            }
            self.expect(",")?;
        }
    }
}

fn two(sign: &str, sides: [Tree; 2]) -> Shape {
    let compare = |comparison, sides| Shape::Compare(comparison, Box::new(sides));
    let arithmetic = |operator, sides| Shape::Arithmetic(operator, Box::new(sides));
    match sign {
        "and" => Shape::And(sides.into()),
        "or" => Shape::Or(sides.into()),
        "??" => Shape::Coalesce(sides.into()),
        "==" => compare(Comparison::Equal, sides),
        "!=" => compare(Comparison::Unequal, sides),
        "<" => compare(Comparison::Less, sides),
        "<=" => compare(Comparison::LessOrEqual, sides),
        ">" => compare(Comparison::Greater, sides),
        ">=" => compare(Comparison::GreaterOrEqual, sides),
        "+" => arithmetic(Operator::Add, sides),
        "-" => arithmetic(Operator::Subtract, sides),
        "*" => arithmetic(Operator::Multiply, sides),
        "/" => arithmetic(Operator::Divide, sides),
        _ => arithmetic(Operator::Remainder, sides),
    }
}
