//! A real shop server beside the product: Vendure, unmodified, installed from its registry into a folder the tester names.
//!
//! Keeps true: it listens on the loopback alone and is ended when dropped; its database lies on the ground.
//! Not here: what is promised (`vendure`).

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value as Json, json};

use crate::{
    Checked,
    cluster::{free_port, output},
    http::{Call, Connection},
    said,
};

const FILES: [(&str, &str); 4] = [
    ("package.json", include_str!("../vendure/package.json")),
    ("config.js", include_str!("../vendure/config.js")),
    ("populate.js", include_str!("../vendure/populate.js")),
    ("server.js", include_str!("../vendure/server.js")),
];
const START: Duration = Duration::from_mins(5);
const PATIENCE: Duration = Duration::from_secs(30);

/// Installs the shop server in the folder, unless it is there.
pub fn install(folder: &Path) -> Checked {
    fs::create_dir_all(folder).map_err(said)?;
    for (name, text) in FILES {
        fs::write(folder.join(name), text).map_err(said)?;
    }
    if folder.join("node_modules/@vendure/core").is_dir() {
        return Ok(());
    }
    output(
        Command::new("npm")
            .args(["install", "--no-audit", "--no-fund"])
            .current_dir(folder),
    )
    .map(drop)
}

/// A running shop.
pub struct Shop {
    child: Child,
    folder: PathBuf,
    database: PathBuf,
    pub address: SocketAddr,
}

impl Shop {
    /// Makes the shop's database and starts it.
    pub fn open(folder: &Path, database: PathBuf) -> Checked<Self> {
        output(
            Command::new("node")
                .arg("populate.js")
                .env("SQLITE_FILE", &database)
                .env("PORT", free_port()?.to_string())
                .current_dir(folder),
        )?;
        let port = free_port()?;
        let mut shop = Self {
            child: start(folder, &database, port)?,
            folder: folder.to_owned(),
            database,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
        };
        shop.wait()?;
        Ok(shop)
    }

    /// `kill -9`, and a new start.
    pub fn kill(&mut self) -> Checked {
        self.child.kill().map_err(said)?;
        self.child.wait().map_err(said)?;
        self.child = start(&self.folder, &self.database, self.address.port())?;
        self.wait()
    }

    fn wait(&mut self) -> Checked {
        let begun = Instant::now();
        while Visitor::new(self.address, "shop-api")
            .ask("{ activeOrder { id } }", &json!({}))
            .is_err()
        {
            let ended = self.child.try_wait().map_err(said)?;
            if ended.is_some() || begun.elapsed() > START {
                return Err(format!("the shop did not start: {ended:?}"));
            }
            thread::sleep(Duration::from_millis(200));
        }
        Ok(())
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn start(folder: &Path, database: &Path, port: u16) -> Checked<Child> {
    Command::new("node")
        .arg("server.js")
        .env("SQLITE_FILE", database)
        .env("PORT", port.to_string())
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(said)
}

/// Somebody at the shop: a customer with a session of their own, or its administrator.
pub struct Visitor {
    connection: Connection,
    path: String,
    token: String,
}

impl Visitor {
    /// At one of the shop's two doors, `shop-api` and `admin-api`.
    pub fn new(address: SocketAddr, door: &str) -> Self {
        Self {
            connection: Connection::to(address, PATIENCE),
            path: format!("/{door}"),
            token: String::new(),
        }
    }

    /// The administrator.
    pub fn administrator(address: SocketAddr) -> Checked<Self> {
        let mut visitor = Self::new(address, "admin-api");
        let query = "mutation { login(username: \"superadmin\", password: \"superadmin\") { ... on CurrentUser { id } } }";
        visitor.ask(query, &json!({}))?;
        Ok(visitor)
    }

    /// Asks, and answers with `data`.
    pub fn ask(&mut self, query: &str, variables: &Json) -> Checked<Json> {
        let body = json!({ "query": query, "variables": variables });
        let mut headers = Vec::new();
        if !self.token.is_empty() {
            headers.push(("authorization", format!("Bearer {}", self.token)));
        }
        let call = Call {
            method: "POST",
            path: &self.path,
            headers: &headers,
            body: Some(&body),
        };
        let reply = self.connection.send(&call).map_err(said)?;
        if let Some(token) = reply.header("vendure-auth-token") {
            token.clone_into(&mut self.token);
        }
        if reply.body["errors"].is_null() && reply.is_success() {
            Ok(reply.body["data"].clone())
        } else {
            Err(reply.body.to_string())
        }
    }

    /// Buys one of a variant; the code of the order, or why not.
    pub fn buy(&mut self, variant: &str, number: usize) -> Checked<String> {
        let added = self.ask(
            "mutation($v: ID!) { addItemToOrder(productVariantId: $v, quantity: 1) { ... on Order { id } \
             ... on ErrorResult { errorCode } } }",
            &json!({ "v": variant }),
        )?;
        done(&added["addItemToOrder"], "id")?;
        let customer = json!({ "i": { "firstName": "小二", "lastName": "王", "phoneNumber": "13900000001",
                               "emailAddress": format!("buyer{number}@example.com") } });
        self.ask(
            "mutation($i: CreateCustomerInput!) { setCustomerForOrder(input: $i) { ... on Order { id } \
             ... on ErrorResult { errorCode } } }",
            &customer,
        )?;
        let place = json!({ "i": { "fullName": "王小二", "streetLine1": "文三路 398 号", "city": "杭州市",
                            "province": "浙江省", "countryCode": "CN", "phoneNumber": "13900000001" } });
        self.ask(
            "mutation($i: CreateAddressInput!) { setOrderShippingAddress(input: $i) { ... on Order { id } \
             ... on ErrorResult { errorCode } } }",
            &place,
        )?;
        let methods = self.ask("{ eligibleShippingMethods { id } }", &json!({}))?;
        let method = json!({ "i": [methods["eligibleShippingMethods"][0]["id"]] });
        self.ask(
            "mutation($i: [ID!]!) { setOrderShippingMethod(shippingMethodId: $i) { ... on Order { id } \
             ... on ErrorResult { errorCode } } }",
            &method,
        )?;
        self.ask(
            "mutation { transitionOrderToState(state: \"ArrangingPayment\") { ... on Order { id } \
             ... on ErrorResult { errorCode } } }",
            &json!({}),
        )?;
        let paid = self.ask(
            "mutation { addPaymentToOrder(input: { method: \"dummy\", metadata: {} }) { ... on Order { code } \
             ... on ErrorResult { errorCode } } }",
            &json!({}),
        )?;
        done(&paid["addPaymentToOrder"], "code")
    }
}

fn done(answer: &Json, field: &str) -> Checked<String> {
    answer[field]
        .as_str()
        .map(str::to_owned)
        .ok_or_else(|| answer.to_string())
}
