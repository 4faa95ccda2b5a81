//! A buyer: makes orders over HTTP and writes down what was acknowledged.
//!
//! Keeps true: a wish keeps its keys until it is settled; an answer that did not come, or a fault, leaves the wish unsettled, to be
//! asked again under the same key, at the next address when there are several.

use std::{net::SocketAddr, time::Duration};

use qudao_base::{Id, Instant};
use serde_json::{Value as Json, json};

use crate::{
    Checked,
    http::{Call, Connection, Reply},
    said,
};

/// How long a client waits for an answer: somewhat longer than the product lets anything wait.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How far an order has come, by what its buyer was told.
#[derive(Clone, Debug, PartialEq)]
pub enum Stage {
    /// Nothing was acknowledged.
    New,
    /// The draft was acknowledged.
    Drafted,
    /// The submission was acknowledged, with this answer.
    Confirmed(Json),
    /// Refused for good, with this code.
    Refused(String),
    /// The cancellation was acknowledged.
    Cancelled,
}

/// An order somebody wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Begin of its idempotency keys.
    pub key: String,
    pub lines: Vec<(Id, u32)>,
    pub stage: Stage,
    pub id: String,
    version: i64,
}

impl Wish {
    /// A fresh one.
    pub const fn new(key: String, lines: Vec<(Id, u32)>) -> Self {
        Self {
            key,
            lines,
            stage: Stage::New,
            id: String::new(),
            version: 0,
        }
    }

    /// True when the submission was acknowledged.
    pub const fn is_confirmed(&self) -> bool {
        matches!(self.stage, Stage::Confirmed(_))
    }

    fn body(&self) -> Json {
        let lines: Vec<Json> = self
            .lines
            .iter()
            .map(|(id, quantity)| json!({ "product_id": id.to_string(), "quantity": quantity.to_string() }))
            .collect();
        json!({ "lines": lines })
    }
}

/// Why a wish is not settled.
#[derive(Clone, Debug)]
pub enum Unsettled {
    /// No answer.
    Silent,
    /// A fault was answered: its status and code, and after how many seconds to come again, if told.
    Fault(u16, String, Option<u32>),
}

/// Somebody who is signed in.
pub struct Buyer {
    connection: Connection,
    addresses: Vec<SocketAddr>,
    at: usize,
    cookie: String,
    csrf: String,
}

impl Buyer {
    /// Uses the link at the first address; every address takes the session.
    pub fn sign_in(addresses: &[SocketAddr], link: &str) -> Checked<Self> {
        let mut buyer = Self {
            connection: Connection::to(addresses[0], PATIENCE),
            addresses: addresses.to_vec(),
            at: 0,
            cookie: String::new(),
            csrf: String::new(),
        };
        let reply = buyer
            .ask("POST", &format!("/sign-in/{link}"), &[], None)
            .map_err(said)?;
        let cookie = reply.header("set-cookie").unwrap_or_default();
        cookie
            .split(';')
            .next()
            .unwrap_or_default()
            .clone_into(&mut buyer.cookie);
        let session = buyer
            .ask("GET", "/api/v1/session", &[], None)
            .map_err(said)?;
        let csrf = session.body["csrf"].as_str();
        csrf.ok_or_else(|| format!("nobody signed in: {}", session.body))?
            .clone_into(&mut buyer.csrf);
        Ok(buyer)
    }

    /// The same person with a connection of their own.
    pub fn twin(&self) -> Self {
        Self {
            connection: Connection::to(self.addresses[self.at], PATIENCE),
            addresses: self.addresses.clone(),
            at: self.at,
            cookie: self.cookie.clone(),
            csrf: self.csrf.clone(),
        }
    }

    /// Waits no longer than this from now on.
    pub fn hurry(&mut self, deadline: Duration) {
        self.connection = Connection::to(self.addresses[self.at], deadline);
    }

    fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, String)],
        body: Option<&Json>,
    ) -> std::io::Result<Reply> {
        let own = [
            ("cookie", self.cookie.clone()),
            ("x-csrf-token", self.csrf.clone()),
        ];
        let headers: Vec<(&str, String)> = own.into_iter().chain(headers.iter().cloned()).collect();
        self.connection.send(&Call {
            method,
            path,
            headers: &headers,
            body,
        })
    }

    /// True when the list of orders can be read.
    pub fn reads(&mut self) -> bool {
        let reply = self.ask("GET", "/api/v1/sales_order?limit=20", &[], None);
        reply.is_ok_and(|reply| reply.status == 200)
    }

    /// How many orders were placed by the report of them, and as of when that is.
    pub fn placed(&mut self) -> Checked<(usize, Instant)> {
        let body = json!({ "object": "sales_order", "measures": ["placed_count"] });
        let reply = self.ask("POST", "/api/v1/query", &[], Some(&body));
        let told = reply.map_err(said)?.body;
        let count = &told["rows"][0][0];
        let count = count
            .as_str()
            .map_or_else(|| count.to_string(), str::to_owned);
        let as_of = told["as_of"].as_str().unwrap_or_default().parse();
        match (count.parse(), as_of) {
            (Ok(count), Ok(as_of)) => Ok((count, as_of)),
            _ => Err(format!("no report: {told}")),
        }
    }

    /// Takes the wish to its next acknowledged stage, or finds that it is refused.
    pub fn advance(&mut self, wish: &mut Wish) -> Result<Duration, Unsettled> {
        let reply = match wish.stage {
            Stage::New => {
                let key = ("idempotency-key", format!("{}-create", wish.key));
                self.ask("POST", "/api/v1/sales_order", &[key], Some(&wish.body()))
            }
            _ => self.act(wish, "submit"),
        };
        let reply = self.settled(reply)?;
        if !reply.is_success() {
            wish.stage = Stage::Refused(reply.code().to_owned());
            return Ok(reply.took);
        }
        if wish.stage == Stage::New {
            let record = &reply.body["record"];
            record["id"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut wish.id);
            wish.version = record["version"].as_i64().unwrap_or_default();
            wish.stage = Stage::Drafted;
        } else {
            wish.stage = Stage::Confirmed(reply.body);
        }
        Ok(reply.took)
    }

    fn act(&mut self, wish: &Wish, action: &str) -> std::io::Result<Reply> {
        let headers = [
            ("idempotency-key", format!("{}-{action}", wish.key)),
            ("if-match", format!("\"{}\"", wish.version)),
        ];
        let path = format!("/api/v1/sales_order/{}/{action}", wish.id);
        self.ask("POST", &path, &headers, None)
    }

    /// Cancels a confirmed order.
    pub fn cancel(&mut self, wish: &mut Wish) -> Result<Duration, Unsettled> {
        if let Stage::Confirmed(answer) = &wish.stage {
            wish.version = answer["record"]["version"].as_i64().unwrap_or_default();
        }
        let reply = self.act(wish, "cancel");
        let reply = self.settled(reply)?;
        if reply.is_success() {
            wish.stage = Stage::Cancelled;
        }
        Ok(reply.took)
    }

    /// Sends the submission of a confirmed order once more; true when the first answer comes back.
    pub fn repeat(&mut self, wish: &Wish) -> Result<bool, Unsettled> {
        let reply = self.act(wish, "submit");
        let reply = self.settled(reply)?;
        Ok(matches!(&wish.stage, Stage::Confirmed(first) if *first == reply.body))
    }

    fn settled(&mut self, reply: std::io::Result<Reply>) -> Result<Reply, Unsettled> {
        match reply {
            Ok(reply) if reply.status < 500 && reply.status != 429 => Ok(reply),
            Ok(reply) => {
                let after = reply
                    .header("retry-after")
                    .and_then(|text| text.parse().ok());
                Err(Unsettled::Fault(
                    reply.status,
                    reply.code().to_owned(),
                    after,
                ))
            }
            Err(_) => {
                self.at = (self.at + 1) % self.addresses.len();
                self.connection.turn_to(self.addresses[self.at]);
                Err(Unsettled::Silent)
            }
        }
    }
}
