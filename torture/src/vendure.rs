//! The sample connector between the product and a real shop server, which both sell the same few units at once, while the connector,
//! the shop and the product are killed in turn.
//!
//! Keeps true: told in the table. The shop by itself sells more than it has under concurrent payments, which is why the pool is ours
//! and its payments are only authorised until our ledger holds the goods.
//! Needs Node and npm, and `QUDAO_VENDURE`, a folder to install the shop in; without it the suite says that it was not run.

use std::{
    collections::BTreeSet,
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use qudao_base::{Actor, Id, Result};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use crate::{
    Checked,
    buyer::{Buyer, Stage, Wish},
    ground::{Database, Ground},
    http::{Call, Connection},
    said,
    scene::{self, Scene, Wanted},
    server::{Server, Start, command},
    shop::{Shop, Visitor, install},
    suites::Scale,
    table::Table,
};

/// Units both sides sell.
const UNITS: u32 = 20;
const OUR_BUYERS: usize = 3;
const OUR_ORDERS: usize = 4;
const SHOP_BUYERS: usize = 3;
const SHOP_ORDERS: usize = 8;
/// How long buyers of the shop try.
const SELLING: Duration = Duration::from_secs(45);
const BETWEEN_KILLS: Duration = Duration::from_secs(2);
/// How long both sides may take to agree.
const SETTLING: Duration = Duration::from_mins(3);

/// The connector as a process of its own.
struct Connector {
    child: Child,
}

impl Connector {
    fn start(ground: &Ground, ours: SocketAddr, shop: SocketAddr, key: &str) -> Checked<Self> {
        let log = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(ground.path("connector.log"));
        let child = Command::new(&ground.program)
            .args(["connect", "vendure", "--channel", "website"])
            .args([
                "--site",
                &format!("http://{ours}"),
                "--shop",
                &format!("http://{shop}"),
            ])
            .args(["--state", &ground.path("cursor").display().to_string()])
            .env("QUDAO_API_KEY", key)
            .env("SHOP_LOGIN", "superadmin")
            .env("SHOP_PASSWORD", "superadmin")
            .env("QUDAO_LOG", "info")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log.map_err(said)?)
            .spawn()
            .map_err(said)?;
        Ok(Self { child })
    }
}

impl Connector {
    /// `kill -9`.
    fn kill(&mut self) -> Checked {
        self.child.kill().map_err(said)?;
        self.child.wait().map(drop).map_err(said)
    }
}

impl Drop for Connector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Runs it.
pub fn run(ground: &Ground, _: Scale, table: &mut Table) -> Checked {
    let Some(folder) = std::env::var_os("QUDAO_VENDURE").map(PathBuf::from) else {
        table.note("not run: QUDAO_VENDURE names no folder for the shop server".to_owned());
        return Ok(());
    };
    install(&folder)?;
    let database = ground.database()?;
    let wanted = Wanted {
        products: 1,
        units: UNITS,
        buyers: OUR_BUYERS,
    };
    let scene = scene::set(&database.address(), wanted)?;
    let (key, clerk) = list(&database, scene.products[0])?;
    let start = Start::plain(ground, &database);
    let server = Server::start(&start)?;
    let shop = Shop::open(&folder, ground.path("shop.sqlite"))?;
    let (ours, theirs) = (server.address, shop.address);
    let connector = Connector::start(ground, ours, theirs, &key)?;
    let variant = offered(theirs, i64::from(UNITS))?;
    table.hold("the shop offers what we have", true);

    let sides = Sides {
        ground,
        start: &start,
        key: &key,
        server,
        shop,
        connector,
    };
    let (sides, mut buyers, there) = sell(sides, &scene, &variant)?;
    let shop_orders = settle(theirs)?;
    let wishes: Vec<Wish> = buyers
        .iter()
        .flat_map(|(_, wishes)| wishes.clone())
        .collect();
    table.note(format!(
        "{there} payments authorised in the shop, {} orders asked for here",
        wishes.len()
    ));
    judge(table, (ours, &key), &shop_orders, &wishes)?;
    follow_shipments(table, (ours, &clerk), theirs)?;
    follow_cancellation(table, theirs, &mut buyers)?;
    drop(sides.connector);
    drop(sides.shop);
    sides.server.end()?;
    let verified = command(&ground.program, &["verify"], &database);
    table.hold("verify is clean", verified.is_ok());
    if let Err(message) = verified {
        table.note(message);
    }
    Ok(())
}

