//! The web application: packages as locked, checks, build.
//!
//! Keeps true: packages are fetched only when the lock file is newer than what is there.

use std::{fs, time::SystemTime};

use crate::{command::Call, tree};

/// Node.js release line the web application needs at least.
const NODE: u32 = 20;

/// Checks and builds.
pub fn run() -> Result<(), String> {
    packages()?;
    Call::new("npm run check").within("web").run()?;
    build()
}

/// Builds only.
pub fn build() -> Result<(), String> {
    Call::new("npm run build").within("web").run()
}

/// Fetches the packages when they are absent or older than the lock file.
pub fn packages() -> Result<(), String> {
    let version = Call::new("node --version")
        .read()
        .map_err(|error| format!("Node.js {NODE} or later is needed: {error}"))?;
    let major: u32 = version
        .trim()
        .trim_start_matches('v')
        .split('.')
        .next()
        .and_then(|word| word.parse().ok())
        .unwrap_or_default();
    if major < NODE {
        return Err(format!(
            "Node.js {NODE} or later is needed, this is {}",
            version.trim()
        ));
    }
    let lock = changed("web/package-lock.json");
    if lock.is_some() && changed("web/node_modules/.package-lock.json") >= lock {
        return Ok(());
    }
    Call::new("npm ci --no-audit --no-fund").within("web").run()
}

fn changed(path: &str) -> Option<SystemTime> {
    fs::metadata(tree::root().join(path)).ok()?.modified().ok()
}
