//! Measures the product against plain SQL that does the same work on the same database, and prints Markdown tables.
//!
//! Keeps true: what is compared runs one after the other, on one database, under the same promise of durability.

mod clients;
mod filling;
mod flat;
mod http;
mod latency;
mod load;
mod memory;
mod options;
mod orders;
mod plain;
mod process;
mod reading;
mod server;
mod shop;
mod site;
mod start;
mod targets;

use std::process::ExitCode;

use mimalloc::MiMalloc;
use qudao_base::Result;

use crate::{
    options::{Options, Part},
    targets::Targets,
};

/// The same as the server's.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn run(options: &Options) -> Result<()> {
    if let Some(address) = &options.start_only {
        return start::measure_here(address);
    }
    if let Some(address) = &options.serve {
        return server::serve(address);
    }
    let mut site = site::set_up(&options.address()?)?;
    let templates = plain::capture(&site)?;
    let (mut targets, mut peak) = (Targets::default(), None);
    for part in &options.parts {
        let text = match part {
            Part::Kernel => orders::measure(&site, &templates, options)?,
            Part::Http => {
                let (text, rate) =
                    load::many_products(&mut site, &templates, options, &mut targets)?;
                peak = Some(rate);
                text
            }
            Part::Hot => load::one_product(&mut site, options, &mut targets)?,
            Part::Latency => latency::measure(&mut site, peak, options, &mut targets)?,
            Part::Flat => flat::measure(&site, &templates, options, &mut targets)?,
            Part::Memory => memory::measure(&mut site, options, &mut targets)?,
            Part::Reading => {
                filling::fill(&site, &templates, options.orders)?;
                reading::measure(&site, options.orders, &mut targets)?
            }
            Part::Start => start::measure(&site)?,
        };
        println!("{text}");
    }
    println!("{}", targets.text());
    Ok(())
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let outcome =
        options::parse(&words).and_then(|options| run(&options).map_err(|stop| stop.to_string()));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("qudao-bench: {message}");
            ExitCode::FAILURE
        }
    }
}
