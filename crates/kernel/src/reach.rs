//! What an expression reaches: the fields of an object and those one link away, as names to check and as columns to compile; and the
//! rows a permission reaches through records that link to them.
//!
//! Keeps true: a declaration reaches every field; a client reaches only fields it may see, of records it may read, and what it may not
//! see is as unknown as what does not exist.
//! Not here: which expressions there are and when they run (`rules`).

use qudao_base::{Actor, Refusal, Result};
use qudao_expr::{Columns, Context, Scope, Sql, Type};
use qudao_meta::{Catalog, Field, FieldType, Object, Through};

use crate::{Kernel, condition::Condition, model::quoted};

/// Who asks about which object.
pub(crate) struct SqlContext<'k> {
    kernel: &'k Kernel,
    pub object: &'k Object,
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
        let from = if rows.is_all() {
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

    /// Rows `t` a record links to that the actor may read and that meets the condition: looked up by the index of the link.
    pub(crate) fn near(&self, through: &Through) -> Result<Condition> {
        let model = self.kernel.model(&through.object)?;
        let mut rows = self.kernel.access(&model, self.actor).rows("read")?;
        if let Some(source) = &through.when {
            let near = SqlContext::of(self.kernel, &model.object, self.actor);
            rows = rows.and(self.kernel.rules.sql(&near, source)?);
        }
        Ok(Condition {
            text: format!(
                "EXISTS (SELECT 1 FROM (SELECT t.{} AS \"here\" FROM {} t WHERE {}) near WHERE near.\"here\" = t.\"id\")",
                quoted(&through.link),
                model.table(),
                rows.text
            ),
            parameters: rows.parameters,
        })
    }

    pub(crate) fn context(&self) -> Result<Context> {
        let zone = self.kernel.site.zone.clone();
        Ok(Context::at(self.kernel.clock().now(), zone)?
            .for_user(self.actor.user, self.actor.organisation))
    }
}

/// What an expression sees of an object: its fields, and those one link away.
pub(crate) struct ObjectScope<'c> {
    pub catalog: &'c Catalog,
    pub object: &'c Object,
    /// Who may know the fields; `None` for declarations, which know all.
    pub asker: Option<&'c SqlContext<'c>>,
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
pub(crate) struct ObjectColumns<'c>(pub ObjectScope<'c>);

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

/// Refuses a field the actor may not see (as if it did not exist) or that has no index. `place`: the parameter that names it.
pub(crate) fn check_filterable(
    context: &SqlContext<'_>,
    place: &str,
    path: &[String],
) -> Result<()> {
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
                .on(place)
                .with("field", name)
        };
        let field = object
            .field(name)
            .filter(|field| access.sees(field))
            .ok_or_else(unknown)?;
        let indexed = field.filter || field.unique || field.to.is_some();
        if !indexed {
            return Err(Refusal::malformed("field.not_filterable")
                .on(place)
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
