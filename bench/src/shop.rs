//! Buyers over HTTP: signed in, each with a connection that is kept, each order under an idempotency key of its own.
//!
//! Keeps true: while the server runs, this process does not touch the database; only an answer that shows a confirmed order counts.

use std::io::Write;

use qudao_base::{Fault, Result};

use crate::{
    http::Connection,
    process::Meter,
    server::Server,
    site::{self, Site},
};

/// A running server and everybody's sessions.
pub struct Shop<'a> {
    site: &'a Site,
    sessions: Vec<String>,
    /// The server.
    pub server: Server,
    /// Whose processor time counts: the server's and the database's.
    pub meter: Meter,
}

impl Site {
    /// Does the work against a server in a process of its own; the kernel here ends before it and starts anew after it.
    pub fn over_http<T>(&mut self, work: impl FnOnce(&Shop<'_>) -> Result<T>) -> Result<T> {
        let sessions = site::sessions(&self.kernel, &self.buyers)?;
        // What the plain script has left is not the server's to seal.
        self.kernel.seal()?;
        let meter = Meter::of(&self.kernel.store)?;
        self.kernel.leave()?;
        self.kernel.store.close();
        let server = Server::start(&self.address)?;
        let meter = Meter {
            process: server.process(),
            ..meter
        };
        let shop = Shop {
            site: self,
            sessions,
            server,
            meter,
        };
        let outcome = work(&shop);
        drop(shop);
        self.kernel = site::start(&self.address)?;
        outcome
    }
}

impl Shop<'_> {
    /// Somebody who orders, each line another one of so many products.
    pub fn client(&self, products: usize) -> Result<impl FnMut(u64) -> Result<()>> {
        let failed = |error| Fault::from_error("no answer", error);
        let mut connection = Connection::open(self.server.address).map_err(failed)?;
        let mut request = Vec::new();
        Ok(move |number| {
            let (buyer, wish) = self.site.wish(number, products);
            self.write(&mut request, number, (buyer, wish.to_string()));
            let status = connection.ask(&request).map_err(failed)?;
            let confirmed = br#""state":"confirmed""#;
            let body = &connection.body;
            if status < 300 && body.windows(confirmed.len()).any(|part| part == confirmed) {
                return Ok(());
            }
            let text = String::from_utf8_lossy(body);
            let told: String = text.chars().take(400).collect();
            Err(Fault::new(format!("no confirmed order: {status} {told}")).into())
        })
    }

    fn write(&self, request: &mut Vec<u8>, number: u64, (buyer, body): (usize, String)) {
        request.clear();
        // Nothing can go wrong when memory is written to.
        let _ = write!(
            request,
            "POST /api/v1/sales_order?then=submit HTTP/1.1\r\nhost: {}\r\n{}idempotency-key: order-{number}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            self.server.address,
            self.sessions[buyer],
            body.len()
        );
    }
}
