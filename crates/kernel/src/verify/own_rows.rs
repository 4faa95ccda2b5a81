//! Rows of the kernel's own tables: by the log, by the site's code, by what they count.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use qudao_base::{Result, Value};

use super::{Report, entries::Latest};
use crate::{
    Cx,
    action_log::{API_SECRET, CREDENTIAL, SETTING, own_hash},
    model::quoted,
    number::head_length,
    schema::{OWN_ROWS, own_columns},
    site_key::PUBLIC_KEYS,
};

pub(super) fn check(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    check_logged(cx, latest, report)?;
    check_coded(cx, report)?;
    check_numbers(cx, latest, report)
}

/// What decides something: settings, passwords, secrets of keys.
fn check_logged(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    const TABLES: [(&str, &str); 3] = [
        (SETTING, "SELECT id, name, value FROM setting_value"),
        (
            CREDENTIAL,
            "SELECT id, CAST(user_id AS TEXT), password_hash FROM credential",
        ),
        (
            API_SECRET,
            "SELECT id, token_hash, CAST(key_id AS TEXT), CAST(user_id AS TEXT) FROM api_secret",
        ),
    ];
    for (table, sql) in TABLES {
        let mut gone: HashSet<i64> = latest
            .rows
            .keys()
            .filter(|(object, _)| object == table)
            .map(|(_, id)| *id)
            .collect();
        for row in cx.query(sql, &[])? {
            let id = row.int(0)?;
            gone.remove(&id);
            let parts: Vec<Value> = row.into_values().split_off(1);
            let parts: Vec<&str> = parts.iter().filter_map(Value::text).collect();
            // Compared with the key when the site starts.
            if table == SETTING && parts[0] == PUBLIC_KEYS {
                continue;
            }
            let known = latest.rows.get(&(table.to_owned(), id));
            if known != Some(&Some(own_hash(table, &parts))) {
                let name = if table == SETTING { parts[0] } else { "" };
                report.broken(format!(
                    "{table} {id} {name} was changed outside of the log"
                ));
            }
        }
        // A key's earlier secret ends with the next one.
        if table != API_SECRET {
            for id in gone {
                report.broken(format!("{table} {id} was removed outside of the log"));
            }
        }
    }
    Ok(())
}

/// What changes too often for the log.
fn check_coded(cx: &mut Cx<'_>, report: &mut Report) -> Result<()> {
    let key = Arc::clone(&cx.kernel().site.key);
    for table in OWN_ROWS {
        let columns = own_columns(table).join(", ");
        for row in cx.query(&format!("SELECT {columns}, code FROM {table}"), &[])? {
            let id = row.int(0)?;
            let mut values = row.into_values();
            let code = values.pop();
            if code != Some(key.row_code(table, &values).into()) {
                report.broken(format!("{table} {id} was not written by this site"));
            }
        }
    }
    Ok(())
}

/// The next number comes after the highest taken. Where numbers have no gaps it follows it at once, unless a record was deleted.
fn check_numbers(cx: &mut Cx<'_>, latest: &Latest, report: &mut Report) -> Result<()> {
    let mut highest = highest_numbers(cx)?;
    for row in cx.query("SELECT name, next FROM number_sequence", &[])? {
        let (name, next) = (row.text(0)?, row.int(1)?);
        let taken = highest.remove(name).unwrap_or_default();
        let object = name.split_once(':').map_or("", |(object, _)| object);
        let catalog = &cx.kernel().catalog;
        let is_gapless = catalog.object(object).is_some_and(|object| object.gapless);
        let has_gaps = !is_gapless
            || latest
                .rows
                .iter()
                .any(|((one, _), hash)| one == object && hash.is_none());
        if next <= taken || (next > taken + 1 && !has_gaps) {
            report.broken(format!(
                "the next number of {name} is {next}, and {taken} the last one taken"
            ));
        }
    }
    Ok(())
}

/// By the name of their sequence.
fn highest_numbers(cx: &mut Cx<'_>) -> Result<HashMap<String, i64>> {
    let catalog = Arc::clone(&cx.kernel().catalog);
    let mut highest: HashMap<String, i64> = HashMap::new();
    for object in catalog.objects() {
        let Some(pattern) = &object.number else {
            continue;
        };
        let head = head_length(pattern);
        let sql = format!(
            "SELECT SUBSTR(number, 1, {head}), MAX(SUBSTR(number, {head} + 1)) FROM {} WHERE number IS NOT NULL \
             GROUP BY SUBSTR(number, 1, {head}), LENGTH(number)",
            quoted(&object.name)
        );
        for row in cx.query(&sql, &[])? {
            let taken: i64 = row.text(1)?.parse().unwrap_or_default();
            let name = format!("{}:{}", object.name, row.text(0)?);
            let known = highest.entry(name).or_default();
            *known = taken.max(*known);
        }
    }
    Ok(highest)
}
