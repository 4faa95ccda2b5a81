//! A PostgreSQL server of our own, on the loopback address, with the durability a real one has.
//!
//! Keeps true: it is ended when dropped; whatever state it is in.
//! Not here: replication; see `failover`.

use std::{
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{Checked, said};

/// The newest server programs of this machine, clients included.
pub fn programs() -> Option<PathBuf> {
    let whole = |bin: &PathBuf| {
        ["initdb", "pg_ctl", "psql"]
            .iter()
            .all(|name| bin.join(name).is_file())
    };
    let versions = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut found: Vec<PathBuf> = versions
        .map(|entry| entry.path().join("bin"))
        .filter(whole)
        .collect();
    found.sort();
    found.pop().or_else(|| {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(whole)
    })
}

/// True when this process may do everything; then servers, which refuse that, are run by another account.
pub fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// A command as the account servers run under.
pub fn as_owner(program: &Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("runuser");
    command.args(["-u", "postgres", "--"]).arg(program);
    command
}

/// Runs to the end; what it wrote.
pub fn output(command: &mut Command) -> Checked<String> {
    let shown = format!("{command:?}");
    let output = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{shown}: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let (told, wrong) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        Err(format!("{shown}: {}\n{told}{wrong}", output.status))
    }
}

/// Sends a signal to processes.
pub fn signal(name: &str, processes: &[u32]) -> Checked {
    let numbers = processes.iter().map(ToString::to_string);
    output(Command::new("kill").arg(format!("-{name}")).args(numbers)).map(drop)
}

/// A port nobody listens on at this moment.
pub fn free_port() -> Checked<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").map_err(said)?;
    listener.local_addr().map(|own| own.port()).map_err(said)
}

/// Makes a folder the owner of servers may write to.
pub fn owned_folder(path: &Path) -> Checked {
    fs::create_dir_all(path).map_err(said)?;
    if is_root() {
        output(Command::new("chown").arg("postgres").arg(path))?;
    }
    Ok(())
}

/// Adds lines to a file.
pub fn append(path: &Path, lines: &str) -> Checked {
    let mut file = fs::File::options()
        .create(true)
        .append(true)
        .open(path)
        .map_err(said)?;
    file.write_all(lines.as_bytes()).map_err(said)
}

/// A running server.
pub struct Cluster {
    programs: PathBuf,
    data: PathBuf,
    pub port: u16,
}

impl Cluster {
    /// Makes and starts one in the folder.
    pub fn start(folder: &Path) -> Checked<Self> {
        Self::start_with(folder, "")
    }

    /// The same with further lines of configuration.
    pub fn start_with(folder: &Path, lines: &str) -> Checked<Self> {
        let programs = programs().ok_or("no PostgreSQL server programs on this machine")?;
        owned_folder(folder)?;
        let data = folder.join("data");
        let mut make = as_owner(&programs.join("initdb"));
        make.arg("-D").arg(&data);
        make.args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
        ]);
        output(make.current_dir(folder))?;
        append(&data.join("postgresql.conf"), lines)?;
        Self::run(folder, data)
    }

    /// Starts what lies in the data folder, on a port of its own; its log goes to the other folder.
    pub fn run(folder: &Path, data: PathBuf) -> Checked<Self> {
        let cluster = Self {
            programs: programs().ok_or("no PostgreSQL server programs on this machine")?,
            data,
            port: free_port()?,
        };
        let settings = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories= -c max_connections=100",
            cluster.port
        );
        // Its own log keeps the server from holding our pipes open.
        let mut start = as_owner(&cluster.programs.join("pg_ctl"));
        start
            .args(["start", "-w", "-t", "60", "-D"])
            .arg(&cluster.data);
        start
            .arg("-l")
            .arg(folder.join("server.log"))
            .arg("-o")
            .arg(settings);
        output(start.current_dir(folder).stdout(Stdio::null()))?;
        Ok(cluster)
    }

    /// Lets in who comes by TLS and nobody else.
    pub fn only_encrypted(&self) -> Checked {
        let rules = "hostssl all all 127.0.0.1/32 trust\n";
        fs::write(self.data.join("pg_hba.conf"), rules).map_err(said)?;
        let mut reload = as_owner(&self.programs.join("pg_ctl"));
        output(
            reload
                .args(["reload", "-D"])
                .arg(&self.data)
                .current_dir("/"),
        )
        .map(drop)
    }

    /// Runs SQL on a database; what it answered.
    pub fn ask(&self, name: &str, sql: &str) -> Checked<String> {
        let mut psql = Command::new(self.programs.join("psql"));
        psql.args(["-X", "-q", "-t", "-A", "-v", "ON_ERROR_STOP=1", "-c", sql]);
        output(psql.arg(self.address(name))).map(|told| told.trim().to_owned())
    }

    /// A base backup in a new folder, taken while others write.
    pub fn copy_to(&self, folder: &Path) -> Checked {
        let mut copy = as_owner(&self.programs.join("pg_basebackup"));
        copy.args(["--no-sync", "--checkpoint=fast", "-D"])
            .arg(folder);
        copy.args(["-d", &self.address("postgres")]);
        output(copy.current_dir("/")).map(drop)
    }

    /// A standby that follows from now on, in a new folder.
    pub fn standby(&self, folder: &Path) -> Checked<Self> {
        owned_folder(folder)?;
        let data = folder.join("data");
        self.copy_to(&data)?;
        let follow = format!(
            "primary_conninfo = 'host=127.0.0.1 port={} user=postgres'\n",
            self.port
        );
        append(&data.join("postgresql.auto.conf"), &follow)?;
        append(&data.join("standby.signal"), "")?;
        Self::run(folder, data)
    }

    /// Address of a database.
    pub fn address(&self, name: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{name}", self.port)
    }

    /// Makes a database; its address.
    pub fn create_database(&self, name: &str) -> Checked<String> {
        self.ask("postgres", &format!("CREATE DATABASE {name}"))?;
        Ok(self.address(name))
    }

    /// The server's processes: the first one and its children.
    pub fn processes(&self) -> Checked<Vec<u32>> {
        processes_of(&self.data)
    }
}

/// The processes of the server on a data folder: the first one and its children.
pub fn processes_of(data: &Path) -> Checked<Vec<u32>> {
    let file = fs::read_to_string(data.join("postmaster.pid")).map_err(said)?;
    let first: u32 = file
        .lines()
        .next()
        .and_then(|line| line.trim().parse().ok())
        .ok_or("no number of the server's process")?;
    let mut all = vec![first];
    let listed = output(Command::new("ps").args(["-o", "pid=", "--ppid", &first.to_string()]))?;
    let children = listed.split_whitespace();
    all.extend(children.filter_map(|word| word.parse::<u32>().ok()));
    Ok(all)
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Ok(processes) = self.processes() {
            // A frozen server does not hear that it is to end.
            let _ = signal("CONT", &processes);
        }
        let mut stop = as_owner(&self.programs.join("pg_ctl"));
        stop.args(["stop", "-m", "immediate", "-w", "-t", "20", "-D"]);
        let _ = output(stop.arg(&self.data).current_dir("/"));
    }
}
