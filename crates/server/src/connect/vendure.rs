//! The shop server Vendure, through its admin API: which orders wait for us, what became of them, how much there is to sell, what left.
//!
//! Keeps true: nothing of the shop is changed but payments, cancellations, levels and fulfilments; a session that ended is opened again.
//! Not here: what is done with an order (`mod`).

use serde_json::{Value as Json, json};

use super::http::Client;

/// Orders asked for at once.
const PAGE: i64 = 100;

const ORDERS: &str = "query($options: OrderListOptions) { orders(options: $options) { totalItems items { \
    id code state updatedAt orderPlacedAt customer { firstName lastName phoneNumber } \
    shippingAddress { fullName phoneNumber streetLine1 streetLine2 city province } \
    lines { quantity proratedUnitPriceWithTax productVariant { sku } } payments { id state } } } }";
const VARIANTS: &str = "query($options: ProductVariantListOptions) { productVariants(options: $options) { items { \
    id sku stockLevels { stockLocationId stockOnHand stockAllocated } } } }";
const SET_STOCK: &str = "mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }";
const SETTLE: &str = "mutation($id: ID!) { settlePayment(id: $id) { ... on Payment { id state } \
    ... on ErrorResult { errorCode message } } }";
const CANCEL: &str = "mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { ... on Order { id state } \
    ... on ErrorResult { errorCode message } } }";
const CANCEL_PAYMENT: &str = "mutation($id: ID!) { cancelPayment(id: $id) { ... on Payment { id state } \
    ... on ErrorResult { errorCode message } } }";
const FULFILLED: &str = "query($options: OrderListOptions) { orders(options: $options) { items { id code state \
    lines { id quantity productVariant { sku } } fulfillments { id state method } } } }";
const FULFIL: &str = "mutation($input: FulfillOrderInput!) { addFulfillmentToOrder(input: $input) { \
    ... on Fulfillment { id state } ... on ErrorResult { errorCode message } } }";
const SHIP: &str = "mutation($id: ID!) { transitionFulfillmentToState(id: $id, state: \"Shipped\") { \
    ... on Fulfillment { id state } ... on ErrorResult { errorCode message } } }";
const SIGN_IN: &str = "mutation($login: String!, $password: String!) { login(username: $login, password: $password) { \
    ... on CurrentUser { id } ... on ErrorResult { message } } }";

/// The shop.
pub struct Shop {
    client: Client,
    login: String,
    password: String,
}

/// An order of the shop.
#[derive(Clone, Debug)]
pub struct ShopOrder {
    pub id: String,
    pub state: String,
    pub updated_at: String,
    /// Payments the shop has been promised but has not taken.
    pub authorized: Vec<String>,
    /// As our intake takes it.
    pub message: Json,
}

impl ShopOrder {
    fn of(json: &Json) -> Self {
        let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
        let payments = json["payments"].as_array().into_iter().flatten();
        let authorized = payments.filter(|payment| payment["state"] == "Authorized");
        Self {
            id: text(&json["id"]),
            state: text(&json["state"]),
            updated_at: text(&json["updatedAt"]),
            authorized: authorized.map(|payment| text(&payment["id"])).collect(),
            message: message(json),
        }
    }

    /// Codes of what was ordered.
    pub fn skus(&self) -> impl Iterator<Item = &str> {
        let lines = self.message["lines"].as_array().into_iter().flatten();
        lines.filter_map(|line| line["sku"].as_str())
    }
}

