//! What an order would cost, whether credit and stock suffice, and whether it may ship there, before anything is saved.
//!
//! Keeps true: the answer uses the same rules as submitting; a partner asks for itself only and is told which sites would ship and
//! which products are missing, never the figures of a site. By asking for more and more it can find out what it could order.

use std::collections::BTreeMap;

use qudao_base::{Id, Money, Percent, Quantity, Refusal, Result, Stop};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::{
    check_own, confirm,
    fence::{self, ShipTo},
    promotions,
};
use crate::{
    channel,
    finance::credit,
    partner::records::Partner,
    pricing::{self, Ask, Quote, coupon::Claim, selection::Considered, waterfall::Priced},
    product::records::Product,
    stock::{
        choice,
        sourcing::{self, Lack, Need, Part, Point, Sourcing},
    },
};

fn malformed(field: &str) -> Stop {
    Refusal::malformed("order.input_malformed")
        .on(field)
        .with("field", field)
        .into()
}

/// An id written as text or as `{id}`.
fn id_of(json: &Json) -> Option<Id> {
    json.as_str().or_else(|| json["id"].as_str())?.parse().ok()
}

/// Products and quantities of `lines`.
fn wanted(input: &Json) -> Result<Vec<(Id, Quantity)>> {
    let lines = input["lines"]
        .as_array()
        .ok_or_else(|| malformed("lines"))?;
    if lines.len() > 500 {
        return Err(malformed("lines"));
    }
    let read = |(at, line): (usize, &Json)| {
        let product = id_of(&line["product_id"])
            .ok_or_else(|| malformed(&format!("lines[{at}].product_id")))?;
        let quantity = line["quantity"]
            .as_str()
            .and_then(|text| text.parse::<Quantity>().ok());
        let quantity = quantity.filter(|quantity| *quantity > Quantity::ZERO);
        Ok((
            product,
            quantity.ok_or_else(|| malformed(&format!("lines[{at}].quantity")))?,
        ))
    };
    lines.iter().enumerate().map(read).collect()
}

fn optional<T: std::str::FromStr>(input: &Json, field: &str) -> Result<Option<T>> {
    match &input[field] {
        Json::Null => Ok(None),
        Json::String(text) => text.parse().map(Some).map_err(|_| malformed(field)),
        _ => Err(malformed(field)),
    }
}

/// The ship-to, when both coordinates are given.
fn place(input: &Json) -> Result<Option<Point>> {
    let (latitude, longitude) = (degrees(input, "latitude")?, degrees(input, "longitude")?);
    Ok(Point::of(latitude, longitude))
}

