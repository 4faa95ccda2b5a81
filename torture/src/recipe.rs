//! The files of the guide's page on high availability, brought to this one machine.
//!
//! Keeps true: only addresses and folders are exchanged; what is to be exchanged must be there, and no address may stay, so that a
//! changed file is noticed.
//! Not here: units of systemd, which need it to run; `tests/recipe.rs` has them checked.

use std::net::SocketAddr;

use crate::{Checked, cluster::free_port};

pub const PATRONI: &str = include_str!("../../docs/guide/high_availability/patroni.yml");
pub const ETCD: &str = include_str!("../../docs/guide/high_availability/etcd.env");
pub const NODE: &str = include_str!("../../docs/guide/high_availability/qudao.env");
pub const HAPROXY: &str = include_str!("../../docs/guide/high_availability/haproxy.cfg");

/// Where the recipe's machines are.
const NETWORK: &str = "10.0.0.";
/// What listens there: etcd for clients and peers, Patroni, PostgreSQL, the product, the balancer.
const PORTS: [u16; 6] = [2379, 2380, 8008, 5432, 8080, 80];

/// The ports here that stand for the machines' addresses.
pub struct Recipe {
    addresses: Vec<(String, u16)>,
}

impl Recipe {
    /// With ports nobody listens on.
    pub fn new() -> Checked<Self> {
        let mut addresses = Vec::new();
        for machine in 1..=3 {
            for port in PORTS {
                addresses.push((place(machine, port), free_port()?));
            }
        }
        Ok(Self { addresses })
    }

    /// The port here that stands for a machine's.
    pub fn port(&self, machine: usize, port: u16) -> Checked<u16> {
        let place = place(machine, port);
        let known = self.addresses.iter().find(|(known, _)| *known == place);
        known
            .map(|(_, here)| *here)
            .ok_or_else(|| format!("{place} is not of the recipe"))
    }

    /// The address here that stands for a machine's.
    pub fn address(&self, machine: usize, port: u16) -> Checked<SocketAddr> {
        Ok(SocketAddr::from((
            [127, 0, 0, 1],
            self.port(machine, port)?,
        )))
    }

    /// A file as it is on a machine, with further texts exchanged.
    ///
    /// # Errors
    /// A text to be exchanged is not in it, or an address stays.
    pub fn file(&self, text: &str, machine: usize, exchange: &[(&str, String)]) -> Checked<String> {
        let mut text = of_machine(text, machine);
        for (from, to) in exchange {
            if !text.contains(from) {
                return Err(format!("the recipe does not say {from} any more"));
            }
            text = text.replace(from, to);
        }
        for (place, here) in &self.addresses {
            // Port 80 begins others, too.
            let ends = |rest: &str| !rest.starts_with(|next: char| next.is_ascii_digit());
            let parts: Vec<&str> = text.split(place.as_str()).collect();
            let mut moved = parts[0].to_owned();
            for rest in &parts[1..] {
                let here = format!("127.0.0.1:{here}");
                moved += if ends(rest) { &here } else { place };
                moved += rest;
            }
            text = moved;
        }
        if let Some(line) = text.lines().find(|line| line.contains(NETWORK)) {
            return Err(format!("the recipe names an address nobody plays: {line}"));
        }
        Ok(text)
    }

    /// The variable of an environment file as it is on the first machine.
    pub fn variable(&self, name: &str) -> Checked<String> {
        let proxy = ("PROXY=10.0.0.13", "PROXY=127.0.0.1".to_owned());
        let all = variables(&self.file(NODE, 1, &[proxy])?);
        let found = all.into_iter().find(|(known, _)| known == name);
        found
            .map(|(_, value)| value)
            .ok_or_else(|| format!("the recipe sets no {name}"))
    }
}

fn place(machine: usize, port: u16) -> String {
    format!("{NETWORK}1{machine}:{port}")
}

/// The file of the first machine as it is on another: its own name and addresses, in lines that do not name all machines.
fn of_machine(text: &str, machine: usize) -> String {
    let own = |line: &str| {
        if line.contains("10.0.0.12") {
            return line.to_owned();
        }
        line.replace("db1", &format!("db{machine}"))
            .replace("10.0.0.11", &format!("10.0.0.1{machine}"))
    };
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| own(line) + "\n").collect()
}

/// The variables of an environment file.
pub fn variables(text: &str) -> Vec<(String, String)> {
    let set = text.lines().filter_map(|line| line.split_once('='));
    set.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_its_own_addresses_and_knows_all() {
        let recipe = Recipe::new().unwrap();
        let found = variables(&recipe.file(ETCD, 2, &[]).unwrap());
        let value = |name: &str| &found.iter().find(|(known, _)| known == name).unwrap().1;
        assert_eq!(value("ETCD_NAME"), "db2");
        let own = format!("http://{}", recipe.address(2, 2379).unwrap());
        assert_eq!(*value("ETCD_LISTEN_CLIENT_URLS"), own);
        let peers = value("ETCD_INITIAL_CLUSTER");
        for machine in 1..=3 {
            let peer = recipe.address(machine, 2380).unwrap();
            assert!(
                peers.contains(&format!("db{machine}=http://{peer}")),
                "{peers}"
            );
        }
        assert!(recipe.file(ETCD, 1, &[("absent", String::new())]).is_err());
        assert!(recipe.file("at 10.0.0.99:1", 1, &[]).is_err());
    }
}
