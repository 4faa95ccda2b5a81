//! Quotations: priced like orders, accepted into a draft order that keeps their prices.
//!
//! Keeps true: a quotation holds nothing, not even its coupon, which the order holds when it is submitted; it becomes
//! at most one order; a partner sees none of the vendor's before it is sent.
//! Not here: the printed page (`quotation_print`).

use qudao_base::{Id, Refusal, Result};
use qudao_kernel::Cx;

use super::{
    promotions, quoted,
    records::{Quotation, QuotationLine, SalesOrder, SalesOrderLine},
};
use crate::{
    channel,
    crm::records::{Customer, Opportunity, OpportunityLine},
    deal::{Sale, check_sale},
    partner::records::Partner,
    pricing::{self, Ask, waterfall::PricedGift},
};

/// Before every save: takes over the opportunity when new, and prices what is still a draft.
pub fn prepare(cx: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    if quotation.version == 0 {
        quotation.made_by_partner = cx.actor().organisation.is_some();
        take_over_opportunity(cx, quotation)?;
        if !quotation.discount_percent.is_zero() {
            quotation.discount_by_id = cx.actor().user;
        }
    }
    let Some(partner) = quotation.partner_id else {
        return Err(Refusal::invalid("order.partner_missing")
            .on("partner_id")
            .into());
    };
    if quotation.valid_until.is_none() {
        let days = cx.setting_integer("order.quote_days")?;
        quotation.valid_until = Some(quotation.quoted_on.plus_days(days)?);
    }
    if quotation.state == "draft" {
        quotation.coupon_code =
            promotions::usable_coupon(cx, quotation.coupon_code.take(), partner)?;
        price(cx, quotation, partner)
    } else {
        Ok(())
    }
}

/// What is sent holds from now on: it is priced once more.
pub fn price_sent(cx: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    let Some(partner) = quotation.partner_id else {
        return Ok(());
    };
    quotation.coupon_code = promotions::usable_coupon(cx, quotation.coupon_code.take(), partner)?;
    price(cx, quotation, partner)?;
    check_coupon(quotation)
}

/// Refuses a quotation whose coupon takes nothing off; the price waterfall says why.
fn check_coupon(quotation: &Quotation) -> Result<()> {
    match &quotation.coupon_code {
        Some(code) if quotation.coupon_id.is_none() => {
            Err(promotions::without_effect(code, promotions::not_met()).into())
        }
        _ => Ok(()),
    }
}

/// Refuses changes once a quotation was sent.
pub fn only_drafts(_: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    if quotation.state == "draft" {
        Ok(())
    } else {
        Err(Refusal::conflict("order.not_open").into())
    }
}

/// Before a draft is changed: coordinates of an address that is no longer the address say nothing.
pub fn forget_place(cx: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    let stored = cx.get::<Quotation>(quotation.id)?;
    let place = |one: &Quotation| (one.latitude, one.longitude);
    let is_elsewhere =
        (&stored.division, &stored.address) != (&quotation.division, &quotation.address);
    if is_elsewhere && place(&stored) == place(quotation) {
        (quotation.latitude, quotation.longitude) = (None, None);
    }
    Ok(())
}

/// Before a draft is changed: whoever changes the discount gives it from now on.
pub fn note_giver(cx: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    if cx.get::<Quotation>(quotation.id)?.discount_percent != quotation.discount_percent {
        quotation.discount_by_id = cx.actor().user;
    }
    Ok(())
}

fn take_over_opportunity(cx: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    let Some(opportunity) = quotation.opportunity_id else {
        return Ok(());
    };
    let opportunity = cx.get::<Opportunity>(opportunity)?;
    let own = cx.actor().organisation;
    if own.is_some() && own != opportunity.partner_id {
        return Err(Refusal::invalid("order.opportunity_other_partner")
            .on("opportunity_id")
            .into());
    }
    if quotation.partner_id.is_none() {
        quotation.partner_id = opportunity.partner_id;
    }
    if quotation.customer_id.is_none() {
        quotation.customer_id = Some(opportunity.customer_id);
    }
    if quotation.division.is_none() {
        let customer = cx.get::<Customer>(opportunity.customer_id)?;
        quotation.ship_to_name = quotation.ship_to_name.take().or(Some(customer.name));
        quotation.ship_to_phone = quotation.ship_to_phone.take().or(customer.phone);
        quotation.division = customer.division;
        quotation.address = quotation.address.take().or(customer.address);
    }
    if cx.lines::<QuotationLine>(quotation.id)?.is_empty() {
        let wanted = cx.lines::<OpportunityLine>(opportunity.id)?;
        let line = |one: OpportunityLine| QuotationLine {
            product_id: one.product_id,
            quantity: one.quantity,
            ..QuotationLine::default()
        };
        cx.set_lines(quotation.id, wanted.into_iter().map(line).collect())?;
    }
    Ok(())
}

