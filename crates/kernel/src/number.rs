//! Automatic numbers from declared patterns such as `SO{yyyy}{mm}-{0000}`.
//!
//! Keeps true: numbers of one pattern and period are unique and without gaps among committed records.

use qudao_base::{Fault, Result};

use crate::{Cx, Record};

/// The automatic number, taken as late as possible: its row is locked until the commit.
pub(crate) fn number(cx: &mut Cx<'_>, record: &mut Record) -> Result<()> {
    let Some(pattern) = record.object.number.clone() else {
        return Ok(());
    };
    if !record.value("number").is_null() {
        return Ok(());
    }
    let dated = dated(&pattern, cx.today().number());
    let (head, digits) = dated
        .split_once('{')
        .ok_or_else(|| Fault::new(format!("number pattern {pattern}")))?;
    let width = digits.trim_end_matches('}').len();
    let id = cx.new_id();
    let name = format!("{}:{head}", record.object.name);
    let rows = cx.query(
        "INSERT INTO number_sequence (id, name, next) VALUES (?, ?, 2) \
         ON CONFLICT (name) DO UPDATE SET next = number_sequence.next + 1 RETURNING next - 1",
        &[id.into(), name.into()],
    )?;
    let next = rows.first().map_or(Ok(1), |row| row.int(0))?;
    record.set("number", format!("{head}{next:0width$}"));
    Ok(())
}

/// The pattern on a day (yyyymmdd): `SO202603-{0000}`.
fn dated(pattern: &str, day: i64) -> String {
    let (year, month, day) = (day / 10_000, day / 100 % 100, day % 100);
    pattern
        .replace("{yyyy}", &format!("{year:04}"))
        .replace("{yy}", &format!("{:02}", year % 100))
        .replace("{mm}", &format!("{month:02}"))
        .replace("{dd}", &format!("{day:02}"))
}

/// How many characters of a number stand before its digits, on any day.
pub(crate) fn head_length(pattern: &str) -> usize {
    let dated = dated(pattern, 20_000_101);
    let head = dated.split_once('{').map_or("", |(head, _)| head);
    head.chars().count()
}
