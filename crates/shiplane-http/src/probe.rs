//! One attempt: a request, and whatever comes back, bounded in time and size.

use std::future::poll_fn;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use http_body::Body as _;
use hyper::HeaderMap;
use hyper::header::HeaderValue;
use rustls::ClientConfig;
use shiplane_core::fault::Fault;
use shiplane_core::smoke::{Answer, Answered, Certificate, Failure, FailureKind};

use crate::ask::Asker;
use crate::each::{self, Addresses};
use crate::failure::{self, Stop};
use crate::get::Get;
use crate::hop::{Hop, Lasting, place, shown};
use crate::marks::Marks;
use crate::reach::{self, Way};
use crate::tls::{self, Within};
use crate::wire::{self, Exchange, Line};

/// A request that can be made again and again, each time as if for the first time.
#[derive(Clone, Debug)]
pub struct Prober {
    get: Get,
    tls: Option<Arc<ClientConfig>>,
    kept: Option<Kept>,
}

/// Connections that wait for the next request, each with who answered on it.
type Kept = Arc<Mutex<Vec<(Line, Peer)>>>;

/// Who answered.
#[derive(Clone, Debug)]
struct Peer {
    address: Option<String>,
    certificate: Option<Certificate>,
}

/// Makes the request once. A fault means that this machine could not even ask.
pub async fn probe(get: &Get) -> Result<Result<Answered, Failure>, Fault> {
    let prober = Prober::new(get.clone())?;
    Ok(prober.fetch(get.timeout).await)
}

impl Prober {
    /// Gets ready. Only what may lead to https needs the CA certificates of this machine.
    pub fn new(get: Get) -> Result<Self, Fault> {
        let secure = get.url.scheme() == "https" || get.follow > 0;
        let tls = secure.then(|| tls::config(get.trust, Within::Http)).transpose()?;
        Ok(Self { get, tls, kept: None })
    }

    /// The same with connections that serve one request after the other.
    #[must_use]
    pub(crate) fn keeping(self) -> Self {
        Self { kept: Some(Kept::default()), ..self }
    }

    /// The same for another request to the same server.
    pub(crate) fn to(&self, get: Get) -> Self {
        Self { get, tls: self.tls.clone(), kept: self.kept.clone() }
    }

    /// One attempt of at most `limit`, on a fresh connection and a fresh name look-up.
    pub async fn fetch(&self, limit: Duration) -> Result<Answered, Failure> {
        self.fetch_from(None, limit).await
    }

    /// The same at one address of the name.
    async fn fetch_from(&self, address: Option<IpAddr>, limit: Duration) -> Result<Answered, Failure> {
        let marks = Marks::start();
        let stop = match tokio::time::timeout(limit, self.exchange(address, &marks)).await {
            Ok(Ok(answered)) => return Ok(answered),
            Ok(Err(stop)) => stop,
            Err(_) => failure::out_of_time(&marks, &place(&self.get.url), limit),
        };
        Err(Failure { detail: self.get.hide(stop.detail), reason: stop.reason, timings: marks.timings() })
    }

    async fn exchange(&self, address: Option<IpAddr>, marks: &Marks) -> Result<Answered, Stop> {
        let mut hop = Hop::first(&self.get);
        loop {
            let (exchange, peer) = match self.ask_again(&hop, marks).await {
                Some(asked) => asked,
                None => self.ask_anew(&hop, address, marks).await?,
            };
            marks.answered(Some(exchange.response.status().as_u16()));
            match hop.next(&exchange.response, self.get.follow)? {
                Some(next) => {
                    marks.next_hop();
                    hop = next;
                }
                None => return self.read(exchange, (&hop, peer), marks).await,
            }
        }
    }

    /// Asks on a connection that was kept; the other side may have closed it, which is no failure of the service.
    async fn ask_again(&self, hop: &Hop<'_>, marks: &Marks) -> Option<(Exchange, Peer)> {
        let (line, peer) = self.kept_line(hop).await?;
        marks.connected();
        let request = hop.request(&self.get, Lasting::Kept).ok()?;
        line.ask(request, marks, &place(&hop.url)).await.ok().map(|exchange| (exchange, peer))
    }

