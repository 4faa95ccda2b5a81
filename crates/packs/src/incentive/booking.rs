//! Books commissions when money is put on a receivable or taken back from it, and when a paid order ships more, ends early or has
//! goods credited.
//!
//! Keeps true: the percentage of an order's category is fixed by its first entry; the bonus goes to the first order of a
//! partner and is booked once (a database constraint counts the rounds when a refund took it back).
//! Not here: the computation (`commission`), how an entry stands in ledger and statement (`posting`).

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Percent, Result};
use qudao_kernel::{Cx, Decision, Explanation, Task, Text};
use serde_json::json;

use super::{
    OBJECT,
    commission::{self, Earned, Rate, Share},
    posting,
    records::{CommissionEntry, CommissionRule},
};
use crate::{
    finance::records::ReceiptAllocation,
    order::records::{SalesOrder, SalesOrderLine},
    partner::records::Partner,
};

/// Everything one payment is judged by.
struct Case {
    allocation: ReceiptAllocation,
    order: SalesOrder,
    partner: Partner,
    cash: Money,
    rates: Vec<Rate>,
    booked: Vec<CommissionEntry>,
}

/// Books what a new allocation, or a reversal, changes.
pub fn after_allocation(cx: &mut Cx<'_>, allocation: &ReceiptAllocation) -> Result<()> {
    match allocation.sales_order_id {
        Some(order) => correct(cx, order, allocation),
        None => Ok(()),
    }
}

/// Books what it changes that an order, some of which is paid, shipped more or ended with what was shipped.
pub fn after_change(cx: &mut Cx<'_>, order: &SalesOrder) -> Result<()> {
    let last = "sales_order_id = ? ORDER BY id DESC LIMIT 1";
    match cx
        .find::<ReceiptAllocation>(last, &[order.id.into()])?
        .first()
    {
        Some(allocation) => correct(cx, order.id, allocation),
        None => Ok(()),
    }
}

/// Books the difference between what the order has earned by now and what was booked for it.
fn correct(cx: &mut Cx<'_>, order: Id, allocation: &ReceiptAllocation) -> Result<()> {
    let case = Case {
        order: cx.get::<SalesOrder>(order)?,
        partner: cx.get::<Partner>(allocation.partner_id)?,
        cash: cash_received(cx, order)?.min(kept(cx, order)?),
        rates: rates(cx)?,
        booked: cx.find::<CommissionEntry>("sales_order_id = ? ORDER BY id", &[order.into()])?,
        allocation: allocation.clone(),
    };
    let shares = shares(cx, &case)?;
    let mut entries: Vec<CommissionEntry> = Vec::new();
    for change in commission::change(&earned(&case.booked), case.cash, &shares)? {
        if !change.percent.is_zero() && !change.amount.is_zero() {
            entries.push(write_share(cx, &case, change)?);
        }
    }
    entries.extend(write_bonus(cx, &case)?);
    entries
        .iter()
        .try_for_each(|entry| tell_finance(cx, &case, entry))
}

/// What counts as money of an order among allocations `a` of receipts `r`: all but the credit of its own returns.
pub const IS_MONEY: &str = "(r.sales_order_id IS NULL OR r.sales_order_id <> a.sales_order_id)";

/// What was put on the order's debts, but for the credit of its own returns: that is goods, not money. Credit of another order is
/// money that was paid there.
fn cash_received(cx: &mut Cx<'_>, order: Id) -> Result<Money> {
    let sql = format!(
        "SELECT CAST(COALESCE(SUM(a.amount), 0) AS BIGINT) FROM receipt_allocation a \
         JOIN receipt r ON r.id = a.receipt_id WHERE a.sales_order_id = ? AND {IS_MONEY}"
    );
    let rows = cx.query(&sql, &[order.into()])?;
    rows.first()
        .map_or(Ok(Money::ZERO), |row| row.int(0).map(Money::from_steps))
}

