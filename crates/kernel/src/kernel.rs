//! The kernel of one site: declarations ready to run, the store, the clock, and who listens to changes.
//!
//! Keeps true: everything here is built once at start and shared unchanged; per-request state lives in [`Cx`].
//! Not here: HTTP, business names.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, RwLock},
};

use jiff::tz::TimeZone;
use qudao_base::{Actor, Clock, Date, Fault, FaultKind, IdSource, Instant, Refusal, Result, Stop};
use qudao_meta::{Catalog, Object, Text};
use qudao_store::{Dialect, Store};
use tracing::Span;

use crate::{
    Connection, Cx,
    access::Access,
    job::JobCounts,
    ledger::{AccountKind, KnownAccounts},
    model::Model,
    node::Lease,
    number::{NumbersAhead, NumbersTaken},
    outbound::Outbound,
    partition,
    recall::Recall,
    registry::{Registry, Template},
    rules::Rules,
    schema,
    site_key::SiteKey,
    summary,
    sweep::sweep,
};

/// How a site is set up when it starts.
#[derive(Clone, Debug)]
pub struct SiteOptions {
    /// Name shown to people.
    pub name: String,
    /// Zone of business dates.
    pub zone: TimeZone,
    /// Zone's name, for screens.
    pub zone_name: String,
    /// ISO code of the site's currency.
    pub currency: String,
    /// Number of this process among those on one database, 0 to 1023.
    pub node: u16,
    /// The site's secret.
    pub key: Arc<SiteKey>,
    /// The key takes the place of one that is lost.
    pub renews_key: bool,
}

impl SiteOptions {
    /// The defaults of a new site.
    pub fn standard(key: SiteKey) -> Self {
        let zone_name = "Asia/Shanghai".to_owned();
        let zone = TimeZone::get(&zone_name).unwrap_or(TimeZone::UTC);
        Self {
            name: "Qudao 渠道".to_owned(),
            zone,
            zone_name,
            currency: "CNY".to_owned(),
            node: 0,
            key: Arc::new(key),
            renews_key: false,
        }
    }
}

/// Something committed that screens may want to know of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Object of the saved row.
    pub object: String,
}

type Listener = Box<dyn Fn(&[Change]) + Send + Sync>;

/// A running site.
pub struct Kernel {
    /// Declarations.
    pub catalog: Arc<Catalog>,
    /// Database.
    pub store: Store,
    /// Set-up.
    pub site: SiteOptions,
    /// What recurring work has come to.
    pub jobs: JobCounts,
    pub(crate) registry: Registry,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: IdSource,
    pub(crate) rules: Rules,
    pub(crate) lease: RwLock<Option<Lease>>,
    /// Newest block whose changes have been announced.
    pub(crate) heard_block: Mutex<Option<i64>>,
    pub(crate) accounts: KnownAccounts,
    pub(crate) recall: Recall,
    pub(crate) numbers: NumbersAhead,
    models: HashMap<String, Arc<Model>>,
    listeners: Mutex<Vec<Listener>>,
    pub(crate) outbound: OnceLock<Arc<dyn Outbound>>,
}

/// A span within the request or job that is being done; what nobody asked for, such as looking whether a job is due, has none.
fn asked_for(span: impl FnOnce() -> Span) -> Span {
    if Span::current().is_none() {
        Span::none()
    } else {
        span()
    }
}

impl std::fmt::Debug for Kernel {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Kernel")
            .field("site", &self.site.name)
            .finish_non_exhaustive()
    }
}

