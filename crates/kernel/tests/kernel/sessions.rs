//! Passwords, sessions, links and keys.

use qudao_base::{Actor, Id};
use serde_json::json;

use crate::site::{Site, code, everywhere, id_of, on, reader, writer};

const PASSWORD: &str = "correct horse battery";

fn person(site: &Site) -> Id {
    let input = json!({ "name": "Li", "login": "li", "roles": [{ "role_name": "reader" }] });
    let user = id_of(&site.create(&Actor::system(), "user", input).unwrap());
    site.system(move |cx| cx.set_password(user, PASSWORD))
        .unwrap();
    user
}

#[test]
fn a_session_opens_with_the_password_and_ends_with_the_user() {
    everywhere(|site| {
        let user = person(site);
        let grant = site.kernel.sign_in("li", PASSWORD).unwrap();
        let caller = site.kernel.caller(&grant.token).unwrap().unwrap();
        assert_eq!(
            (caller.actor.user, caller.actor.roles.as_slice()),
            (Some(user), ["reader".to_owned()].as_slice())
        );
        assert!(site.kernel.caller("guess").unwrap().is_none());
        site.act(
            &Actor::system(),
            on("user", user, "update", json!({ "roles": [] })),
        )
        .unwrap();
        assert!(
            site.kernel
                .caller(&grant.token)
                .unwrap()
                .unwrap()
                .actor
                .roles
                .is_empty(),
            "roles count at once"
        );
        site.act(
            &Actor::system(),
            on("user", user, "update", json!({ "active": false })),
        )
        .unwrap();
        assert!(site.kernel.caller(&grant.token).unwrap().is_none());
        assert_eq!(code(site.kernel.sign_in("li", PASSWORD)), "session.refused");
    });
}

#[test]
fn sessions_end_when_idle_and_after_twelve_hours() {
    everywhere(|site| {
        person(site);
        let idle = site.kernel.sign_in("li", PASSWORD).unwrap();
        site.clock.advance_seconds(30 * 60 + 1);
        assert!(site.kernel.caller(&idle.token).unwrap().is_none());
        let busy = site.kernel.sign_in("li", PASSWORD).unwrap();
        for _ in 0..35 {
            site.clock.advance_seconds(20 * 60);
            assert!(site.kernel.caller(&busy.token).unwrap().is_some());
        }
        site.clock.advance_seconds(20 * 60 + 1);
        assert!(site.kernel.caller(&busy.token).unwrap().is_none());
    });
}

#[test]
fn five_wrong_passwords_lock_for_a_quarter_of_an_hour() {
    everywhere(|site| {
        person(site);
        for _ in 0..5 {
            assert_eq!(code(site.kernel.sign_in("li", "wrong")), "session.refused");
        }
        assert_eq!(code(site.kernel.sign_in("li", PASSWORD)), "session.locked");
        assert_eq!(
            code(site.kernel.sign_in("nobody", PASSWORD)),
            "session.refused"
        );
        site.clock.advance_seconds(15 * 60 + 1);
        site.kernel.sign_in("li", PASSWORD).unwrap();
    });
}

#[test]
fn a_link_signs_in_once_and_in_time() {
    everywhere(|site| {
        let user = person(site);
        let link = site.kernel.sign_in_link(user, 60).unwrap();
        site.kernel.use_link(&link).unwrap();
        assert_eq!(code(site.kernel.use_link(&link)), "session.refused");
        let late = site.kernel.sign_in_link(user, 60).unwrap();
        site.clock.advance_seconds(61);
        assert_eq!(code(site.kernel.use_link(&late)), "session.refused");
    });
}

#[test]
fn a_new_password_ends_open_sessions() {
    everywhere(|site| {
        let user = person(site);
        let grant = site.kernel.sign_in("li", PASSWORD).unwrap();
        site.system(move |cx| cx.set_password(user, "another long phrase"))
            .unwrap();
        assert!(site.kernel.caller(&grant.token).unwrap().is_none());
        assert_eq!(
            code(site.system(move |cx| cx.set_password(user, "short"))),
            "password.too_short"
        );
    });
}

#[test]
fn no_secret_is_stored_as_it_is() {
    everywhere(|site| {
        let user = person(site);
        let link = site.kernel.sign_in_link(user, 60).unwrap();
        let grant = site.kernel.sign_in("li", PASSWORD).unwrap();
        for table in [
            "credential",
            "session",
            "sign_in_link",
            "action_log",
            "user",
        ] {
            let rows = site.kernel.read(&Actor::system(), |cx| {
                cx.query(&format!("SELECT * FROM \"{table}\""), &[])
            });
            let dump = format!("{:?}", rows.unwrap());
            for secret in [PASSWORD, link.as_str(), grant.token.as_str()] {
                assert!(!dump.contains(secret), "{table} holds a secret");
            }
        }
    });
}

#[test]
fn the_first_administrator_is_made_once() {
    everywhere(|site| {
        let token = site.kernel.first_administrator().unwrap().unwrap();
        assert!(site.kernel.first_administrator().unwrap().is_none());
        let grant = site.kernel.use_link(&token).unwrap();
        let caller = site.kernel.caller(&grant.token).unwrap().unwrap();
        assert_eq!(caller.actor.roles, ["administrator"]);
    });
}

#[test]
fn a_function_with_a_secret_runs_once_and_its_answer_is_not_kept() {
    everywhere(|site| {
        let call = |key: &str| {
            site.kernel.call(
                &writer(),
                Some(key),
                "plain.secret",
                json!({ "password": "canary" }),
            )
        };
        assert_eq!(call("k").unwrap()["secret"], "canary");
        assert_eq!(code(call("k")), "idempotency.answer_not_kept");
        let kept = site.kernel.read(&Actor::system(), |cx| {
            Ok((
                cx.query("SELECT id FROM note", &[])?.len(),
                format!("{:?}", cx.query("SELECT * FROM idempotency", &[])?),
            ))
        });
        let (notes, dump) = kept.unwrap();
        assert_eq!(notes, 1);
        assert!(!dump.contains("canary"));
        let stranger = site
            .kernel
            .call(&reader(), Some("x"), "plain.secret", json!({}));
        assert_eq!(code(stranger), "action.forbidden");
    });
}