/// Sold out on both sides; then one of our orders is cancelled.
fn follow_cancellation(table: &mut Table, shop: SocketAddr, buyers: &mut [Bought]) -> Checked {
    offered(shop, 0)?;
    table.hold("the shop offers none once none is left", true);
    let cancelled = buyers.iter_mut().find_map(|(buyer, wishes)| {
        let wish = wishes.iter_mut().find(|wish| wish.is_confirmed())?;
        Some(buyer.cancel(wish))
    });
    let begun = Instant::now();
    let again = matches!(cancelled, Some(Ok(_))) && offered(shop, 1).is_ok();
    table.hold("what is cancelled here is offered in the shop", again);
    let took = begun.elapsed().as_millis();
    table.note(format!("offered again after {took} ms"));
    Ok(())
}

/// One of our buyers and what they asked for.
type Bought = (Buyer, Vec<Wish>);

/// Everything that runs.
struct Sides<'a> {
    ground: &'a Ground,
    start: &'a Start<'a>,
    key: &'a str,
    server: Server,
    shop: Shop,
    connector: Connector,
}

impl Sides<'_> {
    /// Kills connector, product and shop, each while the others go on.
    fn kill_in_turn(&mut self) -> Checked {
        let (ours, theirs) = (self.server.address, self.shop.address);
        thread::sleep(BETWEEN_KILLS);
        self.connector.kill()?;
        self.connector = Connector::start(self.ground, ours, theirs, self.key)?;
        thread::sleep(BETWEEN_KILLS);
        self.server.kill()?;
        self.server = Server::start_on(self.start, ours.port())?;
        thread::sleep(BETWEEN_KILLS);
        self.shop.kill()
    }
}

/// Both sides sell at once; our buyers, and how many payments the shop was promised.
fn sell<'a>(
    mut sides: Sides<'a>,
    scene: &Scene,
    variant: &str,
) -> Checked<(Sides<'a>, Vec<Bought>, usize)> {
    let (ours, theirs) = (sides.server.address, sides.shop.address);
    thread::scope(|scope| {
        let here: Vec<_> = (0..OUR_BUYERS)
            .map(|at| scope.spawn(move || buy_here(ours, scene, at)))
            .collect();
        let there: Vec<_> = (0..SHOP_BUYERS)
            .map(|at| scope.spawn(move || buy_there(theirs, variant, at)))
            .collect();
        let killed = sides.kill_in_turn();
        let mut buyers = Vec::new();
        for one in here {
            buyers.push(one.join().map_err(|_| "a buyer panicked")??);
        }
        let there = there.into_iter().map(|one| one.join().unwrap_or_default());
        let there = there.sum();
        killed?;
        Ok((sides, buyers, there))
    })
}

/// Lists the product in the channel and makes the keys of the connector and of a warehouse clerk.
fn list(database: &Database, product: Id) -> Checked<(String, String)> {
    let kernel = scene::kernel(&database.address()).map_err(said)?;
    let key = kernel.write(&Actor::system(), move |cx| {
        let rows = cx.query(
            "SELECT (SELECT id FROM sales_channel WHERE code = 'website'), (SELECT id FROM partner)",
            &[],
        )?;
        let (channel, partner) = (rows[0].id(0)?, rows[0].id(1)?);
        let sells_as = json!({ "partner_id": partner.to_string() });
        act(cx, "sales_channel", Some(channel), sells_as)?;
        let listed = json!({ "channel_id": channel.to_string(), "sku": "HOT", "product_id": product.to_string() });
        act(cx, "channel_product", None, listed)?;
        Ok((issue(cx, "channel_connector")?, issue(cx, "warehouse_clerk")?))
    });
    let key = key.map_err(said)?;
    kernel.store.close();
    Ok(key)
}

/// A user in the role, and the secret of a key of theirs.
fn issue(cx: &mut Cx<'_>, role: &str) -> Result<String> {
    let user = json!({ "name": role, "login": role, "roles": [{ "role_name": role }] });
    let user = act(cx, "user", None, user)?;
    let key = json!({ "name": role, "user_id": user.to_string(), "scope": "write" });
    let key = act(cx, "api_key", None, key)?;
    cx.issue_key_secret(key, user)
}

