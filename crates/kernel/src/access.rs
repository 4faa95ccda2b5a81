//! What an actor may do with an object: the only place permissions become conditions and field rights.
//!
//! Keeps true: nothing is allowed that no permission grants; the rights of several roles are a union; a child table whose
//! permissions grant no actions has its parent's, less what they hide; the system may do everything, and only the kernel
//! makes the system.

use std::collections::BTreeSet;

use qudao_base::{Actor, Refusal, Result, Stop, Value};
use qudao_meta::{Field, Object, Permission, RowScope};

use crate::{
    Kernel,
    condition::Condition,
    model::{Model, quoted},
    reach::SqlContext,
};

/// The rights of one actor on one object.
pub struct Access<'k> {
    kernel: &'k Kernel,
    object: &'k Object,
    actor: &'k Actor,
    grants: Vec<&'k Permission>,
    parent: Option<Box<Access<'k>>>,
    /// Some permission lets the actor read; without one no field is seen.
    reads: bool,
    hidden: BTreeSet<&'k str>,
    read_only: BTreeSet<&'k str>,
}

fn grants(grant: &Permission, action: &str) -> bool {
    grant.actions.iter().any(|name| name == action)
}

/// The right on its parent that a right on a child table needs: whoever changes lines updates the parent.
fn right_on_parent(action: &str) -> &str {
    match action {
        "create" | "update" | "delete" => "update",
        same => same,
    }
}

/// Everybody signed in holds the role `*`.
fn holds(actor: &Actor, role: &str) -> bool {
    actor.has_role(role) || (role == "*" && actor.user.is_some())
}

/// Names in every one of the sets: a field is lost only when each role that brings a right withholds it.
fn common<'k>(sets: impl Iterator<Item = BTreeSet<&'k str>>) -> BTreeSet<&'k str> {
    sets.reduce(|kept, next| kept.intersection(&next).copied().collect())
        .unwrap_or_default()
}

/// What permissions keep from those who have them.
type Withheld = fn(&Permission) -> &[String];

impl<'k> Access<'k> {
    pub(crate) fn of(kernel: &'k Kernel, model: &'k Model, actor: &'k Actor) -> Self {
        Self::of_object(kernel, model.object.as_ref(), actor)
    }

    fn of_object(kernel: &'k Kernel, object: &'k Object, actor: &'k Actor) -> Self {
        let grants: Vec<&Permission> = object
            .permissions
            .iter()
            .filter(|permission| holds(actor, &permission.role))
            .collect();
        let inherits = object.permissions.is_empty()
            || object.permissions.iter().all(|one| one.actions.is_empty());
        let parent = object
            .child_of
            .as_ref()
            .filter(|_| inherits)
            .and_then(|child| kernel.catalog.object(&child.object))
            .map(|parent| Box::new(Self::of_object(kernel, parent.as_ref(), actor)));
        let mut access = Self {
            kernel,
            object,
            actor,
            reads: false,
            hidden: BTreeSet::new(),
            read_only: BTreeSet::new(),
            grants,
            parent,
        };
        access.reads = access.may("read");
        access.hidden = access.withheld(&["read"], |grant| &grant.hidden);
        access.read_only = access.withheld(&["create", "update"], |grant| &grant.read_only);
        access
    }

