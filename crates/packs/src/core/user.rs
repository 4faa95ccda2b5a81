//! Rules of users and API keys, and the functions that hand out secrets.
//!
//! Keeps true: a secret is shown once, to the person who asked for it, and only its hash is kept (kernel).
//! Not here: sign-in itself.

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::{Cx, PasswordHash};
use serde_json::{Value as Json, json};

use super::{
    records::{ApiKey, Notice, User, UserRole},
    user_rights::{KnownRole, login, may_manage, roles_fit},
};

/// How long an invitation can be used, in seconds: seven days.
const INVITATION_SECONDS: i64 = 7 * 86_400;

/// Before every save of a user.
pub(super) fn prepare(cx: &mut Cx<'_>, user: &mut User) -> Result<()> {
    user.login = login(&user.login)?;
    may_manage(cx.actor(), user.organisation_id)?;
    if user.version > 0 {
        let before: User = cx.get(user.id)?;
        may_manage(cx.actor(), before.organisation_id)?;
    }
    let held: Vec<UserRole> = cx.lines(user.id)?;
    let held: Vec<&str> = held.iter().map(|role| role.role_name.as_str()).collect();
    let catalog = &cx.kernel().catalog;
    let known: Vec<KnownRole<'_>> = catalog
        .roles
        .iter()
        .map(|role| KnownRole {
            name: &role.name,
            door: &role.door,
        })
        .collect();
    Ok(roles_fit(&known, &held, user.organisation_id)?)
}

/// Before every save of a key.
pub(super) fn prepare_key(cx: &mut Cx<'_>, key: &mut ApiKey) -> Result<()> {
    let actor = cx.actor();
    if !actor.has_role("administrator") && actor.user != Some(key.user_id) {
        return Err(Refusal::forbidden("api_key.not_yours").on("user_id").into());
    }
    if key.expires_at.is_some_and(|expires| expires <= cx.now()) {
        return Err(Refusal::invalid("api_key.expired_at_birth")
            .on("expires_at")
            .into());
    }
    Ok(())
}

/// Before a notice is marked as read.
pub(super) fn mark_read(cx: &mut Cx<'_>, notice: &mut Notice) -> Result<()> {
    notice.read_at = Some(cx.now());
    Ok(())
}

fn id_of(input: &Json, name: &str) -> Result<Id> {
    let text = input.get(name).and_then(Json::as_str);
    text.ok_or_else(|| Refusal::malformed("field.required").on(name))?
        .parse()
}

/// `user.invite {user}`: a one-time sign-in link for a user the caller manages. Answers `{path, expires_in_days}`.
pub(super) fn invite(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let user: User = cx.get(id_of(&input, "user")?)?;
    may_manage(cx.actor(), user.organisation_id)?;
    let token = cx.sign_in_link(user.id, INVITATION_SECONDS)?;
    Ok(
        json!({ "path": format!("/sign-in/{token}"), "expires_in_days": INVITATION_SECONDS / 86_400 }),
    )
}

/// `user.set_password {password, current_password}`: sets the caller's own password. Who has one gives it; other sessions end.
pub(super) fn set_password(cx: &mut Cx<'_>, password: &PasswordHash) -> Result<Json> {
    let user = cx.actor().user.ok_or_else(Refusal::not_found)?;
    cx.set_password(user, password)?;
    Ok(json!({}))
}

/// `api_key.issue {key}`: the secret of a key of the caller, shown this once. Answers `{secret}`.
pub(super) fn issue(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let key: ApiKey = cx.get(id_of(&input, "key")?)?;
    let actor = cx.actor();
    if !actor.has_role("administrator") && actor.user != Some(key.user_id) {
        return Err(Refusal::not_found().into());
    }
    let secret = cx.issue_key_secret(key.id, key.user_id)?;
    Ok(json!({ "secret": secret }))
}
