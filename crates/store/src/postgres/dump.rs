//! Copies by PostgreSQL's own programs: `pg_dump`, `pg_restore` and `psql`, as old as the server or newer.
//!
//! Keeps true: a dump is one snapshot; putting it back is one transaction, and what was there before stays beside it under another
//! name; a password never stands on a command line.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use qudao_base::{Fault, Result};
use tokio_postgres::Config;

use super::tls;
use crate::quote;

/// Where systems put the programs, beside the search path.
const PLACES: &str = "/usr/lib/postgresql";

/// Name of databases in which copies are tried out.
const TRIAL: &str = "qudao_trial";

pub(crate) fn take(address: &str, target: &Path) -> Result<()> {
    let mut dump = program("pg_dump", address)?;
    dump.args(["--format=custom", "--no-owner", "--no-privileges"]);
    dump.args(["--schema=public", "--file"]);
    run(dump.arg(target))
}

pub(crate) fn put_back(address: &str, source: &Path, overwrite: bool) -> Result<()> {
    if overwrite {
        let others = "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() \
                      AND application_name = 'qudao'";
        if ask(address, others)?.trim() != "0" {
            return Err(Fault::new("the database is in use: stop the program first").into());
        }
        set_aside(address)?;
    }
    let mut restore = program("pg_restore", address)?;
    restore.args(["--single-transaction", "--exit-on-error", "--no-owner"]);
    // The schema `public` is there already, in every database.
    restore.args(["--no-privileges", "--schema=public"]);
    let restored = run(restore.arg(source));
    if overwrite && restored.is_err() {
        take_back(address)?;
    }
    restored
}

/// Schemas that were put aside by a restore, the newest last.
const REPLACED: &str = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'qudao\\_replaced\\_%' \
    ORDER BY LENGTH(nspname) DESC, nspname DESC LIMIT 1";

fn set_aside(address: &str) -> Result<()> {
    let newest = ask(address, REPLACED)?;
    let number = newest
        .trim()
        .rsplit('_')
        .next()
        .and_then(|text| text.parse::<u32>().ok());
    let name = format!("qudao_replaced_{}", number.unwrap_or_default() + 1);
    let sql = format!("BEGIN; ALTER SCHEMA public RENAME TO {name}; CREATE SCHEMA public; COMMIT");
    ask(address, &sql).map(drop)
}

/// Nothing came in its place.
fn take_back(address: &str) -> Result<()> {
    let name = ask(address, REPLACED)?;
    let sql = format!(
        "BEGIN; DROP SCHEMA public CASCADE; ALTER SCHEMA {} RENAME TO public; COMMIT",
        quote(name.trim())
    );
    ask(address, &sql).map(drop)
}

/// An empty database on the same server; its address.
pub(crate) fn create_beside(address: &str) -> Result<String> {
    let name = format!("{TRIAL}_{}", std::process::id());
    ask(address, &format!("CREATE DATABASE {}", quote(&name)))?;
    Ok(with_name(address, &name))
}

/// Removes a database made beside this one.
pub(crate) fn drop_beside(address: &str, other: &str) -> Result<()> {
    let name = parsed(other)?.get_dbname().unwrap_or_default().to_owned();
    if !name.starts_with(TRIAL) {
        return Err(Fault::new(format!("{name} is no trial database")).into());
    }
    ask(
        address,
        &format!("DROP DATABASE {} WITH (FORCE)", quote(&name)),
    )
    .map(drop)
}

fn ask(address: &str, sql: &str) -> Result<String> {
    let mut psql = program("psql", address)?;
    psql.args(["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"]);
    psql.args(["--set=ON_ERROR_STOP=1", "--command", sql]);
    output(&mut psql)
}

fn run(command: &mut Command) -> Result<()> {
    output(command).map(drop)
}

fn output(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let done = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Fault::from_error(format!("cannot run {name}"), error))?;
    if done.status.success() {
        return Ok(String::from_utf8_lossy(&done.stdout).into_owned());
    }
    let told = String::from_utf8_lossy(&done.stderr).trim().to_owned();
    Err(Fault::new(format!("{name}: {told}")).into())
}

fn parsed(address: &str) -> Result<Config> {
    let (address, _) = tls::parse(address)?;
    let parsed = address.parse();
    parsed.map_err(|error| {
        Fault::from_error("the address of the database cannot be read", error).into()
    })
}

/// The newest program of that name, told the address without its password.
fn program(name: &str, address: &str) -> Result<Command> {
    let versions = std::fs::read_dir(PLACES).into_iter().flatten().flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|entry| entry.path().join("bin").join(name))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    let mut command = Command::new(found.pop().unwrap_or_else(|| name.into()));
    let password = parsed(address)?.get_password().map(ToOwned::to_owned);
    if let Some(password) = password {
        command.env("PGPASSWORD", String::from_utf8_lossy(&password).as_ref());
    }
    command.arg("--dbname").arg(without_password(address));
    Ok(command)
}

fn without_password(address: &str) -> String {
    let (place, settings) = address.split_once('?').unwrap_or((address, ""));
    let shown = place.split_once("://").and_then(|(scheme, rest)| {
        let (user, place) = rest.rsplit_once('@')?;
        let user = user.split(':').next().unwrap_or_default();
        Some(format!("{scheme}://{user}@{place}"))
    });
    let kept: Vec<&str> = settings
        .split('&')
        .filter(|setting| !setting.is_empty() && !setting.starts_with("password="))
        .collect();
    let mark = if kept.is_empty() { "" } else { "?" };
    format!(
        "{}{mark}{}",
        shown.as_deref().unwrap_or(place),
        kept.join("&")
    )
}

/// The server's address with another name of the database.
pub(crate) fn with_name(server: &str, name: &str) -> String {
    let (place, settings) = server.split_once('?').unwrap_or((server, ""));
    let start = place.find("://").map_or(0, |at| at + 3);
    let end = place[start..]
        .find('/')
        .map_or(place.len(), |at| start + at);
    let mark = if settings.is_empty() { "" } else { "?" };
    format!("{}/{name}{mark}{settings}", &place[..end])
}

#[cfg(test)]
mod tests {
    use super::{with_name, without_password};

    #[test]
    fn exchanges_the_name_only() {
        let cases = [
            ("postgres://me@one/postgres", "postgres://me@one/x"),
            ("postgres://me@one", "postgres://me@one/x"),
            (
                "postgres://me@%2Ftmp%2Fa/postgres?sslmode=disable",
                "postgres://me@%2Ftmp%2Fa/x?sslmode=disable",
            ),
        ];
        for (server, expected) in cases {
            assert_eq!(with_name(server, "x"), expected);
        }
    }

    #[test]
    fn hides_the_password() {
        let cases = [
            ("postgres://me:secret@one/x", "postgres://me@one/x"),
            ("postgres://me@one/x", "postgres://me@one/x"),
            ("postgres://one/x", "postgres://one/x"),
            (
                "postgres://me@one/x?password=secret&sslmode=require",
                "postgres://me@one/x?sslmode=require",
            ),
            ("postgres://me@one/x?password=secret", "postgres://me@one/x"),
        ];
        for (address, expected) in cases {
            assert_eq!(without_password(address), expected);
        }
    }
}
