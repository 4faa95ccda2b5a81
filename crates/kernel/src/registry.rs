//! Where packs sign up: declarations, rules, functions, account kinds, recurring work, invariants, print templates.
//!
//! Keeps true: a rule is registered for an object and an action by type, so a misspelt name fails when the kernel starts.
//! Not here: running any of it.

use std::{collections::HashMap, sync::Arc};

use qudao_base::{Fault, Id, Result};
use qudao_meta::{Catalog, Source};
use serde_json::Value as Json;

use crate::{
    Cx, Record, Typed,
    endpoint::Endpoint,
    ledger::AccountKind,
    password::PasswordHash,
    projection::Projection,
    worker::{Worker, WorkerBody},
};

/// A rule on a record about to be saved.
pub type BeforeHook = Arc<dyn Fn(&mut Cx<'_>, &mut Record) -> Result<()> + Send + Sync>;
/// A consequence of a record just saved, in the same transaction.
pub type AfterHook = Arc<dyn Fn(&mut Cx<'_>, &Record) -> Result<()> + Send + Sync>;
/// A named function with JSON in and out.
pub type FunctionBody = Arc<dyn Fn(&mut Cx<'_>, Json) -> Result<Json> + Send + Sync>;

/// What recurring work does.
pub type JobBody = Arc<dyn Fn(&mut Cx<'_>) -> Result<()> + Send + Sync>;
/// Collects the data of a printed document.
pub type TemplateData = Arc<dyn Fn(&mut Cx<'_>, Id) -> Result<Json> + Send + Sync>;

/// How a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FunctionKind {
    /// On a snapshot; it cannot write.
    Reads,
    /// In a transaction; its answer is kept under the idempotency key.
    Writes,
    /// In a transaction; input or answer holds a secret, so nothing of either is kept.
    HandlesSecrets,
    /// The same, with the caller's new password, which is hashed before the transaction begins.
    SetsPassword,
}

/// A named function and who may call it.
#[derive(Clone)]
pub struct Function {
    /// Roles that may call; empty: everybody signed in.
    pub roles: Vec<String>,
    /// How it runs.
    pub kind: FunctionKind,
    /// What it does.
    pub body: FunctionBody,
}

/// Recurring work.
#[derive(Clone)]
pub struct Recurring {
    /// Name.
    pub name: String,
    /// Seconds between runs.
    pub seconds: i64,
    /// What it does, in one transaction.
    pub body: JobBody,
}

/// Data of a printed document.
#[derive(Clone)]
pub struct Template {
    /// Name, also of the template file.
    pub name: String,
    /// Object it prints.
    pub object: String,
    /// Collects what the template shows.
    pub data: TemplateData,
}

/// A named invariant check: one sentence per broken invariant.
pub type Verify = Arc<dyn Fn(&mut Cx<'_>) -> Result<Vec<String>> + Send + Sync>;

/// Collects what packs bring.
#[derive(Default)]
pub struct Registry {
    sources: Vec<Source>,
    before: HashMap<(String, String), Vec<BeforeHook>>,
    after: HashMap<(String, String), Vec<AfterHook>>,
    typed: Vec<fn(&Catalog) -> Result<()>>,
    pub(crate) functions: HashMap<String, Function>,
    pub(crate) accounts: HashMap<&'static str, AccountKind>,
    pub(crate) projections: Vec<Projection>,
    pub(crate) verifies: Vec<(String, Verify)>,
    pub(crate) recurring: Vec<Recurring>,
    pub(crate) templates: Vec<Template>,
    pub(crate) endpoints: Vec<Endpoint>,
    pub(crate) workers: Vec<Worker>,
}

const ANY: &str = "*";

fn check_typed<T: Typed>(catalog: &Catalog) -> Result<()> {
    T::check(catalog.require(T::OBJECT)?)
}

impl Registry {
    /// Begins a pack with its declarations; what follows belongs to it.
    pub fn pack(&mut self, pack: &str, objects: &[&str]) -> Result<()> {
        self.sources.push(Source {
            pack: pack.to_owned(),
            objects: objects.iter().map(|&text| text.to_owned()).collect(),
            dashboards: Vec::new(),
            demo: None,
        });
        Ok(())
    }

    fn current(&mut self) -> Result<&mut Source> {
        self.sources
            .last_mut()
            .ok_or_else(|| Fault::new("no pack has been begun").into())
    }

    /// Adds a dashboard to the pack.
    pub fn dashboard(&mut self, text: &str) -> Result<()> {
        self.current()?.dashboards.push(text.to_owned());
        Ok(())
    }

    /// Gives the pack its demo data.
    pub fn demo(&mut self, text: &str) -> Result<()> {
        self.current()?.demo = Some(text.to_owned());
        Ok(())
    }

    fn add_before<T: Typed>(&mut self, action: &str, rule: fn(&mut Cx<'_>, &mut T) -> Result<()>) {
        let hook: BeforeHook = Arc::new(move |cx, record| {
            let mut typed = T::from_record(record)?;
            rule(cx, &mut typed)?;
            typed.write(record);
            Ok(())
        });
        self.typed.push(check_typed::<T>);
        self.before
            .entry((T::OBJECT.to_owned(), action.to_owned()))
            .or_default()
            .push(hook);
    }

    /// Before every save of the object.
    pub fn before_save<T: Typed>(&mut self, rule: fn(&mut Cx<'_>, &mut T) -> Result<()>) {
        self.add_before(ANY, rule);
    }

    /// Before the save of one action (`create`, `update`, `delete` or a declared one).
    pub fn before<T: Typed>(&mut self, action: &str, rule: fn(&mut Cx<'_>, &mut T) -> Result<()>) {
        self.add_before(action, rule);
    }

    /// After the save of one action, in the same transaction.
    pub fn after<T: Typed>(&mut self, action: &str, rule: fn(&mut Cx<'_>, &T) -> Result<()>) {
        let hook: AfterHook = Arc::new(move |cx, record| rule(cx, &T::from_record(record)?));
        self.typed.push(check_typed::<T>);
        self.after
            .entry((T::OBJECT.to_owned(), action.to_owned()))
            .or_default()
            .push(hook);
    }

    fn add_function(&mut self, name: &str, roles: &[&str], kind: FunctionKind, body: FunctionBody) {
        let roles = roles.iter().map(|&role| role.to_owned()).collect();
        self.functions
            .insert(name.to_owned(), Function { roles, kind, body });
    }

    /// A function that may write.
    pub fn function(
        &mut self,
        name: &str,
        roles: &[&str],
        body: fn(&mut Cx<'_>, Json) -> Result<Json>,
    ) {
        self.add_function(name, roles, FunctionKind::Writes, Arc::new(body));
    }

    /// A function that takes or answers a secret. Repeated under the same idempotency key it is refused, not replayed.
    pub fn secret_function(
        &mut self,
        name: &str,
        roles: &[&str],
        body: fn(&mut Cx<'_>, Json) -> Result<Json>,
    ) {
        self.add_function(name, roles, FunctionKind::HandlesSecrets, Arc::new(body));
    }

    /// A function that takes `{password, current_password}`, the former as a hash; the latter is looked at before, where there is
    /// one.
    pub fn password_function(
        &mut self,
        name: &str,
        roles: &[&str],
        body: fn(&mut Cx<'_>, &PasswordHash) -> Result<Json>,
    ) {
        let body: FunctionBody = Arc::new(move |cx, input| {
            let stored = input.as_str().unwrap_or_default().to_owned();
            body(cx, &PasswordHash::from_stored(stored))
        });
        self.add_function(name, roles, FunctionKind::SetsPassword, body);
    }

    /// A function that only reads, on a snapshot.
    pub fn lookup(
        &mut self,
        name: &str,
        roles: &[&str],
        body: fn(&mut Cx<'_>, Json) -> Result<Json>,
    ) {
        self.add_function(name, roles, FunctionKind::Reads, Arc::new(body));
    }

    /// Declares a kind of ledger account.
    pub fn account_kind(&mut self, name: &'static str, kind: AccountKind) {
        self.accounts.insert(name, kind);
    }

    /// Makes an object repeat accounts of a kind.
    pub fn projection(&mut self, projection: Projection) {
        self.projections.push(projection);
    }

    /// Adds an invariant check.
    pub fn verify(&mut self, name: &str, check: fn(&mut Cx<'_>) -> Result<Vec<String>>) {
        self.verifies.push((name.to_owned(), Arc::new(check)));
    }

    /// Adds recurring work.
    pub fn every(&mut self, name: &str, seconds: i64, body: fn(&mut Cx<'_>) -> Result<()>) {
        self.recurring.push(Recurring {
            name: name.to_owned(),
            seconds,
            body: Arc::new(body),
        });
    }

    /// Adds recurring work that runs outside of any transaction.
    pub fn worker(&mut self, name: &str, seconds: i64, body: WorkerBody) {
        self.workers.push(Worker {
            name: name.to_owned(),
            seconds,
            body,
        });
    }

    /// Adds an address for other systems.
    pub fn endpoint(&mut self, endpoint: Endpoint) {
        self.endpoints.push(endpoint);
    }

    /// Adds a printed document.
    pub fn template(
        &mut self,
        name: &str,
        object: &str,
        data: fn(&mut Cx<'_>, Id) -> Result<Json>,
    ) {
        self.templates.push(Template {
            name: name.to_owned(),
            object: object.to_owned(),
            data: Arc::new(data),
        });
    }

    /// Reads and checks all declarations and that every rule fits them.
    pub fn catalog(&self) -> Result<Catalog> {
        let catalog = Catalog::build(&self.sources)?;
        for check in &self.typed {
            check(&catalog)?;
        }
        let hooked = self.before.keys().chain(self.after.keys());
        for (object, action) in hooked {
            let plain = [ANY, "create", "update", "delete"].contains(&action.as_str());
            if !plain && catalog.require(object)?.action(action).is_none() {
                return Err(Fault::new(format!(
                    "a rule is registered for {object}.{action}, which is not declared"
                ))
                .into());
            }
        }
        Ok(catalog)
    }

    pub(crate) fn before_hooks(&self, object: &str, action: &str) -> Vec<BeforeHook> {
        let of = |action: &str| {
            self.before
                .get(&(object.to_owned(), action.to_owned()))
                .cloned()
                .unwrap_or_default()
        };
        let mut hooks = of(ANY);
        hooks.extend(of(action));
        hooks
    }

    pub(crate) fn after_hooks(&self, object: &str, action: &str) -> Vec<AfterHook> {
        self.after
            .get(&(object.to_owned(), action.to_owned()))
            .cloned()
            .unwrap_or_default()
    }
}
