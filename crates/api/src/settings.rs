//! Site settings, for administrators.

use axum::{
    extract::{Path, State},
    response::Json as JsonBody,
};
use qudao_base::{Actor, Refusal, Result};
use qudao_kernel::Kernel;
use serde_json::{Value as Json, json};

use crate::{app::App, caller::Caller, payload::Payload, problem::Problem, records::body};

const ADMINISTRATOR: &str = "administrator";

fn check(actor: &Actor) -> Result<()> {
    if actor.has_role(ADMINISTRATOR) {
        Ok(())
    } else {
        Err(Refusal::not_found().into())
    }
}

fn all(kernel: &Kernel, actor: &Actor) -> Result<Json> {
    kernel.read(actor, |cx| {
        let mut rows = Vec::new();
        for setting in kernel.catalog.settings.values() {
            let mut row = json!(setting);
            row["value"] = json!(cx.setting_text(&setting.name)?);
            rows.push(row);
        }
        Ok(json!({ "rows": rows }))
    })
}

/// `GET /settings`
pub(crate) async fn list(
    State(app): State<App>,
    caller: Caller,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        check(&actor)?;
        all(kernel, &actor)
    })
    .await
    .map(JsonBody)
}

/// `PUT /settings/{name}` with `{value}`
pub(crate) async fn change(
    State(app): State<App>,
    caller: Caller,
    Path(name): Path<String>,
    Payload(bytes): Payload,
) -> Result<JsonBody<Json>, Problem> {
    let actor = caller.actor().clone();
    app.run(caller.locale(), move |kernel| {
        check(&actor)?;
        let input = body(&bytes)?;
        let value = input
            .get("value")
            .and_then(Json::as_str)
            .map(ToOwned::to_owned);
        let value = value.ok_or_else(|| Refusal::malformed("field.required").on("value"))?;
        kernel.change_setting(&actor, &name, &value)?;
        all(kernel, &actor)
    })
    .await
    .map(JsonBody)
}
