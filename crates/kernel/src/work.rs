//! An action in work: the record it is done to, found, permitted and locked.
//!
//! Keeps true: a person's action starts only from a record they may read and on which the action is granted, in the version they
//! have seen; an action only rules may call is not found for people; a record somebody creates
//! or updates is among the rows they may create or update.
//! Not here: what is done to the record (`pipeline`), which rows are granted (`access`).

use std::sync::Arc;

use qudao_base::{Id, Refusal, RefusalClass, Result, Stop};
use qudao_meta::Action;
use qudao_store::{Row, RowLock};

use crate::{Cx, Record, model::Model, pipeline::Request};

/// An action in work.
pub(crate) struct Work {
    pub model: Arc<Model>,
    pub action: String,
    pub declared: Option<Action>,
    pub record: Record,
    pub before: Option<Record>,
    /// Asked by a rule: permissions do not apply, read-only fields may be written.
    pub trusted: bool,
}

impl Work {
    /// What somebody asks for: the record loaded and locked, or an empty one to be created.
    pub fn asked(cx: &mut Cx<'_>, request: &Request) -> Result<Self> {
        let model = cx.kernel().model(&request.object)?;
        let declared = declared_action(&model, &request.action, false)?;
        let (record, before) = if let Some(id) = request.id {
            let record = load(cx, &model, id, &request.action)?;
            check_version(&record, request.version)?;
            (record.clone(), Some(record))
        } else {
            let access = cx.kernel().access(&model, cx.actor());
            if !access.may("create") {
                return Err(access.refusal("create"));
            }
            let id = cx.new_id();
            cx.memory.make(id);
            (Record::empty(&model.object, id), None)
        };
        Ok(Self {
            model,
            action: request.action.clone(),
            declared,
            record,
            before,
            trusted: false,
        })
    }

    /// A record a rule creates.
    pub fn creating(cx: &mut Cx<'_>, record: Record) -> Result<Self> {
        cx.memory.make(record.id);
        Ok(Self {
            model: cx.kernel().model(&record.object.name)?,
            action: "create".to_owned(),
            declared: None,
            record,
            before: None,
            trusted: true,
        })
    }

    /// A record a rule acts on.
    pub fn chosen(cx: &mut Cx<'_>, object: &str, id: Id, action: &str) -> Result<Self> {
        let model = cx.kernel().model(object)?;
        let declared = declared_action(&model, action, true)?;
        let record = load_trusted(cx, &model, id, action)?;
        Ok(Self {
            model,
            action: action.to_owned(),
            declared,
            before: Some(record.clone()),
            record,
            trusted: true,
        })
    }

    /// A record somebody creates or updates is afterwards among the rows they may create or update: nobody gives what they may not
    /// have. A declared action may lead out of them, as it is declared to.
    pub fn check_scope_of_saved(&self, cx: &mut Cx<'_>) -> Result<()> {
        if self.trusted || self.declared.is_some() {
            return Ok(());
        }
        let access = cx.kernel().access(&self.model, cx.actor());
        let rows = access.rows(&self.action)?;
        if rows.is_all() {
            return Ok(());
        }
        let sql = format!(
            "SELECT 1 FROM {} t WHERE t.\"id\" = ? AND ({})",
            self.model.table(),
            rows.text
        );
        let mut parameters = vec![self.record.id.into()];
        parameters.extend(rows.parameters);
        if cx.query(&sql, &parameters)?.is_empty() {
            return Err(Refusal::forbidden("action.outside_scope").into());
        }
        Ok(())
    }
}

fn declared_action(model: &Model, action: &str, trusted: bool) -> Result<Option<Action>> {
    if ["create", "update", "delete"].contains(&action) {
        return Ok(None);
    }
    match model.object.action(action) {
        Some(declared) if trusted || !declared.internal => Ok(Some(declared.clone())),
        _ => Err(unknown_action(action)),
    }
}

pub(crate) fn unknown_action(action: &str) -> Stop {
    Refusal::new(RefusalClass::NotFound, "action.unknown")
        .with("action", action)
        .into()
}

fn check_version(record: &Record, seen: Option<i64>) -> Result<()> {
    match seen {
        Some(seen) if seen != record.version => Err(Refusal::conflict("record.moved")
            .with("seen", seen)
            .with("version", record.version)
            .into()),
        _ => Ok(()),
    }
}

/// Loads and locks a record the actor may read; refuses when the action is not granted on it.
fn load(cx: &mut Cx<'_>, model: &Model, id: Id, action: &str) -> Result<Record> {
    let actor = cx.actor().clone();
    let access = cx.kernel().access(model, &actor);
    let readable = access.rows("read")?;
    let granted = access.rows(action)?;
    let sql = format!(
        "SELECT {}, CASE WHEN {} THEN 1 ELSE 0 END FROM {} t WHERE t.\"id\" = ? AND ({}){}",
        model.columns,
        granted.text,
        model.table(),
        readable.text,
        cx.lock_for(lock_of(action))
    );
    let mut parameters = granted.parameters;
    parameters.push(id.into());
    parameters.extend(readable.parameters);
    let row = cx
        .query_anew(&sql, &parameters)?
        .pop()
        .ok_or_else(Refusal::not_found)?;
    let is_granted = row.int(model.object.fields.len() + 2)? == 1;
    if is_granted {
        locked(cx, model, row)
    } else {
        Err(access.refusal(action))
    }
}

fn load_trusted(cx: &mut Cx<'_>, model: &Model, id: Id, action: &str) -> Result<Record> {
    let sql = format!(
        "SELECT {} FROM {} t WHERE t.\"id\" = ?{}",
        model.columns,
        model.table(),
        cx.lock_for(lock_of(action))
    );
    let row = cx.query_anew(&sql, &[id.into()])?.pop();
    let row = row.ok_or_else(|| Refusal::not_found().with("object", &model.object.name))?;
    locked(cx, model, row)
}

fn lock_of(action: &str) -> RowLock {
    if action == "delete" {
        RowLock::Delete
    } else {
        RowLock::Change
    }
}

fn locked(cx: &mut Cx<'_>, model: &Model, row: Row) -> Result<Record> {
    let record = model.record(row)?;
    cx.memory.lock(&record);
    Ok(record)
}
