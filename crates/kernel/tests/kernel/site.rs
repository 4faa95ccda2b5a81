//! A throw-away site with two objects (`note` with lines `item`, and `box`) and helpers to act on it.

use std::sync::Arc;

use qudao_base::{Actor, Id, Instant, ManualClock, Refusal, Result, Stop};
use qudao_kernel::{
    Cx, Kernel, Registry, SiteKey, SiteOptions, input_map,
    ledger::{AccountKey, AccountKind},
    pipeline::Request,
    typed_records,
};
use qudao_store::testing::TestDatabase;
use serde_json::{Value as Json, json};

use crate::declared::{BOX, ITEM, NOTE, PACK, TAG, USER, USER_ROLE};

typed_records! {
    /// A note.
    Note = "note" {
        number: String,
        state: String,
        title: String,
        amount: Option<qudao_base::Money>,
        cost_amount: Option<qudao_base::Money>,
        secret: Option<String>,
        plain_text: Option<String>,
        written_on: Option<qudao_base::Date>,
        kept: Option<i64>,
    }
    /// An item.
    Item = "item" {
        note_id: Id,
        word: String,
        weight: Option<i64>,
        mark: Option<String>,
        created_at: Instant,
        created_by: Option<Id>,
        updated_at: Instant,
        updated_by: Option<Id>,
    }
}

/// A running site and its clock.
pub struct Site {
    pub kernel: Arc<Kernel>,
    pub clock: Arc<ManualClock>,
    /// Removed when the site is done with.
    database: TestDatabase,
}

/// Kind of the accounts [`shelf`] names.
pub const SHELF: &str = "shelf";

/// The account stocked up by the action `stock_up`.
pub fn shelf(note: Id) -> AccountKey {
    AccountKey::new(SHELF, note, "piece")
}

pub fn supply() -> AccountKey {
    AccountKey::new("supply", Id::from_number(1), "piece")
}

fn count_items(cx: &mut Cx<'_>, note: &mut Note) -> Result<()> {
    note.kept = Some(cx.lines::<Item>(note.id)?.len() as i64);
    Ok(())
}

fn stock_up(cx: &mut Cx<'_>, note: &mut Note) -> Result<()> {
    let id = note.id;
    cx.ledger()
        .transfer(&supply(), &shelf(id), 10, "note", id)?;
    let shelf = qudao_kernel::Explanation::info("第七架", "The seventh shelf").internal();
    let explanation = qudao_kernel::Explanation::pass("入账十件", "Ten pieces")
        .value(10)
        .child(shelf);
    cx.decide(qudao_kernel::Decision {
        kind: "stock",
        object: "note",
        record: id,
        organisation: Some(id),
        rule: "always",
        rule_version: 1,
        result: "stocked".to_owned(),
        inputs: json!({ "pieces": 10 }),
        explanation,
    })?;
    Ok(())
}

/// Does `<what> <which hold> <amount>` with the note's shelf.
fn ledger_step(cx: &mut Cx<'_>, note: &mut Note) -> Result<()> {
    let words = note.plain_text.take().unwrap_or_default();
    let words: Vec<&str> = words.split(' ').collect();
    let (which, amount): (usize, i64) = (words[1].parse().unwrap(), words[2].parse().unwrap());
    let id = note.id;
    let hold = cx
        .ledger()
        .holds("note", id)?
        .get(which)
        .map(|hold| hold.id);
    match words[0] {
        "supply" => cx
            .ledger()
            .transfer(&supply(), &shelf(id), amount, "note", id)
            .map(drop),
        "take" => cx
            .ledger()
            .transfer(&shelf(id), &supply(), amount, "note", id)
            .map(drop),
        "hold" => cx
            .ledger()
            .hold(&shelf(id), &supply(), amount, "note", id)
            .map(drop),
        "post" => cx.ledger().post(hold.unwrap(), amount),
        _ => cx.ledger().release(hold.unwrap()),
    }
}

/// Those of every site here, so that a second process fits the first.
pub fn options() -> SiteOptions {
    SiteOptions::standard(SiteKey::new([7; 32]).unwrap())
}

