//! Actions as callers send them: once per idempotency key, answered with the record as it is afterwards.
//!
//! Keeps true: the key, the effect and the answer are one transaction; a repeated key has no second effect and gets the same
//! answer: of a function the very first one, of an action its record as it is now, with the decisions of that action.
//! A refused action leaves no trace, not even of its key.

use std::sync::Arc;

use qudao_base::{Actor, Fault, Id, Refusal, Result, Stop, Value};
use serde_json::{Map, Value as Json, json};

use crate::{
    Cx, Kernel,
    action_log::sha256,
    password::PasswordHash,
    pipeline::{self, Request},
    read,
    registry::FunctionKind,
};

/// Longest idempotency key.
const KEY_CHARACTERS_MAX: usize = 255;

impl Kernel {
    /// Does an action and answers with the record reply (null after `delete`).
    pub fn submit(
        self: &Arc<Self>,
        actor: &Actor,
        key: Option<&str>,
        request: Request,
    ) -> Result<Json> {
        let fingerprint = format!(
            "{}|{:?}|{}|{:?}|{:?}|{}",
            request.object,
            request.id,
            request.action,
            request.version,
            request.then,
            Json::Object(request.input.clone())
        );
        let span =
            tracing::info_span!("action", object = %request.object, action = %request.action);
        let _entered = span.enter();
        let object = request.object.clone();
        let done = self.once(actor, key, &fingerprint, move |cx| {
            let id = pipeline::perform(cx, &request)?;
            if request.action == "delete" {
                return Ok(Answer::kept(Json::Null));
            }
            let decisions: Vec<String> = cx.decisions.iter().map(Id::to_string).collect();
            Ok(Answer::kept(
                json!({ "id": id.to_string(), "decisions": decisions }),
            ))
        })?;
        if done.is_null() {
            return Ok(done);
        }
        // Read after the commit, beside other writes: the answer is none of the writer's work.
        self.read(actor, |cx| reply(cx, &object, &done))
    }

