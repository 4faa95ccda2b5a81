//! A site opened from options: store, packs, kernel.

use std::sync::Arc;

use qudao_base::{Result, SystemClock};
use qudao_kernel::{Kernel, Registry, SiteOptions};
use qudao_store::{Options as StoreOptions, Store};

use crate::options::Options;

/// Opens the database and starts the kernel on it.
pub fn open(options: &Options) -> Result<Arc<Kernel>> {
    let site = SiteOptions {
        node: options.node,
        ..SiteOptions::standard()
    };
    Kernel::start(store(options)?, registry()?, Arc::new(SystemClock), site)
}

/// All shipped packs.
pub fn registry() -> Result<Registry> {
    let mut registry = Registry::default();
    qudao_packs::register(&mut registry)?;
    Ok(registry)
}

/// The database the options name.
pub fn store(options: &Options) -> Result<Store> {
    let address = if let Some(address) = &options.database {
        address.clone()
    } else {
        std::fs::create_dir_all(&options.data).map_err(|error| {
            let folder = options.data.display();
            qudao_base::Fault::from_error(format!("folder {folder} cannot be made"), error)
        })?;
        format!("sqlite:{}", options.data.join("qudao.db").display())
    };
    Store::open(&address, StoreOptions::default())
}
