//! Bringing a database to a schema.
//!
//! Keeps true: the tables and the memory of them (`schema_state`) change in one transaction, on PostgreSQL too; two nodes never
//! migrate at once.
//! Not here: which steps there are; see `schema`.

use qudao_base::{Fault, Result, Value};

use crate::{
    Dialect, Query, Transaction, partition,
    schema::{Change, Schema, diff, left_behind, merge},
};

/// The number all nodes lock by: "qudao" in ASCII.
const MIGRATION_LOCK: i64 = 0x71_75_64_61_6f;

/// PostgreSQL cuts longer names short, and then two could be the same.
const NAME_BYTES_MAX: usize = 63;

/// What was applied so far.
pub(crate) fn applied(database: &mut impl Query) -> Result<Schema> {
    let there = match database.dialect() {
        Dialect::Sqlite => "SELECT COUNT(*) FROM sqlite_master WHERE name = 'schema_state'",
        Dialect::Postgres => {
            "SELECT COUNT(*) FROM pg_class WHERE oid = to_regclass('schema_state')"
        }
    };
    if database
        .one(there, &[])?
        .is_none_or(|row| row.int(0).is_ok_and(|count| count == 0))
    {
        return Ok(Schema::default());
    }
    let Some(row) = database.one("SELECT state FROM schema_state WHERE id = 1", &[])? else {
        return Ok(Schema::default());
    };
    let schema = serde_json::from_str(row.text(0)?)
        .map_err(|error| Fault::from_error("cannot read the remembered schema", error))?;
    Ok(schema)
}

/// Does what is missing and remembers it.
pub(crate) fn apply(transaction: &mut Transaction<'_>, target: &Schema) -> Result<Vec<Change>> {
    check_names(target)?;
    partition::check(target)?;
    let dialect = transaction.dialect();
    if dialect == Dialect::Postgres {
        transaction.lift_deadline()?;
        transaction.query(
            "SELECT pg_advisory_xact_lock(?)",
            &[Value::Int(MIGRATION_LOCK)],
        )?;
        // A table in use is waited for so long and no longer: behind this wait everybody else waits.
        transaction.batch("SET LOCAL lock_timeout = '30s'")?;
    }
    transaction.batch(
        "CREATE TABLE IF NOT EXISTS schema_state (id INTEGER PRIMARY KEY, state TEXT NOT NULL)",
    )?;
    let before = applied(transaction)?;
    let changes = diff(&before, target);
    if let Some(conflict) = changes
        .iter()
        .find(|one| matches!(one, Change::Conflict { .. }))
    {
        return Err(Fault::new(conflict.to_string()).into());
    }
    for change in &changes {
        tracing::info!(%change, "migration");
        for statement in change.sql(dialect) {
            transaction.batch(&statement)?;
        }
    }
    let after = merge(&before, target);
    let left = left_behind(&after, target);
    if !left.is_empty() && !changes.is_empty() {
        tracing::info!(
            names = left.join(", "),
            "no longer declared and left in place"
        );
    }
    if after != before {
        let state = serde_json::to_string(&after)
            .map_err(|error| Fault::from_error("cannot write down the schema", error))?;
        transaction.execute(
            "INSERT INTO schema_state (id, state) VALUES (1, ?) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state",
            &[Value::Text(state)],
        )?;
    }
    Ok(changes)
}

fn check_names(schema: &Schema) -> Result<()> {
    for table in &schema.tables {
        let columns = table.columns.iter().map(|column| column.name.clone());
        let indexes = table.indexes.iter().map(|index| index.name.clone());
        let own = format!("{}_pkey", table.name);
        if let Some(name) = columns
            .chain(indexes)
            .chain([own])
            .find(|name| name.len() > NAME_BYTES_MAX)
        {
            let message = format!("the name {name} is longer than {NAME_BYTES_MAX} bytes");
            return Err(Fault::new(message).into());
        }
    }
    Ok(())
}