/// Creates or changes a record.
fn act(cx: &mut Cx<'_>, object: &str, id: Option<Id>, input: Json) -> Result<Id> {
    let action = if id.is_some() { "update" } else { "create" };
    scene::act(cx, object, id, action, input)
}

/// Waits until the shop may sell so many; the variant's id.
fn offered(shop: SocketAddr, wanted: i64) -> Checked<String> {
    let begun = Instant::now();
    loop {
        let level = level(shop);
        if let Ok((variant, saleable)) = &level
            && *saleable == wanted
        {
            return Ok(variant.clone());
        }
        if begun.elapsed() > Duration::from_mins(1) {
            return Err(format!("the shop was to offer {wanted}: {level:?}"));
        }
        thread::sleep(Duration::from_millis(300));
    }
}

/// The variant's id and how many of it may be sold.
fn level(shop: SocketAddr) -> Checked<(String, i64)> {
    let query = "{ productVariants(options: { filter: { sku: { eq: \"HOT\" } } }) { items { id \
                 stockLevels { stockOnHand stockAllocated } } } }";
    let found = Visitor::administrator(shop)?.ask(query, &json!({}))?;
    let variant = &found["productVariants"]["items"][0];
    let figure = |name: &str| variant["stockLevels"][0][name].as_i64();
    let (Some(on_hand), Some(allocated)) = (figure("stockOnHand"), figure("stockAllocated")) else {
        return Err(found.to_string());
    };
    Ok((
        variant["id"].as_str().unwrap_or_default().to_owned(),
        on_hand - allocated,
    ))
}

/// One of our buyers: orders of one unit, each asked for until it is settled.
fn buy_here(address: SocketAddr, scene: &Scene, at: usize) -> Checked<Bought> {
    let mut buyer = Buyer::sign_in(&[address], &scene.links[at])?;
    let mut wishes = Vec::new();
    for number in 0..OUR_ORDERS {
        let mut wish = Wish::new(format!("here-{at}-{number}"), vec![(scene.products[0], 1)]);
        let begun = Instant::now();
        while matches!(wish.stage, Stage::New | Stage::Drafted) && begun.elapsed() < SETTLING {
            if buyer.advance(&mut wish).is_err() {
                thread::sleep(Duration::from_millis(300));
            }
        }
        wishes.push(wish);
        thread::sleep(Duration::from_secs(3));
    }
    Ok((buyer, wishes))
}

/// One of the shop's buyers; how many of their payments were authorised.
fn buy_there(address: SocketAddr, variant: &str, at: usize) -> usize {
    let (mut bought, mut tried) = (0, 0);
    let begun = Instant::now();
    while bought < SHOP_ORDERS && begun.elapsed() < SELLING {
        // A new visitor each time: a session ends with the shop it was opened in.
        let done = Visitor::new(address, "shop-api").buy(variant, at * 1_000 + tried);
        bought += usize::from(done.is_ok());
        tried += 1;
        thread::sleep(Duration::from_millis(200));
    }
    bought
}

/// Orders of the shop once none is undecided.
fn settle(shop: SocketAddr) -> Checked<Vec<Json>> {
    let begun = Instant::now();
    let query = "{ orders(options: { take: 100, filter: { active: { eq: false } } }) { items { code state totalQuantity \
                 payments { state amount } } } }";
    loop {
        let found = Visitor::administrator(shop).and_then(|mut admin| admin.ask(query, &json!({})));
        let orders = found.map(|found| {
            found["orders"]["items"]
                .as_array()
                .cloned()
                .unwrap_or_default()
        });
        if let Ok(orders) = &orders
            && !orders
                .iter()
                .any(|order| order["state"] == "PaymentAuthorized")
        {
            return Ok(orders.clone());
        }
        if begun.elapsed() > SETTLING {
            return Err(format!("orders of the shop stay undecided: {orders:?}"));
        }
        thread::sleep(Duration::from_millis(500));
    }
}

