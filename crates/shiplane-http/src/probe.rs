//! One attempt: a request, and whatever comes back, bounded in time and size.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::{ACCEPT, ACCEPT_ENCODING, CONNECTION, HeaderMap, HeaderValue, LOCATION};
use reqwest::{Client, Method, Response, StatusCode, Url, redirect, retry};
use rustls::ClientConfig;
use shiplane_core::fault::Fault;
use shiplane_core::smoke::{Answer, Answered, Failure, FailureKind};
use tokio::task::JoinSet;

use crate::ask::Asker;
use crate::engine::Engine;
use crate::failure::{self, Stop};
use crate::get::Get;
use crate::marks::{Marked, Marks};
use crate::resolve::System;
use crate::tls;

/// The most that is taken of the headers; hyper itself stops reading at 400 KiB.
const HEADER_LIMIT: usize = 64 * 1024;

const USER_AGENT: &str = concat!("shiplane/", env!("CARGO_PKG_VERSION"));

/// A request that can be made again and again, each time as if for the first time.
#[derive(Clone, Debug)]
pub struct Prober {
    asking: Arc<Asking>,
    engine: Arc<Engine>,
}

/// Makes the request once. A fault means that this machine could not even ask.
pub async fn probe(get: &Get) -> Result<Result<Answered, Failure>, Fault> {
    let prober = Prober::new(get.clone())?;
    Ok(prober.fetch(get.timeout).await)
}

impl Prober {
    /// Gets ready. Only what may lead to https needs the CA certificates of this machine.
    pub fn new(get: Get) -> Result<Self, Fault> {
        let tls =
            if get.url.scheme() == "https" || get.follow > 0 { tls::trusted()? } else { tls::unused()? };
        Ok(Self { asking: Arc::new(Asking { get, tls }), engine: Arc::new(Engine::start()?) })
    }

    /// One attempt of at most `limit`, on a fresh connection and a fresh name look-up.
    pub async fn fetch(&self, limit: Duration) -> Result<Answered, Failure> {
        let marks = Marks::start();
        let (asking, seen) = (Arc::clone(&self.asking), Arc::clone(&marks));
        // A set, because it ends its tasks when it is dropped.
        let mut exchange = JoinSet::new();
        exchange.spawn_on(async move { asking.exchange(&seen).await }, self.engine.handle());
        let stop = match tokio::time::timeout(limit, exchange.join_next()).await {
            Ok(Some(Ok(Ok(answered)))) => return Ok(answered),
            Ok(Some(Ok(Err(stop)))) => stop,
            Ok(Some(Err(_)) | None) => failure::broken(),
            Err(_) => failure::out_of_time(&marks, limit),
        };
        let detail = self.asking.get.hide(stop.detail);
        Err(Failure { reason: stop.reason, detail, timings: marks.timings() })
    }
}

impl Asker for Prober {
    async fn attempt(&self, limit: Duration) -> Answer {
        match self.fetch(limit).await {
            Ok(answered) => Answer::Answered(answered),
            Err(failure) => Answer::Failed(failure),
        }
    }
}

#[derive(Debug)]
struct Asking {
    get: Get,
    tls: ClientConfig,
}

impl Asking {
    async fn exchange(&self, marks: &Arc<Marks>) -> Result<Answered, Stop> {
        let client = self.client(marks).map_err(|error| failure::classify(&error, marks, &self.get))?;
        let mut hop = Hop::first(&self.get);
        loop {
            let response = self.send(&client, &hop, marks).await?;
            match hop.next(&response, self.get.follow)? {
                Some(next) => {
                    marks.next_hop();
                    hop = next;
                }
                None => return self.read(response, marks).await,
            }
        }
    }

    fn client(&self, marks: &Arc<Marks>) -> reqwest::Result<Client> {
        let marked = Arc::clone(marks);
        Client::builder()
            .tls_backend_preconfigured(self.tls.clone())
            .user_agent(USER_AGENT)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .pool_max_idle_per_host(0)
            .connect_timeout(self.get.connect)
            .dns_resolver(System(Arc::clone(marks)))
            .connector_layer(tower_layer::layer_fn(move |inner| Marked { inner, marks: Arc::clone(&marked) }))
            .build()
    }

