//! A client of HTTP/1.1, small enough to know exactly what was sent and when the answer came.
//!
//! Keeps true: every call ends within the deadline; an answer is either whole or none.
//! Not here: chunked bodies and redirects, of which the product's API has none for JSON.

use std::{
    io::{BufRead, BufReader, Error, ErrorKind, Result, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use serde_json::Value as Json;

/// A connection that is opened when needed and kept.
pub struct Connection {
    address: SocketAddr,
    deadline: Duration,
    stream: Option<BufReader<TcpStream>>,
}

/// A whole answer.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Json,
    pub took: Duration,
}

impl Reply {
    /// A header, if it was sent.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The code of a refusal or fault.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }
}

/// What is asked.
pub struct Call<'a> {
    pub method: &'a str,
    pub path: &'a str,
    pub headers: &'a [(&'a str, String)],
    pub body: Option<&'a Json>,
}

impl Call<'_> {
    fn bytes(&self, address: SocketAddr) -> Vec<u8> {
        let body = self.body.map(ToString::to_string).unwrap_or_default();
        let mut text = format!(
            "{} {} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n",
            self.method,
            self.path,
            body.len()
        );
        for (name, value) in self.headers {
            text.extend([name, ": ", value, "\r\n"]);
        }
        text.extend(["\r\n", &body]);
        text.into_bytes()
    }
}

impl Connection {
    pub const fn to(address: SocketAddr, deadline: Duration) -> Self {
        Self {
            address,
            deadline,
            stream: None,
        }
    }

    /// Speaks to another address from now on.
    pub fn turn_to(&mut self, address: SocketAddr) {
        self.address = address;
        self.stream = None;
    }

    /// Asks and waits.
    ///
    /// # Errors
    /// No whole answer: what became of the request is not known.
    pub fn send(&mut self, call: &Call<'_>) -> Result<Reply> {
        let begun = Instant::now();
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => BufReader::new(TcpStream::connect_timeout(&self.address, self.deadline)?),
        };
        stream.get_ref().set_nodelay(true)?;
        stream.get_ref().set_write_timeout(Some(self.deadline))?;
        stream.get_ref().set_read_timeout(Some(self.deadline))?;
        stream.get_mut().write_all(&call.bytes(self.address))?;
        let mut reply = read_reply(&mut stream)?;
        reply.took = begun.elapsed();
        if reply.header("connection") != Some("close") {
            self.stream = Some(stream);
        }
        Ok(reply)
    }
}

fn odd(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, what)
}

fn read_line(stream: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end().to_owned())
}

fn read_reply(stream: &mut impl BufRead) -> Result<Reply> {
    let first = read_line(stream)?;
    let status = first.split(' ').nth(1).and_then(|word| word.parse().ok());
    let mut reply = Reply {
        status: status.ok_or_else(|| odd("no status"))?,
        headers: Vec::new(),
        body: Json::Null,
        took: Duration::ZERO,
    };
    loop {
        let line = read_line(stream)?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| odd("no header"))?;
        reply
            .headers
            .push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let length = reply.header("content-length").map_or(Ok(0), str::parse);
    let mut body = vec![0; length.map_err(|_| odd("no length"))?];
    stream.read_exact(&mut body)?;
    reply.body = serde_json::from_slice(&body)
        .unwrap_or_else(|_| Json::String(String::from_utf8_lossy(&body).into_owned()));
    Ok(reply)
}