fn judge(table: &mut Table, ours: (SocketAddr, &str), shop: &[Json], here: &[Wish]) -> Checked {
    let paid: BTreeSet<&str> = shop
        .iter()
        .filter(|order| order["state"] == "PaymentSettled")
        .filter_map(|order| order["code"].as_str())
        .collect();
    let taken = of_channel(ours)?;
    let confirmed: BTreeSet<&str> = taken
        .iter()
        .filter(|row| row["state"] == "accepted")
        .filter_map(|row| row["external_number"].as_str())
        .collect();
    let own = here.iter().filter(|wish| wish.is_confirmed()).count();
    let missing = paid.symmetric_difference(&confirmed).count();
    table.add(
        "every order paid in the shop is one order here, and none besides",
        paid.len(),
        missing,
    );
    let units = usize::try_from(UNITS).unwrap_or_default();
    let over = (paid.len() + own).saturating_sub(units);
    table.add(
        "nothing is sold beyond what is there, both sides together",
        units,
        over,
    );
    table.hold("everything is sold", paid.len() + own == units);
    let unpaid = shop.iter().filter(|order| {
        let payments = order["payments"].as_array().into_iter().flatten();
        order["state"] == "Cancelled"
            && payments
                .into_iter()
                .any(|payment| payment["state"] == "Settled")
    });
    table.add(
        "no money is taken for what cannot be delivered",
        shop.len(),
        unpaid.count(),
    );
    let unsettled = here
        .iter()
        .filter(|wish| matches!(wish.stage, Stage::New | Stage::Drafted));
    table.add(
        "every order here was settled in spite of the kill",
        here.len(),
        unsettled.count(),
    );
    table.note(format!(
        "{} sold in the shop, {own} here, {} cancelled in the shop",
        paid.len(),
        shop.len() - paid.len()
    ));
    Ok(())
}

/// Incoming orders, as the connector's key may read them.
fn of_channel(ours: (SocketAddr, &str)) -> Checked<Vec<Json>> {
    rows(ours, "/api/v1/incoming_order?limit=200")
}

/// Rows of a list, as the key may read them.
fn rows((address, key): (SocketAddr, &str), path: &str) -> Checked<Vec<Json>> {
    let mut connection = Connection::to(address, Duration::from_secs(20));
    let headers = [("authorization", format!("Bearer {key}"))];
    let reply = connection.send(&Call {
        method: "GET",
        path,
        headers: &headers,
        body: None,
    });
    let reply = reply.map_err(said)?;
    let rows = reply.body["rows"].as_array().cloned();
    rows.ok_or_else(|| reply.body.to_string())
}

/// What was sold in the shop leaves our warehouse, and the shop says so: each order once, with its tracking number.
fn follow_shipments(table: &mut Table, ours: (SocketAddr, &str), shop: SocketAddr) -> Checked {
    let mut left = 0;
    let mut connection = Connection::to(ours.0, Duration::from_secs(20));
    let of_shop = "/api/v1/delivery_note?limit=200&filter=state%20%3D%3D%20%27ready%27%20and%20channel_id.code%20%3D%3D%20%27website%27";
    for note in rows(ours, of_shop)? {
        let id = note["id"].as_str().unwrap_or_default();
        let headers = [
            ("authorization", format!("Bearer {}", ours.1)),
            ("if-match", format!("\"{}\"", note["version"])),
            ("idempotency-key", format!("ship {id}")),
        ];
        let reply = connection.send(&Call {
            method: "POST",
            path: &format!("/api/v1/delivery_note/{id}/ship"),
            headers: &headers,
            body: Some(&json!({ "carrier": "SF", "tracking_number": format!("SF{id}") })),
        });
        let reply = reply.map_err(said)?;
        if reply.status != 200 {
            return Err(reply.body.to_string());
        }
        left += 1;
    }
    let query = "{ orders(options: { take: 100, filter: { state: { eq: \"Shipped\" } } }) { items { code \
                 fulfillments { state trackingCode } } } }";
    let begun = Instant::now();
    loop {
        let found = Visitor::administrator(shop)?.ask(query, &json!({}))?;
        let shipped = found["orders"]["items"].as_array().cloned();
        let shipped = shipped.unwrap_or_default();
        if shipped.len() < left && begun.elapsed() < Duration::from_mins(1) {
            thread::sleep(Duration::from_millis(500));
            continue;
        }
        let is_told = |order: &&Json| {
            let told = order["fulfillments"]
                .as_array()
                .is_some_and(|all| all.len() == 1);
            let tracking = order["fulfillments"][0]["trackingCode"].as_str();
            told && tracking.is_some_and(|tracking| tracking.starts_with("SF"))
        };
        let told = shipped.iter().filter(is_told).count();
        table.add(
            "what has left here is shipped in the shop, once and with its tracking number",
            left,
            left.abs_diff(told),
        );
        table.hold("orders of the shop have left", left > 0);
        return Ok(());
    }
}
