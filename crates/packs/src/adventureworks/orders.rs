//! Sell-in lines as historic sales orders.
//!
//! The source's prices are without tax and its amounts are taken as they are: `SalesAmount` is our net amount, with `TaxAmt` it makes
//! our total; `UnitPrice` is the list price of the line, `DiscountAmount` its share of the promotion. An order of ours
//! names no currency and no freight; both, and the salesperson, stand in its comment.
//!
//! Keeps true: an order is loaded with all its rows or not at all, so a corrected file loads what was kept out and nothing twice.
//! Historic orders hold neither credit nor goods (`record_history`).

use std::{collections::HashMap, mem::take};

use qudao_base::{Date, Id, Money, Quantity, Ratio, Result};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::{
    file::{Reading, Row, Source, known},
    products::{Offer, Sold},
    resellers::Reseller,
    run::{Item, Run, Target},
    totals::{Figures, Sale},
};
use crate::{
    channel,
    order::records::{SalesOrder, SalesOrderLine},
};

const STEM: &str = "reseller_sales";
const COLUMNS: [&str; 20] = [
    "ProductKey",
    "ResellerKey",
    "EmployeeKey",
    "PromotionKey",
    "CurrencyKey",
    "SalesTerritoryKey",
    "SalesOrderNumber",
    "SalesOrderLineNumber",
    "OrderQuantity",
    "UnitPrice",
    "DiscountAmount",
    "ProductStandardCost",
    "SalesAmount",
    "TaxAmt",
    "Freight",
    "CarrierTrackingNumber",
    "CustomerPONumber",
    "OrderDate",
    "DueDate",
    "ShipDate",
];
const ORDERS_PER_TRANSACTION: usize = 200;

/// What the keys of a line stand for.
pub(super) struct Known {
    pub territories: HashMap<String, String>,
    pub resellers: HashMap<String, Reseller>,
    pub products: HashMap<String, Sold>,
    pub promotions: HashMap<String, Offer>,
    pub currencies: HashMap<String, String>,
}

/// What all rows of an order say alike.
#[derive(Clone, Debug, PartialEq)]
struct Head {
    partner: Id,
    territory: String,
    currency: String,
    employee: String,
    carrier_number: String,
    purchase_number: String,
    ordered_on: Date,
    due_on: Date,
    shipped_on: Date,
}

struct Line {
    number: i64,
    freight: Money,
    promotion: Option<Id>,
    record: SalesOrderLine,
}

/// An order as it is saved.
struct Content {
    order: SalesOrder,
    lines: Vec<SalesOrderLine>,
}

/// The order being read.
#[derive(Default)]
struct Open {
    number: String,
    head: Option<Head>,
    lines: Vec<Line>,
    rows: Vec<u64>,
    bad: Vec<(u64, String)>,
}

/// Loads all orders. Returns what the file says in sum.
pub(super) fn load(run: &mut Run<'_>, known: &Known) -> Result<Figures> {
    let expected = rows_per_order(run)?;
    let mut source = run.open(STEM, &COLUMNS)?;
    let mut reader = Reader {
        known,
        expected,
        open: Open::default(),
        ready: Vec::new(),
        closed: 0,
        figures: Figures::default(),
    };
    while let Some(next) = source.next_row() {
        match next {
            Ok(row) => reader.take(run, &source, &row)?,
            Err(end) => {
                run.bad_row(&source.name, end.line, &end.reason);
                let last = reader.open.rows.first().copied().unwrap_or(end.line);
                reader
                    .open
                    .bad
                    .push((last, "the file ends within this order".to_owned()));
            }
        }
    }
    reader.close(run, &source);
    reader.write(run, &source)?;
    Ok(reader.figures)
}

/// How many rows name each order: only then is known whether an order was read whole.
fn rows_per_order(run: &Run<'_>) -> Result<HashMap<String, usize>> {
    let mut source = run.open(STEM, &COLUMNS)?;
    let mut counts = HashMap::new();
    while let Some(Ok(row)) = source.next_row() {
        let number = row.text("SalesOrderNumber").unwrap_or_default();
        *counts.entry(number.to_owned()).or_default() += 1;
    }
    Ok(counts)
}

struct Reader<'k> {
    known: &'k Known,
    expected: HashMap<String, usize>,
    open: Open,
    ready: Vec<Item<Content>>,
    closed: usize,
    figures: Figures,
}

