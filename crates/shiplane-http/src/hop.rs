//! One request of a chain of redirects.

use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, HOST, HeaderMap, HeaderValue,
    LOCATION, USER_AGENT,
};
use hyper::{Method, Request, Response, StatusCode};
use reqwest::Url;
use shiplane_core::smoke::FailureKind;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::failure::Stop;
use crate::get::Get;
use crate::place::Place;

const AGENT: &str = concat!("shiplane/", env!("CARGO_PKG_VERSION"));

/// How long a connection lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Lasting {
    /// Every attempt proves the whole way again.
    OneExchange,
    /// From one request to the next.
    Kept,
}

/// One request of a chain of redirects.
#[derive(Debug)]
pub(crate) struct Hop<'a> {
    /// Where it goes.
    pub(crate) url: Url,
    method: Method,
    body: Option<&'a String>,
    /// Whether the caller's headers may be sent there.
    at_home: bool,
    count: u8,
}

impl<'a> Hop<'a> {
    /// What was asked for.
    pub(crate) fn first(get: &'a Get) -> Self {
        let Get { url, method, body, .. } = get;
        Self { url: url.clone(), method: method.clone(), body: body.as_ref(), at_home: true, count: 0 }
    }

    /// Whether it goes to the server that was asked first.
    pub(crate) fn is_at_home(&self) -> bool {
        self.at_home
    }

    /// The request, or why it cannot be put into words.
    pub(crate) fn request(&self, get: &Get, lasting: Lasting) -> Result<Request<String>, Stop> {
        let mut request = Request::new(self.body.cloned().unwrap_or_default());
        *request.method_mut() = self.method.clone();
        let (path, query) = (self.url.path(), self.url.query());
        let target = query.map_or_else(|| path.to_owned(), |query| format!("{path}?{query}"));
        *request.uri_mut() = target.parse().map_err(|_| unspeakable(&self.url))?;
        *request.headers_mut() = self.headers(get, lasting)?;
        Ok(request)
    }

    fn headers(&self, get: &Get, lasting: Lasting) -> Result<HeaderMap, Stop> {
        let host = HeaderValue::from_str(&authority(&self.url)).map_err(|_| unspeakable(&self.url))?;
        let mut headers = HeaderMap::from_iter([
            (HOST, host),
            (USER_AGENT, HeaderValue::from_static(AGENT)),
            (ACCEPT, HeaderValue::from_static("*/*")),
            (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        ]);
        match lasting {
            Lasting::OneExchange => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Lasting::Kept => {}
        }
        let sends = [Method::POST, Method::PUT, Method::PATCH].contains(&self.method);
        if sends && self.body.is_none_or(String::is_empty) {
            headers.insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        if !self.at_home {
            return Ok(headers);
        }
        for name in get.headers.keys() {
            headers.remove(name);
        }
        headers.extend(get.headers.clone());
        if let Some((user, password)) = &get.login {
            let login = STANDARD.encode(format!("{}:{}", user.expose(), password.expose()));
            let value =
                HeaderValue::from_str(&format!("Basic {login}")).map_err(|_| unspeakable(&self.url))?;
            headers.insert(AUTHORIZATION, value);
        }
        Ok(headers)
    }

    /// Where the answer leads; nowhere means that it is the answer.
    pub(crate) fn next<B>(&self, response: &Response<B>, follow: u8) -> Result<Option<Self>, Stop> {
        if follow == 0 {
            return Ok(None);
        }
        let Some(place) = self.location(response) else { return Ok(None) };
        let refused = |detail: String| Stop { reason: FailureKind::Redirect, detail };
        if self.count >= follow {
            return Err(refused(format!("more than {follow} redirects, the last one to {}", shown(&place))));
        }
        if !matches!(place.scheme(), "http" | "https")
            || (self.url.scheme() == "https" && place.scheme() == "http")
        {
            return Err(refused(format!(
                "a redirect from {} to {} is not followed",
                self.url.scheme(),
                shown(&place)
            )));
        }
        // As browsers do (Fetch standard, HTTP-redirect fetch): 303 always, 301 and 302 after a POST.
        let status = response.status();
        let to_get = status == StatusCode::SEE_OTHER && self.method != Method::HEAD
            || matches!(status, StatusCode::MOVED_PERMANENTLY | StatusCode::FOUND)
                && self.method == Method::POST;
        let (method, body) = if to_get { (Method::GET, None) } else { (self.method.clone(), self.body) };
        let at_home = self.at_home && place.origin() == self.url.origin();
        Ok(Some(Self { url: place, method, body, at_home, count: self.count + 1 }))
    }

    fn location<B>(&self, response: &Response<B>) -> Option<Url> {
        let followed = [
            StatusCode::MOVED_PERMANENTLY,
            StatusCode::FOUND,
            StatusCode::SEE_OTHER,
            StatusCode::TEMPORARY_REDIRECT,
            StatusCode::PERMANENT_REDIRECT,
        ];
        let place = response.headers().get(LOCATION).filter(|_| followed.contains(&response.status()))?;
        self.url.join(place.to_str().ok()?).ok()
    }
}

/// Where an address leads. Those without a host or a port were refused before.
pub(crate) fn place(url: &Url) -> Place {
    let host = url.host_str().unwrap_or_default();
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Place { host: host.to_owned(), port: url.port_or_known_default().unwrap_or_default() }
}

/// The address without credentials, which a redirect may have brought in.
pub(crate) fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_username("").ok();
    url.set_password(None).ok();
    url.to_string()
}

fn authority(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn unspeakable(url: &Url) -> Stop {
    Stop { reason: FailureKind::Protocol, detail: format!("{} cannot be asked for over HTTP", shown(url)) }
}
