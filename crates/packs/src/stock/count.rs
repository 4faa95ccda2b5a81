//! Stock counts: what should be there is frozen when counting begins, what is there is told, the difference is booked.
//!
//! Keeps true: the difference is what was counted less what was frozen, so goods that move while people count neither hide nor
//! make a difference; lots and serial numbers are counted each by itself; it is booked by one adjustment; a difference above the
//! limit of the site waits for approval.

use std::collections::{HashMap, HashSet};

use qudao_base::{Actor, Fault, Id, Money, Quantity, Refusal, Result, Value};
use qudao_kernel::{Cx, Task, Text};

use super::records::{StockAdjustment, StockAdjustmentLine, StockCount, StockCountLine};
use crate::product::records::Product;

const OBJECT: &str = "stock_count";

/// A product, and its lot where it asks for lots; the empty number where not.
type Key = (Id, String);

fn key(line: &StockCountLine) -> Key {
    (line.product_id, line.lot_number.clone().unwrap_or_default())
}

/// What is on hand at a site now, by product and lot.
fn on_hand(cx: &mut Cx<'_>, count: &StockCount) -> Result<HashMap<Key, Quantity>> {
    let category = if count.category_id.is_some() {
        " AND p.category_id = ?"
    } else {
        ""
    };
    let sql = format!(
        "SELECT l.product_id, '' AS code, l.on_hand FROM stock_level l JOIN product p ON p.id = l.product_id \
         WHERE COALESCE(p.tracking, 'none') = 'none' AND l.site_id = ?{category} \
         UNION ALL SELECT l.product_id, t.code, l.quantity FROM lot_level l JOIN stock_lot t ON t.id = l.stock_lot_id \
         JOIN product p ON p.id = l.product_id WHERE l.bucket = 'on_hand' AND l.quantity > 0 AND l.site_id = ?{category}"
    );
    let mut parameters: Vec<Value> = vec![count.site_id.into()];
    parameters.extend(count.category_id.map(Value::from));
    let both = [parameters.clone(), parameters].concat();
    let mut found = HashMap::new();
    for row in cx.query(&sql, &both)? {
        let key = (row.id(0)?, row.text(1)?.to_owned());
        found.insert(key, Quantity::from_steps(row.int(2)?));
    }
    Ok(found)
}

/// Freezes what should be there.
pub fn begin(cx: &mut Cx<'_>, count: &mut StockCount) -> Result<()> {
    let mut levels: Vec<(Key, Quantity)> = on_hand(cx, count)?.into_iter().collect();
    if levels.is_empty() {
        return Err(Refusal::conflict("stock.count_empty").into());
    }
    levels.sort();
    let line = |((product_id, number), expected_quantity): (Key, Quantity)| StockCountLine {
        product_id,
        lot_number: (!number.is_empty()).then_some(number),
        expected_quantity,
        ..StockCountLine::default()
    };
    cx.set_lines(count.id, levels.into_iter().map(line).collect())?;
    count.begun_at = Some(cx.now());
    Ok(())
}

/// While counting, only counts may change and products that should not be there be added; a product that is added is expected as
/// it is on hand then.
pub fn check_changes(cx: &mut Cx<'_>, count: &mut StockCount) -> Result<()> {
    if count.state == "draft" {
        return Ok(());
    }
    let fixed = Refusal::conflict("stock.count_fixed");
    let before = cx.find::<StockCount>("id = ?", &[count.id.into()])?;
    let moved = before
        .iter()
        .any(|one| (one.site_id, one.category_id) != (count.site_id, count.category_id));
    if count.state != "counting" || moved {
        return Err(fixed.into());
    }
    let stored: HashMap<Id, Key> = cx
        .find::<StockCountLine>("stock_count_id = ?", &[count.id.into()])?
        .into_iter()
        .map(|line| (line.id, key(&line)))
        .collect();
    let mut lines = cx.lines::<StockCountLine>(count.id)?;
    let is_kept = |(id, stored): (&Id, &Key)| {
        let is_it = |line: &StockCountLine| line.id == *id && key(line) == *stored;
        lines.iter().any(is_it)
    };
    if !stored.iter().all(is_kept) {
        return Err(fixed.on("lines").into());
    }
    let keys: HashSet<Key> = lines.iter().map(key).collect();
    if keys.len() < lines.len() {
        return Err(Refusal::invalid("stock.count_line_twice")
            .on("lines")
            .into());
    }
    let levels = on_hand(cx, count)?;
    for line in &mut lines {
        if !stored.contains_key(&line.id) {
            line.expected_quantity = levels.get(&key(line)).copied().unwrap_or_default();
        }
        line.difference_quantity = difference(line)?;
    }
    cx.set_lines(count.id, lines)
}