    /// Writes once per key, as an action does: a repeated key is answered with the first answer. `said` is what was asked.
    ///
    /// # Errors
    /// `idempotency.reused` when something else was asked under the key; what refuses the work.
    pub fn write_once(
        self: &Arc<Self>,
        actor: &Actor,
        key: Option<&str>,
        said: &str,
        work: impl Fn(&mut Cx<'_>) -> Result<Json> + Send + 'static,
    ) -> Result<Json> {
        self.once(actor, key, said, move |cx| work(cx).map(Answer::kept))
    }

    /// Calls a pack's function.
    ///
    /// # Errors
    /// Not found when there is none; forbidden when there is none for the actor's roles.
    pub fn call(
        self: &Arc<Self>,
        actor: &Actor,
        key: Option<&str>,
        name: &str,
        input: Json,
    ) -> Result<Json> {
        let function = self
            .registry
            .functions
            .get(name)
            .cloned()
            .ok_or_else(Refusal::not_found)?;
        let allowed =
            function.roles.is_empty() || function.roles.iter().any(|role| actor.has_role(role));
        if !allowed {
            return Err(Refusal::forbidden("action.forbidden").into());
        }
        let _entered = tracing::info_span!("call", function = name).entered();
        match function.kind {
            FunctionKind::Reads => self.read(actor, |cx| (function.body)(cx, input)),
            FunctionKind::Writes => {
                let fingerprint = format!("call {name} {input}");
                self.once(actor, key, &fingerprint, move |cx| {
                    (function.body)(cx, input.clone()).map(Answer::kept)
                })
            }
            FunctionKind::SetsPassword => {
                let text = |name| input.get(name).and_then(Json::as_str);
                let password = text("password")
                    .ok_or_else(|| Refusal::malformed("field.required").on("password"))?;
                let current = text("current_password").unwrap_or_default();
                self.check_current_password(actor, current)?;
                let hash = Json::from(PasswordHash::of(password)?.stored());
                self.once(actor, key, &format!("call {name}"), move |cx| {
                    (function.body)(cx, hash.clone()).map(Answer::forgotten)
                })
            }
            FunctionKind::HandlesSecrets => {
                self.once(actor, key, &format!("call {name}"), move |cx| {
                    (function.body)(cx, input.clone()).map(Answer::forgotten)
                })
            }
        }
    }

    /// True when calling the function changes nothing.
    pub fn function_reads(&self, name: &str) -> bool {
        let function = self.registry.functions.get(name);
        function.is_some_and(|function| function.kind == FunctionKind::Reads)
    }

    /// Does the work once per key: a repeated key is answered with the first answer.
    pub(crate) fn once(
        self: &Arc<Self>,
        actor: &Actor,
        key: Option<&str>,
        fingerprint: &str,
        work: impl Fn(&mut Cx<'_>) -> Result<Answer> + Send + 'static,
    ) -> Result<Json> {
        let Some(key) = key else {
            return self.write(actor, move |cx| work(cx).map(|answer| answer.json));
        };
        if key.is_empty() || key.chars().count() > KEY_CHARACTERS_MAX {
            return Err(Refusal::malformed("field.too_long")
                .on("Idempotency-Key")
                .with("max", KEY_CHARACTERS_MAX)
                .into());
        }
        let (key, hash) = (key.to_owned(), sha256(fingerprint));
        self.write(actor, move |cx| {
            let claimed = match claim(cx, &key, &hash)? {
                Claim::Answered(answer) => return Ok(answer),
                Claim::Fresh(row) => row,
            };
            let answer = work(cx)?;
            if let Some(kept) = &answer.kept {
                keep(cx, claimed, kept.to_string())?;
            }
            Ok(answer.json)
        })
    }
}

/// An answer, and what is kept of it for a repeated key.
pub(crate) struct Answer {
    json: Json,
    kept: Option<Json>,
}

impl Answer {
    pub(crate) fn kept(json: Json) -> Self {
        Self {
            kept: Some(json.clone()),
            json,
        }
    }

    const fn forgotten(json: Json) -> Self {
        Self { json, kept: None }
    }
}

/// The record of an action done, with the action's decisions; only its id when the action took it out of the actor's sight.
fn reply(cx: &mut Cx<'_>, object: &str, done: &Json) -> Result<Json> {
    let id: Id = done["id"].as_str().unwrap_or_default().parse()?;
    let named = done["decisions"].as_array().into_iter().flatten();
    let decisions: Vec<Id> = named.filter_map(|one| one.as_str()?.parse().ok()).collect();
    match read::reply(cx, object, id, &decisions) {
        Err(Stop::Refusal(refusal)) if refusal.code == "record.not_found" => Ok(
            json!({ "record": { "id": id.to_string() }, "actions": [], "rights": {}, "trace": [] }),
        ),
        other => other,
    }
}

fn who(cx: &Cx<'_>) -> String {
    cx.actor()
        .user
        .map_or_else(|| "system".to_owned(), |id| id.to_string())
}

/// What a key leads to.
pub(crate) enum Claim {
    /// What was answered when it was used before.
    Answered(Json),
    /// Its row, now that it is used for the first time.
    Fresh(Vec<Value>),
}

/// Where a key's row has its answer.
const RESPONSE: usize = 4;

/// Claims the key in this transaction.
pub(crate) fn claim(cx: &mut Cx<'_>, key: &str, hash: &str) -> Result<Claim> {
    let who = who(cx);
    let row = vec![
        cx.new_id().into(),
        who.as_str().into(),
        key.into(),
        hash.into(),
        Value::Null,
        cx.now().into(),
    ];
    let claimed = cx.execute(
        "INSERT INTO idempotency (id, actor, key, request_hash, response, at, code) VALUES (?, ?, ?, ?, ?, ?, ?) \
         ON CONFLICT (actor, key) DO NOTHING",
        &cx.kernel().site.key.coded("idempotency", row.clone()),
    )?;
    if claimed == 1 {
        return Ok(Claim::Fresh(row));
    }
    let rows = cx.query(
        "SELECT request_hash, response FROM idempotency WHERE actor = ? AND key = ?",
        &[who.into(), key.into()],
    )?;
    let row = rows
        .first()
        .ok_or_else(|| Fault::new("an idempotency key vanished"))?;
    if row.text(0)? != hash {
        return Err(Refusal::invalid("idempotency.reused")
            .on("Idempotency-Key")
            .into());
    }
    let Some(stored) = row.value(1).text() else {
        return Err(Refusal::conflict("idempotency.answer_not_kept")
            .on("Idempotency-Key")
            .into());
    };
    let stored = serde_json::from_str(stored)
        .map_err(|error| Fault::from_error("a stored answer cannot be read", error))?;
    Ok(Claim::Answered(stored))
}

/// Keeps the answer for a repeated key.
fn keep(cx: &mut Cx<'_>, mut row: Vec<Value>, answer: String) -> Result<()> {
    row[RESPONSE] = answer.into();
    let code = cx.kernel().site.key.row_code("idempotency", &row);
    cx.execute(
        "UPDATE idempotency SET response = ?, code = ? WHERE id = ?",
        &[row[RESPONSE].clone(), code.into(), row[0].clone()],
    )?;
    Ok(())
}

/// An object's JSON map, or a refusal.
pub fn input_map(json: Json) -> Result<Map<String, Json>> {
    match json {
        Json::Object(map) => Ok(map),
        _ => Err(Refusal::malformed("body.no_object").into()),
    }
}
