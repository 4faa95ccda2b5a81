//! Serving: demo data, jobs, HTTP, an orderly end.

use std::{
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
    time::Duration,
};

use qudao_api::{App, Front, Printer};
use qudao_base::{Fault, Stop};
use qudao_kernel::Kernel;

use crate::{options::Options, outbound::Carrier, site, telemetry};

/// How long requests in progress may take when the process is told to end: as long as the store lets anything wait.
const DRAIN: Duration = Duration::from_secs(10);

/// Runs until the process is told to end; answers requests in progress before it does.
pub fn serve(options: &Options) -> Result<(), Stop> {
    // First of all, so that a taken address is told at once, and a printed link always finds somebody listening.
    let listener = bind(&options.listen)?;
    let kernel = site::open(options)?;
    let address = match &options.address {
        Some(address) => address.clone(),
        None => address_of(&listener)?,
    };
    kernel.speak_through(Arc::new(Carrier::new(options.private_push)));
    welcome(&kernel, options.demo, &address)?;
    let ending = Arc::new(AtomicBool::new(false));
    let threads = [
        every_second(&kernel, &ending, "jobs", |kernel| {
            kernel.run_due().map(drop)
        })?,
        every_second(&kernel, &ending, "neighbours", Kernel::keep_in_touch)?,
        // Apart from the jobs: who speaks to other systems must not hold them up.
        every_second(&kernel, &ending, "workers", |kernel| {
            kernel.run_workers().map(drop)
        })?,
    ];
    let app = App::new(
        Arc::clone(&kernel),
        Some(printer(&kernel.site.name)?),
        Front {
            secure: address.starts_with("https://"),
            proxy: options.proxy,
        },
    );
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::from_error("no async runtime", error))?;
    let served: Result<(), Stop> = runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(listener)
            .map_err(|error| Fault::from_error("cannot listen", error))?;
        let told = Arc::new(tokio::sync::Notify::new());
        let ending = Arc::clone(&told);
        // Handlers learn where a caller comes from.
        let router = telemetry::traced(qudao_api::router(app));
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(async move {
            told_to_end().await;
            ending.notify_one();
        });
        // A browser's stream of changes never ends by itself.
        let drained = async move {
            told.notified().await;
            tokio::time::sleep(DRAIN).await;
        };
        tokio::select! {
            served = serving.into_future() => {
                served.map_err(|error| Fault::from_error("serving broke off", error).into())
            }
            () = drained => Ok(()),
        }
    });
    ending.store(true, Ordering::Relaxed);
    // A job in progress is finished or, when it panicked, rolled back already.
    for thread in threads {
        let _ = thread.join();
    }
    runtime.shutdown_timeout(Duration::from_secs(5));
    kernel.leave()?;
    kernel.store.close();
    served
}

async fn told_to_end() {
    let interrupted = tokio::signal::ctrl_c();
    let Ok(mut terminated) =
        tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
    else {
        let _ = interrupted.await;
        return;
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

fn bind(listen: &str) -> Result<TcpListener, Stop> {
    let listener = TcpListener::bind(listen)
        .map_err(|error| Fault::from_error(format!("cannot listen on {listen}"), error))?;
    listener
        .set_nonblocking(true)
        .map_err(|error| Fault::from_error("cannot listen", error))?;
    Ok(listener)
}

/// What a browser on this machine is told; with port 0 the system chose the port.
fn address_of(listener: &TcpListener) -> Result<String, Stop> {
    let mut place = listener
        .local_addr()
        .map_err(|error| Fault::from_error("the address listened on is not known", error))?;
    if place.ip().is_unspecified() {
        place.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    Ok(format!("http://{place}"))
}

/// Loads demo data or makes the first administrator, and tells how to come in. An empty line ends what is told.
fn welcome(kernel: &Arc<Kernel>, demo: bool, address: &str) -> Result<(), Stop> {
    if demo {
        let rows = kernel.load_demo()?;
        if rows > 0 {
            println!("演示数据 {rows} 行 demo data: {rows} rows");
        }
        println!("Qudao 渠道 {address}\n");
        println!("一次性登录链接，打开即登录 One-time links: open one to sign in");
        for (role, name, token) in kernel.links_by_role()? {
            println!("  {role:<18} {name}  {address}/sign-in/{token}");
        }
        println!("再次启动会给出新的链接，Ctrl+C 停止 Each start prints new links; Ctrl+C stops\n");
        return Ok(());
    }
    println!("Qudao 渠道 {address}");
    if let Some(token) = kernel.first_administrator()? {
        println!("first administrator, one-time link (首位管理员): {address}/sign-in/{token}");
    }
    Ok(())
}

fn every_second(
    kernel: &Arc<Kernel>,
    ending: &Arc<AtomicBool>,
    name: &'static str,
    work: impl Fn(&Arc<Kernel>) -> Result<(), Stop> + Send + 'static,
) -> Result<JoinHandle<()>, Stop> {
    let (kernel, ending) = (Arc::clone(kernel), Arc::clone(ending));
    let spawned = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || {
            while !ending.load(Ordering::Relaxed) {
                if let Err(stop) = work(&kernel) {
                    tracing::error!(%stop, "{name}: recurring work cannot be done");
                }
                std::thread::sleep(Duration::from_secs(1));
            }
        });
    spawned.map_err(|error| Fault::from_error("no thread for recurring work", error).into())
}

fn printer(site: &str) -> Result<Printer, Stop> {
    let fonts = qudao_print::Fonts::embedded()?;
    let site = site.to_owned();
    Ok(Arc::new(move |name, data, locale| {
        let template = qudao_print::shipped(name)
            .ok_or_else(|| Fault::new(format!("no print template {name}")))?;
        let mut data = data.clone();
        data["locale"] = serde_json::json!(locale);
        data["company"] = serde_json::json!({ "name": site });
        qudao_print::render(template, &data, &fonts, &qudao_print::Limits::default())
    }))
}
