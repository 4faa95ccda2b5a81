//! Who may make whom: roles that fit a user, and users an actor may manage.
//!
//! Keeps true: a partner's user never holds an office role, staff never hold a portal role; nobody but an administrator manages
//! staff; members of an organisation manage their own organisation's users only.
//! Not here: which roles exist (declarations) and passwords.

use qudao_base::{Actor, Id, Refusal};

/// A role as declared.
#[derive(Clone, Copy, Debug)]
pub struct KnownRole<'a> {
    /// Code.
    pub name: &'a str,
    /// `office` or `portal`.
    pub door: &'a str,
}

/// Shortest and longest sign-in name.
const LOGIN_LENGTH: std::ops::RangeInclusive<usize> = 3..=60;

/// A sign-in name in its one spelling, or a refusal.
pub fn login(written: &str) -> Result<String, Refusal> {
    let login = written.trim().to_ascii_lowercase();
    let fits = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-_@".contains(letter)
    };
    if LOGIN_LENGTH.contains(&login.len()) && login.chars().all(fits) {
        Ok(login)
    } else {
        Err(Refusal::invalid("user.login_malformed").on("login"))
    }
}

/// Refuses unless the actor may manage users of this organisation (`None`: staff).
pub fn may_manage(actor: &Actor, organisation: Option<Id>) -> Result<(), Refusal> {
    if actor.has_role("administrator") {
        return Ok(());
    }
    match (actor.organisation, organisation) {
        (_, None) => Err(Refusal::forbidden("user.staff_by_administrator")),
        (Some(own), Some(theirs)) if own != theirs => Err(Refusal::forbidden("user.not_yours")),
        _ => Ok(()),
    }
}

/// Refuses unknown, repeated and ill-fitting roles of a user of this organisation (`None`: staff).
pub fn roles_fit(
    known: &[KnownRole<'_>],
    held: &[&str],
    organisation: Option<Id>,
) -> Result<(), Refusal> {
    let door = if organisation.is_some() {
        "portal"
    } else {
        "office"
    };
    for (at, &role) in held.iter().enumerate() {
        let place = format!("roles[{at}].role_name");
        let refused = |code: &str| Err(Refusal::invalid(code).on(&place).with("role", role));
        match known.iter().find(|one| one.name == role) {
            None => return refused("user.role_unknown"),
            Some(one) if one.door != door => return refused("user.role_wrong_door"),
            Some(_) if held[..at].contains(&role) => return refused("user.role_twice"),
            Some(_) => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(roles: &[&str], organisation: Option<i64>) -> Actor {
        Actor {
            user: Some(Id::from_number(1)),
            roles: roles.iter().map(|&role| role.to_owned()).collect(),
            organisation: organisation.map(Id::from_number),
            ..Actor::system()
        }
    }

    fn person(roles: &[&str], organisation: Option<i64>) -> Actor {
        Actor {
            session: None,
            system: false,
            ..actor(roles, organisation)
        }
    }

    #[test]
    fn logins() {
        for (written, expected) in [
            (" Li.Wei@Acme ", Some("li.wei@acme")),
            ("cm", None),
            ("李伟", None),
            ("a b c", None),
        ] {
            assert_eq!(login(written).ok().as_deref(), expected, "{written}");
        }
    }

    #[test]
    fn who_manages_whom() {
        for (who, organisation, allowed) in [
            (person(&["administrator"], None), None, true),
            (person(&["channel_manager"], None), Some(7), true),
            (person(&["channel_manager"], None), None, false),
            (person(&["partner_owner"], Some(7)), Some(7), true),
            (person(&["partner_owner"], Some(7)), Some(8), false),
            (person(&["partner_owner"], Some(7)), None, false),
            (actor(&[], None), None, true),
        ] {
            let organisation = organisation.map(Id::from_number);
            assert_eq!(
                may_manage(&who, organisation).is_ok(),
                allowed,
                "{who:?} {organisation:?}"
            );
        }
    }

    #[test]
    fn roles_by_door() {
        let known = [
            KnownRole {
                name: "administrator",
                door: "office",
            },
            KnownRole {
                name: "partner_sales",
                door: "portal",
            },
        ];
        let organisation = Some(Id::from_number(7));
        for (held, organisation, code) in [
            (&["administrator"][..], None, None),
            (&["partner_sales"][..], organisation, None),
            (
                &["administrator"][..],
                organisation,
                Some("user.role_wrong_door"),
            ),
            (&["partner_sales"][..], None, Some("user.role_wrong_door")),
            (&["king"][..], None, Some("user.role_unknown")),
            (
                &["administrator", "administrator"][..],
                None,
                Some("user.role_twice"),
            ),
        ] {
            let refused = roles_fit(&known, held, organisation)
                .err()
                .map(|refusal| refusal.code);
            assert_eq!(refused.as_deref(), code, "{held:?}");
        }
    }
}
