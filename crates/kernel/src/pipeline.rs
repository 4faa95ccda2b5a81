//! The one write path. Every create, update, delete and declared action passes through [`perform`], whoever asks.
//!
//! Keeps true: load and lock, row permission, action declared from this state, permitted input, fields, rules, save, entry
//! in the action log, consequences: all in one transaction, in this order.
//! Not here: how a record is found and locked (`work`), how rows are written (`save`, `lines`), what the business decides (rules of
//! packs), how HTTP asks.

use std::sync::Arc;

use qudao_base::{Fault, Id, Refusal, Result};
use qudao_meta::{Object, Text};
use serde_json::{Map, Value as Json};

use crate::{
    Cx, Record, Typed,
    action_log::Entry,
    input, lines, save,
    work::{self, Work},
};

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
    /// Declared action done on the record right afterwards: both, or neither if the
    /// transaction is given up when it is refused. It takes the input it declares, the rest is for
    /// `create` or `update`.
    pub then: Option<String>,
}

/// Does the action, and what follows it, for the transaction's actor. Returns the record's id.
///
/// # Errors
/// What refuses it. The transaction may go on with another action: nothing of this one is left open.
pub fn perform(cx: &mut Cx<'_>, request: &Request) -> Result<Id> {
    let Some(then) = &request.then else {
        return perform_one(cx, request);
    };
    let model = cx.kernel().model(&request.object)?;
    let declared = model.object.action(then);
    let declared = declared.ok_or_else(|| work::unknown_action(then))?;
    let (input, rest) = request
        .input
        .clone()
        .into_iter()
        .partition(|(name, _)| declared.input.contains(name));
    let first = Request {
        input: rest,
        then: None,
        ..request.clone()
    };
    let id = perform_one(cx, &first)?;
    let next = Request {
        object: request.object.clone(),
        id: Some(id),
        action: then.clone(),
        input,
        version: None,
        then: None,
    };
    perform_one(cx, &next)
}

fn perform_one(cx: &mut Cx<'_>, request: &Request) -> Result<Id> {
    closing(cx, |cx| {
        let mut work = Work::asked(cx, request)?;
        if work.model.object.child_of.is_some() {
            return Err(Refusal::forbidden("action.child_with_parent").into());
        }
        input::take(cx, &mut work, &request.input)?;
        input::check_given_links(cx, &work)?;
        run(cx, work)
    })
}

/// Creates a record whose values a rule has set; declared defaults fill what is empty.
pub(crate) fn create_record(cx: &mut Cx<'_>, record: Record) -> Result<Id> {
    closing(cx, |cx| {
        let mut work = Work::creating(cx, record)?;
        input::apply_defaults(cx, &mut work)?;
        run(cx, work)
    })
}

/// Does an action on a record a rule has chosen.
pub(crate) fn act_record(
    cx: &mut Cx<'_>,
    object: &str,
    id: Id,
    action: &str,
    change: impl FnOnce(&mut Record) -> Result<()>,
) -> Result<Id> {
    closing(cx, |cx| {
        let mut work = Work::chosen(cx, object, id, action)?;
        change(&mut work.record)?;
        run(cx, work)
    })
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

/// Does the work; when it is refused, closes what it left open.
fn closing(cx: &mut Cx<'_>, work: impl FnOnce(&mut Cx<'_>) -> Result<Id>) -> Result<Id> {
    let depth = cx.depth();
    let done = work(cx);
    if done.is_err() {
        cx.abandon(depth);
    }
    done
}

fn run(cx: &mut Cx<'_>, mut work: Work) -> Result<Id> {
    let object = Arc::clone(&work.model.object);
    if object.child_of.is_some() {
        let name = &object.name;
        return Err(Fault::new(format!("{name} is saved with its parent only")).into());
    }
    cx.open_frame()?;
    change_state(cx, &mut work)?;
    let registry = &cx.kernel().registry;
    for hook in registry.before_hooks(&object.name, &work.action) {
        hook(cx, &mut work.record)?;
    }
    let lines = if work.action == "delete" {
        let lines = lines::delete_all(cx, &work)?;
        save::delete(cx, &work)?;
        lines
    } else {
        input::validate(cx, &work)?;
        save::save(cx, &mut work)?;
        let lines = lines::save(cx, &work)?;
        work.check_scope_of_saved(cx)?;
        lines
    };
    cx.note_change(&object.name);
    for hook in registry.after_hooks(&object.name, &work.action) {
        hook(cx, &work.record)?;
    }
    let frame = cx
        .close_frame()
        .ok_or_else(|| Fault::new("an action lost its frame"))?;
    if object.logged {
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
    }
    Ok(work.record.id)
}

/// Refuses an action the present state does not offer, and moves to the state it declares.
fn change_state(cx: &mut Cx<'_>, work: &mut Work) -> Result<()> {
    let object = Arc::clone(&work.model.object);
    if work.before.is_none() {
        if let (Some(first), None) = (object.states.first(), work.record.state()) {
            work.record.set("state", first.name.as_str());
        }
        return Ok(());
    }
    let Some(action) = &work.declared else {
        return Ok(());
    };
    let state = work.record.state().unwrap_or_default();
    if !action.from.is_empty() && !action.from.iter().any(|from| from == state) {
        return Err(Refusal::conflict("action.not_from_state")
            .with_label("action", &action.label)
            .with_label("state", &label_of_state(&object, state))
            .into());
    }
    if let Some(condition) = &action.when
        && !work.trusted
        && !cx.holds(condition, work.before.as_ref().unwrap_or(&work.record))?
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

fn label_of_state(object: &Object, state: &str) -> Text {
    let known = object.states.iter().find(|one| one.name == state);
    known.map_or_else(|| Text::new(state, state), |one| one.label.clone())
}
