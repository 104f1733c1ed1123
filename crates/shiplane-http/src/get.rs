//! What to ask for, settled at the door: what is wrong with an address is said before anything is contacted.

use std::fmt;
use std::time::Duration;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;

use crate::each::Addresses;
use crate::reach::CONNECT;
use crate::tls::Trust;

/// The whole exchange, from the name look-up to the last byte of the body.
const TIMEOUT: Duration = Duration::from_secs(10);

/// The most that is read of a body.
const BODY_LIMIT: usize = 1024 * 1024;

/// Parts of a header's name that tell that its value is nobody's business.
const PRIVATE: [&str; 7] = ["auth", "cookie", "token", "key", "secret", "password", "signature"];

/// Shorter texts are no secrets, and hiding them would make the answer unreadable.
const SHORTEST_SECRET: usize = 6;

/// One request.
#[derive(Clone)]
pub struct Get {
    pub(crate) url: Url,
    pub(crate) method: Method,
    pub(crate) headers: HeaderMap,
    pub(crate) login: Option<(Secret, Secret)>,
    pub(crate) body: Option<String>,
    pub(crate) hidden: Vec<Secret>,
    /// The longest that the whole exchange may take.
    pub timeout: Duration,
    /// The longest until the connection stands.
    pub connect: Duration,
    /// Redirects that are followed; never from https to http.
    pub follow: u8,
    /// The most bytes that are read of a body.
    pub most: usize,
    /// Which certificates are taken.
    pub trust: Trust,
    /// Which addresses of the name are asked.
    pub addresses: Addresses,
}

impl Get {
    /// A plain request to the address, which may carry `user:password@`.
    pub fn to(address: &str) -> Result<Self, Fault> {
        let mut url = parse(address)?;
        let login = login(&mut url);
        let hidden = login.iter().map(|(_, password)| password.clone()).collect();
        let get = Self {
            url,
            method: Method::GET,
            headers: HeaderMap::new(),
            login,
            body: None,
            hidden,
            timeout: TIMEOUT,
            connect: CONNECT,
            follow: 0,
            most: BODY_LIMIT,
            trust: Trust::default(),
            addresses: Addresses::default(),
        };
        Ok(get)
    }

    /// Another method.
    pub fn method(mut self, method: &str) -> Result<Self, Fault> {
        let wrong = |_| Fault::usage("method-invalid", format!("`{method}` is not an HTTP method"));
        self.method = Method::from_bytes(method.as_bytes()).map_err(wrong)?;
        Ok(self)
    }

    /// One more header. Its value is sent and never shown.
    pub fn header(mut self, name: &str, value: &Secret) -> Result<Self, Fault> {
        let wrong = || {
            Fault::usage("header-invalid", format!("`{name}` with its value is not an HTTP header"))
                .help("write it as `Name: value`, the value without line ends")
        };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong())?;
        let mut sent = HeaderValue::from_str(value.expose()).map_err(|_| wrong())?;
        sent.set_sensitive(true);
        if PRIVATE.iter().any(|part| key.as_str().contains(part)) {
            // A server that echoes `Bearer abc` often echoes only `abc`.
            let word = value.expose().rsplit(' ').next().unwrap_or_default();
            self.hidden.extend([value.clone(), Secret::new(word)]);
        }
        self.headers.append(key, sent);
        Ok(self)
    }

    /// A body to send.
    #[must_use]
    pub fn body(mut self, body: impl Into<String>) -> Self {
        self.body = Some(body.into());
        self
    }

    /// Another limit for the whole exchange.
    #[must_use]
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Follow so many redirects.
    #[must_use]
    pub fn follow(mut self, redirects: u8) -> Self {
        self.follow = redirects;
        self
    }

    /// Read at most so many bytes of a body.
    #[must_use]
    pub fn most(mut self, bytes: usize) -> Self {
        self.most = bytes;
        self
    }

    /// One more `name=value` behind the `?` of the address.
    #[must_use]
    pub fn parameter(mut self, name: &str, value: &str) -> Self {
        self.url.query_pairs_mut().append_pair(name, value);
        self
    }

    /// The same for a path below the address; what stands behind its `?` takes the place of the address' own.
    #[must_use]
    pub(crate) fn below(mut self, path: &str) -> Self {
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        let whole = format!("{}{path}", self.url.path().trim_end_matches('/'));
        self.url.set_path(&whole);
        self.url.set_query(query);
        self
    }

    /// Whether the address itself asks for TLS.
    pub fn is_secure(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// The address, without credentials.
    pub fn address(&self) -> &str {
        self.url.as_str()
    }

    /// The text with every secret that was sent taken out.
    pub(crate) fn hide(&self, text: String) -> String {
        let long = self.hidden.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST_SECRET);
        long.fold(text, |text, secret| if text.contains(secret) { text.replace(secret, "***") } else { text })
    }
}

impl fmt::Debug for Get {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Get({} {})", self.method, self.url)
    }
}

fn parse(address: &str) -> Result<Url, Fault> {
    let help = "write it as http://203.0.113.10:5000/health";
    let shown = address.rsplit_once('@').map_or(address, |(_, rest)| rest);
    let url = Url::parse(address).map_err(|error| {
        Fault::usage("url-invalid", format!("`{shown}` is not an address: {error}")).help(help)
    })?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        let fact = format!("`{shown}` is not an http or https address");
        return Err(Fault::usage("url-invalid", fact).help(help));
    }
    Ok(url)
}

/// Takes the credentials out of the address, so that it can be shown.
fn login(url: &mut Url) -> Option<(Secret, Secret)> {
    if url.username().is_empty() && url.password().is_none() {
        return None;
    }
    let login =
        (Secret::new(decode(url.username())), Secret::new(decode(url.password().unwrap_or_default())));
    // Both only fail for addresses without a host, which were refused before.
    url.set_username("").ok();
    url.set_password(None).ok();
    Some(login)
}

/// Percent-decoding, as the user part of an address is written.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).and_then(|pair| std::str::from_utf8(pair).ok());
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()).filter(|_| *first == b'%') {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