/// What was shipped of the order and not credited since.
fn kept(cx: &mut Cx<'_>, order: Id) -> Result<Money> {
    let lines = cx.lines::<SalesOrderLine>(order)?;
    let kept = lines
        .iter()
        .map(|line| line.shipped_amount.minus(line.credited_amount));
    Money::sum(kept.collect::<Result<Vec<_>>>()?)
}

fn rates(cx: &mut Cx<'_>) -> Result<Vec<Rate>> {
    let rate = |rule: CommissionRule| Rate {
        rule: rule.id,
        category: rule.category_id,
        tier: rule.tier,
        percent: rule.percent,
        first_order_bonus: rule.first_order_bonus,
        valid_from: rule.valid_from,
        valid_until: rule.valid_until,
    };
    Ok(cx
        .find::<CommissionRule>("active = 1", &[])?
        .into_iter()
        .map(rate)
        .collect())
}

fn earned(booked: &[CommissionEntry]) -> Vec<Earned> {
    let shares = booked.iter().filter(|entry| entry.bonus_round.is_none());
    let earned = |entry: &CommissionEntry| Earned {
        category: entry.category_id,
        base: entry.base_amount,
        percent: entry.percent,
        amount: entry.amount,
    };
    shares.map(earned).collect()
}

fn best(case: &Case, category: Option<Id>) -> Option<&Rate> {
    let day = case.order.confirmed_on.unwrap_or(case.order.ordered_on);
    commission::best_rate(&case.rates, category, &case.partner.tier, day)
}

/// What was shipped of the order and kept, per category, since that is what was paid for, with the percentage it earns.
fn shares(cx: &mut Cx<'_>, case: &Case) -> Result<Vec<Share>> {
    let mut amounts: BTreeMap<Option<Id>, Money> = BTreeMap::new();
    for line in cx.lines::<SalesOrderLine>(case.order.id)? {
        let sum = amounts.entry(line.category_id).or_default();
        *sum = sum.plus(line.shipped_amount.minus(line.credited_amount)?)?;
    }
    let share = |(category, amount): (Option<Id>, Money)| {
        let first = case
            .booked
            .iter()
            .find(|one| one.category_id == category && one.bonus_round.is_none());
        let fixed = first.map(|entry| entry.percent);
        let percent = fixed
            .or_else(|| best(case, category).map(|rate| rate.percent))
            .unwrap_or_default();
        Share {
            category,
            amount,
            percent,
        }
    };
    Ok(amounts.into_iter().map(share).collect())
}

fn write_share(cx: &mut Cx<'_>, case: &Case, change: Earned) -> Result<CommissionEntry> {
    let kind = if change.amount.is_negative() {
        "clawback"
    } else {
        "earned"
    };
    let explanation = Explanation::info("按回款计提佣金", "Commission on cash received")
        .value(change.amount)
        .child(Explanation::info("本订单累计回款", "Cash received for the order").value(case.cash))
        .child(
            Explanation::info("本类别本次回款", "Cash counted in this category").value(change.base),
        )
        .child(Explanation::info("比例（%）", "Per cent").value(change.percent));
    let entry = CommissionEntry {
        category_id: change.category,
        commission_rule_id: best(case, change.category).map(|rate| rate.rule),
        kind: kind.to_owned(),
        base_amount: change.base,
        percent: change.percent,
        amount: change.amount,
        ..CommissionEntry::default()
    };
    write(cx, case, entry, explanation)
}

