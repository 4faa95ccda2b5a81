//! Messages out over HTTP(S).
//!
//! Keeps true: only public addresses are reached, as they are when the connection is made, unless the operator permits private ones;
//! no redirect is followed; an answer is waited for ten seconds.

use std::{
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    time::Duration,
};

use qudao_kernel::{Answered, Outbound, Outgoing};
use ureq::{
    Agent, Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{DefaultConnector, NextTimeout},
    },
};

const DEADLINE: Duration = Duration::from_secs(10);

/// The carrier.
pub struct Carrier(Agent);

impl Carrier {
    /// `private`: addresses of the operator's own network may be reached too.
    pub fn new(private: bool) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(DEADLINE))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build();
        let resolver = Guard {
            inner: DefaultResolver::default(),
            private,
        };
        Self(Agent::with_parts(
            config,
            DefaultConnector::default(),
            resolver,
        ))
    }
}

impl Outbound for Carrier {
    fn post(&self, message: &Outgoing) -> Result<Answered, String> {
        let mut request = self.0.post(&message.url).content_type("application/json");
        for (name, value) in &message.headers {
            request = request.header(name, value);
        }
        let sent = request.send(&message.body);
        let response = sent.map_err(|error| error.to_string())?;
        let after = response.headers().get("retry-after");
        Ok(Answered {
            status: response.status().as_u16(),
            retry_after: after.and_then(|value| value.to_str().ok()?.parse().ok()),
        })
    }
}

/// Lets only public addresses through.
#[derive(Debug)]
struct Guard {
    inner: DefaultResolver,
    private: bool,
}

impl Resolver for Guard {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let mut allowed = self.empty();
        let is_allowed = |address: &&SocketAddr| self.private || is_public(address.ip());
        for address in found.iter().filter(is_allowed) {
            allowed.push(*address);
        }
        if allowed.is_empty() {
            return Err(Error::HostNotFound);
        }
        Ok(allowed)
    }
}

/// True for what lies outside of every private, local, shared or reserved range.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(four) => is_public_four(four),
        IpAddr::V6(six) => six
            .to_ipv4_mapped()
            .map_or_else(|| is_public_six(six), is_public_four),
    }
}

/// Global unicast alone, without documentation (2001:db8) and what wraps addresses of the four (2002, 2001:0).
fn is_public_six(six: Ipv6Addr) -> bool {
    let parts = six.segments();
    let is_wrapped = parts[0] == 0x2002 || (parts[0] == 0x2001 && parts[1] < 0x0200);
    let is_documentation = parts[0] == 0x2001 && parts[1] == 0x0db8;
    parts[0] & 0xe000 == 0x2000 && !is_wrapped && !is_documentation
}

fn is_public_four(four: Ipv4Addr) -> bool {
    let [first, second, third, _] = four.octets();
    let is_shared = first == 100 && (64..128).contains(&second);
    let is_reserved = first == 0 || first >= 240 || (first == 192 && second == 0 && third == 0);
    let is_bench = first == 198 && (18..20).contains(&second);
    !(four.is_private()
        || four.is_loopback()
        || four.is_link_local()
        || four.is_multicast()
        || four.is_documentation()
        || is_shared
        || is_reserved
        || is_bench)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_public_addresses_are_let_through() {
        for (address, public) in [
            ("8.8.8.8", true),
            ("127.0.0.1", false),
            ("10.1.2.3", false),
            ("172.16.0.1", false),
            ("192.168.1.1", false),
            ("169.254.169.254", false),
            ("100.64.0.1", false),
            ("0.0.0.0", false),
            ("255.255.255.255", false),
            ("198.18.0.1", false),
            ("::1", false),
            ("::ffff:127.0.0.1", false),
            ("fc00::1", false),
            ("fe80::1", false),
            ("2002:7f00:1::", false),
            ("2001:db8::1", false),
            ("2606:4700:4700::1111", true),
        ] {
            assert_eq!(is_public(address.parse().unwrap()), public, "{address}");
        }
    }

    #[test]
    fn the_loopback_is_not_reached_unless_permitted() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let message = Outgoing {
            url: format!("http://{address}/"),
            headers: Vec::new(),
            body: "{}".to_owned(),
        };
        assert!(Carrier::new(false).post(&message).is_err());
        let answered = std::thread::spawn(move || {
            use std::io::{Read, Write};
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = [0; 512];
            let read = stream.read(&mut head).unwrap();
            stream
                .write_all(b"HTTP/1.1 429 Too Many\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n")
                .unwrap();
            String::from_utf8_lossy(&head[..read]).into_owned()
        });
        let answer = Carrier::new(true).post(&message).unwrap();
        assert_eq!((answer.status, answer.retry_after), (429, Some(7)));
        assert!(answered.join().unwrap().starts_with("POST / HTTP/1.1"));
    }
}
