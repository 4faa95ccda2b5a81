//! The filter subset as SQL both databases run with the same answer as the evaluator.
//!
//! Keeps true: every literal is a parameter; what needs no data is computed here and bound; columns stand bare on their side of a
//! comparison, so indexes work. A condition may be NULL where the evaluator says false; only `not` and values must and do mind.
//! Not here: comparisons ([`crate::sql_compare`]). Orderings of texts follow the database's collation: binary is what agrees.

use qudao_base::Value;

use crate::{
    Budget, Columns, Context, Data, ExpressionError, Sql, Type, Val,
    errors::Span,
    evaluate::{Element, Evaluator, Frame},
    functions::Function,
    node::{Node, What},
    tree::{Comparison, Operator},
    val::scaled,
};

pub(crate) type Compiled = Result<Sql, ExpressionError>;

/// One side of a comparison.
pub(crate) enum Operand {
    /// Known now.
    Constant(Val),
    /// Known to the database, in the storage units of the type.
    Column(Sql, Type),
}

/// Constants are evaluated without data.
struct Nothing;

impl Data for Nothing {
    fn value(&self, _path: &[String]) -> Value {
        Value::Null
    }
}

impl Sql {
    /// A text without parameters.
    pub fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            parameters: Vec::new(),
        }
    }

    pub(crate) fn truth(truth: bool) -> Self {
        Self::plain(if truth { "TRUE" } else { "FALSE" })
    }

    pub(crate) fn parameter(value: Value) -> Self {
        Self {
            text: "?".to_owned(),
            parameters: vec![value],
        }
    }

    /// A text made of other pieces, whose parameters follow in their order.
    pub(crate) fn of(text: String, pieces: &[&Self]) -> Self {
        let parameters = pieces
            .iter()
            .flat_map(|piece| piece.parameters.iter().cloned())
            .collect();
        Self { text, parameters }
    }

    /// Pieces joined by AND or OR in a balanced tree: SQLite allows a depth of 1,000 only.
    pub(crate) fn joined(pieces: &[Self], word: &str) -> Self {
        match pieces {
            [] => Self::truth(word == "AND"),
            [only] => only.clone(),
            many => {
                let (left, right) = many.split_at(many.len() / 2);
                let (left, right) = (Self::joined(left, word), Self::joined(right, word));
                Self::of(
                    format!("({} {word} {})", left.text, right.text),
                    &[&left, &right],
                )
            }
        }
    }
}

/// The whole expression.
pub(crate) fn compile(root: &Node, columns: &dyn Columns, context: &Context) -> Compiled {
    let mut compiler = Compiler {
        columns,
        context,
        budget: Budget::default(),
    };
    if matches!(root.kind, Type::Boolean | Type::Null) {
        return compiler.condition(root);
    }
    match compiler.operand(root)? {
        Operand::Column(sql, _) => Ok(sql),
        Operand::Constant(val) => {
            let stored = val
                .to_storage(&root.kind)
                .ok_or_else(|| refused(root.kind.name(), &root.span))?;
            Ok(Sql::parameter(stored))
        }
    }
}

pub(crate) fn refused(what: &str, at: &Span) -> ExpressionError {
    ExpressionError::new("expression.not_in_sql", at.clone()).with("what", what)
}

pub(crate) struct Compiler<'c> {
    columns: &'c dyn Columns,
    pub(crate) context: &'c Context,
    budget: Budget,
}