/// Degrees as a decimal text into 1/1,000,000.
fn degrees(input: &Json, field: &str) -> Result<Option<i64>> {
    let Some(text) = input[field].as_str() else {
        return Ok(None);
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = format!("{whole}{fraction:0<6.6}");
    digits.parse().map(Some).map_err(|_| malformed(field))
}

/// An ask with its prices.
pub(super) struct Quoted {
    pub(super) partner: Partner,
    lines: Vec<(Id, Quantity)>,
    discount: Percent,
    /// The channel it would be sold through.
    pub(super) channel: Id,
    quote: Quote,
}

impl Quoted {
    /// All that would be shipped, by product: what was asked for, and gifts.
    pub(super) fn needs(&self) -> Result<Vec<Need>> {
        sourcing::needs(goods(&self.quote, &self.lines))
    }

    /// Tax included.
    pub(super) const fn total_amount(&self) -> Money {
        self.quote.waterfall.total_amount
    }
}

/// Prices an ask of the shape [`price`] takes; pick-up does not count.
pub(super) fn quoted(cx: &mut Cx<'_>, input: &Json) -> Result<Quoted> {
    let partner = id_of(&input["partner_id"]).or(cx.actor().organisation);
    let partner = partner.ok_or_else(|| malformed("partner_id"))?;
    check_own(cx, partner)?;
    let partner = cx.get::<Partner>(partner)?;
    let lines = wanted(input)?;
    let day = cx.today();
    // Partners give themselves no discount, not even to see at what height approval begins.
    let asked = optional::<Percent>(input, "discount_percent")?.unwrap_or_default();
    let is_staff = cx.actor().organisation.is_none();
    let discount = if is_staff { asked } else { Percent::ZERO };
    let first_order = promotions::is_first_order(cx, partner.id, Id::default())?;
    let (division, _) = ship_to(input, &partner)?;
    let channel = channel_of(cx, input)?;
    let quote = pricing::quote(
        cx,
        &Ask {
            partner: &partner,
            channel,
            division,
            day,
            discount,
            first_order,
            holds_nothing: false,
            coupon_code: input["coupon_code"].as_str(),
            lines: &lines,
        },
    )?;
    Ok(Quoted {
        partner,
        lines,
        discount,
        channel,
        quote,
    })
}

/// `{partner_id?, channel_id?, division?, latitude?, longitude?, pickup_site_id?, customer_id?, discount_percent?, coupon_code?,
/// lines: [{product_id, quantity}]}` -> `{lines, totals, promotion, promotions, coupon, explanation, credit, approval_needed,
/// territory_covered, sourcing}`. Gifts follow the lines, marked `gift`; whether the territory covers the place is null while that is not
/// known.
pub fn price(cx: &mut Cx<'_>, input: Json) -> Result<Json> {
    let pickup = id_of(&input["pickup_site_id"]);
    confirm::check_pickup_site(cx, pickup)?;
    let asked = quoted(cx, &input)?;
    let (division, ship_to) = ship_to(&input, &asked.partner)?;
    let order = sourcing::Order {
        ship_to,
        channel: asked.channel,
        division,
        amount: asked.total_amount(),
        needs: &asked.needs()?,
        pickup,
        may_split: true,
    };
    let sourcing = choice::choose(cx, &order, None)?;
    let division = confirm::destination(cx, pickup, division, &asked.partner)?;
    let covered = match &division {
        Some(division) => Some(covered(cx, (&input, division), asked.partner.id)?),
        None => None,
    };
    let available = credit::available(cx, asked.partner.id)?;
    let quote = &asked.quote;
    let prices = &quote.waterfall;
    Ok(json!({
        "lines": lines_json(quote, &asked.lines),
        "totals": {
            "list_amount": prices.list_amount.to_string(),
            "discount_amount": prices.discount_amount.to_string(),
            "promotion_amount": prices.promotion_amount.to_string(),
            "total_amount": prices.total_amount.to_string(),
            "tax_amount": prices.tax_amount.to_string(),
            "net_amount": prices.net_amount.to_string(),
        },
        "promotion": promotions_json(quote).into_iter().next(),
        "promotions": promotions_json(quote),
        "coupon": coupon_json(cx, quote),
        "explanation": pricing::explanation(quote),
        "credit": {
            "available": available.to_string(),
            "needed": prices.total_amount.to_string(),
            "suffices": available >= prices.total_amount,
        },
        "approval_needed": asked.discount > asked.partner.discount_limit,
        "territory_covered": covered,
        "sourcing": sourcing_json(cx, &sourcing),
    }))
}

/// The channel priced for; only staff may name one.
fn channel_of(cx: &mut Cx<'_>, input: &Json) -> Result<Id> {
    let is_staff = cx.actor().organisation.is_none();
    match id_of(&input["channel_id"]).filter(|_| is_staff) {
        Some(channel) => Ok(channel),
        None => channel::of_door(cx),
    }
}

/// Where the goods would go: as a new order has it, to the partner unless another place is given.
pub(super) fn ship_to<'i>(
    input: &'i Json,
    partner: &'i Partner,
) -> Result<(Option<&'i str>, Option<Point>)> {
    let given = place(input)?;
    let division = input["division"].as_str();
    if division.is_some() {
        return Ok((division, given));
    }
    let own = Point::of(partner.latitude, partner.longitude);
    Ok((partner.division.as_deref(), given.or(own)))
}

/// Whether the partner may ship there.
fn covered(cx: &mut Cx<'_>, (input, division): (&Json, &str), partner: Id) -> Result<bool> {
    let ship_to = ShipTo {
        partner,
        division,
        customer: id_of(&input["customer_id"]),
    };
    Ok(fence::judge(cx, ship_to)?.refusal().is_none())
}

/// What would be shipped, line by line: what was asked for, then gifts.
fn goods(quote: &Quote, lines: &[(Id, Quantity)]) -> Vec<(Id, Quantity, Money)> {
    let gifts = quote.waterfall.gifts.iter();
    let gifts = gifts.map(|gift| (gift.product, gift.quantity, Money::ZERO));
    let bought = lines.iter().zip(&quote.waterfall.lines);
    let bought =
        bought.map(|((product, quantity), priced)| (*product, *quantity, priced.total_amount));
    bought.chain(gifts).collect()
}

