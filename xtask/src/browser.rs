//! Browser tests: each script of `web/e2e` against a server of its own with fresh demo data.
//!
//! Keeps true: no script sees what another left; the server ends with its script, whatever came of it.
//! Not here: what the scripts look at. `run.mjs` opens every screen of a role; `job.mjs` plays the main job with several
//! people; `journey.mjs` is a channel manager's day, and `journey-<role>.mjs` another role's.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use crate::{
    command::{Call, target_folder},
    tree,
};

/// Roles whose every screen is opened, at desktop and phone size.
const ROLES: [&str; 2] = ["channel_manager", "partner_sales"];
/// Plays several people at once, on a server it starts itself.
const JOB: &str = "e2e/job.mjs";
/// Languages and sizes it is played in.
const EVERY_PLAY: &str = "zh-CN/desktop en/phone zh-CN/phone en/desktop";

/// Where the scripts look for a browser, unless `CHROMIUM` names one.
const CHROMIUM: &str = "/usr/bin/chromium";

/// True when there is a browser to test with.
pub fn is_there() -> bool {
    let named = std::env::var("CHROMIUM").unwrap_or_else(|_| CHROMIUM.to_owned());
    Path::new(&named).exists()
}

/// The main job by several people: one language on each size, so that every change meets both. Some three minutes.
pub fn main_job() -> Result<(), String> {
    play("zh-CN/desktop en/phone")
}

/// Builds the server and runs every script: the main job in each language on each size and, where `QUDAO_TEST_POSTGRES` names a
/// server, on PostgreSQL too; every screen of some roles; every journey. Some twenty minutes.
pub fn run() -> Result<(), String> {
    play(EVERY_PLAY)?;
    if let Ok(postgres) = std::env::var("QUDAO_TEST_POSTGRES") {
        job(EVERY_PLAY).with("POSTGRES", &postgres).run()?;
    }
    for role in ROLES {
        script("run.mjs", role)?;
    }
    for (name, role) in journeys()? {
        script(&name, &role)?;
    }
    Ok(())
}

fn play(plays: &str) -> Result<(), String> {
    // All programs together, as the tests were built, so that nothing is compiled twice.
    Call::new("cargo build --locked --workspace --bins").run()?;
    job(plays).run()
}

fn job(plays: &str) -> Call {
    let program = target_folder().join("debug").join("qudao");
    Call::new(&format!("node {JOB} {plays}"))
        .within("web")
        .with("QUDAO_BIN", &program.to_string_lossy())
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
    let (address, link) = server.link(role)?;
    Call::new(&format!("node e2e/{name}"))
        .within("web")
        .with("BASE_URL", &address)
        .with("SIGN_IN", &link)
        .run()
}

/// A running product with demo data; dropping it ends it.
struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
}

impl Server {
    fn start() -> Result<Self, String> {
        let data = target_folder().join("browser-data");
        if data.exists() {
            fs::remove_dir_all(&data).map_err(|error| format!("{}: {error}", data.display()))?;
        }
        let program = target_folder().join("debug").join("qudao");
        let mut child = Command::new(&program)
            .args(["serve", "--demo", "--listen", "127.0.0.1:0", "--data"])
            .arg::<&Path>(&data)
            .current_dir(tree::root())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", program.display()))?;
        let said = child.stdout.take().ok_or("the server has no output")?;
        let said = BufReader::new(said);
        Ok(Self { child, said })
    }

    /// The address and, below it, the one-time link the server prints for a role. It listens by then.
    fn link(&mut self, role: &str) -> Result<(String, String), String> {
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
            let mut words = line.split_whitespace();
            if words.next() == Some(role)
                && let Some(link) = words.last()
                && let Some(at) = link.find("/sign-in/")
            {
                return Ok((link[..at].to_owned(), link[at..].to_owned()));
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Ending a server that ended by itself is no error.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
