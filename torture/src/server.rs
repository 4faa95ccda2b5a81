//! The program under test as a process.
//!
//! Keeps true: it is ended when dropped; its log is kept for as long as the ground.

use std::{
    fs::{File, OpenOptions},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::{
    Checked,
    cluster::{free_port, output, signal},
    ground::{Database, Ground},
    http::{Call, Connection, Reply},
    said,
};

/// How long a start may take. Debug builds on a busy machine are slow.
const START: Duration = Duration::from_secs(90);

/// How one process is started.
pub struct Start<'a> {
    pub program: &'a Path,
    pub database: &'a Database,
    pub node: u16,
    pub log: PathBuf,
    /// Further variables.
    pub environment: Vec<(&'static str, String)>,
}

impl<'a> Start<'a> {
    /// As people start it.
    pub fn plain(ground: &'a Ground, database: &'a Database) -> Self {
        Self {
            program: &ground.program,
            database,
            node: 0,
            log: ground.path("server.log"),
            environment: Vec::new(),
        }
    }

    /// One of several on a database.
    pub fn node(ground: &'a Ground, database: &'a Database, node: u16) -> Self {
        Self {
            node,
            log: ground.path(&format!("node{node}.log")),
            ..Self::plain(ground, database)
        }
    }
}

/// A running `qudao serve`.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// How long until it was ready.
    pub started_in: Duration,
}

impl Server {
    /// Starts it on a free port and waits until it is ready.
    pub fn start(start: &Start<'_>) -> Checked<Self> {
        Self::start_on(start, free_port()?)
    }

    /// Starts it on the port.
    pub fn start_on(start: &Start<'_>, port: u16) -> Checked<Self> {
        let begun = Instant::now();
        let log = open_log(&start.log)?;
        let child = Command::new(start.program)
            .arg("serve")
            .args(start.database.options()?)
            .args(["--listen", &format!("127.0.0.1:{port}")])
            .args(["--node", &start.node.to_string()])
            .envs(start.environment.iter().map(|(name, value)| (name, value)))
            .env("QUDAO_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(log.try_clone().map_err(said)?)
            .stderr(log)
            .spawn()
            .map_err(|error| format!("{}: {error}", start.program.display()))?;
        let mut server = Self {
            child,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            started_in: Duration::ZERO,
        };
        while !server.is_ready() {
            let ended = server.child.try_wait().map_err(said)?;
            if ended.is_some() || begun.elapsed() > START {
                let log = std::fs::read_to_string(&start.log).unwrap_or_default();
                let tail: Vec<&str> = log.lines().rev().take(5).collect();
                return Err(format!(
                    "the server did not start: {ended:?}\n{}",
                    tail.join("\n")
                ));
            }
            thread::sleep(Duration::from_millis(20));
        }
        server.started_in = begun.elapsed();
        Ok(server)
    }

    /// True when it says so.
    pub fn is_ready(&self) -> bool {
        self.ask_ready().is_ok_and(|reply| reply.status == 200)
    }

    /// What it says of its readiness.
    pub fn readiness(&self) -> Checked<String> {
        let reply = self.ask_ready().map_err(said)?;
        Ok(reply.body.as_str().unwrap_or_default().to_owned())
    }

    fn ask_ready(&self) -> std::io::Result<Reply> {
        let mut connection = Connection::to(self.address, Duration::from_secs(2));
        let call = Call {
            method: "GET",
            path: "/readyz",
            headers: &[],
            body: None,
        };
        connection.send(&call)
    }

    /// `kill -9`.
    pub fn kill(&mut self) -> Checked {
        self.child.kill().map_err(said)?;
        self.child.wait().map(drop).map_err(said)
    }

    /// Asks it to end and waits; true when it ended well.
    pub fn end(mut self) -> Checked<bool> {
        signal("TERM", &[self.child.id()])?;
        self.child
            .wait()
            .map(|status| status.success())
            .map_err(said)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn open_log(path: &Path) -> Checked<File> {
    let mut options = OpenOptions::new();
    options.create(true).append(true).open(path).map_err(said)
}

/// Runs another command of the program on the database; what it wrote.
pub fn command(program: &Path, words: &[&str], database: &Database) -> Checked<String> {
    output(Command::new(program).args(words).args(database.options()?))
}
