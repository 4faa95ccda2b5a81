//! Expressions of declarations at work: typed against the catalog, evaluated on records, compiled to conditions on rows.
//!
//! Keeps true: every expression a declaration holds was checked when the kernel started; a client's filter is checked
//! against what its sender may see before it becomes SQL.
//! Not here: the language itself (crate `expr`).

use std::{
    collections::HashMap,
    sync::{Arc, RwLock},
};

use qudao_base::{Actor, Fault, Refusal, Result, Value};
use qudao_expr::{Budget, Columns, Context, Data, Expression, Scope, Sql, Type};
use qudao_meta::{Catalog, Field, FieldType, Object};

use crate::{Cx, Kernel, Record, SiteOptions, access::Condition, model::quoted};

type Cache = HashMap<(String, String), Arc<Expression>>;

/// All checked expressions of a site.
pub(crate) struct Rules {
    catalog: Arc<Catalog>,
    cache: RwLock<Cache>,
}

/// Who asks about which object.
pub(crate) struct SqlContext<'k> {
    kernel: &'k Kernel,
    object: &'k Object,
    actor: &'k Actor,
}

impl<'k> SqlContext<'k> {
    pub(crate) const fn of(kernel: &'k Kernel, object: &'k Object, actor: &'k Actor) -> Self {
        Self {
            kernel,
            object,
            actor,
        }
    }

    /// The field of the record a link of `t` leads to, as far as the actor may read that record; nothing beyond.
    pub(crate) fn far(&self, link: &str, target: &Object, field: &str) -> Result<Condition> {
        let model = self.kernel.model(&target.name)?;
        let rows = self.kernel.access(&model, self.actor).rows("read")?;
        let (far, link) = (quoted(field), quoted(link));
        let from = if rows == Condition::all() {
            model.table()
        } else {
            let columns = if field == "id" {
                "t.\"id\"".to_owned()
            } else {
                format!("t.\"id\", t.{far}")
            };
            format!(
                "(SELECT {columns} FROM {} t WHERE {})",
                model.table(),
                rows.text
            )
        };
        Ok(Condition {
            text: format!("(SELECT far.{far} FROM {from} far WHERE far.\"id\" = t.{link})"),
            parameters: rows.parameters,
        })
    }

    fn context(&self) -> Result<Context> {
        let zone = self.kernel.site.zone.clone();
        Ok(Context::at(self.kernel.clock().now(), zone)?
            .for_user(self.actor.user, self.actor.organisation))
    }
}

/// What an expression sees of an object: its fields, and those one link away.
struct ObjectScope<'c> {
    catalog: &'c Catalog,
    object: &'c Object,
    /// Who may know the fields; `None` for declarations, which know all.
    asker: Option<&'c SqlContext<'c>>,
}

impl ObjectScope<'_> {
    /// A field its asker may not see does not exist, not even as a suggestion.
    fn sees(&self, object: &Object, field: &Field) -> bool {
        let Some(asker) = self.asker else { return true };
        asker
            .kernel
            .model(&object.name)
            .is_ok_and(|model| asker.kernel.access(&model, asker.actor).sees(field))
    }

    fn below(&self, path: &[String]) -> Option<&Object> {
        match path {
            [] => Some(self.object),
            [link] => self
                .catalog
                .object(self.object.field(link)?.to.as_deref()?)
                .map(AsRef::as_ref),
            _ => None,
        }
    }
}

const fn type_of(kind: FieldType) -> Type {
    match kind {
        FieldType::Integer => Type::Integer,
        FieldType::Money | FieldType::Quantity | FieldType::Percent | FieldType::Decimal => {
            Type::Decimal
        }
        FieldType::Degrees => Type::Degrees,
        FieldType::Date => Type::Date,
        FieldType::Instant => Type::Instant,
        FieldType::Boolean => Type::Boolean,
        FieldType::Link | FieldType::Organisation => Type::Link,
        FieldType::Choice => Type::Choice,
        _ => Type::Text,
    }
}

impl Scope for ObjectScope<'_> {
    fn field(&self, path: &[String]) -> Option<qudao_expr::FieldType> {
        if let [name] = path
            && name == "id"
        {
            return Some(qudao_expr::FieldType::of(Type::Link));
        }
        let (object, field) = self.catalog.resolve(self.object, path)?;
        let first = self.object.field(&path[0])?;
        if !self.sees(self.object, first) || !self.sees(object, field) {
            return None;
        }
        if field.kind == FieldType::Choice {
            let values = field
                .choices
                .iter()
                .map(|choice| choice.value.clone())
                .collect();
            return Some(qudao_expr::FieldType::choice(values));
        }
        Some(qudao_expr::FieldType::of(type_of(field.kind)))
    }

    fn names(&self, below: &[String]) -> Vec<String> {
        let Some(object) = self.below(below) else {
            return Vec::new();
        };
        object
            .fields
            .iter()
            .filter(|field| self.sees(object, field))
            .map(|field| field.name.clone())
            .collect()
    }
}

