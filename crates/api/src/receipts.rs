//! Signed receipts of decisions, and their check.

use axum::{
    extract::{Path, State},
    http::header,
    response::{IntoResponse, Json as JsonBody, Response},
};
use qudao_base::{Id, Refusal, Result};
use serde_json::{Value as Json, json};

use crate::{
    app::App, caller::Caller, payload::Payload, problem::Problem, records::json as body_json,
};

/// `GET /decisions/{id}/receipt`
pub(crate) async fn receipt(
    State(app): State<App>,
    caller: Caller,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let actor = caller.actor().clone();
    let name = format!(
        "attachment; filename=\"receipt-{}.json\"",
        id.chars().filter(char::is_ascii_digit).collect::<String>()
    );
    let receipt = app
        .run(caller.locale(), move |kernel| {
            let id: Id = id.parse().map_err(|_| Refusal::not_found())?;
            kernel.write(&actor, move |cx| cx.receipt(id))
        })
        .await?;
    let text = serde_json::to_string_pretty(&receipt).unwrap_or_default();
    Ok((
        [
            (header::CONTENT_TYPE, "application/json".to_owned()),
            (header::CONTENT_DISPOSITION, name),
        ],
        text,
    )
        .into_response())
}

/// `POST /receipts/verify`
pub(crate) async fn verify(
    State(app): State<App>,
    caller: Caller,
    Payload(bytes): Payload,
) -> Result<JsonBody<Json>, Problem> {
    app.show(&caller, move |cx| {
        let reasons = cx.check_receipt(&body_json(&bytes)?)?;
        Ok(json!({ "valid": reasons.is_empty(), "reasons": reasons }))
    })
    .await
}
