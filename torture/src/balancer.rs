//! The guide's balancer before two nodes of the product.
//!
//! Keeps true: it is ended when dropped; it is the guide's file but for addresses and TLS.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    process::{Child, Command},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked,
    http::{Call, Connection},
    patroni::quiet,
    recipe::{self, Recipe},
    said,
};

const PROGRAM: &str = "/usr/sbin/haproxy";
/// How long it may take to find the nodes ready.
const START: Duration = Duration::from_secs(30);

/// True when the program is installed.
pub fn is_installed() -> bool {
    Path::new(PROGRAM).exists()
}

/// A running balancer.
pub struct Balancer {
    child: Child,
    pub address: SocketAddr,
}

impl Balancer {
    /// Starts it before the recipe's nodes and waits until it finds one ready.
    pub fn start(folder: &Path, recipe: &Recipe) -> Checked<Self> {
        let exchange = [
            (
                "    bind 10.0.0.13:443 ssl crt /etc/haproxy/qudao.pem alpn h2,http/1.1\n",
                String::new(),
            ),
            (
                "    http-request redirect scheme https unless { ssl_fc }\n",
                String::new(),
            ),
        ];
        let file = folder.join("haproxy.cfg");
        fs::write(&file, recipe.file(recipe::HAPROXY, 1, &exchange)?).map_err(said)?;
        let mut command = Command::new(PROGRAM);
        let balancer = Self {
            child: quiet(
                command.arg("-db").arg("-f").arg(&file),
                &folder.join("haproxy.log"),
            )?,
            address: recipe.address(3, 80)?,
        };
        let begun = Instant::now();
        while balancer.status("/readyz") != Some(200) {
            if begun.elapsed() > START {
                return Err(format!("the balancer found no node within {START:?}"));
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(balancer)
    }

    /// What it answers to a stranger, if anything.
    pub fn status(&self, path: &str) -> Option<u16> {
        let call = Call {
            method: "GET",
            path,
            headers: &[],
            body: None,
        };
        let reply = Connection::to(self.address, Duration::from_secs(5)).send(&call);
        reply.ok().map(|reply| reply.status)
    }
}

impl Drop for Balancer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