/// Fields as columns of `t`; a field behind a link is a sub-select, so no joins are needed. A client reaches through a link
/// only what it may read there.
struct ObjectColumns<'c>(ObjectScope<'c>);

impl Columns for ObjectColumns<'_> {
    fn column(&self, path: &[String]) -> Option<Sql> {
        match path {
            [own] if own == "id" || self.0.object.field(own).is_some() => {
                Some(Sql::plain(format!("t.{}", quoted(own))))
            }
            [link, far] => {
                let (target, field) = self.0.catalog.resolve(self.0.object, path)?;
                if far != &field.name {
                    return None;
                }
                if let Some(asker) = self.0.asker {
                    let reached = asker.far(link, target, far).ok()?;
                    return Some(Sql {
                        text: reached.text,
                        parameters: reached.parameters,
                    });
                }
                Some(Sql::plain(format!(
                    "(SELECT far.{} FROM {} far WHERE far.\"id\" = t.{})",
                    quoted(&field.name),
                    quoted(&target.name),
                    quoted(link)
                )))
            }
            _ => None,
        }
    }
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
    pub(crate) fn compile(catalog: &Arc<Catalog>, _site: &SiteOptions) -> Result<Self> {
        let rules = Self {
            catalog: Arc::clone(catalog),
            cache: RwLock::default(),
        };
        let mut problems = Vec::new();
        for object in catalog.objects() {
            let conditions = object
                .actions
                .iter()
                .filter_map(|action| action.when.as_ref())
                .chain(
                    object
                        .permissions
                        .iter()
                        .filter_map(|permission| permission.when.as_ref()),
                )
                .chain(object.rules.iter().map(|rule| &rule.when))
                .chain(object.views.iter().map(|view| &view.filter))
                .chain(object.measures.iter().map(|measure| &measure.filter));
            for source in conditions.filter(|source| !source.is_empty()) {
                if let Err(stop) = rules.condition(object, source) {
                    problems.push(format!("object {}: `{source}`: {stop}", object.name));
                }
            }
        }
        if problems.is_empty() {
            Ok(rules)
        } else {
            Err(Fault::new(problems.join("\n")).into())
        }
    }

    /// A declared condition, checked once.
    fn condition(&self, object: &Object, source: &str) -> Result<Arc<Expression>> {
        let key = (object.name.clone(), source.to_owned());
        let cached = self
            .cache
            .read()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .get(&key)
            .cloned();
        if let Some(expression) = cached {
            return Ok(expression);
        }
        let expression = Arc::new(self.check(object, None, source)?);
        self.cache
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(key, Arc::clone(&expression));
        Ok(expression)
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

    /// A declared condition as a condition on rows `t`.
    pub(crate) fn sql(&self, context: &SqlContext<'_>, source: &str) -> Result<Condition> {
        let expression = self.condition(context.object, source)?;
        self.compile_sql(context, None, &expression)
    }

    /// A client's filter as a condition on rows `t`: only fields and rows it may see, only fields with an index.
    pub(crate) fn client_sql(&self, context: &SqlContext<'_>, source: &str) -> Result<Condition> {
        let expression = self.check(context.object, Some(context), source)?;
        for path in expression.paths() {
            check_filterable(context, &path)?;
        }
        self.compile_sql(context, Some(context), &expression)
    }

    /// True when the declared condition holds for the record.
    pub(crate) fn holds(
        &self,
        cx: &mut Cx<'_>,
        context: &SqlContext<'_>,
        source: &str,
        record: &Record,
    ) -> Result<bool> {
        let expression = self.condition(context.object, source)?;
        let mut data = RecordData {
            record,
            far: HashMap::new(),
        };
        for path in expression
            .paths()
            .into_iter()
            .filter(|path| path.len() == 2)
        {
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

/// Refuses a field the actor may not see (as if it did not exist) or that has no index.
pub(crate) fn check_filterable(context: &SqlContext<'_>, path: &[String]) -> Result<()> {
    if let [name] = path
        && name == "id"
    {
        return Ok(());
    }
    let mut object = context.object;
    for name in path {
        let model = context.kernel.model(&object.name)?;
        let access = context.kernel.access(&model, context.actor);
        let unknown = || {
            Refusal::malformed("field.unknown")
                .on("filter")
                .with("field", name)
        };
        let field = object
            .field(name)
            .filter(|field| access.sees(field))
            .ok_or_else(unknown)?;
        let indexed = field.filter || field.unique || field.to.is_some();
        if !indexed {
            return Err(Refusal::malformed("field.not_filterable")
                .on("filter")
                .with_label("field", &field.label)
                .into());
        }
        if let Some(target) = field
            .to
            .as_deref()
            .and_then(|to| context.kernel.catalog.object(to))
        {
            object = target;
        }
    }
    Ok(())
}
