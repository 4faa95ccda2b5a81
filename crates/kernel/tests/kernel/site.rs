//! A throw-away site with two objects (`note` with lines `item`, and `box`) and helpers to act on it.

use std::sync::Arc;

use qudao_base::{Actor, Id, Instant, ManualClock, Refusal, Result, Stop};
use qudao_kernel::{
    Cx, Kernel, Registry, SiteOptions, input_map,
    ledger::{AccountKey, AccountKind},
    pipeline::Request,
    typed_records,
};
use qudao_store::testing::TestDatabase;
use serde_json::{Value as Json, json};

const PACK: &str = r#"
name = "plain"
label = { zh = "例", en = "Plain" }
[[role]]
name = "writer"
label = { zh = "写", en = "Writer" }
[[role]]
name = "reader"
label = { zh = "读", en = "Reader" }
[[role]]
name = "member"
label = { zh = "成员", en = "Member" }
door = "portal"
[[setting]]
name = "plain.days"
type = "integer"
default = "3"
label = { zh = "天", en = "Days" }
[refusal]
"note.too_dear" = { zh = "太贵", en = "Too dear" }
"item.too_heavy" = { zh = "太重", en = "Too heavy" }
"note.same_title" = { zh = "同名", en = "Same title" }
"#;

const USER: &str = r#"
name = "user"
label = { zh = "用户", en = "User" }
[[field]]
name = "name"
type = "text"
label = { zh = "姓名", en = "Name" }
[[field]]
name = "login"
type = "text"
label = { zh = "登录名", en = "Login" }
unique = true
[[field]]
name = "locale"
type = "text"
label = { zh = "语言", en = "Locale" }
[[field]]
name = "organisation_id"
type = "organisation"
label = { zh = "组织", en = "Organisation" }
[[field]]
name = "active"
type = "boolean"
label = { zh = "启用", en = "Active" }
default = "true"
"#;

const USER_ROLE: &str = r#"
name = "user_role"
label = { zh = "角色", en = "Role" }
child_of = { object = "user", link = "user_id", list = "roles" }
[[field]]
name = "user_id"
type = "link"
to = "user"
label = { zh = "用户", en = "User" }
[[field]]
name = "role_name"
type = "text"
label = { zh = "角色", en = "Role" }
"#;

const BOX: &str = r#"
name = "box"
label = { zh = "箱", en = "Box" }
organisation = true
title = "name"
[scope]
organisation = "id"
[[field]]
name = "name"
type = "text"
label = { zh = "名称", en = "Name" }
required = true
search = true
[[field]]
name = "parent_id"
type = "link"
to = "box"
label = { zh = "上级", en = "Parent" }
[[permission]]
role = "writer"
scope = "all"
actions = ["read", "create", "update", "delete"]
[[permission]]
role = "member"
scope = "organisation_subtree"
actions = ["read"]
"#;

