//! The printed quotation.
//!
//! Keeps true: unit price times quantity less discount is the amount of every line; the lines add up to the subtotal, and subtotal
//! less discount, with the tax where it comes on top, is the total. Rates and mode of the tax are those it was priced with.
//! Not here: the page itself and its words (`print`), which knows the reader's language.

use std::collections::HashMap;

use qudao_base::{Id, Money, Result};
use qudao_kernel::Cx;
use serde_json::{Value as Json, json};

use super::records::{Quotation, QuotationLine};
use crate::{
    crm::records::Customer,
    finance::tax_parts::{TaxPart, TaxParts},
    partner::records::Partner,
    pricing,
    product::records::Product,
};

/// What a printed quotation shows; amounts as decimals. Whoever prints adds the vendor and the language.
pub fn print(cx: &mut Cx<'_>, id: Id) -> Result<Json> {
    let quotation = cx.get::<Quotation>(id)?;
    let partner = match quotation.partner_id {
        Some(partner) => Some(cx.get::<Partner>(partner)?),
        None => None,
    };
    let customer = match quotation.customer_id {
        Some(customer) => Some(cx.get::<Customer>(customer)?.name),
        None => partner.as_ref().map(|partner| partner.name.clone()),
    };
    let lines = cx.lines::<QuotationLine>(id)?;
    let wanted: Vec<_> = lines
        .iter()
        .map(|line| (line.product_id, line.quantity))
        .collect();
    let products = pricing::products(cx, &wanted)?;
    let products: HashMap<Id, Product> = products.into_iter().map(|one| (one.id, one)).collect();
    let figures = lines
        .iter()
        .map(|line| Figures::of(line, quotation.prices_include_tax))
        .collect::<Result<Vec<_>>>()?;
    let sum = |part: fn(&Figures) -> Money| Money::sum(figures.iter().map(part));
    let (discount, amount) = (sum(|one| one.discount)?, sum(|one| one.amount)?);
    let taxes = taxes(&lines)?;
    let lines: Vec<Json> = lines
        .iter()
        .zip(&figures)
        .map(|(line, figures)| print_line(products.get(&line.product_id), line, figures))
        .collect();
    Ok(json!({
        "number": quotation.number,
        "date": quotation.quoted_on.to_string(),
        "valid_until": quotation.valid_until.map(|day| day.to_string()),
        "currency": cx.kernel().site.currency,
        "customer": {
            "name": customer.unwrap_or_default(),
            "contact": quotation.ship_to_name,
            "phone": quotation.ship_to_phone,
            "address": quotation.address,
        },
        "partner": partner.map(|partner| json!({
            "name": partner.name,
            "contact": partner.contact_name,
            "phone": partner.phone,
        })),
        "lines": lines,
        "subtotal": amount.plus(discount)?.to_string(),
        "discount": shown(discount),
        "tax_included": quotation.prices_include_tax,
        "taxes": taxes,
        "total": quotation.total_amount.to_string(),
        "comment": quotation.comment,
    }))
}

/// Net amount and tax of each rate on the quotation, the highest first; what is exempt stands last.
fn taxes(lines: &[QuotationLine]) -> Result<Vec<Json>> {
    let mut parts = TaxParts::default();
    for line in lines {
        let rate = (line.tax_rate, line.tax_exempt);
        parts.add(rate, line.total_amount, line.tax_amount)?;
    }
    let json = |part: TaxPart| {
        Ok(json!({
            "rate": part.rate.map(|rate| rate.to_string()),
            "exempt": part.exempt,
            "net": part.net_amount()?.to_string(),
            "tax": part.tax_amount.to_string(),
        }))
    };
    parts.parts().map(json).collect()
}

/// What one line costs on paper.
struct Figures {
    discount: Money,
    amount: Money,
}

impl Figures {
    /// A gift costs nothing and has nothing taken off; where tax comes on top, amounts are without it.
    fn of(line: &QuotationLine, includes_tax: bool) -> Result<Self> {
        let discount = line.discount_amount.plus(line.promotion_amount)?;
        Ok(Self {
            discount: if line.gift { Money::ZERO } else { discount },
            amount: if includes_tax {
                line.total_amount
            } else {
                line.net_amount
            },
        })
    }
}

/// Nothing is not printed.
fn shown(amount: Money) -> Option<String> {
    (!amount.is_zero()).then(|| amount.to_string())
}

fn print_line(product: Option<&Product>, line: &QuotationLine, figures: &Figures) -> Json {
    json!({
        "code": product.map(|one| &one.code),
        "name": product.map(|one| &one.name),
        "name_en": product.and_then(|one| one.name_en.as_ref()),
        "unit": product.map(|one| &one.unit),
        "gift": line.gift,
        "quantity": line.quantity.to_string(),
        "list_price": line.list_price.to_string(),
        "price": line.unit_price.to_string(),
        "discount": shown(figures.discount),
        "amount": figures.amount.to_string(),
    })
}
