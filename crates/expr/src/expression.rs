//! The door of the crate: parse, check, and what a checked expression can do.

use qudao_base::Value;

use crate::{
    Budget, Columns, Context, Data, ExpressionError, Scope, Sql, Type, Val,
    check::checked,
    evaluate::{Element, Evaluator, Frame},
    json,
    node::Node,
    parse as grammar, sql,
    tree::Tree,
};

/// A source that can be read, but is not checked yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Untyped {
    source: String,
    tree: Tree,
}

impl Untyped {
    /// Checks it against the fields and the type that is expected.
    ///
    /// # Errors
    /// The first name or type that is wrong.
    pub fn check(
        &self,
        scope: &dyn Scope,
        expected: Option<&Type>,
    ) -> Result<Expression, ExpressionError> {
        let root = checked(&self.tree, scope, expected)?;
        Ok(Expression {
            source: self.source.clone(),
            root,
        })
    }
}

/// Reads a source.
///
/// # Errors
/// The first place where it breaks the grammar or a limit.
pub fn parse(source: &str) -> Result<Untyped, ExpressionError> {
    Ok(Untyped {
        source: source.to_owned(),
        tree: grammar::tree(source)?,
    })
}

/// Reads a source and checks it against the fields and the type that is expected.
///
/// # Errors
/// The first thing wrong with it.
pub fn check(
    source: &str,
    scope: &dyn Scope,
    expected: Option<&Type>,
) -> Result<Expression, ExpressionError> {
    parse(source)?.check(scope, expected)
}

/// A checked expression. Cheap to evaluate many times; holds no data.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    source: String,
    root: Node,
}

impl Expression {
    /// What it yields.
    pub const fn kind(&self) -> &Type {
        &self.root.kind
    }

    /// As it was written.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// Its value for the data.
    ///
    /// # Errors
    /// Division by zero, numbers or dates out of range, stored data of another type, or a spent budget.
    pub fn evaluate(
        &self,
        data: &dyn Data,
        context: &Context,
        budget: &mut Budget,
    ) -> Result<Val, ExpressionError> {
        let frame = Frame {
            element: Element::Record(data),
            outer: None,
        };
        Evaluator { context, budget }.value(&self.root, &frame)
    }

    /// True when the condition holds for the data; null does not hold. Spends a fresh budget.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn holds(&self, data: &dyn Data, context: &Context) -> Result<bool, ExpressionError> {
        Ok(self
            .evaluate(data, context, &mut Budget::default())?
            .holds())
    }

    /// As SQL for both databases: a condition when it yields a boolean, else a value in storage units.
    ///
    /// # Errors
    /// `expression.not_in_sql` for what only the evaluator can do.
    pub fn to_sql(&self, columns: &dyn Columns, context: &Context) -> Result<Sql, ExpressionError> {
        sql::compile(&self.root, columns, context)
    }

    /// As the JSON tree evaluators elsewhere read; the form is described in `json.rs`.
    pub fn to_json(&self) -> serde_json::Value {
        json::tree(&self.root, &self.source)
    }

    /// Fields it reads, each once, as the scope was asked for them.
    pub fn paths(&self) -> Vec<Vec<String>> {
        let mut paths = Vec::new();
        self.root.collect_paths(&mut paths);
        paths
    }

    /// True when its value depends on when and by whom it is asked, not on the record alone.
    pub fn depends_on_asking(&self) -> bool {
        self.root.depends_on_asking()
    }

    /// Its value as a field of the type stores it; `None` when it does not fit the type.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn store(
        &self,
        kind: &Type,
        data: &dyn Data,
        context: &Context,
    ) -> Result<Option<Value>, ExpressionError> {
        Ok(self
            .evaluate(data, context, &mut Budget::default())?
            .to_storage(kind))
    }
}