/// The promotions that apply, in the order they apply in.
fn promotions_json(quote: &Quote) -> Vec<Json> {
    let json = |(id, amount): (Id, Money)| {
        let found = quote.policy.promotions.iter().find(|one| one.id == id);
        let name = found.map(|one| one.name.as_str()).unwrap_or_default();
        json!({ "id": id.to_string(), "title": name, "amount": amount.to_string() })
    };
    quote.waterfall.applied().map(json).collect()
}

/// `null` without a code, else whether it takes effect and, if not, why in the language of whoever asks.
fn coupon_json(cx: &Cx<'_>, quote: &Quote) -> Json {
    let locale = cx.actor().locale;
    let coupon = match &quote.coupon {
        Claim::None => return Json::Null,
        Claim::Refused(refusal) => {
            let text = cx.kernel().refusal_text(&refusal.code);
            let text = text.map(|text| text.filled(locale, &refusal.arguments));
            return json!({ "applies": false, "text": text });
        }
        Claim::Valid(coupon) => coupon,
    };
    let of_it = |one: &&Considered| one.promotion == coupon.promotion_id;
    let considered = quote.waterfall.promotions.iter().find(of_it);
    let text = match considered.map(|one| &one.outcome) {
        Some(Ok(_)) => return json!({ "applies": true, "text": null }),
        Some(Err(reason)) => pricing::reason_text(quote, reason),
        None => promotions::not_running(),
    };
    json!({ "applies": false, "text": text.filled(locale, &BTreeMap::new()) })
}

fn line_json(
    quote: &Quote,
    (product, priced): (&Product, &Priced),
    quantity: Quantity,
    gift: bool,
) -> Json {
    json!({
        "product": { "id": product.id.to_string(), "title": product.name },
        "quantity": quantity.to_string(),
        "gift": gift,
        "list_price": product.list_price.to_string(),
        "unit_price": priced.unit_price.to_string(),
        "list_amount": priced.list_amount.to_string(),
        "discount_amount": priced.discount_amount.to_string(),
        "promotion_amount": priced.promotion_amount.to_string(),
        "total_amount": priced.total_amount.to_string(),
        "tax_rate": priced.tax_rate.percent.to_string(),
        "tax_exempt": priced.tax_rate.exempt,
        "tax_amount": priced.tax_amount.to_string(),
        "net_amount": priced.net_amount.to_string(),
        "waterfall": pricing::line_steps(&quote.policy, priced),
    })
}

fn lines_json(quote: &Quote, wanted: &[(Id, Quantity)]) -> Vec<Json> {
    let prices = &quote.waterfall;
    let lines = quote.products.iter().zip(&prices.lines).zip(wanted);
    let lines = lines.map(|(line, (_, quantity))| line_json(quote, line, *quantity, false));
    let gifts = quote.gift_products.iter().zip(&prices.gifts);
    let gifts =
        gifts.map(|(product, gift)| line_json(quote, (product, &gift.priced), gift.quantity, true));
    lines.chain(gifts).collect()
}

/// `{suffices, reason, sites, missing, explanation}`; the reason is `short`, `full` or `no_rule`, null where it suffices.
fn sourcing_json(cx: &Cx<'_>, sourcing: &Sourcing) -> Json {
    let ships = |part: &Part| sourcing.weighed.iter().find(|one| one.site == part.site);
    let sites = sourcing.parts.iter().filter_map(ships).map(|one| {
        json!({
            "id": one.site.to_string(),
            "title": one.name,
            "distance_metres": one.distance_metres,
        })
    });
    let sites: Vec<Json> = sites.collect();
    let lack = sourcing.lack();
    let short = sourcing
        .shortages
        .iter()
        .filter(|one| lack == Some(Lack::Goods) && one.available < one.needed);
    let missing: Vec<Json> = short
        .map(|one| json!({ "product_id": one.product.to_string() }))
        .collect();
    let is_staff = cx.actor().organisation.is_none();
    json!({
        "suffices": lack.is_none(),
        "reason": lack.map(Lack::word),
        "sites": sites,
        "missing": missing,
        "explanation": is_staff.then(|| choice::explanation(sourcing)),
    })
}