fn price(cx: &mut Cx<'_>, quotation: &mut Quotation, partner: Id) -> Result<()> {
    let partner = cx.get::<Partner>(partner)?;
    let stored = cx.lines::<QuotationLine>(quotation.id)?;
    let (old_gifts, mut lines): (Vec<_>, Vec<_>) = stored.into_iter().partition(|line| line.gift);
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let channel = channel::sales_desk(cx)?;
    let ask = Ask {
        partner: &partner,
        channel,
        division: quotation.division.as_deref(),
        day: cx.today(),
        discount: quotation.discount_percent,
        first_order: false,
        holds_nothing: true,
        coupon_code: quotation.coupon_code.as_deref(),
        lines: &wanted,
    };
    let quote = pricing::quote(cx, &ask)?;
    let prices = &quote.waterfall;
    let mut found: Vec<_> = quote.products.iter().zip(&prices.lines).collect();
    for (gift, product) in prices.gifts.iter().zip(&quote.gift_products) {
        lines.push(gift_line(&old_gifts, gift));
        found.push((product, &gift.priced));
    }
    for (line, (product, priced)) in lines.iter_mut().zip(found) {
        line.list_price = product.list_price;
        take_figures!(line, priced);
        (line.tax_rate, line.tax_exempt) = priced.tax_rate.stored();
        line.waterfall = Some(pricing::line_steps(&quote.policy, priced));
    }
    take_sums!(quotation, prices);
    quotation.prices_include_tax = quote.policy.tax.included;
    let coupon = quote.coupon.coupon();
    let worth = coupon.and_then(|coupon| {
        let mut applied = prices.applied();
        applied.find(|(promotion, _)| *promotion == coupon.promotion_id)
    });
    quotation.coupon_id = coupon.filter(|_| worth.is_some()).map(|coupon| coupon.id);
    quotation.coupon_amount = worth.map(|(_, amount)| amount).unwrap_or_default();
    quotation.promotion_id = prices.applied().next().map(|(promotion, _)| promotion);
    quotation.waterfall = serde_json::to_value(pricing::explanation(&quote)).ok();
    cx.set_lines(quotation.id, lines)
}

/// The line of a gift: the one it had before, so that saving an unchanged quotation changes nothing.
fn gift_line(before: &[QuotationLine], gift: &PricedGift) -> QuotationLine {
    let is_it = |line: &&QuotationLine| {
        line.promotion_id == Some(gift.promotion) && line.product_id == gift.product
    };
    QuotationLine {
        product_id: gift.product,
        quantity: gift.quantity,
        gift: true,
        promotion_id: Some(gift.promotion),
        ..before.iter().find(is_it).cloned().unwrap_or_default()
    }
}

/// Turns the quotation into a draft order.
pub fn accept(cx: &mut Cx<'_>, quotation: &mut Quotation) -> Result<()> {
    quoted::check_valid(cx, quotation)?;
    check_coupon(quotation)?;
    let partner_id = quotation
        .partner_id
        .ok_or_else(|| Refusal::invalid("order.partner_missing").on("partner_id"))?;
    let sale = Sale {
        object: "quotation",
        record: quotation.id,
        partner: partner_id,
        customer: quotation.customer_id,
        opportunity: quotation.opportunity_id,
    };
    check_sale(cx, &sale)?;
    let lines = cx.lines::<QuotationLine>(quotation.id)?;
    if lines.is_empty() {
        return Err(Refusal::invalid("order.lines_missing").on("lines").into());
    }
    let line = |one: &QuotationLine| SalesOrderLine {
        product_id: one.product_id,
        quantity: one.quantity,
        gift: one.gift,
        promotion_id: one.promotion_id,
        ..SalesOrderLine::default()
    };
    let order = SalesOrder {
        partner_id,
        customer_id: quotation.customer_id,
        opportunity_id: quotation.opportunity_id,
        quotation_id: Some(quotation.id),
        ship_to_name: quotation.ship_to_name.clone(),
        ship_to_phone: quotation.ship_to_phone.clone(),
        division: quotation.division.clone(),
        address: quotation.address.clone(),
        latitude: quotation.latitude,
        longitude: quotation.longitude,
        discount_percent: quotation.discount_percent,
        discount_by_id: quotation.discount_by_id,
        coupon_code: quotation.coupon_code.clone(),
        ..SalesOrder::default()
    };
    cx.create_with_lines(&order, lines.iter().map(line).collect())?;
    Ok(())
}
