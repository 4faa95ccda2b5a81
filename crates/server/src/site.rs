//! A site opened from options: store, packs, kernel.

use std::sync::Arc;

use qudao_base::{Result, SystemClock};
use qudao_kernel::{Kernel, Registry, SiteOptions};
use qudao_store::{Options as StoreOptions, Store, archive::ArchiveOptions};

use crate::{key_file, options::Options};

/// Opens the database and starts the kernel on it.
pub fn open(options: &Options) -> Result<Arc<Kernel>> {
    let mut store = store(options)?;
    if let Some(replica) = &options.read_replica {
        let lag_max = options.replica_lag_max();
        store = store.with_replica(replica, lag_max, &StoreOptions::default())?;
    }
    start(options, store)
}

/// Starts the kernel on another database than the one the options name.
pub fn open_at(options: &Options, address: &str) -> Result<Arc<Kernel>> {
    start(options, Store::open(address, StoreOptions::default())?)
}

fn start(options: &Options, store: Store) -> Result<Arc<Kernel>> {
    let site = SiteOptions {
        node: options.node,
        renews_key: options.command == "renew",
        ..SiteOptions::standard(key_file::load(options, &store)?)
    };
    Kernel::start(store, registry()?, Arc::new(SystemClock), site)
}

/// All shipped packs.
pub fn registry() -> Result<Registry> {
    let mut registry = Registry::default();
    qudao_packs::register(&mut registry)?;
    Ok(registry)
}

/// The database the options name; archived while it is served.
pub fn store(options: &Options) -> Result<Store> {
    let archive = options
        .archive
        .as_ref()
        .filter(|_| options.command == "serve");
    let archive = archive.map(|folder| {
        let standard = ArchiveOptions::new(folder.clone(), Arc::new(SystemClock));
        ArchiveOptions {
            days: options.archive_days.unwrap_or(standard.days),
            ..standard
        }
    });
    let store = StoreOptions {
        archive,
        ..StoreOptions::default()
    };
    Store::open(&address(options)?, store)
}

/// Its address; the folder of the embedded database is made.
pub fn address(options: &Options) -> Result<String> {
    if let Some(address) = &options.database {
        return Ok(address.clone());
    }
    make_data_folder(options)?;
    Ok(format!(
        "sqlite:{}",
        options.data.join("qudao.db").display()
    ))
}

/// Makes the data folder where there is none.
pub fn make_data_folder(options: &Options) -> Result<()> {
    std::fs::create_dir_all(&options.data).map_err(|error| {
        let folder = options.data.display();
        qudao_base::Fault::from_error(format!("folder {folder} cannot be made"), error).into()
    })
}
