//! The short form of every suite of `cargo xtask torture`, on the program as built for tests.
//!
//! Keeps true: PostgreSQL is ill-treated on a server of the suite's own; only whether it is, `QUDAO_TEST_POSTGRES` decides, as for
//! all tests.

use std::path::Path;

use qudao_torture::{Kind, SUITES, Scale, Table, run};

fn play(name: &str, kind: Kind) {
    if kind == Kind::Postgres && std::env::var_os("QUDAO_TEST_POSTGRES").is_none() {
        return;
    }
    let Some(suite) = SUITES.iter().find(|suite| suite.name == name) else {
        panic!("no suite {name}");
    };
    let mut table = Table::default();
    let program = Path::new(env!("CARGO_BIN_EXE_qudao"));
    let played = run(suite, program, kind, Scale::Short, &mut table);
    assert!(played.is_ok() && table.broken() == 0, "{played:?}\n{table}");
}

#[test]
fn race_on_sqlite() {
    play("race", Kind::Sqlite);
}

#[test]
fn race_on_postgres() {
    play("race", Kind::Postgres);
}

#[test]
fn kill_on_sqlite() {
    play("kill", Kind::Sqlite);
}

#[test]
fn kill_on_postgres() {
    play("kill", Kind::Postgres);
}

#[test]
fn two_nodes_on_postgres() {
    play("nodes", Kind::Postgres);
}

#[test]
fn frozen_postgres() {
    play("freeze", Kind::Postgres);
}

#[test]
fn backup_of_sqlite() {
    play("backup", Kind::Sqlite);
}

#[test]
fn backup_of_postgres() {
    play("backup", Kind::Postgres);
}

#[test]
fn archive_of_sqlite() {
    play("archive", Kind::Sqlite);
}

#[test]
fn power_cuts_of_sqlite() {
    play("power", Kind::Sqlite);
}

#[test]
fn full_and_broken_disk_of_sqlite() {
    play("disk", Kind::Sqlite);
}

#[test]
fn overload_on_sqlite() {
    play("overload", Kind::Sqlite);
}

#[test]
fn rewinding_of_postgres() {
    play("rewind", Kind::Postgres);
}

#[test]
fn encrypted_way_to_postgres() {
    play("tls", Kind::Postgres);
}