impl Kernel {
    /// Checks declarations, brings the database up to them and starts.
    pub fn start(
        store: Store,
        mut registry: Registry,
        clock: Arc<dyn Clock>,
        site: SiteOptions,
    ) -> Result<Arc<Self>> {
        registry.every("kernel.sweep", 3_600, sweep);
        summary::sign_up(&mut registry);
        if store.dialect() == Dialect::Postgres {
            partition::sign_up(&mut registry);
        }
        let catalog = Arc::new(registry.catalog()?);
        let changes = store.migrate(&schema::schema(&catalog)?)?;
        for change in &changes {
            tracing::debug!(%change, "schema");
        }
        let rules = Rules::compile(&catalog)?;
        let model = |object: &Arc<Object>| {
            let model = Model::of(&catalog, &rules, object)?;
            Ok((object.name.clone(), Arc::new(model)))
        };
        let models = catalog.objects().iter().map(model).collect::<Result<_>>()?;
        let recall = Recall::of(&catalog);
        let kernel = Arc::new(Self {
            catalog,
            store,
            ids: IdSource::new(site.node),
            site,
            jobs: JobCounts::default(),
            registry,
            clock,
            rules,
            lease: RwLock::default(),
            heard_block: Mutex::default(),
            accounts: KnownAccounts::default(),
            recall,
            numbers: NumbersAhead::default(),
            models,
            listeners: Mutex::default(),
            outbound: OnceLock::new(),
        });
        partition::make_first(&kernel);
        kernel.know_key()?;
        kernel.claim_node()?;
        kernel.ship_records()?;
        Ok(kernel)
    }

    /// The model of an object people may name; unknown ones are not found.
    pub fn model(&self, object: &str) -> Result<Arc<Model>> {
        self.models
            .get(object)
            .cloned()
            .ok_or_else(|| Refusal::not_found().into())
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.clock.as_ref()
    }

    /// Today at the site.
    pub fn today(&self) -> Result<Date> {
        self.clock.now().date(&self.site.zone)
    }

    pub(crate) fn account_kind(&self, name: &str) -> Result<AccountKind> {
        let kind = self.registry.accounts.get(name).copied();
        kind.ok_or_else(|| {
            Fault::new(format!("no ledger account kind {name} is registered")).into()
        })
    }

    /// Print templates.
    pub fn templates(&self) -> &[Template] {
        &self.registry.templates
    }

