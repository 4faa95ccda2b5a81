//! The address of a server, split into one configuration for each host.
//!
//! Keeps true: each host has a deadline of its own, so that a frozen first host does not hide a living second one.
//! Not here: which host is tried first; see `pool`.

use std::time::Duration;

use qudao_base::{Fault, Result};
use tokio_postgres::{Config, config::Host};

/// How long a transaction may lie idle on the server before it ends it: its client has died without a word.
const IDLE_IN_TRANSACTION: Duration = Duration::from_mins(1);

/// Up to so many tables are joined in whatever order the server finds best, more as they are written: a list joins a dozen for the
/// titles of its links, and to try their orders took twenty times as long as to read it.
const JOINS_TRIED: u8 = 4;

/// The configurations in the order of the address.
pub(super) fn parse(address: &str, deadline: Duration) -> Result<Vec<Config>> {
    let config: Config = address
        .parse()
        .map_err(|error| Fault::from_error("the address of the database cannot be read", error))?;
    let hosts = config.get_hosts();
    if hosts.is_empty() {
        return Err(Fault::new("the address of the database names no host").into());
    }
    let port = |index: usize| match config.get_ports() {
        [] => 5432,
        [only] => *only,
        ports => ports.get(index).copied().unwrap_or(5432),
    };
    Ok(hosts
        .iter()
        .enumerate()
        .map(|(i, host)| of_host(&config, host, port(i), deadline))
        .collect())
}

fn of_host(all: &Config, host: &Host, port: u16, deadline: Duration) -> Config {
    let mut one = Config::new();
    match host {
        Host::Tcp(name) => one.host(name),
        #[cfg(unix)]
        Host::Unix(path) => one.host_path(path),
    };
    one.port(port)
        .connect_timeout(deadline)
        .tcp_user_timeout(deadline);
    if let Some(user) = all.get_user() {
        one.user(user);
    }
    if let Some(password) = all.get_password() {
        one.password(password);
    }
    if let Some(name) = all.get_dbname() {
        one.dbname(name);
    }
    one.application_name(all.get_application_name().unwrap_or("qudao"));
    one.ssl_mode(all.get_ssl_mode());
    one.channel_binding(all.get_channel_binding());
    one.target_session_attrs(all.get_target_session_attrs());
    // The server gives up a little earlier than this side: then only the statement is lost and not the connection.
    let server = deadline.saturating_sub(deadline / 10).as_millis().max(1);
    let idle = IDLE_IN_TRANSACTION.as_millis();
    let own = format!(
        "{} -c statement_timeout={server} -c idle_in_transaction_session_timeout={idle} -c join_collapse_limit={JOINS_TRIED}",
        all.get_options().unwrap_or_default()
    );
    one.options(own.trim());
    one
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::parse;

    #[test]
    fn splits_hosts() {
        let address = "postgres://me:secret@one,two:6000/shop?options=-c%20geqo%3Doff";
        let hosts = parse(address, Duration::from_secs(10)).unwrap();
        let ports: Vec<_> = hosts.iter().map(|host| host.get_ports().to_vec()).collect();
        assert_eq!(ports, [[5432], [6000]]);
        for host in &hosts {
            assert_eq!(host.get_hosts().len(), 1);
            assert_eq!(host.get_dbname(), Some("shop"));
            assert_eq!(host.get_password(), Some("secret".as_bytes()));
            let options = host.get_options().unwrap();
            assert!(
                options.starts_with("-c geqo=off -c statement_timeout=9000"),
                "{options}"
            );
            assert!(options.ends_with(" -c join_collapse_limit=4"), "{options}");
        }
        assert!(parse("postgres:///shop", Duration::from_secs(1)).is_err());
    }
}