/// The order as our intake takes it. The same order gives the same message.
fn message(order: &Json) -> Json {
    let joined = |parts: &[&Json], between: &str| {
        let texts = parts.iter().filter_map(|part| part.as_str());
        let texts: Vec<&str> = texts.filter(|text| !text.is_empty()).collect();
        (!texts.is_empty()).then(|| texts.join(between))
    };
    let (buyer, to) = (&order["customer"], &order["shippingAddress"]);
    let lines = order["lines"].as_array().into_iter().flatten();
    let lines = lines.filter(|line| {
        line["quantity"]
            .as_i64()
            .is_some_and(|quantity| quantity > 0)
    });
    let line = |line: &Json| {
        json!({ "sku": line["productVariant"]["sku"], "quantity": line["quantity"].to_string(),
                "unit_price": hundredths(&line["proratedUnitPriceWithTax"]) })
    };
    json!({
        "external_number": order["code"],
        "ordered_at": order["orderPlacedAt"],
        "buyer_name": joined(&[&buyer["lastName"], &buyer["firstName"]], ""),
        "buyer_phone": joined(&[&buyer["phoneNumber"]], ""),
        "ship_to_name": joined(&[&to["fullName"]], ""),
        "ship_to_phone": joined(&[&to["phoneNumber"]], ""),
        "place": joined(&[&to["province"], &to["city"]], " "),
        "address": joined(&[&to["streetLine1"], &to["streetLine2"]], " "),
        "lines": lines.map(line).collect::<Vec<_>>(),
    })
}

/// An amount in minor units, as a decimal text.
fn hundredths(amount: &Json) -> String {
    let minor = amount.as_i64().unwrap_or_default();
    format!("{}.{:02}", minor / 100, minor % 100)
}

impl Shop {
    /// The shop at the address.
    pub fn new(base: &str, login: String, password: String) -> Self {
        Self {
            client: Client::new(base),
            login,
            password,
        }
    }

    fn sign_in(&mut self) -> Result<(), String> {
        self.client.headers.clear();
        let variables = json!({ "login": self.login, "password": self.password });
        let body = json!({ "query": SIGN_IN, "variables": variables });
        let reply = self.client.post("/admin-api", None, &body)?;
        let token = reply.header("vendure-auth-token");
        let token = token.ok_or_else(|| format!("the shop lets nobody in: {}", reply.body))?;
        let header = ("authorization".to_owned(), format!("Bearer {token}"));
        self.client.headers.push(header);
        Ok(())
    }

    fn ask(&mut self, query: &str, variables: &Json) -> Result<Json, String> {
        for _ in 0..2 {
            if self.client.headers.is_empty() {
                self.sign_in()?;
            }
            let body = json!({ "query": query, "variables": variables });
            let reply = self.client.post("/admin-api", None, &body)?;
            let errors = &reply.body["errors"];
            if errors.is_null() {
                return Ok(reply.body["data"].clone());
            }
            if errors[0]["extensions"]["code"] != "FORBIDDEN" {
                return Err(format!("the shop answers {errors}"));
            }
            self.client.headers.clear();
        }
        Err("the shop forbids it".to_owned())
    }

    /// Orders that meet a filter, oldest change first; all pages.
    pub fn orders(&mut self, filter: &Json) -> Result<Vec<ShopOrder>, String> {
        let mut orders = Vec::new();
        loop {
            let options = json!({ "filter": filter, "sort": { "updatedAt": "ASC" }, "take": PAGE, "skip": orders.len() });
            let found = self.ask(ORDERS, &json!({ "options": options }))?;
            let items = found["orders"]["items"].as_array().cloned();
            let items = items.unwrap_or_default();
            orders.extend(items.iter().map(ShopOrder::of));
            if items.is_empty() || i64::try_from(items.len()).unwrap_or_default() < PAGE {
                return Ok(orders);
            }
        }
    }

    /// Takes the money of an order that is ours now.
    pub fn settle(&mut self, order: &ShopOrder) -> Result<(), String> {
        for payment in &order.authorized {
            let done = self.ask(SETTLE, &json!({ "id": payment }))?;
            refused(&done["settlePayment"], "Settled")?;
        }
        Ok(())
    }

    /// Cancels an order we cannot deliver; the buyer's money was not taken.
    pub fn cancel(&mut self, order: &ShopOrder, reason: &str) -> Result<(), String> {
        if order.state != "Cancelled" {
            let input = json!({ "orderId": order.id, "reason": reason, "cancelShipping": true });
            let done = self.ask(CANCEL, &json!({ "input": input }))?;
            refused(&done["cancelOrder"], "Cancelled")?;
        }
        for payment in &order.authorized {
            let done = self.ask(CANCEL_PAYMENT, &json!({ "id": payment }))?;
            refused(&done["cancelPayment"], "Cancelled")?;
        }
        Ok(())
    }

