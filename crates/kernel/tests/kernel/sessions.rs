//! Passwords, sessions, links and keys.

use qudao_base::{Actor, Id};
use qudao_kernel::PasswordHash;
use serde_json::json;

use crate::site::{Site, code, everywhere, everywhere_unproved, id_of, on, reader, writer};

const PASSWORD: &str = "correct horse battery";

fn set_password(site: &Site, user: Id, password: &str) {
    let hash = PasswordHash::of(password).unwrap();
    site.system(move |cx| cx.set_password(user, &hash)).unwrap();
}

fn person(site: &Site) -> Id {
    let input = json!({ "name": "Li", "login": "li", "roles": [{ "role_name": "reader" }] });
    let user = id_of(&site.create(&Actor::system(), "user", input).unwrap());
    set_password(site, user, PASSWORD);
    user
}

#[test]
fn a_password_replaced_in_the_database_is_found() {
    everywhere_unproved(|site| {
        person(site);
        assert_eq!(site.kernel.verify(None).unwrap().broken, [] as [String; 0]);
        let sql = "UPDATE credential SET password_hash = 'of an intruder'";
        site.kernel
            .store
            .write(move |transaction| transaction.execute(sql, &[]))
            .unwrap();
        let broken = site.kernel.verify(None).unwrap().broken;
        assert!(
            broken.iter().any(|one| one.starts_with("credential")),
            "{broken:?}"
        );
    });
}

#[test]
fn a_session_opens_with_the_password_and_ends_with_the_user() {
    everywhere(|site| {
        let user = person(site);
        let grant = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
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
        assert_eq!(
            code(site.kernel.sign_in("li", PASSWORD, "here")),
            "session.refused"
        );
    });
}

#[test]
fn sessions_end_when_idle_and_after_twelve_hours() {
    everywhere(|site| {
        person(site);
        let idle = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
        site.clock.advance_seconds(30 * 60 + 1);
        assert!(site.kernel.caller(&idle.token).unwrap().is_none());
        let busy = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
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
        let user = person(site);
        for _ in 0..4 {
            assert_eq!(
                code(site.kernel.sign_in("li", "wrong", "here")),
                "session.refused"
            );
        }
        site.kernel.sign_in("li", PASSWORD, "here").unwrap();
        // The lock tells nothing: a login nobody has is locked alike.
        for login in ["li", "nobody"] {
            for _ in 0..5 {
                assert_eq!(
                    code(site.kernel.sign_in(login, "wrong", "here")),
                    "session.refused"
                );
            }
            assert_eq!(
                code(site.kernel.sign_in(login, PASSWORD, "here")),
                "session.locked"
            );
        }
        // Who locks the door does so for their own address.
        site.kernel.sign_in("li", PASSWORD, "there").unwrap();
        site.clock.advance_seconds(14 * 60);
        assert_eq!(
            code(site.kernel.sign_in("li", PASSWORD, "here")),
            "session.locked"
        );
        site.clock.advance_seconds(61);
        site.kernel.sign_in("li", PASSWORD, "here").unwrap();
        for _ in 0..6 {
            assert!(site.kernel.sign_in("li", "wrong", "here").is_err());
        }
        set_password(site, user, PASSWORD);
        site.kernel.sign_in("li", PASSWORD, "here").unwrap();
    });
}

#[test]
fn attempts_made_at_once_are_all_counted() {
    everywhere(|site| {
        person(site);
        let kernel = &site.kernel;
        let attempt = || code(kernel.sign_in("li", "wrong", "here"));
        let codes: Vec<String> = std::thread::scope(|scope| {
            let running: Vec<_> = (0..12).map(|_| scope.spawn(attempt)).collect();
            running.into_iter().map(|one| one.join().unwrap()).collect()
        });
        let looked_at = codes
            .iter()
            .filter(|code| *code == "session.refused")
            .count();
        assert_eq!(looked_at, 5, "{codes:?}");
    });
}

#[test]
fn one_address_may_not_try_login_after_login() {
    // Set behind the site's back: to try a hundred passwords takes a minute.
    everywhere_unproved(|site| {
        person(site);
        let count = "INSERT INTO sign_in_attempt (id, login, address, failures, at, code) VALUES (1, '', 'here', 100, ?, '')";
        let now = site.kernel.clock().now();
        let store = &site.kernel.store;
        store
            .write(move |transaction| transaction.execute(count, &[now.into()]))
            .unwrap();
        assert_eq!(
            code(site.kernel.sign_in("li", PASSWORD, "here")),
            "session.locked"
        );
        site.kernel.sign_in("li", PASSWORD, "there").unwrap();
    });
}

#[test]
fn what_is_kept_for_a_while_is_swept_away() {
    everywhere(|site| {
        let user = person(site);
        let link = site.kernel.sign_in_link(user, 60).unwrap();
        site.kernel.use_link(&link).unwrap();
        assert!(site.kernel.sign_in("li", "wrong", "here").is_err());
        let made = on("user", user, "update", json!({ "name": "Li Ming" }));
        site.kernel
            .submit(&Actor::system(), Some("k"), made)
            .unwrap();
        let rows = || -> Vec<usize> {
            ["idempotency", "sign_in_link", "sign_in_attempt", "session"]
                .iter()
                .map(|table| {
                    let sql = format!("SELECT id FROM {table}");
                    let found = site.kernel.read(&Actor::system(), |cx| cx.query(&sql, &[]));
                    found.unwrap().len()
                })
                .collect()
        };
        site.clock.advance_seconds(6 * 86_400);
        site.kernel.run_due().unwrap();
        // Of the attempt, one for the login and one for the address.
        assert_eq!(rows(), [1, 1, 2, 1]);
        site.clock.advance_seconds(2 * 86_400);
        site.kernel.run_due().unwrap();
        assert_eq!(rows(), [0, 0, 0, 0]);
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
fn a_new_password_ends_other_sessions() {
    everywhere(|site| {
        let user = person(site);
        let grant = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
        let own = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
        let actor = site.kernel.caller(&own.token).unwrap().unwrap().actor;
        let hash = PasswordHash::of("another long phrase").unwrap();
        site.kernel
            .write(&actor, move |cx| cx.set_password(user, &hash))
            .unwrap();
        assert!(site.kernel.caller(&grant.token).unwrap().is_none());
        // The one it was set in goes on.
        assert!(site.kernel.caller(&own.token).unwrap().is_some());
        set_password(site, user, "a third long phrase");
        assert!(site.kernel.caller(&own.token).unwrap().is_none());
        assert_eq!(code(PasswordHash::of("short")), "password.too_short");
    });
}

#[test]
fn no_secret_is_stored_as_it_is() {
    everywhere(|site| {
        let user = person(site);
        let link = site.kernel.sign_in_link(user, 60).unwrap();
        let grant = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
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

#[test]
fn a_session_or_link_the_site_did_not_make_opens_nothing() {
    everywhere_unproved(|site| {
        let user = person(site);
        let grant = site.kernel.sign_in("li", PASSWORD, "here").unwrap();
        let link = site.kernel.sign_in_link(user, 60).unwrap();
        assert!(site.kernel.caller(&grant.token).unwrap().is_some());
        for sql in [
            "UPDATE session SET expires_at = expires_at + 1000000",
            "UPDATE sign_in_link SET expires_at = expires_at + 1000000",
        ] {
            site.kernel
                .store
                .write(move |transaction| transaction.execute(sql, &[]))
                .unwrap();
        }
        assert!(site.kernel.caller(&grant.token).unwrap().is_none());
        assert_eq!(code(site.kernel.use_link(&link)), "session.refused");
    });
}