/// The bonus of the partner's first order: due while it is paid in full.
fn write_bonus(cx: &mut Cx<'_>, case: &Case) -> Result<Option<CommissionEntry>> {
    let rounds: Vec<&CommissionEntry> = case
        .booked
        .iter()
        .filter(|one| one.bonus_round.is_some())
        .collect();
    let booked = Money::sum(rounds.iter().map(|entry| entry.amount))?;
    if rounds.is_empty() && (has_rounds(cx, case)? || !is_first_order(cx, case)?) {
        return Ok(None);
    }
    let day = case.order.confirmed_on.unwrap_or(case.order.ordered_on);
    let due = commission::best_bonus(&case.rates, &case.partner.tier, day);
    let kept = case.order.total_amount.minus(case.order.credited_amount)?;
    let is_paid = case.order.state != "partly_shipped" && kept > Money::ZERO && case.cash >= kept;
    let bonus = due.map_or(Money::ZERO, |rate| rate.first_order_bonus);
    let amount = commission::bonus_change(bonus, is_paid, booked)?;
    if amount.is_zero() {
        return Ok(None);
    }
    let last = rounds
        .iter()
        .filter_map(|entry| entry.bonus_round)
        .max()
        .unwrap_or_default();
    let is_clawback = amount.is_negative();
    let explanation = if is_clawback {
        Explanation::fail(
            "首单退款，追回奖励",
            "The first order was refunded, the bonus is taken back",
        )
        .value(amount)
    } else {
        Explanation::pass("首单全额回款，发放奖励", "The first order is paid in full").value(amount)
    };
    let entry = CommissionEntry {
        commission_rule_id: due.map(|rate| rate.rule),
        kind: if is_clawback { "clawback" } else { "bonus" }.to_owned(),
        percent: Percent::ZERO,
        amount,
        bonus_round: Some(if is_clawback { last } else { last + 1 }),
        ..CommissionEntry::default()
    };
    write(cx, case, entry, explanation).map(Some)
}

/// True once the partner's bonus was booked for an order: which one that was never changes again.
fn has_rounds(cx: &mut Cx<'_>, case: &Case) -> Result<bool> {
    let sql =
        "SELECT 1 FROM commission_entry WHERE partner_id = ? AND bonus_round IS NOT NULL LIMIT 1";
    Ok(!cx.query(sql, &[case.partner.id.into()])?.is_empty())
}

fn is_first_order(cx: &mut Cx<'_>, case: &Case) -> Result<bool> {
    let sql = "SELECT id FROM sales_order WHERE partner_id = ? AND confirmed_on IS NOT NULL \
               AND state <> 'cancelled' ORDER BY confirmed_on, id LIMIT 1";
    let rows = cx.query(sql, &[case.partner.id.into()])?;
    rows.first()
        .map_or(Ok(false), |row| Ok(row.id(0)? == case.order.id))
}

fn write(
    cx: &mut Cx<'_>,
    case: &Case,
    entry: CommissionEntry,
    why: Explanation,
) -> Result<CommissionEntry> {
    let entry = cx.create(&CommissionEntry {
        partner_id: case.partner.id,
        receipt_id: Some(case.allocation.receipt_id),
        receipt_allocation_id: Some(case.allocation.id),
        sales_order_id: case.order.id,
        earned_on: cx.today(),
        ..entry
    })?;
    posting::accrue(cx, &entry)?;
    cx.decide(Decision {
        kind: "commission",
        object: OBJECT,
        record: entry.id,
        organisation: Some(case.partner.id),
        rule: "commission_on_receipt",
        rule_version: 1,
        result: entry.kind.clone(),
        inputs: json!({
            "sales_order": case.order.number,
            "receipt": case.allocation.reference,
            "cash_received": case.cash.to_string(),
            "order_total": case.order.total_amount.to_string(),
            "tier": case.partner.tier,
        }),
        explanation: why,
    })?;
    posting::state(cx, &entry)?;
    Ok(entry)
}

/// One to-do an entry: each is approved by itself.
fn tell_finance(cx: &mut Cx<'_>, case: &Case, entry: &CommissionEntry) -> Result<()> {
    let amount = entry.amount;
    let (partner, order) = (&case.partner.name, &case.order.number);
    cx.task(Task {
        role: Some("finance_clerk"),
        user: None,
        organisation: None,
        title: Text::new(
            format!("佣金待批准：{partner}，订单 {order}，{amount}"),
            format!("Commission to approve: {partner}, order {order}, {amount}"),
        ),
        object: OBJECT,
        record: entry.id,
    })?;
    Ok(())
}
