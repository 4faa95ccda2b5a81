//! Two PostgreSQL servers kept by Patroni with three etcd beside them, all on the loopback address, commits confirmed by the standby:
//! the guide's recipe for high availability.
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

use crate::{
    Checked,
    cluster::{is_root, output, owned_folder, processes_of, programs, signal},
    http::{Call, Connection},
    recipe::{self, Recipe},
    said,
};

/// How long the pair may take to be whole.
const WHOLE: Duration = Duration::from_mins(3);

/// A server with the Patroni that keeps it.
pub struct Node {
    child: Option<Child>,
    folder: PathBuf,
    rest: SocketAddr,
}

/// The pair.
pub struct Pair {
    etcd: Vec<Child>,
    pub nodes: Vec<Node>,
    programs: PathBuf,
    pub recipe: Recipe,
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
        let mut pair = Self {
            etcd: Vec::new(),
            nodes: Vec::new(),
            programs: programs().ok_or("no PostgreSQL server programs on this machine")?,
            recipe: Recipe::new()?,
        };
        for machine in 1..=3 {
            pair.agree(folder, machine)?;
        }
        for machine in 1..=2 {
            let node = pair.configure(folder, machine)?;
            pair.nodes.push(node);
            // The first becomes the leader, so that the second copies it.
            pair.nodes[machine - 1].run()?;
            wait(|| pair.leader().is_some())?;
        }
        pair.wait_whole()?;
        Ok(pair)
    }

    /// Starts one of those who agree on who leads.
    fn agree(&mut self, folder: &Path, machine: usize) -> Checked {
        let data = folder.join(format!("etcd{machine}"));
        let data = ("/var/lib/etcd/qudao", data.display().to_string());
        let text = self.recipe.file(recipe::ETCD, machine, &[data])?;
        let mut etcd = Command::new("/usr/bin/etcd");
        etcd.envs(recipe::variables(&text));
        let log = folder.join(format!("etcd{machine}.log"));
        self.etcd.push(quiet(&mut etcd, &log)?);
        Ok(())
    }

    fn configure(&self, folder: &Path, machine: usize) -> Checked<Node> {
        let own = folder.join(format!("node{machine}"));
        owned_folder(&own)?;
        let within = |name: &str| own.join(name).display().to_string();
        let exchange = [
            ("10.0.0.0/24", "127.0.0.1/32".to_owned()),
            ("/var/lib/postgresql/15/qudao", within("data")),
            (
                "/usr/lib/postgresql/15/bin",
                self.programs.display().to_string(),
            ),
            ("/var/lib/postgresql/patroni.pgpass", within("pgpass")),
            ("/var/run/postgresql", own.display().to_string()),
        ];
        let settings = self.recipe.file(recipe::PATRONI, machine, &exchange)?;
        fs::write(own.join("patroni.yml"), settings).map_err(said)?;
        Ok(Node {
            child: None,
            folder: own,
            rest: self.recipe.address(machine, 8008)?,
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

    /// Makes the account and the database of the product as the guide says; the address the guide says.
    pub fn create_database(&self) -> Checked<String> {
        let address = self.recipe.variable("QUDAO_DATABASE")?;
        let superuser = address
            .replace("qudao:change-me-qudao@", "postgres:change-me-superuser@")
            .replace("/qudao?", "/postgres?");
        for sql in [
            "CREATE ROLE qudao LOGIN CREATEDB PASSWORD 'change-me-qudao'",
            "GRANT pg_monitor TO qudao",
            "CREATE DATABASE qudao OWNER qudao",
        ] {
            let mut run = Command::new(self.programs.join("psql"));
            output(run.args(["-X", "-q", "-c", sql]).arg(&superuser))?;
        }
        Ok(address)
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
        let call = Call {
            method: "GET",
            path: &format!("/{part}"),
            headers: &[],
            body: None,
        };
        let reply = Connection::to(self.rest, Duration::from_secs(2)).send(&call);
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
        for etcd in &mut self.etcd {
            let _ = etcd.kill();
            let _ = etcd.wait();
        }
    }
}

pub fn quiet(command: &mut Command, log: &Path) -> Checked<Child> {
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