impl Reader<'_> {
    fn take(&mut self, run: &mut Run<'_>, source: &Source, row: &Row) -> Result<()> {
        let number = row.text("SalesOrderNumber").unwrap_or_default();
        if number != self.open.number {
            self.close(run, source);
            number.clone_into(&mut self.open.number);
            self.figures.add_order(number);
            if self.ready.len() >= ORDERS_PER_TRANSACTION {
                self.write(run, source)?;
            }
        }
        if let Ok(sale) = row.check_width().and_then(|()| sale(row)) {
            self.figures.add(sale);
        }
        self.open.rows.push(row.line);
        if let Err(reason) = self.read(row) {
            self.open.bad.push((row.line, reason));
        }
        Ok(())
    }

    fn read(&mut self, row: &Row) -> Reading<()> {
        row.check_width()?;
        row.filled("SalesOrderNumber")?;
        let head = head(row, self.known)?;
        if self.open.head.as_ref().is_some_and(|first| *first != head) {
            return Err("says something else of its order than the rows before".to_owned());
        }
        let line = line(row, self.known)?;
        if self.open.lines.iter().any(|one| one.number == line.number) {
            return Err(format!("line {} of its order appears twice", line.number));
        }
        self.open.head = Some(head);
        self.open.lines.push(line);
        Ok(())
    }

    /// Ends the order being read: ready to be saved, or told row by row.
    fn close(&mut self, run: &mut Run<'_>, source: &Source) {
        let mut open = take(&mut self.open);
        let Some(&first) = open.rows.first() else {
            return;
        };
        self.closed += 1;
        let expected = self.expected.get(&open.number).copied().unwrap_or_default();
        if open.rows.len() != expected {
            let reason = format!(
                "the {expected} rows of order {} do not stand together",
                open.number
            );
            open.bad.push((first, reason));
        }
        match open.head {
            Some(head) if open.bad.is_empty() => self.ready.push(Item {
                key: open.number.clone(),
                rows: open.rows,
                content: content(open.number, head, open.lines, self.known),
            }),
            _ => tell(run, source, &open),
        }
    }

    fn write(&mut self, run: &mut Run<'_>, source: &Source) -> Result<()> {
        let target = Target {
            file: source.name.clone(),
            object: |_| "sales_order",
            batch: ORDERS_PER_TRANSACTION,
            save,
        };
        run.load(&target, take(&mut self.ready))?;
        let (done, all) = (self.closed, self.expected.len());
        run.progress(&format!("orders: {done} of {all}"));
        Ok(())
    }
}

/// Every row of an order that is kept out, with its own reason or that of the first bad one.
fn tell(run: &mut Run<'_>, source: &Source, open: &Open) {
    let why = open.bad.first().map_or(0, |(row, _)| *row);
    for &row in &open.rows {
        let own = open.bad.iter().find(|(bad, _)| *bad == row);
        let reason = own.map_or_else(
            || format!("order {} is not loaded because of row {why}", open.number),
            |(_, reason)| reason.clone(),
        );
        run.bad_row(&source.name, row, &reason);
    }
}

/// What counts for the totals, read apart, so that the file's sums include rows that are refused for other reasons.
fn sale(row: &Row) -> Reading<Sale> {
    Ok(Sale {
        territory: row.filled("SalesTerritoryKey")?.to_owned(),
        year: row.date("OrderDate")?.number() / 10_000,
        reseller: row.filled("ResellerKey")?.to_owned(),
        amount: row.money("SalesAmount")?,
    })
}

fn head(row: &Row, known_keys: &Known) -> Reading<Head> {
    let reseller = known(&known_keys.resellers, row, "ResellerKey")?;
    known(&known_keys.territories, row, "SalesTerritoryKey")?;
    Ok(Head {
        partner: reseller.partner,
        territory: row.filled("SalesTerritoryKey")?.to_owned(),
        currency: known(&known_keys.currencies, row, "CurrencyKey")?.clone(),
        employee: row.text("EmployeeKey")?.to_owned(),
        carrier_number: row.text("CarrierTrackingNumber")?.to_owned(),
        purchase_number: row.text("CustomerPONumber")?.to_owned(),
        ordered_on: row.date("OrderDate")?,
        due_on: row.date("DueDate")?,
        shipped_on: row.date("ShipDate")?,
    })
}