fn difference(line: &StockCountLine) -> Result<Quantity> {
    let counted = line.counted_quantity.unwrap_or(line.expected_quantity);
    counted.minus(line.expected_quantity)
}

/// Ends counting: books the differences, or asks for approval.
pub fn finish(cx: &mut Cx<'_>, count: &mut StockCount) -> Result<()> {
    let mut lines = cx.lines::<StockCountLine>(count.id)?;
    if lines.iter().all(|line| line.counted_quantity.is_none()) {
        return Err(Refusal::invalid("stock.nothing_counted").on("lines").into());
    }
    let levels = on_hand(cx, count)?;
    let mut value = Money::ZERO;
    for line in &mut lines {
        let now = levels.get(&key(line)).copied().unwrap_or_default();
        line.difference_quantity = difference(line)?;
        line.moved_quantity = now.minus(line.expected_quantity)?;
        value = value.plus(value_of(cx, line)?)?;
    }
    cx.set_lines(count.id, lines)?;
    count.difference_value = value.rounded(2);
    count.counted_on = Some(cx.today());
    if count.difference_value > cx.setting_money("stock.count_approval_value")? {
        "pending_approval".clone_into(&mut count.state);
        return ask(cx, count);
    }
    "posted".clone_into(&mut count.state);
    post(cx, count)
}

/// The worth of a difference at standard cost, whichever way it goes.
fn value_of(cx: &mut Cx<'_>, line: &StockCountLine) -> Result<Money> {
    let steps = line.difference_quantity.steps().saturating_abs();
    let cost = cx.get::<Product>(line.product_id)?.standard_cost;
    cost.unwrap_or_default().times(Quantity::from_steps(steps))
}

fn ask(cx: &mut Cx<'_>, count: &StockCount) -> Result<()> {
    let value = count.difference_value;
    cx.task(Task {
        role: Some("finance_clerk"),
        user: None,
        organisation: None,
        title: Text::new(
            format!("盘点 {} 差异 {value}，待审批", count.number),
            format!("Count {} differs by {value}: approve", count.number),
        ),
        object: OBJECT,
        record: count.id,
    })
    .map(drop)
}

/// Sends the people back to count.
pub fn count_again(cx: &mut Cx<'_>, count: &mut StockCount) -> Result<()> {
    cx.close_tasks(OBJECT, count.id)
}

/// Books every difference by one adjustment.
pub fn post(cx: &mut Cx<'_>, count: &mut StockCount) -> Result<()> {
    cx.close_tasks(OBJECT, count.id)?;
    let lines = cx.lines::<StockCountLine>(count.id)?;
    let differences: Vec<StockAdjustmentLine> = lines
        .iter()
        .filter(|line| !line.difference_quantity.is_zero())
        .map(|line| StockAdjustmentLine {
            product_id: line.product_id,
            quantity: line.difference_quantity,
            lot_numbers: line.lot_number.clone(),
            ..StockAdjustmentLine::default()
        })
        .collect();
    if differences.is_empty() {
        return Ok(());
    }
    let adjustment = StockAdjustment {
        site_id: count.site_id,
        adjusted_on: cx.today(),
        reason: "count".to_owned(),
        comment: count.number.clone(),
        ..StockAdjustment::default()
    };
    let made = cx.create_with_lines(&adjustment, differences)?;
    // Its value was approved with the count.
    let made = cx.as_actor(Actor::system(), |cx| {
        cx.act::<StockAdjustment>(made.id, "post", |_| ())
    })?;
    if made.state != "posted" {
        return Err(Fault::new("the adjustment of a count was not posted").into());
    }
    count.stock_adjustment_id = Some(made.id);
    Ok(())
}
