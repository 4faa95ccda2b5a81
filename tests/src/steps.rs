//! The sentences scenarios are written in, Chinese and English side by side, and what each does.
//!
//! Keeps true: every sentence of `tests/README.md` stands here once. Not here: sentences about one object or one business.

mod looking;
mod setting;
mod telling;

pub use telling::id_of;

use gherkin::Step;

use crate::{
    Checked,
    pattern::{is_name, matched},
    race,
    scenario::World,
};

/// The table below a step.
pub struct Table<'s>(Option<&'s gherkin::Table>);

impl Table<'_> {
    /// Rows of two cells.
    pub fn pairs(&self) -> Checked<Vec<(String, String)>> {
        let rows = self.0.map_or(&[][..], |table| &table.rows);
        rows.iter()
            .map(|row| match row.as_slice() {
                [name, value] => Ok((name.clone(), value.clone())),
                _ => Err("each row of the table holds a field and a value".to_owned()),
            })
            .collect()
    }

    /// Rows under a head of names.
    pub fn records(&self) -> Checked<Vec<Vec<(String, String)>>> {
        let rows = self.0.map_or(&[][..], |table| &table.rows);
        let (head, rows) = rows.split_first().ok_or("a table with a head is needed")?;
        let named = |row: &Vec<String>| head.iter().cloned().zip(row.iter().cloned()).collect();
        Ok(rows.iter().map(named).collect())
    }
}

