//! A site with some partners of great credit, one central warehouse and a hundred products in stock, set up as people would.
//!
//! Keeps true: everything here goes through the kernel's write path.

use std::sync::Arc;

use qudao_base::{Actor, Fault, Id, Locale, Result, SystemClock};
use qudao_kernel::{
    Kernel, Registry, SiteKey, SiteOptions, input_map,
    pipeline::{self, Request},
};
use qudao_store::{Options as StoreOptions, Store};
use serde_json::{Value as Json, json};

const PARTNERS: usize = 20;
const PRODUCTS: usize = 100;
/// Lines of every order.
const LINES: u64 = 5;
/// How long a link to sign in is good for.
const LINK_SECONDS: i64 = 60;

/// What is measured on.
pub struct Site {
    /// The kernel.
    pub kernel: Arc<Kernel>,
    /// Where its database is.
    pub address: String,
    /// Who buys: one of each partner.
    pub buyers: Vec<Actor>,
    /// Who looks at lists and reports.
    pub manager: Actor,
    /// All products.
    pub products: Vec<Id>,
}

/// Opens the database and starts the product on it.
pub fn start(address: &str) -> Result<Arc<Kernel>> {
    let mut registry = Registry::default();
    qudao_packs::register(&mut registry)?;
    let store = Store::open(address, StoreOptions::default())?;
    Kernel::start(
        store,
        registry,
        Arc::new(SystemClock),
        SiteOptions::standard(SiteKey::new([7; 32])?),
    )
}

fn act(
    kernel: &Arc<Kernel>,
    object: &str,
    id: Option<Id>,
    action: &str,
    input: Json,
) -> Result<Id> {
    let request = Request {
        object: object.to_owned(),
        id,
        action: action.to_owned(),
        input: input_map(input)?,
        version: None,
        then: None,
    };
    kernel.write(&Actor::system(), move |cx| pipeline::perform(cx, &request))
}

fn user(kernel: &Arc<Kernel>, login: &str, role: &str, organisation: Option<Id>) -> Result<Actor> {
    let mut input = json!({ "name": login, "login": login, "roles": [{ "role_name": role }] });
    if let Some(id) = organisation {
        input["organisation_id"] = id.to_string().into();
    }
    Ok(Actor {
        user: Some(act(kernel, "user", None, "create", input)?),
        roles: vec![role.to_owned()],
        organisation,
        locale: Locale::Chinese,
        session: None,
        system: false,
    })
}

/// Sets the scene on an empty database.
pub fn set_up(address: &str) -> Result<Site> {
    let kernel = start(address)?;
    let create = |object: &str, input: Json| act(&kernel, object, None, "create", input);
    let mut buyers = Vec::with_capacity(PARTNERS);
    for number in 1..=PARTNERS {
        let input = json!({
            "name": format!("杭州云帆{number}号科技有限公司"), "kind": "dealer", "tier": "gold", "credit_limit": "90000000000.00",
            "payment_terms_days": 30, "discount_limit": "5", "contact_name": "李明", "phone": "13800000001",
            "division": "330106", "address": "杭州市西湖区文三路 1 号", "territories": [{ "division": "330000" }],
        });
        let partner = create("partner", input)?;
        act(&kernel, "partner", Some(partner), "approve", json!({}))?;
        let login = format!("buyer{number}");
        buyers.push(user(&kernel, &login, "partner_sales", Some(partner))?);
    }
    create(
        "price_rule",
        json!({ "name": "金牌九折", "tier": "gold", "percent_off": "10" }),
    )?;
    let category = create("product_category", json!({ "code": "PV", "name": "泵阀" }))?;
    let mut products = Vec::with_capacity(PRODUCTS);
    for number in 1..=PRODUCTS {
        let input = json!({
            "code": format!("P{number:03}"), "name": format!("离心泵 {number}"), "category_id": category.to_string(),
            "list_price": format!("{}.00", 50 + number), "standard_cost": "40.00",
        });
        products.push(create("product", input)?);
    }
    let warehouse = json!({
        "code": "W1", "name": "中心仓", "kind": "warehouse", "is_central": true, "latitude": "30.305700", "longitude": "120.490000",
    });
    let warehouse = create("site", warehouse)?;
    let lines: Vec<Json> = products
        .iter()
        .map(|id| json!({ "product_id": id.to_string(), "quantity": "1000000" }))
        .collect();
    let goods = create(
        "stock_receipt",
        json!({ "site_id": warehouse.to_string(), "lines": lines }),
    )?;
    act(&kernel, "stock_receipt", Some(goods), "post", json!({}))?;
    Ok(Site {
        address: address.to_owned(),
        buyers,
        manager: user(&kernel, "manager", "channel_manager", None)?,
        products,
        kernel,
    })
}

/// Headers of a session of each buyer.
pub fn sessions(kernel: &Arc<Kernel>, buyers: &[Actor]) -> Result<Vec<String>> {
    let session = |buyer: &Actor| {
        let user = buyer.user.ok_or_else(|| Fault::new("a buyer is nobody"))?;
        let grant = kernel.use_link(&kernel.sign_in_link(user, LINK_SECONDS)?)?;
        let caller = kernel.caller(&grant.token)?;
        let caller = caller.ok_or_else(|| Fault::new("a fresh session is unknown"))?;
        Ok(format!(
            "cookie: qudao_session={}\r\nx-csrf-token: {}\r\n",
            grant.token, caller.csrf
        ))
    };
    buyers.iter().map(session).collect()
}

/// Spreads numbers evenly: the finaliser of SplitMix64.
pub const fn scattered(seed: u64) -> u64 {
    let mixed = seed.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

impl Site {
    /// Which buyer wants what: an order of five lines, each of another one of so many products.
    pub fn wish(&self, seed: u64, products: usize) -> (usize, Json) {
        let first = scattered(seed);
        let buyer = (first >> 20) as usize % self.buyers.len();
        let lines: Vec<Json> = (0..LINES)
            .map(|line| {
                let at = (first + line * 17) % products as u64;
                let product = self.products[at as usize].to_string();
                json!({ "product_id": product, "quantity": (1 + (first >> 32 >> line) % 3).to_string() })
            })
            .collect();
        (buyer, json!({ "lines": lines }))
    }

    /// A partner's salesperson places an order of five lines, in one call under a key of its own.
    pub fn buy(&self, seed: u64) -> Result<()> {
        let (buyer, input) = self.wish(seed, self.products.len());
        let request = Request {
            object: "sales_order".to_owned(),
            action: "create".to_owned(),
            input: input_map(input)?,
            then: Some("submit".to_owned()),
            ..Request::default()
        };
        let key = format!("order-{seed}");
        let reply = self
            .kernel
            .submit(&self.buyers[buyer], Some(&key), request)?;
        if reply["record"]["state"] == "confirmed" {
            Ok(())
        } else {
            Err(Fault::new(format!("an order was not confirmed: {}", reply["record"])).into())
        }
    }
}
