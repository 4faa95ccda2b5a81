//! Two PostgreSQL servers kept by Patroni with an etcd beside them, all on the loopback address, commits confirmed by the standby.
//!
//! Keeps true: everything started is killed when dropped.
//! Not here: what is done to them; see `failover`.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::json;

use crate::{
    Checked,
    cluster::{free_port, is_root, output, owned_folder, processes_of, programs, signal},
    http::{Call, Connection},
    said,
};

/// How long the pair may take to be whole.
const WHOLE: Duration = Duration::from_mins(3);

/// A server with the Patroni that keeps it.
pub struct Node {
    child: Option<Child>,
    folder: PathBuf,
    rest: u16,
    pub port: u16,
}

/// The pair.
pub struct Pair {
    etcd: Child,
    pub nodes: Vec<Node>,
    programs: PathBuf,
}

/// True when the programs are installed.
pub fn is_installed() -> bool {
    ["/usr/bin/patroni", "/usr/bin/etcd"]
        .iter()
        .all(|path| Path::new(path).exists())
}

impl Pair {
    /// Starts all of it and waits until the standby confirms.
    pub fn start(folder: &Path) -> Checked<Self> {
        owned_folder(folder)?;
        let programs = programs().ok_or("no PostgreSQL server programs on this machine")?;
        let (client, peer) = (free_port()?, free_port()?);
        let url = |port: u16| format!("http://127.0.0.1:{port}");
        let mut etcd = Command::new("/usr/bin/etcd");
        etcd.arg("--data-dir").arg(folder.join("etcd"));
        etcd.args([
            "--listen-client-urls",
            &url(client),
            "--advertise-client-urls",
            &url(client),
        ]);
        etcd.args([
            "--listen-peer-urls",
            &url(peer),
            "--initial-advertise-peer-urls",
            &url(peer),
        ]);
        etcd.args(["--initial-cluster", &format!("default={}", url(peer))]);
        let etcd = quiet(&mut etcd, &folder.join("etcd.log"))?;
        let mut pair = Self {
            etcd,
            nodes: Vec::new(),
            programs,
        };
        for number in 1..=2 {
            let node = pair.configure(folder, number, client)?;
            pair.nodes.push(node);
            // The first becomes the leader, so that the second copies it.
            pair.nodes[number - 1].run()?;
            wait(|| pair.leader().is_some())?;
        }
        pair.wait_whole()?;
        Ok(pair)
    }

    fn configure(&self, folder: &Path, number: usize, etcd: u16) -> Checked<Node> {
        let own = folder.join(format!("node{number}"));
        owned_folder(&own)?;
        let (port, rest) = (free_port()?, free_port()?);
        let at = |port: u16| format!("127.0.0.1:{port}");
        let shared = json!({
            "ttl": 20, "loop_wait": 2, "retry_timeout": 3, "synchronous_mode": true,
            "postgresql": { "use_pg_rewind": true, "parameters": { "max_connections": 100, "wal_log_hints": "on" } },
        });
        let settings = json!({
            "scope": "qudao", "name": format!("node{number}"),
            "restapi": { "listen": at(rest), "connect_address": at(rest) },
            "etcd3": { "hosts": at(etcd) },
            "bootstrap": {
                "dcs": shared,
                "initdb": [{ "encoding": "UTF8" }, { "locale": "C.UTF-8" }, { "auth": "trust" }],
            },
            "postgresql": {
                "listen": at(port), "connect_address": at(port), "data_dir": own.join("data"),
                "bin_dir": self.programs, "pgpass": own.join("pgpass"),
                "pg_hba": ["host all all 127.0.0.1/32 trust", "host replication all 127.0.0.1/32 trust"],
                "authentication": { "superuser": { "username": "postgres" }, "replication": { "username": "postgres" } },
                "parameters": { "unix_socket_directories": own },
            },
        });
        // JSON is YAML too.
        fs::write(own.join("patroni.yml"), settings.to_string()).map_err(said)?;
        Ok(Node {
            child: None,
            folder: own,
            rest,
            port,
        })
    }

