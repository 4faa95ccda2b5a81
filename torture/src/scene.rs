//! The scene of every suite: one partner of great credit, one central warehouse, products in stock, people who buy.
//!
//! Keeps true: it is set through the kernel's write path before the program starts, and not touched afterwards.

use std::sync::Arc;

use qudao_base::{Actor, Id, Result, SystemClock};
use qudao_kernel::{
    Cx, Kernel, Registry, SiteKey, SiteOptions, input_map,
    pipeline::{self, Request},
};
use qudao_store::{Options as StoreOptions, Store};
use serde_json::{Value as Json, json};

use crate::{Checked, ground::KEY, said};

/// How long links to sign in are good for, in seconds.
const LINK_SECONDS: i64 = 3600;

/// What is to be there.
#[derive(Clone, Copy, Debug)]
pub struct Wanted {
    pub products: usize,
    /// Units in stock of each.
    pub units: u32,
    pub buyers: usize,
}

impl Wanted {
    /// More of a dozen products than the buyers can take.
    pub const fn plenty(buyers: usize) -> Self {
        Self {
            products: 12,
            units: 1_000_000,
            buyers,
        }
    }
}

/// What is there.
#[derive(Clone, Debug)]
pub struct Scene {
    pub products: Vec<Id>,
    /// One-time sign-in tokens, one for each buyer.
    pub links: Vec<String>,
}

/// Opens a kernel on the database.
pub fn kernel(address: &str) -> Result<Arc<Kernel>> {
    let mut registry = Registry::default();
    qudao_packs::register(&mut registry)?;
    let store = Store::open(address, StoreOptions::default())?;
    let site = SiteOptions {
        node: 1023,
        ..SiteOptions::standard(SiteKey::new(KEY)?)
    };
    Kernel::start(store, registry, Arc::new(SystemClock), site)
}

/// Does an action.
pub fn act(cx: &mut Cx<'_>, object: &str, id: Option<Id>, action: &str, input: Json) -> Result<Id> {
    let request = Request {
        object: object.to_owned(),
        id,
        action: action.to_owned(),
        input: input_map(input)?,
        version: None,
        then: None,
    };
    pipeline::perform(cx, &request)
}

/// Sets the scene on an empty database.
pub fn set(address: &str, wanted: Wanted) -> Checked<Scene> {
    let kernel = kernel(address).map_err(said)?;
    let scene = kernel
        .write(&Actor::system(), move |cx| {
            let mut act = |object: &str, id: Option<Id>, action: &str, input: Json| {
                act(cx, object, id, action, input)
            };
            let partner = act("partner", None, "create", partner())?;
            act("partner", Some(partner), "approve", json!({}))?;
            let products = goods(&mut act, wanted)?;
            let buyers = (0..wanted.buyers)
                .map(|number| act("user", None, "create", buyer(number, partner)))
                .collect::<Result<Vec<Id>>>()?;
            Ok((products, buyers))
        })
        .map_err(said)?;
    let (products, buyers) = scene;
    let links = buyers
        .into_iter()
        .map(|user| kernel.sign_in_link(user, LINK_SECONDS))
        .collect::<Result<Vec<String>>>()
        .map_err(said)?;
    kernel.store.close();
    Ok(Scene { products, links })
}

fn partner() -> Json {
    json!({
        "name": "杭州云帆科技有限公司", "kind": "dealer", "tier": "gold", "credit_limit": "90000000000.00",
        "payment_terms_days": 30, "discount_limit": "5", "contact_name": "李明", "phone": "13800000001",
        "division": "330106", "address": "杭州市西湖区文三路 1 号", "territories": [{ "division": "330000" }],
    })
}

fn buyer(number: usize, partner: Id) -> Json {
    let login = format!("buyer{number}");
    json!({
        "name": login, "login": login, "organisation_id": partner.to_string(),
        "roles": [{ "role_name": "partner_sales" }],
    })
}

fn goods(
    act: &mut impl FnMut(&str, Option<Id>, &str, Json) -> Result<Id>,
    wanted: Wanted,
) -> Result<Vec<Id>> {
    let category = json!({ "code": "PV", "name": "泵阀" });
    let category = act("product_category", None, "create", category)?.to_string();
    let mut products = Vec::new();
    for number in 1..=wanted.products {
        let input = json!({
            "code": format!("P{number:03}"), "name": format!("离心泵 {number}"), "category_id": category,
            "list_price": "100.00", "standard_cost": "40.00",
        });
        products.push(act("product", None, "create", input)?);
    }
    let warehouse = json!({
        "code": "W1", "name": "中心仓", "kind": "warehouse", "is_central": true,
        "latitude": "30.305700", "longitude": "120.490000",
    });
    let warehouse = act("site", None, "create", warehouse)?.to_string();
    let lines: Vec<Json> = products
        .iter()
        .map(|id| json!({ "product_id": id.to_string(), "quantity": wanted.units.to_string() }))
        .collect();
    let input = json!({ "site_id": warehouse, "lines": lines });
    let receipt = act("stock_receipt", None, "create", input)?;
    act("stock_receipt", Some(receipt), "post", json!({}))?;
    Ok(products)
}
