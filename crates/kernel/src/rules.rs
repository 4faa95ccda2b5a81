//! Expressions of declarations at work: typed against the catalog, evaluated on records, compiled to conditions on rows.
//!
//! Keeps true: every expression a declaration holds was checked when the kernel started; a client's filter is checked
//! against what its sender may see before it becomes SQL.
//! Not here: the language itself (crate `expr`).

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Fault, Result, Stop, Value};
use qudao_expr::{Budget, Data, Expression, Type};
use qudao_meta::{Catalog, Object};

use crate::{
    Cx, Record,
    condition::Condition,
    model::quoted,
    reach::{ObjectColumns, ObjectScope, SqlContext, check_filterable},
};

/// All checked expressions of a site: by object, then by source.
pub(crate) struct Rules {
    catalog: Arc<Catalog>,
    declared: HashMap<String, HashMap<String, Expression>>,
}

/// A record with what its expressions read beyond links.
struct RecordData<'r> {
    record: &'r Record,
    far: HashMap<Vec<String>, Value>,
}

impl Data for RecordData<'_> {
    fn value(&self, path: &[String]) -> Value {
        match path {
            [own] if own == "id" => self.record.id.into(),
            [own] => self.record.value(own).clone(),
            _ => self.far.get(path).cloned().unwrap_or_default(),
        }
    }
}

impl Rules {
    /// Checks every expression of the catalog.
    ///
    /// # Errors
    /// A fault that lists each expression that does not fit, with its place.
    pub(crate) fn compile(catalog: &Arc<Catalog>) -> Result<Self> {
        let mut rules = Self {
            catalog: Arc::clone(catalog),
            declared: HashMap::new(),
        };
        let mut problems = Vec::new();
        for object in catalog.objects() {
            let mut checked = HashMap::new();
            for source in sources(object).chain(sources_through(catalog, object)) {
                match rules.check(object, None, source) {
                    Ok(expression) => drop(checked.insert(source.to_owned(), expression)),
                    Err(stop) => {
                        problems.push(format!("object {}: `{source}`: {stop}", object.name));
                    }
                }
            }
            rules.declared.insert(object.name.clone(), checked);
        }
        if problems.is_empty() {
            Ok(rules)
        } else {
            Err(Fault::new(problems.join("\n")).into())
        }
    }

    fn declared(&self, object: &Object, source: &str) -> Result<&Expression> {
        let of_object = self.declared.get(&object.name);
        let expression = of_object.and_then(|checked| checked.get(source));
        expression.ok_or_else(|| {
            Fault::new(format!("{} declares no expression `{source}`", object.name)).into()
        })
    }

    fn check(
        &self,
        object: &Object,
        asker: Option<&SqlContext<'_>>,
        source: &str,
    ) -> Result<Expression> {
        let scope = ObjectScope {
            catalog: &self.catalog,
            object,
            asker,
        };
        Ok(qudao_expr::check(source, &scope, Some(&Type::Boolean))?)
    }

    fn compile_sql(
        &self,
        context: &SqlContext<'_>,
        asker: Option<&SqlContext<'_>>,
        expression: &Expression,
    ) -> Result<Condition> {
        let columns = ObjectColumns(ObjectScope {
            catalog: &self.catalog,
            object: context.object,
            asker,
        });
        let sql = expression.to_sql(&columns, &context.context()?)?;
        Ok(Condition {
            text: sql.text,
            parameters: sql.parameters,
        })
    }

    /// The own fields a declared condition reads; none when it depends on anything but them.
    pub(crate) fn own_fields(&self, object: &Object, source: &str) -> Result<Option<Vec<String>>> {
        let expression = self.declared(object, source)?;
        let paths = expression.paths();
        if expression.depends_on_asking() || paths.iter().any(|path| path.len() != 1) {
            return Ok(None);
        }
        Ok(Some(paths.concat()))
    }

    /// A declared condition as a condition on rows `t`.
    pub(crate) fn sql(&self, context: &SqlContext<'_>, source: &str) -> Result<Condition> {
        let expression = self.declared(context.object, source)?;
        self.compile_sql(context, None, expression)
    }

    /// A client's filter as a condition on rows `t`: only fields and rows it may see, only fields with an index.
    pub(crate) fn client_sql(&self, context: &SqlContext<'_>, source: &str) -> Result<Condition> {
        let expression = self
            .check(context.object, Some(context), source)
            .map_err(in_filter)?;
        for path in expression.paths() {
            check_filterable(context, "filter", &path)?;
        }
        self.compile_sql(context, Some(context), &expression)
            .map_err(in_filter)
    }

    /// True when the declared condition holds for the record.
    pub(crate) fn holds(
        &self,
        cx: &mut Cx<'_>,
        context: &SqlContext<'_>,
        source: &str,
        record: &Record,
    ) -> Result<bool> {
        let expression = self.declared(context.object, source)?;
        let mut data = RecordData {
            record,
            far: HashMap::new(),
        };
        let paths = expression.paths().into_iter();
        for path in paths.filter(|path| path.len() == 2) {
            let Some((target, field)) = self.catalog.resolve(context.object, &path) else {
                continue;
            };
            let sql = format!(
                "SELECT {} FROM {} WHERE \"id\" = ?",
                quoted(&field.name),
                quoted(&target.name)
            );
            let id = record.value(&path[0]).clone();
            let row = cx.query(&sql, &[id])?.pop();
            data.far.insert(
                path,
                row.map(|row| row.value(0).clone()).unwrap_or_default(),
            );
        }
        let answer = expression.evaluate(&data, &context.context()?, &mut Budget::default());
        Ok(answer?.holds())
    }
}

/// Every condition the object declares.
fn sources(object: &Object) -> impl Iterator<Item = &str> {
    let actions = object.actions.iter().filter_map(|one| one.when.as_deref());
    let permissions = object.permissions.iter();
    let permissions = permissions.filter_map(|one| one.when.as_deref());
    let rules = object.rules.iter().map(|one| one.when.as_str());
    let views = object.views.iter().map(|one| one.filter.as_str());
    let measures = object.measures.iter().map(|one| one.filter.as_str());
    actions
        .chain(permissions)
        .chain(rules)
        .chain(views)
        .chain(measures)
        .filter(|source| !source.is_empty())
}

/// Every condition permissions of other objects declare on the records they go through.
fn sources_through<'c>(catalog: &'c Catalog, object: &'c Object) -> impl Iterator<Item = &'c str> {
    let others = catalog
        .objects()
        .iter()
        .flat_map(|other| &other.permissions);
    let through = others.filter_map(|grant| grant.through.as_ref());
    through
        .filter(|through| through.object == object.name)
        .filter_map(|through| through.when.as_deref())
}

/// Says where the expression stands that is refused.
fn in_filter(stop: Stop) -> Stop {
    match stop {
        Stop::Refusal(refusal) if refusal.field.is_none() => refusal.on("filter").into(),
        other => other,
    }
}
