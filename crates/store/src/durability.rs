//! What the database does for the promise that an answered write is kept.
//!
//! Keeps true: it reports what the database says of itself now, not what was configured.

use qudao_base::Result;

use crate::{Dialect, Query, Reader};

/// How safe an answered write is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Durability {
    /// Settings as the database names them, with their values.
    pub settings: Vec<(String, String)>,
    /// Settings with which a power cut may lose answered writes.
    pub weak: Vec<String>,
    /// PostgreSQL: standbys that confirm every commit before it is answered.
    pub synchronous_standbys: i64,
    /// PostgreSQL: standbys that follow later; a fail-over to one of these may lose answered writes.
    pub other_standbys: i64,
}

impl Durability {
    /// True when this server may be lost without losing an answered write.
    pub const fn is_highly_available(&self) -> bool {
        self.synchronous_standbys > 0 && self.weak.is_empty()
    }
}

const STANDBYS: &str = "SELECT CAST(COUNT(*) FILTER (WHERE sync_state IN ('sync', 'quorum')) AS BIGINT), \
     CAST(COUNT(*) FILTER (WHERE sync_state IS NULL OR sync_state NOT IN ('sync', 'quorum')) AS BIGINT) \
     FROM pg_stat_replication";

pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Durability> {
    match reader.dialect() {
        Dialect::Sqlite => sqlite(reader),
        Dialect::Postgres => postgres(reader),
    }
}

fn sqlite(reader: &mut Reader<'_>) -> Result<Durability> {
    let mut found = Durability::default();
    let rows = reader.query("PRAGMA synchronous", &[])?;
    let synchronous = rows.first().map_or(Ok(0), |row| row.int(0))?;
    if synchronous < 2 {
        found.weak.push("synchronous".to_owned());
    }
    found
        .settings
        .push(("synchronous".to_owned(), synchronous.to_string()));
    let rows = reader.query("PRAGMA journal_mode", &[])?;
    let mode = rows.first().map_or(Ok(""), |row| row.text(0))?.to_owned();
    found.settings.push(("journal_mode".to_owned(), mode));
    Ok(found)
}

fn postgres(reader: &mut Reader<'_>) -> Result<Durability> {
    let mut found = Durability::default();
    let sql = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', \
               'synchronous_commit', 'synchronous_standby_names') ORDER BY name";
    for row in reader.query(sql, &[])? {
        let (name, value) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
        // Names of standbys are no switch and are never `off`.
        if value == "off" {
            found.weak.push(name.clone());
        }
        found.settings.push((name, value));
    }
    let waits = |name: &str| {
        let setting = found.settings.iter().find(|(known, _)| known == name);
        setting.is_some_and(|(_, value)| !["", "off", "local"].contains(&value.as_str()))
    };
    let synchronous = waits("synchronous_standby_names") && waits("synchronous_commit");
    if let Some(row) = reader.one(STANDBYS, &[])? {
        let (confirming, following) = (row.int(0)?, row.int(1)?);
        found.synchronous_standbys = if synchronous { confirming } else { 0 };
        found.other_standbys = following + if synchronous { 0 } else { confirming };
    }
    Ok(found)
}