    async fn send(&self, client: &Client, hop: &Hop<'_>, marks: &Marks) -> Result<Response, Stop> {
        let mut request = client.request(hop.method.clone(), hop.url.clone()).headers(plain_headers());
        if hop.at_home {
            request = request.headers(self.get.headers.clone());
            if let Some((user, password)) = &self.get.login {
                request = request.basic_auth(user.expose(), Some(password.expose()));
            }
        }
        if let Some(body) = &hop.body {
            request = request.body((*body).clone());
        }
        let response = request.send().await.map_err(|error| failure::classify(&error, marks, &self.get))?;
        marks.answered(response.status().as_u16());
        let size: usize =
            response.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
        if size > HEADER_LIMIT {
            let detail = format!("the headers have {size} bytes; at most {HEADER_LIMIT} are taken");
            return Err(Stop { reason: FailureKind::TooLarge, detail });
        }
        Ok(response)
    }

    async fn read(&self, mut response: Response, marks: &Marks) -> Result<Answered, Stop> {
        let mut body = Vec::new();
        while let Some(chunk) =
            response.chunk().await.map_err(|error| failure::classify(&error, marks, &self.get))?
        {
            if body.len() + chunk.len() > self.get.most {
                let status = response.status().as_u16();
                let detail = format!("status {status} came with a body of more than {} bytes", self.get.most);
                return Err(Stop { reason: FailureKind::TooLarge, detail });
            }
            body.extend_from_slice(&chunk);
            marks.body(body.len());
        }
        let timings = marks.timings();
        let (body, utf8) = match String::from_utf8(body) {
            Ok(text) => (text, true),
            Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
        };
        Ok(Answered {
            url: self.get.hide(shown(response.url())),
            peer: response.remote_addr().map(|peer| peer.to_string()),
            status: response.status().as_u16(),
            headers: self.headers(response.headers()),
            body: self.get.hide(body),
            utf8,
            certificate: None,
            timings,
        })
    }

    /// The headers as text, without what is meant for nobody else.
    fn headers(&self, headers: &HeaderMap) -> Vec<(String, String)> {
        let text =
            |value: &HeaderValue| self.get.hide(String::from_utf8_lossy(value.as_bytes()).into_owned());
        let private = |name: &str| name.contains("cookie") || name.contains("auth");
        let shown = headers.iter().map(|(name, value)| {
            let value = if private(name.as_str()) { "***".to_owned() } else { text(value) };
            (name.as_str().to_owned(), value)
        });
        shown.collect()
    }
}

/// What every request says: plain bytes, and no second request on this connection.
fn plain_headers() -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, HeaderValue::from_static("*/*")),
        (ACCEPT_ENCODING, HeaderValue::from_static("identity")),
        (CONNECTION, HeaderValue::from_static("close")),
    ])
}

/// The address without credentials, which a redirect may have brought in.
fn shown(url: &Url) -> String {
    let mut url = url.clone();
    url.set_username("").ok();
    url.set_password(None).ok();
    url.to_string()
}

/// One request of a chain of redirects.
struct Hop<'a> {
    url: Url,
    method: Method,
    body: Option<&'a String>,
    /// Whether the caller's headers may be sent there.
    at_home: bool,
    count: u8,
}

impl<'a> Hop<'a> {
    fn first(get: &'a Get) -> Self {
        let Get { url, method, body, .. } = get;
        Self { url: url.clone(), method: method.clone(), body: body.as_ref(), at_home: true, count: 0 }
    }

    /// Where the answer leads; nowhere means that it is the answer.
    fn next(&self, response: &Response, follow: u8) -> Result<Option<Self>, Stop> {
        if follow == 0 {
            return Ok(None);
        }
        let Some(place) = location(response) else { return Ok(None) };
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
}

fn location(response: &Response) -> Option<Url> {
    let followed = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let place = response.headers().get(LOCATION).filter(|_| followed.contains(&response.status()))?;
    response.url().join(place.to_str().ok()?).ok()
}
