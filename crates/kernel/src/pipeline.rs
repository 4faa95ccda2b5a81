//! The one write path. Every create, update, delete and declared action passes through [`perform`], whoever asks.
//!
//! Keeps true: load and lock, row permission, action declared from this state, permitted input, fields, rules, save, entry
//! in the action log, consequences: all in one transaction, in this order.
//! Not here: what the business decides (rules of packs), how HTTP asks.

use std::sync::Arc;

use qudao_base::{Fault, Id, Refusal, Result, Value};
use qudao_meta::{Action, DeleteRule, Field, Object, Text};
use qudao_store::Row;
use serde_json::{Map, Value as Json};

use crate::{Cx, Record, Typed, action_log::Entry, input, lines, model::Model, number};

/// An action somebody asks for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// Object.
    pub object: String,
    /// Record; none for `create`.
    pub id: Option<Id>,
    /// `create`, `update`, `delete` or a declared action.
    pub action: String,
    /// Fields and child lists.
    pub input: Map<String, Json>,
    /// Version the asker has seen.
    pub version: Option<i64>,
}

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

/// Does the action for the transaction's actor. Returns the record's id.
///
/// # Errors
/// What refuses it. The transaction may go on with another action: nothing of this one is left open.
pub fn perform(cx: &mut Cx<'_>, request: &Request) -> Result<Id> {
    let depth = cx.depth();
    let done = attempt(cx, request);
    if done.is_err() {
        cx.abandon(depth);
    }
    done
}

fn attempt(cx: &mut Cx<'_>, request: &Request) -> Result<Id> {
    let model = cx.kernel().model(&request.object)?;
    let mut work = begin(cx, &model, request, false)?;
    if model.object.child_of.is_some() {
        return Err(Refusal::forbidden("action.child_with_parent").into());
    }
    cx.open_frame()?;
    input::take(cx, &mut work, &request.input)?;
    input::check_given_links(cx, &work)?;
    run(cx, work)
}