const NOTE: &str = r#"
name = "note"
label = { zh = "便笺", en = "Note" }
number = "N{yyyy}-{000}"
title = "title"
[scope]
organisation = "box_id"
[[field]]
name = "title"
type = "text"
label = { zh = "标题", en = "Title" }
required = true
filter = true
search = true
max = 20
[[field]]
name = "amount"
type = "money"
label = { zh = "金额", en = "Amount" }
filter = true
min = "0"
[[field]]
name = "secret"
type = "text"
label = { zh = "秘密", en = "Secret" }
filter = true
search = true
[[field]]
name = "plain_text"
type = "text"
label = { zh = "未建索引", en = "Not indexed" }
[[field]]
name = "written_on"
type = "date"
label = { zh = "日期", en = "Date" }
filter = true
default = "today"
[[field]]
name = "kept"
type = "integer"
label = { zh = "规则写的", en = "Kept by a rule" }
read_only = true
[[field]]
name = "reason"
type = "text"
label = { zh = "理由", en = "Reason" }
read_only = true
[[field]]
name = "box_id"
type = "link"
to = "box"
label = { zh = "箱", en = "Box" }
filter = true
default = "my_organisation"
[[state]]
name = "draft"
label = { zh = "草稿", en = "Draft" }
[[state]]
name = "sent"
label = { zh = "已发", en = "Sent" }
[[action]]
name = "send"
label = { zh = "发出", en = "Send" }
from = ["draft"]
to = "sent"
input = ["plain_text"]
require = ["plain_text"]
[[action]]
name = "recall"
label = { zh = "收回", en = "Recall" }
from = ["sent"]
to = "draft"
input = ["reason"]
require = ["reason"]
[[action]]
name = "remark"
label = { zh = "附注", en = "Remark" }
input = ["reason"]
[[action]]
name = "stock_up"
label = { zh = "入账", en = "Stock up" }
[[action]]
name = "ledger_step"
label = { zh = "记账", en = "Ledger step" }
input = ["plain_text"]
[[action]]
name = "quiet"
label = { zh = "内部", en = "Quiet" }
internal = true
[[rule]]
code = "note.too_dear"
field = "amount"
when = "amount > 1000000"
[[unique]]
fields = ["title"]
where = "state in ['sent']"
code = "note.same_title"
[[permission]]
role = "writer"
scope = "all"
actions = ["read", "create", "update", "delete", "export", "import", "send", "recall", "remark", "stock_up", "ledger_step"]
[[permission]]
role = "reader"
scope = "all"
actions = ["read"]
hidden = ["secret"]
[[permission]]
role = "member"
scope = "own_organisation"
actions = ["read", "create", "update"]
hidden = ["secret"]
read_only = ["amount"]
[[measure]]
name = "total"
label = { zh = "合计", en = "Total" }
aggregate = "sum"
field = "amount"
date = "written_on"
[[measure]]
name = "notes"
label = { zh = "条数", en = "Notes" }
aggregate = "count"
[[measure]]
name = "sent_notes"
label = { zh = "已发条数", en = "Sent notes" }
aggregate = "count"
filter = "state == 'sent'"
[[measure]]
name = "sent_share"
label = { zh = "已发占比", en = "Share sent" }
aggregate = "ratio"
numerator = "sent_notes"
denominator = "notes"
"#;

const ITEM: &str = r#"
name = "item"
label = { zh = "明细", en = "Item" }
child_of = { object = "note", link = "note_id", list = "items" }
[[field]]
name = "note_id"
type = "link"
to = "note"
label = { zh = "便笺", en = "Note" }
required = true
[[field]]
name = "word"
type = "text"
label = { zh = "词", en = "Word" }
required = true
[[field]]
name = "weight"
type = "integer"
label = { zh = "重量", en = "Weight" }
[[rule]]
code = "item.too_heavy"
field = "weight"
when = "weight > 100"
[[permission]]
role = "reader"
scope = "all"
actions = []
hidden = ["weight"]
[[permission]]
role = "member"
scope = "all"
actions = []
read_only = ["weight"]
"#;

typed_records! {
    /// A note.
    Note = "note" {
        number: String,
        state: String,
        title: String,
        amount: Option<qudao_base::Money>,
        secret: Option<String>,
        plain_text: Option<String>,
        written_on: Option<qudao_base::Date>,
        kept: Option<i64>,
    }
    /// An item.
    Item = "item" {
        note_id: Id,
        word: String,
    }
}

/// A running site and its clock.
pub struct Site {
    pub kernel: Arc<Kernel>,
    pub clock: Arc<ManualClock>,
    /// Removed when the site is done with.
    _database: TestDatabase,
}

const SHELF: &str = "shelf";

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

pub fn registry() -> Registry {
    let mut registry = Registry::default();
    registry
        .pack(PACK, &[USER, USER_ROLE, BOX, NOTE, ITEM])
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
    registry.account_kind(
        SHELF,
        AccountKind {
            floor: Some(0),
            keeps_balance: true,
        },
    );
    registry.account_kind(
        "supply",
        AccountKind {
            floor: None,
            keeps_balance: false,
        },
    );
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
        let kernel =
            Kernel::start(store, registry, clock.clone(), SiteOptions::standard()).unwrap();
        Self {
            kernel,
            clock,
            _database: database,
        }
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