fn line(row: &Row, known_keys: &Known) -> Reading<Line> {
    let product = known(&known_keys.products, row, "ProductKey")?;
    let offer = known(&known_keys.promotions, row, "PromotionKey")?;
    let quantity = row.pieces("OrderQuantity", 1)?;
    let (price, net) = (row.money("UnitPrice")?, row.money("SalesAmount")?);
    let (reduction, tax) = (row.money("DiscountAmount")?, row.money("TaxAmt")?);
    let unit_cost = row.money("ProductStandardCost")?;
    let out_of_range = |_| "an amount is out of range".to_owned();
    let list = price.times(quantity).map_err(out_of_range)?;
    let cost = unit_cost.times(quantity).map_err(out_of_range)?;
    let difference = list.minus(reduction).and_then(|due| due.minus(net));
    if difference.map_err(out_of_range)?.steps().abs() > 1 {
        return Err("SalesAmount is not UnitPrice x OrderQuantity - DiscountAmount".to_owned());
    }
    let per_piece = Ratio {
        numerator: qudao_base::SCALE,
        denominator: quantity.steps(),
    };
    let record = SalesOrderLine {
        product_id: product.id,
        product_name: Some(product.name.clone()),
        category_id: product.category,
        quantity,
        list_price: price,
        unit_price: net.times_ratio(per_piece).map_err(out_of_range)?,
        list_amount: list,
        promotion_amount: reduction,
        total_amount: net.plus(tax).map_err(out_of_range)?,
        tax_amount: tax,
        net_amount: net,
        cost_amount: cost,
        margin_amount: net.minus(cost).map_err(out_of_range)?,
        waterfall: offer
            .is_discount
            .then(|| steps(offer, list, net, reduction)),
        sold_quantity: quantity,
        shipped_quantity: quantity,
        shipped_amount: net.plus(tax).map_err(out_of_range)?,
        shipped_tax_amount: tax,
        cancelled_quantity: Quantity::ZERO,
        ..SalesOrderLine::default()
    };
    Ok(Line {
        number: row.whole("SalesOrderLineNumber")?,
        freight: row.money("Freight")?,
        promotion: offer.is_discount.then_some(offer.id),
        record,
    })
}

/// The way from list to net amount, in the form prices of ours are stored in.
fn steps(offer: &Offer, list: Money, net: Money, reduction: Money) -> Json {
    json!([
        {
            "step": "list", "text": { "zh": "目录价", "en": "List price" },
            "change": list.to_string(), "amount": list.to_string(),
        },
        {
            "step": "promotion", "text": { "zh": "促销分摊", "en": "Share of the promotion" },
            "change": format!("-{reduction}"), "amount": net.to_string(),
            "rule": { "object": "promotion", "id": offer.id.to_string(), "name": offer.name },
        },
    ])
}

fn content(number: String, head: Head, lines: Vec<Line>, known_keys: &Known) -> Content {
    // Amounts of one order are far from the end of the range: each was bounded when it was read.
    let freight = Money::sum(lines.iter().map(|line| line.freight)).unwrap_or_default();
    let mut promotions: Vec<Id> = lines.iter().filter_map(|line| line.promotion).collect();
    promotions.sort_unstable();
    promotions.dedup();
    let territory = known_keys.territories.get(&head.territory);
    let comment = format!(
        "AdventureWorks: currency {}; freight {freight}; salesperson {}; territory {} {}; due {}",
        head.currency,
        head.employee,
        head.territory,
        territory.map_or("", String::as_str),
        head.due_on
    );
    let filled = |text: String| (!text.is_empty()).then_some(text);
    let order = SalesOrder {
        number,
        partner_id: head.partner,
        external_number: filled(head.purchase_number),
        ordered_on: head.ordered_on,
        comment: Some(comment),
        promotion_id: promotions
            .first()
            .copied()
            .filter(|_| promotions.len() == 1),
        tracking_number: filled(head.carrier_number),
        confirmed_on: Some(head.ordered_on),
        completed_on: Some(head.shipped_on),
        historic: true,
        ..SalesOrder::default()
    };
    // What `record_history` would set is set already, so that no line is written twice.
    let line = |line: Line| SalesOrderLine {
        partner_id: Some(head.partner),
        confirmed_on: Some(head.ordered_on),
        ..line.record
    };
    Content {
        order,
        lines: lines.into_iter().map(line).collect(),
    }
}

fn save(cx: &mut Cx<'_>, content: &Content) -> Result<Id> {
    let order = SalesOrder {
        channel_id: Some(channel::history(cx)?),
        ..content.order.clone()
    };
    let order = cx.create_with_lines(&order, content.lines.clone())?;
    cx.act::<SalesOrder>(order.id, "record_history", |_| {})?;
    Ok(order.id)
}