    /// Roles of the actor that bring one of the actions.
    fn roles_with(&self, actions: &[&str]) -> BTreeSet<&'k str> {
        if let Some(parent) = &self.parent {
            return parent.roles_with(actions);
        }
        let brings = |grant: &&&Permission| actions.iter().any(|name| grants(grant, name));
        let grants = self.grants.iter().filter(brings);
        grants.map(|grant| grant.role.as_str()).collect()
    }

    /// Fields kept from the actor by every role that brings one of the actions.
    fn withheld(&self, actions: &[&str], of: Withheld) -> BTreeSet<&'k str> {
        let of_grant = |grant: &&'k Permission| of(grant).iter().map(String::as_str).collect();
        if self.parent.is_none() {
            let brings = |grant: &&&Permission| actions.iter().any(|name| grants(grant, name));
            return common(self.grants.iter().filter(brings).map(of_grant));
        }
        let of_role = |role: &'k str| {
            let masks = self.grants.iter().filter(|grant| grant.role == role);
            common(masks.map(of_grant))
        };
        common(self.roles_with(actions).into_iter().map(of_role))
    }

    /// True when some permission grants the action on rows there can be for somebody like the actor.
    pub fn may(&self, action: &str) -> bool {
        if self.actor.system {
            return true;
        }
        if let Some(parent) = &self.parent {
            return parent.may(right_on_parent(action));
        }
        self.grants.iter().any(|grant| {
            grants(grant, action) && self.is_within(grant.scope) && self.reaches(grant)
        })
    }

    /// The actor may read records the permission goes through, if it goes through any.
    fn reaches(&self, grant: &Permission) -> bool {
        grant.through.as_ref().is_none_or(|through| {
            let near = self.kernel.model(&through.object);
            near.is_ok_and(|near| Access::of(self.kernel, &near, self.actor).may("read"))
        })
    }

    /// The actor is somebody who can have rows of the scope: [`Self::scope_rows`] answers.
    const fn is_within(&self, scope: RowScope) -> bool {
        match scope {
            RowScope::All => true,
            RowScope::Own | RowScope::Addressed => self.actor.user.is_some(),
            RowScope::OwnOrganisation | RowScope::OrganisationSubtree => {
                self.actor.organisation.is_some()
            }
        }
    }

    /// The field may be read, filtered, sorted, grouped and exported.
    pub fn sees(&self, field: &Field) -> bool {
        self.actor.system || (self.reads && !self.hidden.contains(field.name.as_str()))
    }

    /// The field may be written by create and update.
    pub fn writes(&self, field: &Field) -> bool {
        !field.read_only
            && (self.actor.system
                || (self.sees(field) && !self.read_only.contains(field.name.as_str())))
    }

    /// The rows `t` on which the action is granted.
    ///
    /// # Errors
    /// Not found when no permission grants it to anybody like the actor and reading is not granted either, else forbidden.
    pub fn rows(&self, action: &str) -> Result<Condition> {
        if self.actor.system {
            return Ok(Condition::all());
        }
        if let Some(parent) = &self.parent {
            return self.rows_of_parent(parent, action);
        }
        let mut texts = Vec::new();
        let mut parameters = Vec::new();
        for grant in self.grants.iter().filter(|grant| grants(grant, action)) {
            if let Some(condition) = self.grant_rows(grant)? {
                if condition.is_all() {
                    return Ok(condition);
                }
                texts.push(format!("({})", condition.text));
                parameters.extend(condition.parameters);
            }
        }
        if texts.is_empty() {
            return Err(self.refusal(action));
        }
        Ok(Condition {
            text: texts.join(" OR "),
            parameters,
        })
    }

    /// What is said to somebody without the right: not found, when even reading is not granted.
    pub fn refusal(&self, action: &str) -> Stop {
        if self.may("read") && action != "read" {
            Refusal::forbidden("action.forbidden")
                .with("action", action)
                .into()
        } else {
            Refusal::not_found().into()
        }
    }

    fn rows_of_parent(&self, parent: &Access<'_>, action: &str) -> Result<Condition> {
        let Some(child) = &self.object.child_of else {
            return Err(Refusal::not_found().into());
        };
        let rows = parent.rows(right_on_parent(action))?;
        if rows.is_all() {
            return Ok(rows);
        }
        let text = format!(
            "t.{} IN (SELECT t.\"id\" FROM {} t WHERE {})",
            quoted(&child.link),
            quoted(&child.object),
            rows.text
        );
        Ok(Condition {
            text,
            parameters: rows.parameters,
        })
    }

    fn grant_rows(&self, grant: &Permission) -> Result<Option<Condition>> {
        let Some(mut rows) = self.scope_rows(grant.scope).filter(|_| self.reaches(grant)) else {
            return Ok(None);
        };
        let context = SqlContext::of(self.kernel, self.object, self.actor);
        if let Some(through) = &grant.through {
            rows = rows.and(context.near(through)?);
        }
        if let Some(source) = &grant.when {
            rows = rows.and(self.kernel.rules.sql(&context, source)?);
        }
        Ok(Some(rows))
    }

    fn scope_rows(&self, scope: RowScope) -> Option<Condition> {
        let organisation_column = || {
            self.object
                .scope
                .organisation
                .as_deref()
                .map(|field| format!("t.{}", quoted(field)))
        };
        let mine = self.actor.organisation.map(Value::from);
        match scope {
            RowScope::All => Some(Condition::all()),
            RowScope::Own => {
                let text = format!("t.{} = ?", quoted(self.object.owner_field()));
                Some(Condition {
                    text,
                    parameters: vec![self.actor.user?.into()],
                })
            }
            RowScope::OwnOrganisation => Some(Condition {
                text: format!("{} = ?", organisation_column()?),
                parameters: vec![mine?],
            }),
            RowScope::Addressed => self.addressed_rows(),
            RowScope::OrganisationSubtree => {
                let organisation = self.kernel.catalog.organisation.as_deref()?;
                let object = self.kernel.catalog.object(organisation)?;
                let upward = object
                    .fields
                    .iter()
                    .find(|field| field.to.as_deref() == Some(organisation))?;
                let text = format!(
                    "{} IN (WITH RECURSIVE below(id) AS (SELECT CAST(? AS BIGINT) UNION SELECT o.\"id\" FROM {} o \
                     JOIN below ON o.{} = below.id) SELECT id FROM below)",
                    organisation_column()?,
                    quoted(organisation),
                    quoted(&upward.name)
                );
                Some(Condition {
                    text,
                    parameters: vec![mine?],
                })
            }
        }
    }

    /// Addressed to the user by name, or to a role (or nobody in particular) within the user's organisation or the staff.
    fn addressed_rows(&self) -> Option<Condition> {
        let mut parameters: Vec<Value> = vec![self.actor.user?.into()];
        parameters.extend(
            self.actor
                .roles
                .iter()
                .map(|role| Value::from(role.as_str())),
        );
        let marks = vec!["?"; self.actor.roles.len()].join(", ");
        let role = if marks.is_empty() {
            String::new()
        } else {
            format!(" OR t.\"role_name\" IN ({marks})")
        };
        let organisation = if let Some(mine) = self.actor.organisation {
            parameters.push(mine.into());
            " = ?"
        } else {
            " IS NULL"
        };
        let text = format!(
            "t.\"user_id\" = ? OR (t.\"user_id\" IS NULL AND (t.\"role_name\" IS NULL{role}) \
             AND t.\"organisation_id\"{organisation})"
        );
        Some(Condition { text, parameters })
    }
}
