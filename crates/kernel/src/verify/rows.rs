//! Rows of declared objects, alone and as lists of their parents.

use std::{collections::HashMap, sync::Arc};

use qudao_base::Result;
use qudao_meta::Object;

use super::{Report, entries::Latest};
use crate::{
    Cx, Record,
    action_log::{list_hash, row_hash},
    model::quoted,
    schema::ROW_CODE,
};

/// Rows of declared objects against the hashes their entries keep.
pub(super) fn check(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    for object in catalog.objects() {
        if let Some(of) = &object.child_of {
            check_lists(cx, object, &of.link, latest, report)?;
        } else if object.logged {
            check_records(cx, object, latest, report)?;
        } else {
            check_silent(cx, object, report)?;
        }
    }
    Ok(())
}

fn check_records(
    cx: &mut Cx<'_>,
    object: &Object,
    latest: &Latest,
    report: &mut Report,
) -> Result<()> {
    let (name, mut after, mut seen) = (&object.name, i64::MIN, 0_usize);
    loop {
        let records =
            cx.find_records(name, "t.id > ? ORDER BY t.id LIMIT 5000", &[after.into()])?;
        for record in &records {
            after = record.id.number();
            seen += 1;
            match latest.rows.get(&(name.clone(), after)) {
                Some(Some(hash)) if *hash == row_hash(record) => {}
                Some(Some(_)) => {
                    report.broken(format!("{name} {after} was changed outside of the log"));
                }
                _ => report.broken(format!("{name} {after} was added outside of the log")),
            }
        }
        if records.len() < 5000 {
            break;
        }
    }
    report.rows += seen as i64;
    let expected = latest
        .rows
        .iter()
        .filter(|((object, _), hash)| object == name && hash.is_some())
        .count();
    if seen < expected {
        let gone = expected - seen;
        report.broken(format!(
            "{name}: {gone} rows were removed outside of the log"
        ));
    }
    Ok(())
}

/// Rows that leave no log entries carry a code of the site's key.
fn check_silent(cx: &mut Cx<'_>, object: &Object, report: &mut Report) -> Result<()> {
    let (model, key) = (
        cx.kernel().model(&object.name)?,
        Arc::clone(&cx.kernel().site.key),
    );
    let sql = format!(
        "SELECT {}, t.\"{ROW_CODE}\" FROM {} t WHERE t.\"id\" > ? ORDER BY t.\"id\" LIMIT 5000",
        model.columns,
        model.table()
    );
    let mut after = i64::MIN;
    loop {
        let rows = cx.query(&sql, &[after.into()])?;
        let count = rows.len();
        for row in rows {
            let code = row.value(object.fields.len() + 2).clone();
            let record = model.record(row)?;
            after = record.id.number();
            report.rows += 1;
            if code != key.record_code(&record).into() {
                report.broken(format!(
                    "{} {after} was not written by this site",
                    object.name
                ));
            }
        }
        if count < 5000 {
            return Ok(());
        }
    }
}

/// Lists are hashed whole: a line changed, added or removed changes the hash of its list.
fn check_lists(
    cx: &mut Cx<'_>,
    child: &Object,
    link: &str,
    latest: &Latest,
    report: &mut Report,
) -> Result<()> {
    let mut hashes: HashMap<i64, String> = HashMap::new();
    let (mut parent, mut after) = (i64::MIN, i64::MIN);
    let mut list: Vec<Record> = Vec::new();
    let link_column = quoted(link);
    let condition = format!(
        "(t.{link_column} > ? OR (t.{link_column} = ? AND t.id > ?)) ORDER BY t.{link_column}, t.id LIMIT 5000"
    );
    loop {
        let records = cx.find_records(
            &child.name,
            &condition,
            &[parent.into(), parent.into(), after.into()],
        )?;
        let count = records.len();
        for record in records {
            let of = record.value(link).int().unwrap_or_default();
            if of != parent && !list.is_empty() {
                hashes.insert(parent, list_hash(std::mem::take(&mut list).iter()));
            }
            (parent, after) = (of, record.id.number());
            report.rows += 1;
            list.push(record);
        }
        if count < 5000 {
            break;
        }
    }
    if !list.is_empty() {
        hashes.insert(parent, list_hash(list.iter()));
    }
    let orphans = cx.find_records(&child.name, &format!("t.{link_column} IS NULL"), &[])?;
    if !orphans.is_empty() {
        report.broken(format!(
            "{} of nobody were added outside of the log",
            child.name
        ));
    }
    let empty = list_hash(std::iter::empty());
    for ((name, parent), hash) in &latest.lists {
        if *name == child.name {
            let found = hashes.remove(parent);
            let found = found.as_ref().or(hash.as_ref().map(|_| &empty));
            if found != hash.as_ref() {
                report.broken(format!(
                    "{name} of {parent} were changed outside of the log"
                ));
            }
        }
    }
    for parent in hashes.keys() {
        report.broken(format!(
            "{} of {parent} were added outside of the log",
            child.name
        ));
    }
    Ok(())
}
