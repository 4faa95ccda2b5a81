//! The guide's units and balancer are understood by those who read them, where these are installed. What they do together is shown by
//! `cargo xtask torture failover`, all but systemd itself.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

const FILES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../docs/guide/high_availability"
);
const SYSTEMD: &str = "/usr/bin/systemd-analyze";
const HAPROXY: &str = "/usr/sbin/haproxy";

/// A folder that is removed when dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("qudao-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(FILES).join(name)).unwrap()
}

/// True when the command is content, and what it said.
fn run(command: &mut Command) -> (bool, String) {
    let output = command.output().unwrap();
    let told = [output.stdout, output.stderr].concat();
    (
        output.status.success(),
        String::from_utf8_lossy(&told).into_owned(),
    )
}

#[test]
fn units_hold_before_systemd() {
    if !Path::new(SYSTEMD).exists() {
        return;
    }
    let folder = Folder::new("units");
    let verify = |text: &str| {
        // The programs themselves need not be installed here.
        let mut told = Vec::new();
        for (name, unit) in [
            ("etcd.service", "etcd.service"),
            ("patroni.service", "patroni.service"),
            ("qudao@.service", "qudao@1.service"),
            ("qudao-backup.service", "qudao-backup.service"),
            ("qudao-backup.timer", "qudao-backup.timer"),
        ] {
            let unit = folder.0.join(unit);
            let text = read(name)
                .replace("/usr/local/bin/qudao", "/bin/true")
                .replace("/usr/bin/etcd", "/bin/true")
                .replace("/usr/bin/patroni", "/bin/true")
                .replace("[Service]", text);
            fs::write(&unit, text).unwrap();
            let mut command = Command::new(SYSTEMD);
            told.push((name, run(command.args(["verify", "--man=no"]).arg(&unit))));
        }
        told
    };
    for (name, (holds, told)) in verify("[Service]") {
        assert!(holds && told.is_empty(), "{name}: {told}");
    }
    // What systemd does not know is told.
    let wrong = verify("[Service]\nRestartt=always");
    assert!(wrong.iter().any(|(_, (_, told))| told.contains("Restartt")));
}

#[test]
fn the_balancer_reads_its_file() {
    if !Path::new(HAPROXY).exists() || !Path::new("/usr/bin/openssl").exists() {
        return;
    }
    let folder = Folder::new("balancer");
    let (key, certificate) = (folder.0.join("key.pem"), folder.0.join("qudao.pem"));
    let mut make = Command::new("/usr/bin/openssl");
    make.args([
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
    ]);
    make.args(["-subj", "/CN=channel.example.com", "-keyout"]);
    assert!(run(make.arg(&key).arg("-out").arg(&certificate)).0);
    let both = [fs::read(&certificate).unwrap(), fs::read(&key).unwrap()].concat();
    fs::write(&certificate, both).unwrap();
    let file = folder.0.join("haproxy.cfg");
    let text = read("haproxy.cfg");
    assert!(text.contains("/etc/haproxy/qudao.pem"));
    let text = text.replace("/etc/haproxy/qudao.pem", &certificate.display().to_string());
    fs::write(&file, text).unwrap();
    let (holds, told) = run(Command::new(HAPROXY).arg("-c").arg("-f").arg(&file));
    assert!(holds && !told.contains("WARNING"), "{told}");
}
