//! `qudao connect`: a sample connector. It brings the orders of a shop server to a channel, and the channel's stock and shipments to the
//! shop, through the public addresses of both; it may run anywhere and be stopped at any moment.
//!
//! Keeps true: the pool is ours. The shop only promises: its payments are authorised, not taken; an order is offered to our intake,
//! and its payment is taken once our ledger holds the goods, or the order is cancelled when it cannot. Everything is found again
//! after a stop: undecided orders are asked for by their state, decided ones from the cursor on, and our intake knows each number.
//! Not here: how the shop is spoken to (`vendure`).

mod http;
mod vendure;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use serde_json::{Value as Json, json};

use crate::options::Options;
use http::Client;
use vendure::{Shop, ShopOrder};

const PAUSE: Duration = Duration::from_secs(1);
/// Longest pause after failures.
const PAUSE_SECONDS_MAX: u64 = 60;

/// How far before the cursor is read again: a change that became visible late is older than one seen already.
const OVERLAP_SECONDS: i64 = 60;
/// Conflicts that say our intake has decided on an order.
const FINAL: [&str; 2] = ["exchange.order_taken", "exchange.order_dropped"];
/// Most changes remembered.
const FOLLOWED_MAX: usize = 10_000;

/// A connector at work.
struct Connector {
    ours: Client,
    channel: String,
    shop: Shop,
    /// File of the cursors of decided orders and of shipments; without it they are read from the beginning at every start.
    state: Option<PathBuf>,
    /// `updatedAt` of the newest decided order that was handed over.
    orders_after: Option<String>,
    /// Changes handed over already, so that reading a little before the cursor costs nothing.
    followed: BTreeSet<(String, String)>,
    stock_after: String,
    shipments_after: String,
    /// What each code was last told to have, in whole pieces.
    told: BTreeMap<String, i64>,
    /// Codes whose level in the shop is to be set.
    stale: BTreeSet<String>,
}

/// Runs until stopped; one round with `--once`. Secrets come from the environment: `QUDAO_API_KEY`, `SHOP_LOGIN`, `SHOP_PASSWORD`.
///
/// # Errors
/// A sentence, when options are missing, or of the one round.
pub fn connect(options: &Options) -> Result<(), String> {
    let mut connector = Connector::of(options)?;
    if options.once {
        return connector.round();
    }
    let mut failures = 0_u32;
    loop {
        match connector.round() {
            Ok(()) => failures = 0,
            Err(message) => {
                tracing::error!(%message, "a round broke off");
                failures += 1;
            }
        }
        let pause = PAUSE.as_secs() << failures.min(6);
        std::thread::sleep(Duration::from_secs(pause.min(PAUSE_SECONDS_MAX)));
    }
}

fn secret(name: &str) -> Result<String, String> {
    std::env::var(name).map_err(|_| format!("{name} is not in the environment"))
}

impl Connector {
    fn of(options: &Options) -> Result<Self, String> {
        if options.words != ["vendure"] {
            return Err("qudao connect knows: vendure".to_owned());
        }
        let given = |value: &Option<String>, name: &str| {
            value.clone().ok_or_else(|| format!("{name} is missing"))
        };
        let mut ours = Client::new(&given(&options.site, "--site")?);
        let header = format!("Bearer {}", secret("QUDAO_API_KEY")?);
        ours.headers.push(("authorization".to_owned(), header));
        let shop = given(&options.shop, "--shop")?;
        let state = options.state.clone();
        let kept = state
            .as_ref()
            .and_then(|file| std::fs::read_to_string(file).ok());
        let kept_line = |at: usize| {
            let line = kept.as_deref()?.lines().nth(at)?.trim();
            (!line.is_empty()).then(|| line.to_owned())
        };
        Ok(Self {
            ours,
            channel: given(&options.channel, "--channel")?,
            shop: Shop::new(&shop, secret("SHOP_LOGIN")?, secret("SHOP_PASSWORD")?),
            state,
            orders_after: kept_line(0),
            shipments_after: kept_line(1).unwrap_or_else(|| "0".to_owned()),
            followed: BTreeSet::new(),
            stock_after: "0".to_owned(),
            told: BTreeMap::new(),
            stale: BTreeSet::new(),
        })
    }

    /// Orders in, then what left and stock out: a level is set only once the orders that made it are ours.
    fn round(&mut self) -> Result<(), String> {
        let undecided = self
            .shop
            .orders(&json!({ "state": { "eq": "PaymentAuthorized" } }))?;
        for order in &undecided {
            self.decide(order)?;
        }
        self.follow()?;
        self.tell_shipments()?;
        self.hear_stock()?;
        self.tell_stock()
    }

    /// Hands an order over, and does in the shop what came of it.
    fn decide(&mut self, order: &ShopOrder) -> Result<(), String> {
        let answer = self.hand_over(&order.message)?;
        self.stale.extend(order.skus().map(str::to_owned));
        let number = order.message["external_number"].as_str();
        let number = number.unwrap_or_default();
        match answer["state"].as_str() {
            Some("accepted") => {
                self.shop.settle(order)?;
                tracing::info!(number, "taken");
            }
            Some("dropped") => self.shop.cancel(order, "not taken")?,
            _ if answer["reason"]["code"] == "stock.short" => {
                self.shop.cancel(order, "out of stock")?;
                self.hand_over(&cancelled(&order.message))?;
                tracing::info!(number, "out of stock, cancelled");
            }
            // A person looks after it; it is asked for again.
            _ => tracing::warn!(number, reason = %answer["reason"]["code"], "waits"),
        }
        Ok(())
    }