impl Compiler<'_> {
    pub(crate) fn constant(&mut self, node: &Node) -> Result<Val, ExpressionError> {
        let frame = Frame {
            element: Element::Record(&Nothing),
            outer: None,
        };
        Evaluator {
            context: self.context,
            budget: &mut self.budget,
        }
        .value(node, &frame)
    }

    /// A condition; NULL counts as false.
    fn condition(&mut self, node: &Node) -> Compiled {
        if node.is_constant() {
            return Ok(Sql::truth(self.constant(node)?.holds()));
        }
        match &node.what {
            What::Field(_) => match self.operand(node)? {
                Operand::Column(sql, _) => Ok(Sql::of(format!("{} = 1", sql.text), &[&sql])),
                Operand::Constant(val) => Ok(Sql::truth(val.holds())),
            },
            What::Not(inner) => {
                let inner = self.condition(inner)?;
                Ok(Sql::of(
                    format!("NOT COALESCE({}, FALSE)", inner.text),
                    &[&inner],
                ))
            }
            What::And(parts) => self.chain(parts, "AND"),
            What::Or(parts) => self.chain(parts, "OR"),
            What::Compare(comparison, sides) => {
                let (left, right) = (self.operand(&sides[0])?, self.operand(&sides[1])?);
                self.compare(*comparison, &left, &right, &node.span)
            }
            What::In(sides) => self.membership(sides, &node.span),
            What::Between(parts) => {
                let item = self.operand(&parts[0])?;
                let (low, high) = (self.operand(&parts[1])?, self.operand(&parts[2])?);
                let above = self.compare(Comparison::GreaterOrEqual, &item, &low, &node.span)?;
                let below = self.compare(Comparison::LessOrEqual, &item, &high, &node.span)?;
                Ok(Sql::joined(&[above, below], "AND"))
            }
            What::Call(Function::IsEmpty, arguments) => self.is_empty(&arguments[0]),
            What::Call(function @ (Function::Contains | Function::StartsWith), arguments) => {
                self.search(*function, arguments, &node.span)
            }
            _ => Err(refused(word(node), &node.span)),
        }
    }

    fn chain(&mut self, parts: &[Node], word: &str) -> Compiled {
        let parts = parts
            .iter()
            .map(|part| self.condition(part))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Sql::joined(&parts, word))
    }

    pub(crate) fn operand(&mut self, node: &Node) -> Result<Operand, ExpressionError> {
        if node.is_constant() {
            return self.constant(node).map(Operand::Constant);
        }
        match &node.what {
            What::Field(field) if !matches!(node.kind, Type::List(_)) => {
                let column = self.columns.column(&field.full);
                let column = column.ok_or_else(|| refused(&field.full.join("."), &node.span))?;
                Ok(Operand::Column(column, node.kind.clone()))
            }
            What::Negate(inner) => Ok(match self.operand(inner)? {
                Operand::Column(sql, kind) => {
                    Operand::Column(Sql::of(format!("(- {})", sql.text), &[&sql]), kind)
                }
                constant @ Operand::Constant(_) => constant,
            }),
            What::Arithmetic(operator @ (Operator::Add | Operator::Subtract), sides) => {
                let (left, right) = (self.operand(&sides[0])?, self.operand(&sides[1])?);
                sum(*operator, &left, &right).ok_or_else(|| refused(operator.sign(), &node.span))
            }
            What::Not(_)
            | What::And(_)
            | What::Or(_)
            | What::Compare(Comparison::Equal | Comparison::Unequal, _)
            | What::In(_)
            | What::Between(_)
            | What::Call(Function::IsEmpty, _) => {
                // Never null in the evaluator, so never null here. The cast keeps PostgreSQL from choosing a 32-bit parameter.
                let sql = self.condition(node)?;
                let text = format!(
                    "CASE WHEN {} THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END",
                    sql.text
                );
                Ok(Operand::Column(Sql::of(text, &[&sql]), Type::Boolean))
            }
            _ => Err(refused(word(node), &node.span)),
        }
    }

    fn is_empty(&mut self, node: &Node) -> Compiled {
        match self.operand(node)? {
            Operand::Column(sql, kind) if kind.is_text() => Ok(Sql::of(
                format!("({0} IS NULL OR {0} = '')", sql.text),
                &[&sql, &sql],
            )),
            Operand::Column(sql, _) => Ok(Sql::of(format!("{} IS NULL", sql.text), &[&sql])),
            Operand::Constant(val) => Ok(Sql::truth(val.is_null())),
        }
    }

    /// LIKE on both sides lowered: SQLite knows ASCII case only, so that is what the language promises.
    fn search(&mut self, function: Function, arguments: &[Node], at: &Span) -> Compiled {
        let (column, part) = match (self.operand(&arguments[0])?, self.operand(&arguments[1])?) {
            (_, Operand::Constant(Val::Null)) => return Ok(Sql::truth(false)),
            (Operand::Column(column, _), Operand::Constant(Val::Text(part))) => (column, part),
            _ => return Err(refused(function.name(), at)),
        };
        let mut pattern = String::from(if function == Function::Contains {
            "%"
        } else {
            ""
        });
        for each in part.to_ascii_lowercase().chars() {
            if matches!(each, '%' | '_' | '!') {
                pattern.push('!');
            }
            pattern.push(each);
        }
        pattern.push('%');
        let text = format!("lower({}) LIKE ? ESCAPE '!'", column.text);
        Ok(Sql::of(text, &[&column, &Sql::parameter(pattern.into())]))
    }
}

/// Sum or difference in storage units; `None` when the units differ or a constant has more places than the column.
fn sum(operator: Operator, left: &Operand, right: &Operand) -> Option<Operand> {
    let bound = |val: &Val, kind: &Type| {
        let Val::Number(number) = val else {
            return None;
        };
        let (steps, exact) = scaled(*number, kind.scale()?);
        let steps = i64::try_from(steps).ok().filter(|_| exact)?;
        Some(Sql::parameter(steps.into()))
    };
    let (left, right, kind) = match (left, right) {
        (Operand::Constant(Val::Null), _) | (_, Operand::Constant(Val::Null)) => {
            return Some(Operand::Constant(Val::Null));
        }
        (Operand::Column(left, kind), Operand::Column(right, other))
            if kind.scale()? == other.scale()? =>
        {
            (left.clone(), right.clone(), kind)
        }
        (Operand::Column(left, kind), Operand::Constant(val)) => {
            (left.clone(), bound(val, kind)?, kind)
        }
        (Operand::Constant(val), Operand::Column(right, kind)) => {
            (bound(val, kind)?, right.clone(), kind)
        }
        _ => return None,
    };
    let text = format!("({} {} {})", left.text, operator.sign(), right.text);
    Some(Operand::Column(
        Sql::of(text, &[&left, &right]),
        kind.clone(),
    ))
}

/// What a node is called in an error.
fn word(node: &Node) -> &'static str {
    match &node.what {
        What::Call(function, _) => function.name(),
        What::Arithmetic(operator, _) => operator.sign(),
        What::Compare(comparison, _) => comparison.sign(),
        What::Each(each, ..) => each.name(),
        What::Choose(_) => "? :",
        What::Coalesce(_) => "??",
        What::List(_) => "[ ]",
        _ => node.kind.name(),
    }
}
