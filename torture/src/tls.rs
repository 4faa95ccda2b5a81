//! The encrypted way to PostgreSQL: taken when asked for, refused when the server cannot prove who it is.
//!
//! Keeps true: the server lets nobody in who comes in the clear, so what works is encrypted.

use std::{
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::Duration,
};

use crate::{
    Checked,
    cluster::{Cluster, as_owner, output, owned_folder},
    ground::{Database, Ground},
    server,
    suites::Scale,
    table::Table,
};

/// Runs it. There is one length: it takes some seconds.
pub fn run(ground: &Ground, _: Scale, table: &mut Table) -> Checked {
    let folder = ground.path("certificates");
    owned_folder(&folder)?;
    // For the address 127.0.0.1; the name `localhost` is not on it.
    let own = certificate(&folder, "own")?;
    let other = certificate(&folder, "other")?;
    let lines = format!(
        "ssl = on\nssl_cert_file = '{}'\nssl_key_file = '{}'\n",
        own.display(),
        folder.join("own.key").display()
    );
    let cluster = Cluster::start_with(&ground.path("encrypted"), &lines)?;
    let address = cluster.create_database("site")?;
    cluster.only_encrypted()?;
    thread::sleep(Duration::from_secs(1));
    let named = address.replace("127.0.0.1", "localhost");
    let file = |path: &Path| path.display().to_string();
    let cases = [
        (
            "no `sslmode`: the server lets nobody in",
            address.clone(),
            false,
        ),
        (
            "`require` encrypts",
            format!("{address}?sslmode=require"),
            true,
        ),
        (
            "`verify-full` with the right authority",
            full(&address, &file(&own)),
            true,
        ),
        (
            "`verify-full` refuses another authority",
            full(&address, &file(&other)),
            false,
        ),
        (
            "`verify-full` refuses another host's certificate",
            full(&named, &file(&own)),
            false,
        ),
        (
            "`require` with an authority verifies too",
            format!("{address}?sslmode=require&sslrootcert={}", file(&other)),
            false,
        ),
    ];
    for (promise, address, works) in cases {
        let told = server::command(&ground.program, &["check"], &Database::Postgres(address));
        table.hold(promise, told.is_ok() == works);
        if told.is_ok() != works {
            table.note(format!("{promise}: {told:?}"));
        }
    }
    Ok(())
}

fn full(address: &str, root: &str) -> String {
    format!("{address}?sslmode=verify-full&sslrootcert={root}")
}

/// A certificate that is its own authority, and its key.
fn certificate(folder: &Path, name: &str) -> Checked<PathBuf> {
    let path = folder.join(format!("{name}.crt"));
    let mut make: Command = as_owner(Path::new("openssl"));
    make.args([
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=database",
    ]);
    make.args([
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-addext",
        "basicConstraints=CA:FALSE",
    ]);
    make.arg("-keyout").arg(folder.join(format!("{name}.key")));
    output(make.arg("-out").arg(&path).current_dir(folder))?;
    Ok(path)
}
