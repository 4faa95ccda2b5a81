//! Resellers as partners, with the place they are at.
//!
//! The sample's business types are told in our kinds: a warehouse buys to supply others, so it is a `distributor`; a value added
//! reseller buys and sells on with services of its own, so it is a `dealer`; a specialty bike shop is a shop in other hands, so it
//! is a `franchise_store`, the only kind of shop that is not the vendor's own. The type as the source words it stays in the comment.
//!
//! Keeps true: every partner is active from the start without an admission, because nobody here decided on one.
//! Not here: rows of territory. Ours are China's divisions, the sample's are ten sales regions of the world; a region stays in
//! the comment of partners and orders, and in the totals.

use std::collections::HashMap;

use qudao_base::{Id, Percent, Result};
use qudao_kernel::Cx;

use super::{
    file::{Reading, Row, known},
    run::{Item, Run, Target},
};
use crate::partner::records::Partner;

const KINDS: [(&str, &str); 3] = [
    ("Value Added Reseller", "dealer"),
    ("Specialty Bike Shop", "franchise_store"),
    ("Warehouse", "distributor"),
];

/// A loaded reseller.
#[derive(Clone, Debug)]
pub(super) struct Reseller {
    /// Partner.
    pub partner: Id,
    /// Key of the territory it is in.
    pub territory: String,
}

struct Place {
    text: String,
    territory: String,
}

struct Content {
    key: String,
    territory: String,
    partner: Partner,
}

/// Names of territories by key.
pub(super) fn territories(run: &mut Run<'_>) -> Result<HashMap<String, String>> {
    let columns = ["SalesTerritoryKey", "SalesTerritoryRegion"];
    run.table_by_key("territories", &columns, |row| {
        let name = row.filled("SalesTerritoryRegion")?.to_owned();
        Ok((row.filled("SalesTerritoryKey")?.to_owned(), name))
    })
}

fn places(
    run: &mut Run<'_>,
    territories: &HashMap<String, String>,
) -> Result<HashMap<String, Place>> {
    let columns = [
        "GeographyKey",
        "City",
        "StateProvinceName",
        "EnglishCountryRegionName",
        "PostalCode",
        "SalesTerritoryKey",
    ];
    run.table_by_key("geography", &columns, |row| {
        known(territories, row, "SalesTerritoryKey")?;
        let place = Place {
            text: format!(
                "{}, {} {}, {}",
                row.filled("City")?,
                row.text("StateProvinceName")?,
                row.text("PostalCode")?,
                row.filled("EnglishCountryRegionName")?
            ),
            territory: row.filled("SalesTerritoryKey")?.to_owned(),
        };
        Ok((row.filled("GeographyKey")?.to_owned(), place))
    })
}

/// Loads all resellers. Returns them by key.
pub(super) fn load(
    run: &mut Run<'_>,
    territories: &HashMap<String, String>,
) -> Result<HashMap<String, Reseller>> {
    let places = places(run, territories)?;
    let columns = [
        "ResellerKey",
        "GeographyKey",
        "ResellerAlternateKey",
        "Phone",
        "BusinessType",
        "ResellerName",
        "NumberEmployees",
        "ProductLine",
        "AddressLine1",
        "AddressLine2",
        "AnnualSales",
        "YearOpened",
    ];
    let rows = run.table("resellers", &columns, |row| read(row, &places, territories))?;
    let homes: HashMap<String, String> = rows
        .iter()
        .map(|(_, content)| (content.key.clone(), content.territory.clone()))
        .collect();
    let items = rows.into_iter().map(|(line, content)| Item {
        key: content.key,
        rows: vec![line],
        content: content.partner,
    });
    let target = Target {
        file: run.file_name("resellers"),
        object: |_| "partner",
        batch: 200,
        save: |cx: &mut Cx<'_>, partner: &Partner| Ok(cx.create(partner)?.id),
    };
    let partners = run.load(&target, items.collect())?;
    let reseller = |(key, partner): (String, Id)| {
        let territory = homes.get(&key).cloned().unwrap_or_default();
        (key, Reseller { partner, territory })
    };
    Ok(partners.into_iter().map(reseller).collect())
}

fn read(
    row: &Row,
    places: &HashMap<String, Place>,
    territories: &HashMap<String, String>,
) -> Reading<Content> {
    let place = known(places, row, "GeographyKey")?;
    let business = row.filled("BusinessType")?;
    let kind = KINDS.iter().find(|(name, _)| *name == business);
    let (_, kind) = kind.ok_or_else(|| format!("BusinessType {business} is not known"))?;
    let street = [row.text("AddressLine1")?, row.text("AddressLine2")?];
    let parts: Vec<&str> = street
        .into_iter()
        .filter(|part| !part.is_empty())
        .chain([place.text.as_str()])
        .collect();
    let address = parts.join(", ");
    if address.chars().count() > 200 {
        return Err("the address is longer than 200 characters".to_owned());
    }
    let region = territories.get(&place.territory).map_or("", String::as_str);
    let comment = format!(
        "AdventureWorks: {business}; territory {} {region}; product line {}; opened {}; {} employees; annual sales {}",
        place.territory,
        row.text("ProductLine")?,
        row.whole("YearOpened")?,
        row.whole("NumberEmployees")?,
        row.money("AnnualSales")?,
    );
    let phone = row.text("Phone")?;
    let partner = Partner {
        number: row.filled("ResellerAlternateKey")?.to_owned(),
        state: "active".to_owned(),
        name: row.filled("ResellerName")?.to_owned(),
        kind: (*kind).to_owned(),
        phone: (!phone.is_empty()).then(|| phone.to_owned()),
        address: Some(address),
        payment_terms_days: 30,
        discount_limit: Percent::of(5),
        comment: Some(comment),
        ..Partner::default()
    };
    Ok(Content {
        key: row.filled("ResellerKey")?.to_owned(),
        territory: place.territory.clone(),
        partner,
    })
}