/// What a sentence does with the parts that stand in it.
type Action = fn(&mut World, &[&str], &Table<'_>) -> Checked;

/// Chinese, English, the order of the English parts seen from the Chinese ones, what it does. Longer sentences stand first.
type Sentence = (&'static str, &'static str, &'static [usize], Action);

const SENTENCES: [Sentence; 38] = [
    ("有用户", "users", &[], setting::users),
    (
        "系统建立 {} @{}",
        "the system creates {} @{}",
        &[0, 1],
        setting::create,
    ),
    (
        "系统对 @{} 执行 {}",
        "the system does {} on @{}",
        &[1, 0],
        setting::act,
    ),
    (
        "系统把 @{} 记为历史",
        "the system records @{} as history",
        &[0],
        setting::history,
    ),
    (
        "设置 {} 为 {}",
        "the setting {} is {}",
        &[0, 1],
        setting::setting,
    ),
    ("过去 {} 天", "{} days pass", &[0], setting::days),
    ("过去 {} 小时", "{} hours pass", &[0], setting::hours),
    ("同时建立 {}", "at once create {}", &[0], race::create),
    ("同时执行 {}", "at once do {}", &[0], race::act),
    (
        "{} 个成功，其余被拒绝，代码 {}",
        "{} succeed, the others are refused with {}",
        &[0, 1],
        race::succeeded,
    ),
    (
        "被拒绝，代码 {}，字段 {}",
        "refused with {} on {}",
        &[0, 1],
        telling::refused_on,
    ),
    ("被拒绝，代码 {}", "refused with {}", &[0], telling::refused),
    (
        "说明含 \"{}\"",
        "the refusal says \"{}\"",
        &[0],
        telling::says,
    ),
    (
        "答复的 {} 为 {}",
        "the answer has {} as {}",
        &[0, 1],
        telling::answer,
    ),
    (
        "账户 {} @{} {} 余额 {}，占用 {}",
        "account {} @{} {} has balance {} and held {}",
        &[0, 1, 2, 3, 4],
        looking::account,
    ),
    (
        "{} 不能对 @{} 执行 {}",
        "{} may not {} @{}",
        &[0, 2, 1],
        looking::may_not,
    ),
    (
        "{} 可以对 @{} 执行 {}",
        "{} may {} @{}",
        &[0, 2, 1],
        looking::may,
    ),
    (
        "{} 在 @{} 的决定中读到 \"{}\"",
        "{} reads \"{}\" in the decisions of @{}",
        &[0, 2, 1],
        looking::decisions,
    ),
    (
        "{} 在 @{} 的决定、回执和答复中读不到 \"{}\"",
        "{} reads no \"{}\" in decisions, receipts and answer of @{}",
        &[0, 2, 1],
        looking::no_decisions,
    ),
    (
        "{} 查得 {} 的 {} 为 {}，条件 {}",
        "{} counts {} of {} as {} where {}",
        &[0, 2, 1, 3, 4],
        looking::measure_where,
    ),
    (
        "{} 查得 {} 的 {} 为 {}",
        "{} counts {} of {} as {}",
        &[0, 2, 1, 3],
        looking::measure,
    ),
    (
        "{} 找到 {} @{}，条件 {}",
        "{} finds {} @{} where {}",
        &[0, 1, 2, 3],
        looking::find,
    ),
    (
        "{} 看到 {} 条 {}，条件 {}",
        "{} sees {} rows of {} where {}",
        &[0, 1, 2, 3],
        looking::rows_where,
    ),
    (
        "{} 看到 {} 条 {}",
        "{} sees {} rows of {}",
        &[0, 1, 2],
        looking::rows,
    ),
    (
        "{} 看不到 @{} 的 {}",
        "{} does not see {} of @{}",
        &[0, 2, 1],
        looking::masked,
    ),
    (
        "{} 看不到 @{}",
        "{} does not see @{}",
        &[0, 1],
        looking::unseen,
    ),
    (
        "{} 看到 @{} 的 {} 为 {}",
        "{} sees {} of @{} as {}",
        &[0, 2, 1, 3],
        looking::field,
    ),
    (
        "{} 看到 @{} 的 {} 为",
        "{} sees {} of @{} as",
        &[0, 2, 1],
        looking::empty,
    ),
    ("{} 看到 @{}", "{} sees @{}", &[0, 1], looking::record),
    (
        "{} 对 @{} 执行 {}",
        "{} does {} on @{}",
        &[0, 2, 1],
        telling::act,
    ),
    (
        "{} 建立 {} @{}",
        "{} creates {} @{}",
        &[0, 1, 2],
        telling::create,
    ),
    ("{} 建立 {}", "{} creates {}", &[0, 1], telling::create),
    ("{} 修改 @{}", "{} changes @{}", &[0, 1], telling::change),
    ("{} 删除 @{}", "{} deletes @{}", &[0, 1], telling::delete),
    (
        "{} 以工作簿导入 {}",
        "{} imports {} by workbook",
        &[0, 1],
        telling::import_workbook,
    ),
    ("{} 导入 {}", "{} imports {}", &[0, 1], telling::import),
    ("{} 调用 {}", "{} calls {}", &[0, 1], telling::call),
    (
        "{} 向渠道 {} 报来订单",
        "{} hands channel {} an order",
        &[0, 1],
        telling::hand_over,
    ),
];

/// Does one step.
pub fn perform(world: &mut World, step: &Step) -> Checked {
    let (parts, action, names_refusal) = recognised(&step.value)?;
    if world.unexpected && !names_refusal {
        return Err(world.refused());
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    action(world, &parts, &Table(step.table.as_ref()))
}

/// The parts in Chinese order, what to do, and whether the sentence speaks of a refusal.
fn recognised(sentence: &str) -> Checked<(Vec<String>, Action, bool)> {
    for (chinese, english, order, action) in SENTENCES {
        let found = matched(chinese, sentence).or_else(|| {
            let parts = matched(english, sentence)?;
            Some(in_chinese_order(&parts, order))
        });
        // The first part is a name in every sentence: a login, an object, an action, a code, a number.
        let fits = |parts: &Vec<String>| {
            parts
                .first()
                .is_none_or(|first| is_name(first) || chinese.starts_with("说明"))
        };
        if let Some(parts) = found.filter(fits) {
            let names_refusal = chinese.starts_with("被拒绝") || chinese.starts_with("说明");
            return Ok((parts, action, names_refusal));
        }
    }
    Err("no such step; tests/README.md lists them".to_owned())
}

/// `order[n]` is the place of the n-th English part among the Chinese ones.
fn in_chinese_order(parts: &[String], order: &[usize]) -> Vec<String> {
    let mut out = vec![String::new(); parts.len()];
    for (part, &place) in parts.iter().zip(order) {
        if let Some(slot) = out.get_mut(place) {
            slot.clone_from(part);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_the_same() {
        for (chinese, english) in [
            ("li 对 @d 执行 submit", "li does submit on @d"),
            ("系统对 @d 执行 submit", "the system does submit on @d"),
            (
                "li 看到 @d 的 state 为 draft",
                "li sees state of @d as draft",
            ),
            ("li 看不到 @d 的 cost", "li does not see cost of @d"),
            ("li 可以对 @d 执行 submit", "li may submit @d"),
            ("li 不能对 @d 执行 submit", "li may not submit @d"),
            (
                "li 看到 2 条 task，条件 a == 'b c'",
                "li sees 2 rows of task where a == 'b c'",
            ),
            (
                "li 查得 sale 的 revenue 为 5，条件 a == 1",
                "li counts revenue of sale as 5 where a == 1",
            ),
            ("被拒绝，代码 a.b，字段 c", "refused with a.b on c"),
            (
                "1 个成功，其余被拒绝，代码 a.b",
                "1 succeed, the others are refused with a.b",
            ),
        ] {
            let (zh, one, _) = recognised(chinese).unwrap();
            let (en, other, _) = recognised(english).unwrap();
            assert_eq!(zh, en, "{chinese}");
            assert!(std::ptr::fn_addr_eq(one, other), "{chinese}");
        }
    }

    #[test]
    fn every_sentence_is_documented() {
        let text = include_str!("../README.md");
        let plain = |text: &str| {
            let mut out = String::new();
            let mut inside = false;
            for c in text.chars() {
                match c {
                    '<' => inside = true,
                    '>' => {
                        inside = false;
                        out.push_str("{}");
                    }
                    c if !inside => out.push(c),
                    _ => {}
                }
            }
            out.replace("@key", "@{}").replace("@owner", "@{}")
        };
        let documented = plain(text);
        for (chinese, english, ..) in SENTENCES {
            for sentence in [chinese, english] {
                let bare = sentence.trim_end_matches(" 为").trim_end_matches(" as");
                assert!(
                    documented.contains(bare),
                    "{sentence} is not in tests/README.md"
                );
            }
        }
    }
}
