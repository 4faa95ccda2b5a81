//! What the command line says.

use std::{net::IpAddr, path::PathBuf, time::Duration};

use qudao_base::Instant;

/// How to use the program.
pub const USAGE: &str = "qudao <command> [options]

  serve     start the product            [--demo] [--listen 127.0.0.1:8080] [--address https://channel.example.com]
            [--proxy 127.0.0.1: the reverse proxy in front, whose X-Forwarded-For is believed] [--node 0]
            [--private-push: what is pushed to channels may go to private addresses too]
            [--read-replica postgres://user@standby/name: reports and exports are read there, also QUDAO_READ_REPLICA]
            [--read-replica-lag 30: seconds it may be behind, also QUDAO_READ_REPLICA_LAG]
            [--archive FOLDER: every commit of the embedded database goes there too within seconds, also QUDAO_ARCHIVE]
            [--archive-days 14: how far one can go back, also QUDAO_ARCHIVE_DAYS]
  migrate   bring the database up to the declarations   [--plan: only show]
  verify    prove log, rows, ledger and invariants      [--head FILE: a chain head kept elsewhere]
  head      print the head of the sealed chain, to be kept elsewhere
  check     report durability, high availability and [--archive FOLDER]; fails when answered writes are not safe
  backup    copy the running database and prove the copy   <empty folder> [--unproved: without the proof]
  restore   put a backup back and prove it      <folder> [--overwrite: also over data]
            or go back to a moment of an archive     --archive FOLDER [--until 2026-11-23T14:05:00+08:00] [--overwrite]
  receipt   check a downloaded receipt, without any database      <file> [public half of the site's key]
  link      print a one-time sign-in link for a user    <login>
  import    load foreign data            adventureworks <folder>
  connect   sync with a shop server, beside the product   vendure --site URL --channel CODE --shop URL [--state FILE] [--once]
            (QUDAO_API_KEY, SHOP_LOGIN and SHOP_PASSWORD come from the environment)
  renew     begin a new site key, when the old one is lost

Everywhere: [--data ./data] the folder of the embedded database, or [--database postgres://user@host/name]
(also QUDAO_DATA and QUDAO_DATABASE), and the file of the site's key, [--key ./data/site.key] (also QUDAO_KEY): the secret that
seals the log. It is made at the first start; keep a copy of it apart from the database. Log level: QUDAO_LOG, for example info or debug.";

/// How far a read replica may be behind unless said, in seconds.
const READ_REPLICA_LAG: u64 = 30;

/// A parsed command line.
#[derive(Clone, Debug, Default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of the command line"
)]
pub struct Options {
    /// First word.
    pub command: String,
    /// Words that belong to no option.
    pub words: Vec<String>,
    /// Folder of the embedded database.
    pub data: PathBuf,
    /// Address of a PostgreSQL database.
    pub database: Option<String>,
    /// Address of a standby of it, for reports.
    pub read_replica: Option<String>,
    /// How far that may be behind, in seconds.
    pub read_replica_lag: Option<u64>,
    /// File of the site's key; by default in the data folder.
    pub key: Option<PathBuf>,
    /// Address listened on.
    pub listen: String,
    /// Load demo data into an empty site.
    pub demo: bool,
    /// Address people know the site by; of `https`, cookies travel over TLS only.
    pub address: Option<String>,
    /// Reverse proxy in front.
    pub proxy: Option<IpAddr>,
    /// Only show what would be done.
    pub plan: bool,
    /// A backup without a trial of it.
    pub unproved: bool,
    /// Folder of the archive of an embedded database.
    pub archive: Option<PathBuf>,
    /// How many days of it are kept.
    pub archive_days: Option<u32>,
    /// The moment to go back to.
    pub until: Option<Instant>,
    /// Restore also over data.
    pub overwrite: bool,
    /// File with a chain head.
    pub head: Option<PathBuf>,
    /// Address of the product a connector brings orders to.
    pub site: Option<String>,
    /// Code of the channel a connector serves.
    pub channel: Option<String>,
    /// Address of the shop server.
    pub shop: Option<String>,
    /// File of a connector's cursor.
    pub state: Option<PathBuf>,
    /// One round of a connector.
    pub once: bool,
    /// Messages may go to private addresses.
    pub private_push: bool,
    /// Number of this process.
    pub node: u16,
}

/// Reads the command line.
///
/// # Errors
/// A sentence that names the word that is not understood.
pub fn parse(words: &[String]) -> Result<Options, String> {
    let environment = |name: &str| std::env::var(name).ok();
    let mut options = Options {
        data: environment("QUDAO_DATA")
            .unwrap_or_else(|| "data".to_owned())
            .into(),
        database: environment("QUDAO_DATABASE"),
        read_replica: environment("QUDAO_READ_REPLICA"),
        read_replica_lag: environment("QUDAO_READ_REPLICA_LAG")
            .map(|text| seconds(&text))
            .transpose()?,
        archive: environment("QUDAO_ARCHIVE").map(PathBuf::from),
        archive_days: environment("QUDAO_ARCHIVE_DAYS")
            .map(|text| days(&text))
            .transpose()?,
        key: environment("QUDAO_KEY").map(PathBuf::from),
        listen: "127.0.0.1:8080".to_owned(),
        ..Options::default()
    };
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        let mut value = || {
            rest.next()
                .cloned()
                .ok_or_else(|| format!("{word} needs a value"))
        };
        match word.as_str() {
            "--demo" => options.demo = true,
            "--plan" => options.plan = true,
            "--unproved" => options.unproved = true,
            "--private-push" => options.private_push = true,
            "--once" => options.once = true,
            "--site" => options.site = Some(value()?),
            "--channel" => options.channel = Some(value()?),
            "--shop" => options.shop = Some(value()?),
            "--state" => options.state = Some(value()?.into()),
            "--overwrite" => options.overwrite = true,
            "--data" => options.data = value()?.into(),
            "--database" => options.database = Some(value()?),
            "--read-replica" => options.read_replica = Some(value()?),
            "--read-replica-lag" => options.read_replica_lag = Some(seconds(&value()?)?),
            "--archive" => options.archive = Some(value()?.into()),
            "--archive-days" => options.archive_days = Some(days(&value()?)?),
            "--until" => options.until = Some(moment(&value()?)?),
            "--key" => options.key = Some(value()?.into()),
            "--listen" => options.listen = value()?,
            "--address" => options.address = Some(address(&value()?)?),
            "--proxy" => options.proxy = Some(proxy(&value()?)?),
            "--head" => options.head = Some(value()?.into()),
            "--node" => {
                options.node = node(&value()?)?;
            }
            "--help" | "-h" => "help".clone_into(&mut options.command),
            unknown if unknown.starts_with('-') => {
                return Err(format!("{unknown} is not an option\n\n{USAGE}"));
            }
            command if options.command.is_empty() => command.clone_into(&mut options.command),
            other => options.words.push(other.to_owned()),
        }
    }
    Ok(options)
}

fn address(text: &str) -> Result<String, String> {
    if text.starts_with("https://") || text.starts_with("http://") {
        Ok(text.trim_end_matches('/').to_owned())
    } else {
        Err("--address begins with https:// or http://".to_owned())
    }
}

fn proxy(text: &str) -> Result<IpAddr, String> {
    text.parse()
        .map_err(|_| "--proxy is an IP address".to_owned())
}

fn seconds(text: &str) -> Result<u64, String> {
    text.parse()
        .map_err(|_| "the lag of a read replica is a number of seconds".to_owned())
}

fn days(text: &str) -> Result<u32, String> {
    let number = text
        .parse()
        .ok()
        .filter(|number| (1..=3650).contains(number));
    number.ok_or_else(|| "--archive-days is a number from 1 to 3650".to_owned())
}

fn moment(text: &str) -> Result<Instant, String> {
    let told =
        |_| "--until is a moment with its offset, such as 2026-11-23T14:05:00+08:00".to_owned();
    text.parse().map_err(told)
}

impl Options {
    /// How far the read replica may be behind.
    pub fn replica_lag_max(&self) -> Duration {
        Duration::from_secs(self.read_replica_lag.unwrap_or(READ_REPLICA_LAG))
    }

    /// The address people come in by.
    pub fn front_door(&self) -> String {
        let listen = || format!("http://{}", self.listen);
        self.address.clone().unwrap_or_else(listen)
    }
}

fn node(text: &str) -> Result<u16, String> {
    let number = text.parse().ok().filter(|&number| number < 1024);
    number.ok_or_else(|| "--node is a number from 0 to 1023".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_options_anywhere() {
        let words: Vec<String> = ["serve", "--demo", "--data", "/x", "--node", "3"]
            .map(str::to_owned)
            .to_vec();
        let options = parse(&words).unwrap();
        assert_eq!(
            (options.command.as_str(), options.demo, options.node),
            ("serve", true, 3)
        );
        assert!(parse(&["serve".to_owned(), "--dmeo".to_owned()]).is_err());
        assert!(parse(&["serve".to_owned(), "--data".to_owned()]).is_err());
        let lag = |text: &str| parse(&["--read-replica-lag".to_owned(), text.to_owned()]);
        assert_eq!(lag("5").unwrap().replica_lag_max().as_secs(), 5);
        assert!(lag("-5").is_err());
        let until = |text: &str| parse(&["restore", "--until", text].map(str::to_owned));
        let told = until("2026-11-23T14:05:00+08:00").unwrap().until.unwrap();
        assert_eq!(told.to_string(), "2026-11-23T06:05:00Z");
        assert!(until("2026-11-23 14:05").is_err(), "no offset");
        assert!(parse(&["--archive-days", "0"].map(str::to_owned)).is_err());
    }
}