pub fn registry() -> Registry {
    let mut registry = Registry::default();
    registry
        .pack(PACK, &[USER, USER_ROLE, BOX, NOTE, ITEM, TAG])
        .unwrap();
    registry.before_save::<Note>(count_items);
    registry.before::<Note>("stock_up", stock_up);
    registry.before::<Note>("ledger_step", ledger_step);
    registry.secret_function("plain.secret", &["writer"], |cx, input| {
        cx.create(&Note {
            title: "made".to_owned(),
            ..Note::default()
        })?;
        Ok(json!({ "secret": "canary", "asked": input }))
    });
    registry.account_kind(SHELF, AccountKind::FLOORED);
    registry.account_kind("supply", AccountKind::CONTRA);
    registry
}

impl Site {
    fn on(database: TestDatabase) -> Self {
        Self::with(database, registry())
    }

    pub fn with(database: TestDatabase, registry: Registry) -> Self {
        let clock = Arc::new(ManualClock::at(
            "2026-03-02T00:00:00Z".parse::<Instant>().unwrap(),
        ));
        let store = database.open().unwrap();
        let kernel = Kernel::start(store, registry, clock.clone(), options()).unwrap();
        Self {
            kernel,
            clock,
            database,
        }
    }

    /// Where it is kept.
    pub const fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// What its clock says.
    pub fn clock_now(&self) -> Instant {
        qudao_base::Clock::now(self.clock.as_ref())
    }

    pub fn act(&self, actor: &Actor, request: Request) -> Result<Json> {
        self.kernel.submit(actor, None, request)
    }

    pub fn create(&self, actor: &Actor, object: &str, input: Json) -> Result<Json> {
        self.act(actor, create(object, input))
    }

    /// Creates a note as a writer and gives its id.
    pub fn note(&self, title: &str) -> Id {
        id_of(
            &self
                .create(&writer(), "note", json!({ "title": title }))
                .unwrap(),
        )
    }

    pub fn system<T: Send + 'static>(
        &self,
        work: impl Fn(&mut Cx<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.kernel.write(&Actor::system(), work)
    }

    /// Asserts that everything is provably as the log says.
    pub fn verify(&self) {
        let report = self.kernel.verify(None).unwrap();
        assert_eq!(report.broken, Vec::<String>::new());
    }
}

/// Runs the test on a fresh site of every database at hand.
pub fn everywhere(test: impl Fn(&Site)) {
    for database in TestDatabase::all() {
        let site = Site::on(database);
        test(&site);
        site.verify();
    }
}

/// The same without the final proof, for tests that spoil the database.
pub fn everywhere_unproved(test: impl Fn(&Site)) {
    for database in TestDatabase::all() {
        test(&Site::on(database));
    }
}

pub fn create(object: &str, input: Json) -> Request {
    let input = input_map(input).unwrap();
    Request {
        object: object.to_owned(),
        action: "create".to_owned(),
        input,
        ..Request::default()
    }
}

pub fn on(object: &str, id: Id, action: &str, input: Json) -> Request {
    let input = input_map(input).unwrap();
    Request {
        object: object.to_owned(),
        id: Some(id),
        action: action.to_owned(),
        input,
        version: None,
        then: None,
    }
}

pub fn id_of(reply: &Json) -> Id {
    reply["record"]["id"].as_str().unwrap().parse().unwrap()
}

fn person(role: &str, organisation: Option<Id>) -> Actor {
    Actor {
        user: Some(Id::from_number(77)),
        roles: vec![role.to_owned()],
        organisation,
        locale: qudao_base::Locale::English,
        session: None,
        system: false,
    }
}

pub fn writer() -> Actor {
    person("writer", None)
}

pub fn reader() -> Actor {
    person("reader", None)
}

pub fn member(organisation: Id) -> Actor {
    person("member", Some(organisation))
}

/// Reads the notes that tags of the organisation are on.
pub fn follower(organisation: Option<Id>) -> Actor {
    person("follower", organisation)
}

/// The refusal a result must be.
pub fn refusal<T: std::fmt::Debug>(result: Result<T>) -> Refusal {
    match result {
        Err(Stop::Refusal(refusal)) => *refusal,
        other => panic!("expected a refusal, got {other:?}"),
    }
}

pub fn code<T: std::fmt::Debug>(result: Result<T>) -> String {
    refusal(result).code
}