    /// Orders that were paid or cancelled in the shop itself, from the cursor on.
    fn follow(&mut self) -> Result<(), String> {
        let mut filter = json!({ "state": { "in": ["PaymentSettled", "Cancelled"] } });
        if let Some(after) = &self.orders_after {
            filter["updatedAt"] = json!({ "after": earlier(after)? });
        }
        for order in self.shop.orders(&filter)? {
            let change = (order.updated_at.clone(), order.id.clone());
            if order.message["ordered_at"].is_null() || self.followed.contains(&change) {
                continue;
            }
            let message = if order.state == "Cancelled" {
                cancelled(&order.message)
            } else {
                order.message.clone()
            };
            // One that could not be handed over is read again.
            self.hand_over(&message)?;
            self.followed.insert(change);
            self.stale.extend(order.skus().map(str::to_owned));
            self.orders_after = Some(order.updated_at.clone());
        }
        while self.followed.len() > FOLLOWED_MAX {
            self.followed.pop_first();
        }
        self.keep_cursors()
    }

    fn keep_cursors(&self) -> Result<(), String> {
        let Some(file) = &self.state else {
            return Ok(());
        };
        let orders = self.orders_after.as_deref().unwrap_or_default();
        let kept = std::fs::write(file, format!("{orders}\n{}\n", self.shipments_after));
        kept.map_err(|error| format!("{}: {error}", file.display()))
    }

    /// Tells the shop what has left, in its order; what the shop cannot take is passed over, and told.
    fn tell_shipments(&mut self) -> Result<(), String> {
        loop {
            let (items, next) = self.news("shipments", &self.shipments_after)?;
            if items.is_empty() {
                return Ok(());
            }
            for item in &items {
                let number = item["external_number"].as_str().unwrap_or_default();
                if self.shop.fulfil(item)? {
                    tracing::info!(number, "shipped");
                } else {
                    tracing::warn!(number, "the shop has no such goods to ship");
                }
                let lines = item["lines"].as_array().into_iter().flatten();
                let skus = lines.filter_map(|line| line["sku"].as_str());
                self.stale.extend(skus.map(str::to_owned));
            }
            self.shipments_after = next;
            self.keep_cursors()?;
        }
    }

    /// What is new of a subject after a number, and the number to go on from.
    fn news(&self, subject: &str, after: &str) -> Result<(Vec<Json>, String), String> {
        let path = format!("/api/v1/channels/{}/{subject}?after={after}", self.channel);
        let reply = self.ours.get(&path)?;
        if reply.status != 200 {
            return Err(format!("{path}: {} {}", reply.status, reply.body));
        }
        let items = reply.body["items"].as_array().cloned();
        let next = reply.body["next"].as_str().unwrap_or_default();
        Ok((items.unwrap_or_default(), next.to_owned()))
    }

    /// What our intake made of an order. One it refuses for good is passed over, and told.
    fn hand_over(&self, message: &Json) -> Result<Json, String> {
        let path = format!("/api/v1/channels/{}/orders", self.channel);
        let number = message["external_number"].as_str().unwrap_or_default();
        // The intake knows the number, so the key only has to differ between messages.
        let key = format!("connect {number} {}", fingerprint(message));
        let reply = self.ours.post(&path, Some(&key), message)?;
        let code = reply.body["code"].as_str().unwrap_or_default();
        match reply.status {
            200 => Ok(reply.body),
            // Any other conflict may have passed by the next round.
            409 if !FINAL.contains(&code) => Err(format!("{path}: {number}: {code}")),
            409 | 422 => {
                tracing::warn!(number, code, "refused");
                Ok(json!({ "state": "refused" }))
            }
            status => Err(format!("{path}: {status} {}", reply.body)),
        }
    }

    /// Reads what of our stock has changed.
    fn hear_stock(&mut self) -> Result<(), String> {
        loop {
            let (items, next) = self.news("stock", &self.stock_after)?;
            for item in &items {
                let (Some(sku), Some(available)) =
                    (item["sku"].as_str(), item["available"].as_str())
                else {
                    continue;
                };
                // Whole pieces: a part of one cannot be sold.
                let whole = available.split('.').next().unwrap_or_default();
                self.told
                    .insert(sku.to_owned(), whole.parse().unwrap_or_default());
                self.stale.insert(sku.to_owned());
            }
            if items.is_empty() {
                return Ok(());
            }
            self.stock_after = next;
        }
    }

    /// Sets the levels in the shop.
    fn tell_stock(&mut self) -> Result<(), String> {
        while let Some(sku) = self.stale.first().cloned() {
            if let Some(available) = self.told.get(&sku)
                && !self.shop.offer(&sku, *available)?
            {
                tracing::warn!(sku, "the shop has no such product");
            }
            self.stale.remove(&sku);
        }
        Ok(())
    }
}

/// The time a little before.
fn earlier(time: &str) -> Result<String, String> {
    let time: jiff::Timestamp = time
        .trim()
        .parse()
        .map_err(|error| format!("{time}: {error}"))?;
    let before = time - jiff::SignedDuration::from_secs(OVERLAP_SECONDS);
    Ok(before.to_string())
}

fn cancelled(message: &Json) -> Json {
    let mut message = message.clone();
    message["cancelled"] = true.into();
    message
}

fn fingerprint(message: &Json) -> String {
    use sha2::{Digest, Sha256};
    let hash = Sha256::digest(message.to_string().as_bytes());
    let first = hash.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(first))
}
