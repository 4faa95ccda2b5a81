//! Memory of the server's process while it takes many orders.

use std::fmt::Write;

use qudao_base::Result;

use crate::{clients, load, options::Options, process::resident_kib, site::Site, targets::Targets};

/// The table: a row at the start, at each power of ten, and at the end.
pub fn measure(site: &mut Site, options: &Options, targets: &mut Targets) -> Result<String> {
    let (kind, clients, _) = load::sides(site);
    let products = site.products.len();
    let mut text = format!(
        "### Memory of the server, {kind}\n\n| orders taken | resident MiB |\n|---:|---:|\n"
    );
    let kib = site.over_http(|shop| {
        let (mut taken, mut told) = (0, 1_000);
        loop {
            let kib = resident_kib(shop.server.process())?;
            let over = taken >= options.taken;
            if taken == 0 || taken >= told || over {
                let _ = writeln!(text, "| {taken} | {} |", kib / 1024);
                while told <= taken {
                    told *= 10;
                }
            }
            if over {
                return Ok(kib);
            }
            taken +=
                clients::run(clients, options.span, shop.meter, |_| shop.client(products))?.count;
        }
    })?;
    let what = format!("{kind}, MiB of the server after {} orders", options.taken);
    targets.at_most(&what, 150.0, clients::quotient(kib.into(), 1024));
    Ok(text)
}