    /// Asks on a connection of its own.
    async fn ask_anew(
        &self,
        hop: &Hop<'_>,
        address: Option<IpAddr>,
        marks: &Marks,
    ) -> Result<(Exchange, Peer), Stop> {
        let place = place(&hop.url);
        let tls = self.tls.as_ref().filter(|_| hop.url.scheme() == "https");
        let only = address.filter(|_| hop.is_at_home());
        let way = Way { place: &place, only, tls, limit: self.get.connect };
        let standing = reach::reach(&way, marks).await?;
        let line = wire::open(standing.stream, marks, &place).await?;
        let lasting = if self.kept.is_some() { Lasting::Kept } else { Lasting::OneExchange };
        let exchange = line.ask(hop.request(&self.get, lasting)?, marks, &place).await?;
        Ok((exchange, Peer { address: standing.peer, certificate: standing.certificate }))
    }

    /// A connection to the same server that was kept and is still open.
    async fn kept_line(&self, hop: &Hop<'_>) -> Option<(Line, Peer)> {
        let kept = self.kept.as_ref().filter(|_| hop.is_at_home())?;
        loop {
            let (mut line, peer) = kept.lock().unwrap_or_else(PoisonError::into_inner).pop()?;
            if line.is_open().await {
                return Some((line, peer));
            }
        }
    }

    async fn read(
        &self,
        mut exchange: Exchange,
        (hop, peer): (&Hop<'_>, Peer),
        marks: &Marks,
    ) -> Result<Answered, Stop> {
        let status = exchange.response.status().as_u16();
        let mut body = Vec::new();
        while let Some(frame) =
            poll_fn(|context| Pin::new(exchange.response.body_mut()).poll_frame(context)).await
        {
            let frame = frame.map_err(|error| exchange.stop(&error, marks, &place(&hop.url)))?;
            // What is no data are trailers.
            let Some(chunk) = frame.data_ref() else { continue };
            if body.len() + chunk.len() > self.get.most {
                let detail = format!("status {status} came with a body of more than {} bytes", self.get.most);
                return Err(Stop { reason: FailureKind::TooLarge, detail });
            }
            body.extend_from_slice(chunk);
            marks.body(body.len());
        }
        let timings = marks.timings();
        let (body, utf8) = match String::from_utf8(body) {
            Ok(text) => (text, true),
            Err(error) => (String::from_utf8_lossy(error.as_bytes()).into_owned(), false),
        };
        let headers = self.headers(exchange.response.headers());
        if let Some(kept) = self.kept.as_ref().filter(|_| hop.is_at_home()) {
            kept.lock().unwrap_or_else(PoisonError::into_inner).push((exchange.into_line(), peer.clone()));
        }
        Ok(Answered {
            url: self.get.hide(shown(&hop.url)),
            peer: peer.address,
            status,
            headers,
            body: self.get.hide(body),
            utf8,
            certificate: peer.certificate,
            others: Vec::new(),
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

    /// Every address of the name, side by side.
    async fn everywhere(&self, limit: Duration) -> Answer {
        let (began, marks) = (Instant::now(), Marks::start());
        let place = place(&self.get.url);
        let found = match reach::addresses(&place, limit.min(self.get.connect), &marks).await {
            Ok(found) => found,
            Err(stop) => {
                return Answer::Failed(Failure {
                    reason: stop.reason,
                    detail: stop.detail,
                    timings: marks.timings(),
                });
            }
        };
        let left = limit.saturating_sub(began.elapsed());
        let each =
            found.into_iter().map(async |address| (address, self.fetch_from(Some(address), left).await));
        match each::together(join_all(each).await) {
            Ok((first, others)) => Answer::Answered(Answered { others, ..first }),
            Err(failure) => Answer::Failed(failure),
        }
    }
}

impl Asker for Prober {
    async fn attempt(&self, limit: Duration) -> Answer {
        match self.get.addresses {
            Addresses::First => match self.fetch(limit).await {
                Ok(answered) => Answer::Answered(answered),
                Err(failure) => Answer::Failed(failure),
            },
            Addresses::Each => self.everywhere(limit).await,
        }
    }
}
