//! The small pack of the throw-away site: `note` with lines `item`, `box`, and the people.

pub const PACK: &str = r#"
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
[[role]]
name = "follower"
label = { zh = "跟进者", en = "Follower" }
[[setting]]
name = "plain.days"
type = "integer"
default = "3"
min = "0"
max = "365"
label = { zh = "天", en = "Days" }
[[setting]]
name = "plain.way"
type = "choice"
default = "short"
label = { zh = "走法", en = "Way" }
choices = [{ value = "short", label = { zh = "近", en = "Short" } }, { value = "long", label = { zh = "远", en = "Long" } }]
[refusal]
"note.too_dear" = { zh = "太贵", en = "Too dear" }
"item.too_heavy" = { zh = "太重", en = "Too heavy" }
"item.word_twice" = { zh = "词重复", en = "The word is there already" }
"box.code_taken" = { zh = "代码已用", en = "Code taken" }
"box.same_place" = { zh = "同处同名", en = "Same name, same place" }
"note.same_title" = { zh = "同名", en = "Same title" }
"#;

pub const USER: &str = r#"
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

pub const USER_ROLE: &str = r#"
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

pub const BOX: &str = r#"
name = "box"
label = { zh = "箱", en = "Box" }
organisation = true
cached = true
title = "name"
[scope]
organisation = "id"
[[field]]
name = "name"
type = "text"
label = { zh = "名称", en = "Name" }
required = true
search = true
filter = true
[[field]]
name = "code"
type = "text"
label = { zh = "代码", en = "Code" }
[[field]]
name = "parent_id"
type = "link"
to = "box"
label = { zh = "上级", en = "Parent" }
[[unique]]
fields = ["code"]
code = "box.code_taken"
[[unique]]
fields = ["name"]
where = "parent_id == null"
code = "box.same_place"
[[permission]]
role = "writer"
scope = "all"
actions = ["read", "create", "update", "delete", "import"]
[[permission]]
role = "member"
scope = "organisation_subtree"
actions = ["read"]
"#;

pub const NOTE: &str = r#"
name = "note"
label = { zh = "便笺", en = "Note" }
number = "N{yyyy}-{000}"
gapless = true
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
name = "cost_amount"
type = "money"
label = { zh = "成本", en = "Cost" }
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
[[field]]
name = "spare_id"
type = "link"
to = "box"
label = { zh = "备用箱", en = "Spare box" }
on_delete = "clear"
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
name = "relist"
label = { zh = "重列", en = "List anew" }
input = ["items"]
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
actions = ["read", "create", "update", "delete", "export", "import", "send", "recall", "remark", "relist", "stock_up", "ledger_step"]
[[permission]]
role = "reader"
scope = "all"
actions = ["read"]
hidden = ["secret", "cost_amount"]
[[permission]]
role = "reader"
scope = "own_organisation"
actions = ["export"]
[[permission]]
role = "member"
scope = "own_organisation"
actions = ["read", "create", "update"]
hidden = ["secret", "cost_amount"]
read_only = ["amount"]
[[permission]]
role = "follower"
scope = "all"
actions = ["read", "remark"]
hidden = ["secret"]
through = { object = "tag", link = "note_id", when = "live" }
[[measure]]
name = "total"
label = { zh = "合计", en = "Total" }
aggregate = "sum"
field = "amount"
date = "written_on"
[[measure]]
name = "squares"
label = { zh = "平方和", en = "Squares" }
aggregate = "sum"
field = "amount * amount"
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
name = "cost"
label = { zh = "成本", en = "Cost" }
aggregate = "sum"
field = "cost_amount"
[[measure]]
name = "cost_share"
label = { zh = "成本占比", en = "Share of cost" }
aggregate = "ratio"
numerator = "cost"
denominator = "total"
[[measure]]
name = "sent_share"
label = { zh = "已发占比", en = "Share sent" }
aggregate = "ratio"
numerator = "sent_notes"
denominator = "notes"
[[measure]]
name = "mean"
label = { zh = "平均", en = "Mean" }
aggregate = "average"
field = "amount"
[[summary]]
name = "by_box"
date = "written_on"
by = ["box_id", "state"]
measures = ["total", "notes", "sent_notes", "mean"]
"#;

pub const ITEM: &str = r#"
name = "item"
label = { zh = "明细", en = "Item" }
cached = true
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
[[field]]
name = "mark"
type = "text"
label = { zh = "规则写的", en = "Kept by a rule" }
read_only = true
[[unique]]
fields = ["note_id", "word"]
code = "item.word_twice"
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

pub const TAG: &str = r#"
name = "tag"
label = { zh = "标签", en = "Tag" }
[scope]
organisation = "box_id"
[[field]]
name = "note_id"
type = "link"
to = "note"
label = { zh = "便笺", en = "Note" }
required = true
[[field]]
name = "box_id"
type = "link"
to = "box"
label = { zh = "箱", en = "Box" }
[[field]]
name = "live"
type = "boolean"
label = { zh = "有效", en = "Live" }
default = "true"
[[permission]]
role = "writer"
scope = "all"
actions = ["read", "create", "update", "delete"]
[[permission]]
role = "follower"
scope = "own_organisation"
actions = ["read"]
"#;
