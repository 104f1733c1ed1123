//! One HTTP request over a plain socket, for tests that ask a server of ours.

use std::io::{Error, ErrorKind, Read as _, Result, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// A request to be sent.
#[derive(Debug, Clone)]
pub struct Call {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: String,
    within: Duration,
}

/// What came back.
#[derive(Debug, Clone)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as text.
    pub body: String,
}

impl Call {
    /// A GET.
    pub fn get(url: &str) -> Self {
        Self::new("GET", url, "")
    }

    /// A POST.
    pub fn post(url: &str, body: &str) -> Self {
        Self::new("POST", url, body)
    }

    /// Any method, to an `http://` address.
    pub fn new(method: &str, url: &str, body: &str) -> Self {
        Self {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: body.to_owned(),
            within: Duration::from_secs(10),
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets how long reading may stand still; ten seconds unless told.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// Sends it over a new connection and reads the whole answer.
    pub fn send(&self) -> Result<Reply> {
        let invalid = |what: &str| Error::new(ErrorKind::InvalidInput, format!("{what}: {}", self.url));
        let rest = self.url.strip_prefix("http://").ok_or_else(|| invalid("not an http:// address"))?;
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let mut stream = TcpStream::connect(authority)?;
        stream.set_read_timeout(Some(self.within))?;
        stream.set_write_timeout(Some(self.within))?;
        let mut head =
            format!("{} /{path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n", self.method);
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let request = format!("{head}content-length: {}\r\n\r\n{}", self.body.len(), self.body);
        stream.write_all(request.as_bytes())?;
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes)?;
        Reply::parse(&bytes)
    }
}

impl Reply {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn parse(bytes: &[u8]) -> Result<Self> {
        let text = String::from_utf8_lossy(bytes);
        let broken = || Error::new(ErrorKind::UnexpectedEof, "the answer broke off");
        let (head, body) = text.split_once("\r\n\r\n").ok_or_else(broken)?;
        let mut lines = head.lines();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|code| code.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(':'));
        let headers: Vec<_> =
            headers.map(|(name, value)| (name.to_lowercase(), value.trim().to_owned())).collect();
        let reply = Self { status: status.ok_or_else(broken)?, headers, body: body.to_owned() };
        let promised = reply.header("content-length").and_then(|size| size.parse::<usize>().ok());
        if promised.is_some_and(|size| size > body.len()) { Err(broken()) } else { Ok(reply) }
    }
}
