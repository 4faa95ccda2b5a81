//! Where a suite plays: the program under test, a folder of its own, and databases in it.
//!
//! Keeps true: a ground takes everything it made with it when it goes.

use std::{
    fs,
    path::{Path, PathBuf},
    process,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use crate::{Checked, cluster::Cluster, said};

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The embedded one.
    Sqlite,
    /// A server of our own.
    Postgres,
}

impl Kind {
    /// As the table shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// A folder that is removed when dropped.
#[derive(Debug)]
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new folder among the passing files.
    pub fn new() -> Checked<Self> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let name = format!(
            "qudao-torture-{}-{}",
            process::id(),
            COUNT.fetch_add(1, Relaxed)
        );
        let path = std::env::temp_dir().join(name);
        fs::create_dir_all(&path).map_err(said)?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The key of every site here, so that any program goes on with any database.
pub const KEY: [u8; 32] = [7; 32];

/// The file the program reads [`KEY`] from: one for all runs, for it says the same in all of them.
fn key_file() -> Checked<&'static Path> {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    if let Some(path) = FILE.get() {
        return Ok(path);
    }
    let folder = std::env::temp_dir();
    let new = folder.join(format!("qudao-torture-{}.key", process::id()));
    fs::write(&new, "07".repeat(KEY.len())).map_err(said)?;
    let path = folder.join("qudao-torture.key");
    fs::rename(&new, &path).map_err(said)?;
    Ok(FILE.get_or_init(|| path))
}

/// A database the program can be started on.
#[derive(Clone, Debug)]
pub enum Database {
    /// Folder of the file.
    Sqlite(PathBuf),
    /// Address.
    Postgres(String),
}

impl Database {
    /// What `Store::open` takes.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(folder) => format!("sqlite:{}", folder.join("qudao.db").display()),
            Self::Postgres(address) => address.clone(),
        }
    }

    /// What the program takes.
    pub fn options(&self) -> Checked<[String; 4]> {
        let (option, place) = match self {
            Self::Sqlite(folder) => ("--data", folder.display().to_string()),
            Self::Postgres(address) => ("--database", address.clone()),
        };
        let key = key_file()?.display().to_string();
        Ok([option.to_owned(), place, "--key".to_owned(), key])
    }
}

/// A program, a folder and a kind of database.
pub struct Ground {
    pub program: PathBuf,
    cluster: Option<Cluster>,
    // Last: what lies in it ends first.
    folder: Folder,
    count: AtomicU64,
}

impl Ground {
    /// Makes one; for PostgreSQL with a server of its own.
    pub fn new(program: &Path, kind: Kind) -> Checked<Self> {
        let folder = Folder::new()?;
        let cluster = match kind {
            Kind::Sqlite => None,
            Kind::Postgres => Some(Cluster::start(&folder.0.join("server"))?),
        };
        Ok(Self {
            program: program.to_owned(),
            cluster,
            folder,
            count: AtomicU64::default(),
        })
    }

    /// An empty database.
    pub fn database(&self) -> Checked<Database> {
        let name = format!("site{}", self.count.fetch_add(1, Relaxed));
        match &self.cluster {
            None => {
                let folder = self.folder.0.join(name);
                fs::create_dir_all(&folder).map_err(said)?;
                Ok(Database::Sqlite(folder))
            }
            Some(cluster) => cluster.create_database(&name).map(Database::Postgres),
        }
    }

    /// The server of the databases.
    pub fn cluster(&self) -> Checked<&Cluster> {
        self.cluster
            .as_ref()
            .ok_or_else(|| "this ground has no server".to_owned())
    }

    /// A path in the folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.0.join(name)
    }
}