    /// Who says it is the leader.
    pub fn leader(&self) -> Option<usize> {
        self.nodes.iter().position(|node| node.is("leader"))
    }

    /// Waits for a leader and a standby that confirms commits.
    pub fn wait_whole(&self) -> Checked {
        wait(|| self.leader().is_some() && self.nodes.iter().any(|node| node.is("synchronous")))
    }

    /// Address of a database, whoever leads.
    pub fn address(&self, name: &str) -> String {
        let ports: Vec<String> = self
            .nodes
            .iter()
            .map(|node| format!("127.0.0.1:{}", node.port))
            .collect();
        let hosts = ports.join(",");
        format!("postgres://postgres@{hosts}/{name}?target_session_attrs=read-write")
    }

    /// Makes a database; its address.
    pub fn create_database(&self, name: &str) -> Checked<String> {
        let mut create = Command::new(self.programs.join("psql"));
        create
            .args(["-X", "-q", "-c"])
            .arg(format!("CREATE DATABASE {name}"));
        output(create.arg(self.address("postgres")))?;
        Ok(self.address(name))
    }
}

impl Node {
    /// Starts its Patroni.
    pub fn run(&mut self) -> Checked {
        // The program takes the place of the one that changes the account, so that its number is known.
        let mut patroni = if is_root() {
            let mut command = Command::new("setpriv");
            command.args([
                "--reuid=postgres",
                "--regid=postgres",
                "--init-groups",
                "/usr/bin/patroni",
            ]);
            command
        } else {
            Command::new("/usr/bin/patroni")
        };
        patroni
            .arg(self.folder.join("patroni.yml"))
            .current_dir(&self.folder);
        self.child = Some(quiet(&mut patroni, &self.folder.join("patroni.log"))?);
        Ok(())
    }

    /// Patroni's word for its part: `leader`, `synchronous`.
    fn is(&self, part: &str) -> bool {
        let address = SocketAddr::from(([127, 0, 0, 1], self.rest));
        let call = Call {
            method: "GET",
            path: &format!("/{part}"),
            headers: &[],
            body: None,
        };
        let reply = Connection::to(address, Duration::from_secs(2)).send(&call);
        reply.is_ok_and(|reply| reply.status == 200)
    }

    /// The server's processes, and Patroni first.
    pub fn processes(&self) -> Vec<u32> {
        let keeper = self.child.as_ref().map(Child::id);
        let server = processes_of(&self.folder.join("data")).unwrap_or_default();
        keeper.into_iter().chain(server).collect()
    }

    /// Those of them that send the log to the standby.
    pub fn senders(&self) -> Vec<u32> {
        let is_sender = |id: &u32| {
            let told = fs::read_to_string(format!("/proc/{id}/cmdline")).unwrap_or_default();
            told.contains("walsender")
        };
        self.processes().into_iter().filter(is_sender).collect()
    }

    /// `kill -9` of everything.
    pub fn kill(&mut self) -> Checked {
        let all = self.processes();
        // Patroni first, or it would start its server again.
        for id in all {
            let _ = signal("KILL", &[id]);
        }
        if let Some(mut child) = self.child.take() {
            child.wait().map_err(said)?;
        }
        Ok(())
    }
}

impl Drop for Pair {
    fn drop(&mut self) {
        for node in &mut self.nodes {
            let _ = node.kill();
        }
        let _ = self.etcd.kill();
        let _ = self.etcd.wait();
    }
}

fn quiet(command: &mut Command, log: &Path) -> Checked<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log)
        .map_err(said)?;
    let shown = format!("{command:?}");
    command
        .stdin(Stdio::null())
        .stdout(log.try_clone().map_err(said)?)
        .stderr(log)
        .spawn()
        .map_err(|error| format!("{shown}: {error}"))
}

fn wait(mut there: impl FnMut() -> bool) -> Checked {
    let begun = Instant::now();
    while !there() {
        if begun.elapsed() > WHOLE {
            return Err(format!("Patroni's pair is not whole after {WHOLE:?}"));
        }
        thread::sleep(Duration::from_millis(300));
    }
    Ok(())
}
