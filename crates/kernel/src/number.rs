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
    let today = cx.today().number();
    let (year, month, day) = (today / 10_000, today / 100 % 100, today % 100);
    let dated = pattern
        .replace("{yyyy}", &format!("{year:04}"))
        .replace("{yy}", &format!("{:02}", year % 100))
        .replace("{mm}", &format!("{month:02}"))
        .replace("{dd}", &format!("{day:02}"));
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
