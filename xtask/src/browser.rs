//! Browser tests: each script of `web/e2e` against a server of its own with fresh demo data.
//!
//! Keeps true: no script sees what another left; the server ends with its script, whatever came of it.
//! Not here: what the scripts look at. `run.mjs` opens every screen of a role; `job.mjs` plays the main job with several
//! people; `journey.mjs` is a channel manager's day, and `journey-<role>.mjs` another role's.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    thread::sleep,
    time::Duration,
};

use crate::{
    command::{Call, target_folder},
    tree,
};

/// Roles whose every screen is opened, at desktop and phone size.
const ROLES: [&str; 2] = ["channel_manager", "partner_sales"];
/// Plays several people at once, on a server it starts itself.
const JOB: &str = "e2e/job.mjs";
/// Steps of half a second in which a server must answer.
const PATIENCE: usize = 240;

/// Where the scripts look for a browser, unless `CHROMIUM` names one.
const CHROMIUM: &str = "/usr/bin/chromium";

/// True when there is a browser to test with.
pub fn is_there() -> bool {
    let named = std::env::var("CHROMIUM").unwrap_or_else(|_| CHROMIUM.to_owned());
    Path::new(&named).exists()
}

/// The main job by several people, at desktop and phone size. Some three minutes.
pub fn main_job() -> Result<(), String> {
    // All programs together, as the tests were built, so that nothing is compiled twice.
    Call::new("cargo build --locked --workspace --bins").run()?;
    let program = target_folder().join("debug").join("qudao");
    let call = || {
        Call::new(&format!("node {JOB}"))
            .within("web")
            .with("QUDAO_BIN", &program.to_string_lossy())
            .run()
    };
    // A browser on a busy machine may miss a deadline; what is broken fails twice.
    call().or_else(|error| {
        println!("{error}; once more");
        call()
    })
}

/// Builds the server and runs every script: the main job, every screen of some roles, every journey. Some ten minutes.
pub fn run() -> Result<(), String> {
    main_job()?;
    for role in ROLES {
        script("run.mjs", role)?;
    }
    for (name, role) in journeys()? {
        script(&name, &role)?;
    }
    Ok(())
}

/// Journeys with the role each is for.
fn journeys() -> Result<Vec<(String, String)>, String> {
    let folder = tree::root().join("web/e2e");
    let wrong = |error| format!("{}: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(wrong)? {
        let name = entry
            .map_err(wrong)?
            .file_name()
            .to_string_lossy()
            .into_owned();
        let role = name
            .strip_prefix("journey")
            .and_then(|rest| rest.strip_suffix(".mjs"));
        match role {
            Some("") => found.push((name, "channel_manager".to_owned())),
            Some(role) => found.push((name.clone(), role.trim_start_matches('-').to_owned())),
            None => {}
        }
    }
    found.sort();
    Ok(found)
}

fn script(name: &str, role: &str) -> Result<(), String> {
    let mut server = Server::start()?;
    let link = server.link(role)?;
    server.wait()?;
    Call::new(&format!("node e2e/{name}"))
        .within("web")
        .with("BASE_URL", &server.address)
        .with("SIGN_IN", &link)
        .run()
}

/// A running product with demo data; dropping it ends it.
struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
    address: String,
}

impl Server {
    fn start() -> Result<Self, String> {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let place = free
            .map_err(|error| format!("no free port: {error}"))?
            .to_string();
        let data = target_folder().join("browser-data");
        if data.exists() {
            fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        }
        let program = target_folder().join("debug").join("qudao");
        let mut child = Command::new(&program)
            .args(["serve", "--demo", "--listen", &place, "--data"])
            .arg::<&Path>(&data)
            .current_dir(tree::root())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let said = child.stdout.take().ok_or("the server has no output")?;
        let said = BufReader::new(said);
        Ok(Self {
            child,
            said,
            address: format!("http://{place}"),
        })
    }

    /// The one-time link the server prints for a role, without the address.
    fn link(&mut self, role: &str) -> Result<String, String> {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self
                .said
                .read_line(&mut line)
                .map_err(|error| error.to_string())?;
            if read == 0 {
                return Err(format!(
                    "the server ended before it printed a link for {role}"
                ));
            }
            if line.split_whitespace().next() == Some(role)
                && let Some((_, path)) = line.trim().split_once(&self.address)
            {
                return Ok(path.to_owned());
            }
        }
    }

    fn wait(&self) -> Result<(), String> {
        let place = self.address.trim_start_matches("http://");
        for _ in 0..PATIENCE {
            if TcpStream::connect(place).is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(500));
        }
        Err(format!("nobody answers at {place}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ending a server that ended by itself is no error.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