    /// Tells the shop what has left for an order: a fulfilment that is shipped. One that was told before is found by the number of our
    /// delivery note, which its method carries. False: the shop has no such order, or has dealt with the goods itself.
    pub fn fulfil(&mut self, shipment: &Json) -> Result<bool, String> {
        let filter = json!({ "filter": { "code": { "eq": shipment["external_number"] } } });
        let found = self.ask(FULFILLED, &json!({ "options": filter }))?;
        let order = &found["orders"]["items"][0];
        if order["state"] == "PaymentAuthorized" {
            return Err(format!("{} is not paid yet", shipment["external_number"]));
        }
        let number = shipment["shipment"].as_str().unwrap_or_default();
        let told = order["fulfillments"].as_array().into_iter().flatten();
        let told = told.into_iter().find(|one| {
            let method = one["method"].as_str();
            method.is_some_and(|method| method.ends_with(number))
        });
        let fulfilment = if let Some(told) = told {
            told.clone()
        } else {
            let Some(input) = fulfilment_of(order, shipment) else {
                return Ok(false);
            };
            let done = self.ask(FULFIL, &json!({ "input": input }))?;
            done["addFulfillmentToOrder"].clone()
        };
        match fulfilment["state"].as_str() {
            Some("Pending") => {
                let done = self.ask(SHIP, &json!({ "id": fulfilment["id"] }))?;
                refused(&done["transitionFulfillmentToState"], "Shipped").map(|()| true)
            }
            Some(_) => Ok(true),
            None => {
                tracing::warn!(number, answer = %fulfilment, "the shop takes no fulfilment");
                Ok(false)
            }
        }
    }

    /// Lets the shop sell so many: its stock on hand becomes that and what it has allocated to orders. False: it has no such product.
    pub fn offer(&mut self, sku: &str, available: i64) -> Result<bool, String> {
        let options = json!({ "filter": { "sku": { "eq": sku } } });
        let found = self.ask(VARIANTS, &json!({ "options": options }))?;
        let variant = &found["productVariants"]["items"][0];
        let level = &variant["stockLevels"][0];
        let Some(allocated) = level["stockAllocated"].as_i64() else {
            return Ok(false);
        };
        let wanted = available.saturating_add(allocated);
        if level["stockOnHand"].as_i64() == Some(wanted) {
            return Ok(true);
        }
        let input = json!([{ "id": variant["id"], "stockLevels": [
            { "stockLocationId": level["stockLocationId"], "stockOnHand": wanted }] }]);
        self.ask(SET_STOCK, &json!({ "input": input }))?;
        Ok(true)
    }
}

/// What left, as the shop takes it; none when the order has none of it.
fn fulfilment_of(order: &Json, shipment: &Json) -> Option<Json> {
    let ordered = order["lines"].as_array()?;
    let left = shipment["lines"].as_array()?.iter();
    let lines: Vec<Json> = left
        .filter_map(|line| {
            let of_code = |one: &&Json| one["productVariant"]["sku"] == line["sku"];
            let id = &ordered.iter().find(of_code)?["id"];
            // The shop knows whole pieces only.
            let whole = line["quantity"].as_str()?.split('.').next()?;
            let quantity: i64 = whole.parse().ok().filter(|&whole| whole > 0)?;
            Some(json!({ "orderLineId": id, "quantity": quantity }))
        })
        .collect();
    let carrier = shipment["carrier"].as_str().unwrap_or_default();
    let method = format!("{carrier} {}", shipment["shipment"].as_str()?);
    let tracking = shipment["tracking_number"].as_str().unwrap_or_default();
    let handler = json!({ "code": "manual-fulfillment", "arguments": [
        { "name": "method", "value": method.trim() }, { "name": "trackingCode", "value": tracking }] });
    (!lines.is_empty()).then(|| json!({ "lines": lines, "handler": handler }))
}

/// An answer that is not in the state it should be is an error with the shop's words.
fn refused(answer: &Json, state: &str) -> Result<(), String> {
    if answer["state"] == state {
        Ok(())
    } else {
        Err(format!("the shop answers {answer}"))
    }
}
