//! Records a site has from its start because a declaration ships them: made through the write path when the site starts.
//!
//! Keeps true: a shipped record is made once; what people changed in it since stays, for it is known again by the object's first
//! constraint. It cannot be got rid of by deleting, only by what its object declares for that, such as `active`.
//! Not here: demo data (`demo`).

use std::sync::Arc;

use qudao_base::{Actor, Fault, Result, Stop, Value};
use qudao_meta::Object;
use serde_json::{Map, Value as Json};

use crate::{
    Cx, Kernel, codec,
    model::quoted,
    pipeline::{self, Request},
};

impl Kernel {
    /// Makes the shipped records that are missing.
    ///
    /// # Errors
    /// A fault that names the object whose record was refused, and why.
    pub(crate) fn ship_records(self: &Arc<Self>) -> Result<()> {
        for object in self.catalog.objects() {
            for row in &object.shipped {
                let (object, row) = (Arc::clone(object), row.clone());
                let named = format!("a shipped record of {}", object.name);
                let missing = self.read(&Actor::system(), |cx| is_missing(cx, &object, &row))?;
                if missing {
                    self.write(&Actor::system(), move |cx| ship(cx, &object, &row))
                        .map_err(|stop| Stop::from(Fault::new(format!("{named}: {stop}"))))?;
                }
            }
        }
        Ok(())
    }
}

fn is_missing(cx: &mut Cx<'_>, object: &Object, row: &toml::Table) -> Result<bool> {
    let fields = object.uniques.first().map(|unique| &unique.fields);
    let (mut tests, mut parameters) = (vec!["1 = 1".to_owned()], Vec::<Value>::new());
    for name in fields.into_iter().flatten() {
        if let (Some(field), Some(value)) = (object.field(name), row.get(name)) {
            tests.push(format!("{} = ?", quoted(name)));
            parameters.push(codec::decode(field, &json(value))?);
        }
    }
    let (table, tests) = (quoted(&object.name), tests.join(" AND "));
    let sql = format!("SELECT 1 FROM {table} WHERE {tests} LIMIT 1");
    Ok(cx.query(&sql, &parameters)?.is_empty())
}

/// Makes the record unless another process has made it meanwhile.
fn ship(cx: &mut Cx<'_>, object: &Object, row: &toml::Table) -> Result<()> {
    cx.take_turn("shipped", std::iter::once(object.name.as_str()))?;
    if !is_missing(cx, object, row)? {
        return Ok(());
    }
    let input: Map<String, Json> = row
        .iter()
        .map(|(name, value)| (name.clone(), json(value)))
        .collect();
    let request = Request {
        object: object.name.clone(),
        action: "create".to_owned(),
        input,
        ..Request::default()
    };
    pipeline::perform(cx, &request).map(drop)
}

fn json(value: &toml::Value) -> Json {
    serde_json::to_value(value).unwrap_or_default()
}