    /// What an actor may do with an object.
    pub fn access<'k>(&'k self, model: &'k Model, actor: &'k Actor) -> Access<'k> {
        Access::of(self, model, actor)
    }

    /// Runs work on a snapshot.
    pub fn read<T>(&self, actor: &Actor, work: impl FnOnce(&mut Cx<'_>) -> Result<T>) -> Result<T> {
        let _entered = asked_for(|| tracing::info_span!("snapshot")).entered();
        self.store.read(|reader| {
            let mut cx = Cx::new(self, reader as &mut dyn Connection, actor.clone());
            work(&mut cx).map_err(|stop| self.named(stop))
        })
    }

    /// Runs work that only tells, and decides nothing, on the read replica where there is one that is near enough, else on a snapshot
    /// of the database itself. Also answers since when something may be missing. The work may run twice.
    pub fn read_report<T>(
        &self,
        actor: &Actor,
        work: impl Fn(&mut Cx<'_>) -> Result<T>,
    ) -> Result<(T, Instant)> {
        let _entered = asked_for(|| tracing::info_span!("report")).entered();
        let asked = self.clock.now();
        let (told, lag) = self.store.read_report(|reader| {
            let mut cx = Cx::new(self, reader as &mut dyn Connection, actor.clone());
            work(&mut cx).map_err(|stop| self.named(stop))
        })?;
        let lag = i64::try_from(lag.as_micros()).unwrap_or(i64::MAX);
        let as_of = Instant::from_micros(asked.micros().saturating_sub(lag));
        Ok((told, as_of))
    }

    /// Runs work in one transaction; the changes are announced after the commit. The work may run more than once.
    pub fn write<T: Send + 'static>(
        self: &Arc<Self>,
        actor: &Actor,
        work: impl Fn(&mut Cx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.own_node()?;
        self.write_as_known(actor, work)
    }

    /// Like [`Self::write`], for what makes no ids: this process may not have its number yet.
    pub(crate) fn write_as_known<T: Send + 'static>(
        self: &Arc<Self>,
        actor: &Actor,
        work: impl Fn(&mut Cx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let kernel = Arc::clone(self);
        let (asker, actor) = (actor, actor.clone());
        let refused = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&refused);
        let numbers = Arc::new(Mutex::new(NumbersTaken::default()));
        let numbered = Arc::clone(&numbers);
        // Until the commit: on SQLite the work runs on the writer's thread, which knows of no request.
        let span = asked_for(|| tracing::info_span!("transaction"));
        let inner = span.clone();
        let done = self.store.write(move |transaction| {
            let _entered = inner.enter();
            let mut cx = Cx::new(&kernel, transaction as &mut dyn Connection, actor.clone());
            let done = work(&mut cx);
            *noted.lock().unwrap_or_else(PoisonError::into_inner) = std::mem::take(&mut cx.refused);
            let ended = done.and_then(|answer| Ok((answer, cx.finish()?)));
            let taken = std::mem::take(&mut cx.numbers);
            if ended.is_err() {
                kernel.numbers.give_back(&taken);
            }
            *numbered.lock().unwrap_or_else(PoisonError::into_inner) = taken;
            let (answer, changes) = ended.map_err(|stop| kernel.named(stop))?;
            Ok((answer, changes, std::mem::take(&mut cx.found_accounts)))
        });
        drop(span);
        if let Err(Stop::Refusal(_)) = &done {
            let kept = std::mem::take(&mut *refused.lock().unwrap_or_else(PoisonError::into_inner));
            self.keep_refused(asker, kept);
        }
        // After a fault the database is left in peace.
        let (answer, changes, found) = match done {
            Ok(done) => done,
            Err(stop) => {
                if matches!(stop, Stop::Refusal(_)) {
                    self.take_ahead(&numbers.lock().unwrap_or_else(PoisonError::into_inner));
                }
                return Err(stop);
            }
        };
        self.accounts.add(found);
        self.announce(&changes);
        self.take_ahead(&numbers.lock().unwrap_or_else(PoisonError::into_inner));
        Ok(answer)
    }

    /// A violated declared constraint is a refusal with its declared code, and a sum too large one of its own; not faults.
    pub(crate) fn named(&self, stop: Stop) -> Stop {
        let Stop::Fault(fault) = &stop else {
            return stop;
        };
        if fault.kind == FaultKind::Overflow {
            return Refusal::invalid("amount.range").into();
        }
        if fault.kind != FaultKind::Duplicate {
            return stop;
        }
        for object in self.catalog.objects() {
            for unique in &object.uniques {
                if fault.message == schema::unique_name(object, &unique.fields) {
                    let field = unique.fields.first().cloned().unwrap_or_default();
                    return Refusal::conflict(&unique.code).on(field).into();
                }
            }
            for field in object.fields.iter().filter(|field| field.unique) {
                if fault.message == schema::unique_name(object, std::slice::from_ref(&field.name)) {
                    return Refusal::conflict("field.taken")
                        .on(&field.name)
                        .with_label("field", &field.label)
                        .into();
                }
            }
        }
        stop
    }

    /// Calls the listener after every commit that changed rows.
    pub fn listen(&self, listener: impl Fn(&[Change]) + Send + Sync + 'static) {
        self.listeners
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(Box::new(listener));
    }

    pub(crate) fn announce(&self, changes: &[Change]) {
        if !changes.is_empty() {
            let listeners = self
                .listeners
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            listeners.iter().for_each(|listener| listener(changes));
        }
    }

    /// The declared texts of a refusal code.
    pub fn refusal_text(&self, code: &str) -> Option<&Text> {
        self.catalog
            .refusals
            .get(code)
            .or_else(|| crate::texts::kernel_text(code))
    }
}
