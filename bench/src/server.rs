//! The product's HTTP server in a process of its own, so that its processor time and memory are apart from those of its clients.
//!
//! Keeps true: it serves what `qudao serve` serves, with the same jobs beside it; it ends when the one who started it does.
//! Not here: printing, for which `qudao` keeps fonts in memory.

use std::{
    io::{BufRead, BufReader, Read},
    net::{Ipv4Addr, SocketAddr},
    process::{Child, ChildStdin, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use qudao_api::{App, Front};
use qudao_base::{Fault, Result};
use qudao_kernel::Kernel;

use crate::site;

type Work = fn(&Arc<Kernel>) -> Result<()>;

/// Work done every second.
const RECURRING: [Work; 3] = [
    |kernel| kernel.run_due().map(drop),
    Kernel::keep_in_touch,
    |kernel| kernel.run_workers().map(drop),
];

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> Fault {
    Fault::from_error("the server", error)
}

/// Serves the database on a free port, which it prints, until its input ends.
pub fn serve(address: &str) -> Result<()> {
    let kernel = site::start(address)?;
    let ending = Arc::new(AtomicBool::new(false));
    let threads = RECURRING.map(|work| {
        let (kernel, ending) = (Arc::clone(&kernel), Arc::clone(&ending));
        thread::spawn(move || {
            while !ending.load(Ordering::Relaxed) {
                if let Err(stop) = work(&kernel) {
                    eprintln!("recurring work: {stop}");
                }
                thread::sleep(Duration::from_secs(1));
            }
        })
    });
    let told = Arc::new(tokio::sync::Notify::new());
    let ended = Arc::clone(&told);
    thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        told.notify_one();
    });
    let app = App::new(Arc::clone(&kernel), None, Front::default());
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(failed)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(failed)?;
        println!("{}", listener.local_addr().map_err(failed)?);
        let router = qudao_api::router(app);
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        tokio::select! {
            served = axum::serve(listener, service) => served.map_err(failed),
            () = ended.notified() => Ok(()),
        }
    })?;
    ending.store(true, Ordering::Relaxed);
    for thread in threads {
        let _ = thread.join();
    }
    runtime.shutdown_timeout(Duration::from_secs(5));
    kernel.leave()?;
    kernel.store.close();
    Ok(())
}

/// The running process. It ends in order when dropped.
pub struct Server {
    child: Child,
    input: Option<ChildStdin>,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Server {
    /// Starts it on the database and waits until it listens.
    pub fn start(database: &str) -> Result<Self> {
        let mut child = Command::new(std::env::current_exe().map_err(failed)?)
            .args(["--serve", database])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(failed)?;
        let mut said = String::new();
        if let Some(output) = child.stdout.take() {
            BufReader::new(output)
                .read_line(&mut said)
                .map_err(failed)?;
        }
        let input = child.stdin.take();
        let address = said.trim().parse().map_err(failed)?;
        Ok(Self {
            child,
            input,
            address,
        })
    }

    /// Number of its process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