pub(crate) fn create_typed<T: Typed>(
    cx: &mut Cx<'_>,
    typed: &T,
    prepare: impl FnOnce(&mut Cx<'_>, Id) -> Result<()>,
) -> Result<T> {
    let given = typed.key().0;
    let id = if given == Id::default() {
        cx.new_id()
    } else {
        given
    };
    let mut record = Record::empty(cx.kernel().catalog.require(T::OBJECT)?, id);
    typed.write(&mut record);
    prepare(cx, id)?;
    create_record(cx, record)?;
    cx.get(id)
}

/// Creates a record whose values a rule has set; declared defaults fill what is empty.
pub(crate) fn create_record(cx: &mut Cx<'_>, record: Record) -> Result<Id> {
    let model = cx.kernel().model(&record.object.name)?;
    let mut work = Work {
        model,
        action: "create".to_owned(),
        declared: None,
        record,
        before: None,
        trusted: true,
    };
    input::apply_defaults(cx, &mut work)?;
    cx.open_frame()?;
    run(cx, work)
}

pub(crate) fn act_typed<T: Typed>(
    cx: &mut Cx<'_>,
    id: Id,
    action: &str,
    change: impl FnOnce(&mut T),
) -> Result<T> {
    act_record(cx, T::OBJECT, id, action, |record| {
        let mut typed = T::from_record(record)?;
        change(&mut typed);
        typed.write(record);
        Ok(())
    })?;
    cx.get(id)
}

/// Does an action on a record a rule has chosen.
pub(crate) fn act_record(
    cx: &mut Cx<'_>,
    object: &str,
    id: Id,
    action: &str,
    change: impl FnOnce(&mut Record) -> Result<()>,
) -> Result<Id> {
    let model = cx.kernel().model(object)?;
    let request = Request {
        object: object.to_owned(),
        id: Some(id),
        action: action.to_owned(),
        ..Request::default()
    };
    let mut work = begin(cx, &model, &request, true)?;
    change(&mut work.record)?;
    cx.open_frame()?;
    run(cx, work)
}

fn begin(cx: &mut Cx<'_>, model: &Arc<Model>, request: &Request, trusted: bool) -> Result<Work> {
    let declared = declared_action(model, &request.action, trusted)?;
    let Some(id) = request.id else {
        let actor = cx.actor().clone();
        let access = cx.kernel().access(model, &actor);
        if !trusted && !access.may("create") {
            return Err(access.refusal("create"));
        }
        let record = Record::empty(&model.object, cx.new_id());
        return Ok(Work {
            model: Arc::clone(model),
            action: request.action.clone(),
            declared,
            record,
            before: None,
            trusted,
        });
    };
    let record = if trusted {
        load_trusted(cx, model, id)?
    } else {
        load(cx, model, id, &request.action)?
    };
    if request
        .version
        .is_some_and(|version| version != record.version)
    {
        let refusal =
            Refusal::conflict("record.moved").with("seen", request.version.unwrap_or_default());
        return Err(refusal.with("version", record.version).into());
    }
    let before = Some(record.clone());
    Ok(Work {
        model: Arc::clone(model),
        action: request.action.clone(),
        declared,
        record,
        before,
        trusted,
    })
}

fn declared_action(model: &Model, action: &str, trusted: bool) -> Result<Option<Action>> {
    if ["create", "update", "delete"].contains(&action) {
        return Ok(None);
    }
    match model.object.action(action) {
        Some(declared) if trusted || !declared.internal => Ok(Some(declared.clone())),
        _ => Err(Refusal::not_found().with("action", action).into()),
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
        cx.lock_clause()
    );
    let mut parameters = granted.parameters;
    parameters.push(id.into());
    parameters.extend(readable.parameters);
    let row = cx
        .query(&sql, &parameters)?
        .pop()
        .ok_or_else(Refusal::not_found)?;
    let is_granted = row.int(model.object.fields.len() + 2)? == 1;
    if is_granted {
        locked(cx, model, row)
    } else {
        Err(access.refusal(action))
    }
}

fn load_trusted(cx: &mut Cx<'_>, model: &Model, id: Id) -> Result<Record> {
    let lock = cx.lock_clause();
    let sql = format!(
        "SELECT {} FROM {} t WHERE t.\"id\" = ?{lock}",
        model.columns,
        model.table()
    );
    let row = cx.query(&sql, &[id.into()])?.pop();
    let row = row.ok_or_else(|| Refusal::not_found().with("object", &model.object.name))?;
    locked(cx, model, row)
}

/// A row just locked: what this transaction knew of it before does not count.
fn locked(cx: &mut Cx<'_>, model: &Model, row: Row) -> Result<Record> {
    let record = model.record(row)?;
    cx.memory.forget(record.id);
    cx.memory.keep(&record);
    Ok(record)
}

fn run(cx: &mut Cx<'_>, mut work: Work) -> Result<Id> {
    if work.model.object.child_of.is_some() {
        let name = &work.model.object.name;
        return Err(Fault::new(format!("{name} is saved with its parent only")).into());
    }
    change_state(cx, &mut work)?;
    let object = Arc::clone(&work.model.object);
    let before = cx
        .kernel()
        .registry
        .before_hooks(&object.name, &work.action);
    for hook in before {
        hook(cx, &mut work.record)?;
    }
    let lines = if work.action == "delete" {
        let lines = lines::delete_all(cx, &work)?;
        delete(cx, &work)?;
        lines
    } else {
        input::validate(cx, &work)?;
        save(cx, &mut work)?;
        let lines = lines::save(cx, &work)?;
        check_scope_of_created(cx, &work)?;
        lines
    };
    cx.note_change(&object.name);
    let after = cx.kernel().registry.after_hooks(&object.name, &work.action);
    for hook in after {
        hook(cx, &work.record)?;
    }
    let frame = cx
        .close_frame()
        .ok_or_else(|| Fault::new("an action lost its frame"))?;
    if !object.logged {
        return Ok(work.record.id);
    }
    let cause = cx.cause();
    cx.log(&Entry {
        id: frame.entry,
        cause,
        action: &work.action,
        record: &work.record,
        before: work.before.as_ref(),
        lines: &lines,
        ledger_lines: &frame.ledger_lines,
        decision_hashes: &frame.decision_hashes,
    })?;
    Ok(work.record.id)
}

/// Refuses an action the present state does not offer, and moves to the state it declares.
fn change_state(cx: &mut Cx<'_>, work: &mut Work) -> Result<()> {
    let object = Arc::clone(&work.model.object);
    if work.before.is_none() {
        if let (Some(first), true) = (object.states.first(), work.record.state().is_none()) {
            work.record.set("state", first.name.as_str());
        }
        return Ok(());
    }
    let Some(action) = &work.declared else {
        return Ok(());
    };
    let state = work.record.state().unwrap_or_default().to_owned();
    if !action.from.is_empty() && !action.from.contains(&state) {
        let known = object.states.iter().find(|one| one.name == state);
        let label = known.map_or_else(|| Text::new(&state, &state), |one| one.label.clone());
        let refusal =
            Refusal::conflict("action.not_from_state").with_label("action", &action.label);
        return Err(refusal.with_label("state", &label).into());
    }
    if let Some(condition) = &action.when
        && !work.trusted
        && !cx.holds(condition, &work.record)?
    {
        return Err(Refusal::conflict("action.not_offered")
            .with_label("action", &action.label)
            .into());
    }
    if let Some(to) = &action.to {
        work.record.set("state", to.as_str());
    }
    Ok(())
}

fn save(cx: &mut Cx<'_>, work: &mut Work) -> Result<()> {
    let now = cx.now();
    let user = cx.actor().user;
    work.record.set("updated_at", now);
    work.record.set("updated_by", user);
    if work.before.is_none() {
        work.record.set("created_at", now);
        work.record.set("created_by", user);
        number::number(cx, &mut work.record)?;
    }
    work.record.version += 1;
    let object = Arc::clone(&work.model.object);
    let is_new = work.before.is_none();
    write_rows(cx, &object, std::slice::from_ref(&work.record), is_new)?;
    cx.memory.keep(&work.record);
    Ok(())
}

/// Inserts or updates rows of one object, whose versions have been raised already; the version guards against a row that has moved
/// on.
pub(crate) fn write_rows(
    cx: &mut Cx<'_>,
    object: &Arc<Object>,
    records: &[Record],
    is_new: bool,
) -> Result<()> {
    if records.is_empty() {
        return Ok(());
    }
    let model = cx.kernel().model(&object.name)?;
    let rows: Vec<Vec<Value>> = records
        .iter()
        .map(|record| parameters_of(record, is_new))
        .collect();
    let sql = if is_new { &model.insert } else { &model.update };
    if cx.execute_many(sql, &rows)? == rows.len() as u64 {
        return Ok(());
    }
    let first = &records[0];
    Err(Refusal::conflict("record.moved")
        .with("seen", first.version - 1)
        .with("version", first.version)
        .into())
}

fn parameters_of(record: &Record, is_new: bool) -> Vec<Value> {
    let mut parameters: Vec<Value> = Vec::with_capacity(record.values.len() + 3);
    if is_new {
        parameters.push(record.id.into());
    }
    parameters.push(record.version.into());
    parameters.extend(record.values.iter().cloned());
    if !is_new {
        parameters.push(record.id.into());
        parameters.push((record.version - 1).into());
    }
    parameters
}

/// A record somebody creates must be among the rows they may create.
fn check_scope_of_created(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    if work.trusted || work.before.is_some() {
        return Ok(());
    }
    let actor = cx.actor().clone();
    let access = cx.kernel().access(&work.model, &actor);
    let rows = access.rows("create")?;
    let sql = format!(
        "SELECT 1 FROM {} t WHERE t.\"id\" = ? AND ({})",
        work.model.table(),
        rows.text
    );
    let mut parameters = vec![work.record.id.into()];
    parameters.extend(rows.parameters);
    if cx.query(&sql, &parameters)?.is_empty() {
        return Err(Refusal::forbidden("action.outside_scope").into());
    }
    Ok(())
}

/// Empties the links that lead to a record about to be deleted where that is declared; elsewhere the record stays.
fn let_go(cx: &mut Cx<'_>, target: Id, object: &Arc<Object>, link: &Field) -> Result<()> {
    let clears = link.on_delete == DeleteRule::Clear;
    let most = if clears { "" } else { " LIMIT 1" };
    let condition = format!("t.\"{}\" = ? ORDER BY t.\"id\"{most}", link.name);
    let found = cx.find_records(&object.name, &condition, &[target.into()])?;
    if !clears && !found.is_empty() {
        let refusal = Refusal::conflict("record.in_use");
        return Err(refusal.with_label("object", &object.label).into());
    }
    for record in found {
        act_record(cx, &object.name, record.id, "update", |record| {
            record.set(&link.name, Value::Null);
            Ok(())
        })?;
    }
    Ok(())
}

fn delete(cx: &mut Cx<'_>, work: &Work) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    for object in catalog.objects() {
        let own_child = object
            .child_of
            .as_ref()
            .is_some_and(|child| child.object == work.model.object.name);
        let links = object.fields.iter().filter(|field| {
            let leads_here = field.to.as_deref() == Some(work.model.object.name.as_str());
            leads_here && !own_child && !field.system
        });
        for link in links {
            let_go(cx, work.record.id, object, link)?;
        }
    }
    let sql = format!(
        "DELETE FROM {} WHERE \"id\" = ? AND \"version\" = ?",
        work.model.table()
    );
    if cx.execute(&sql, &[work.record.id.into(), work.record.version.into()])? == 0 {
        return Err(Refusal::conflict("record.moved").into());
    }
    cx.memory.forget(work.record.id);
    Ok(())
}
