//! How long an order takes when orders come at a steady rate, whether or not earlier ones are answered.
//!
//! Keeps true: the time of an order begins when it was to be sent, so that waiting for a free connection counts.

use std::{
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use qudao_base::{Fault, Result};

use crate::{
    clients::{self, quotient},
    load,
    options::Options,
    shop::Shop,
    site::Site,
    targets::Targets,
};

/// Connections that stand ready.
const CONNECTIONS: u32 = 64;

/// What one connection saw: microseconds of each order, and how many failed.
type Seen = (Vec<u64>, u32);

/// Sends orders at a steady rate for a while.
fn steadily(shop: &Shop<'_>, rate: f64, span: Duration, products: usize) -> Result<Seen> {
    let first = clients::fresh_numbers();
    let (between, next) = (Duration::from_secs_f64(1.0 / rate), AtomicU32::new(0));
    let begun = Instant::now();
    let client = || -> Result<Seen> {
        let mut order = shop.client(products)?;
        let (mut micros, mut failures) = (Vec::new(), 0);
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let due = between * number;
            if due >= span {
                return Ok((micros, failures));
            }
            thread::sleep(due.saturating_sub(begun.elapsed()));
            match order(first | u64::from(number)) {
                Ok(()) => micros.push(begun.elapsed().saturating_sub(due).as_micros() as u64),
                Err(why) => {
                    eprintln!("{why}");
                    failures += 1;
                }
            }
        }
    };
    thread::scope(|scope| {
        let running: Vec<_> = (0..CONNECTIONS).map(|_| scope.spawn(client)).collect();
        let mut all: Seen = (Vec::new(), 0);
        for one in running {
            let (micros, failures) = one
                .join()
                .unwrap_or_else(|_| Err(Fault::new("a client panicked").into()))?;
            all.0.extend(micros);
            all.1 += failures;
        }
        all.0.sort_unstable();
        Ok(all)
    })
}

/// The table, at half of the peak rate; the peak is measured first when it is not known.
pub fn measure(
    site: &mut Site,
    peak: Option<f64>,
    options: &Options,
    targets: &mut Targets,
) -> Result<String> {
    let (kind, clients, _) = load::sides(site);
    let products = site.products.len();
    let (rate, (micros, failures)) = site.over_http(|shop| {
        let peak = match peak {
            Some(peak) => peak,
            None => load::buy(shop, clients, options.span, products)?.rate(),
        };
        let rate = peak / 2.0;
        steadily(shop, rate, options.span / 5, products)?;
        Ok((rate, steadily(shop, rate, options.span, products)?))
    })?;
    let at = |percent: usize| {
        let last = micros.len().saturating_sub(1);
        let found = micros.get((micros.len() * percent / 100).min(last));
        quotient(found.copied().unwrap_or_default().into(), 1_000)
    };
    let (p50, p95, p99, most) = (at(50), at(95), at(99), at(100));
    targets.at_most(&format!("{kind}, p99 ms at half of the peak"), 50.0, p99);
    Ok(format!(
        "### Time of an order at half of the peak, {kind}\n\n\
         | orders/s | orders | p50 ms | p95 ms | p99 ms | longest ms | failed |\n|{}\n\
         | {rate:.1} | {} | {p50:.1} | {p95:.1} | {p99:.1} | {most:.1} | {failures} |\n",
        "---:|".repeat(7),
        micros.len(),
    ))
}
