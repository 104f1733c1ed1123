//! Connections to what speaks no HTTP: one attempt, bounded in time and size.

mod banner;
mod parse;
mod postgres;
mod redis;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use rustls::ClientConfig;
use shiplane_core::fault::Fault;
use shiplane_core::secret::Secret;
use shiplane_core::smoke::{Answer, Failure, Protocol, Reply};

use crate::ask::Asker;
use crate::each::{self, Addresses};
use crate::failure::{self, Stop};
use crate::marks::Marks;
use crate::place::Place;
use crate::reach::{self, CONNECT, Standing, Way};
use crate::tls::{self, Trust, Within};

/// Whom to connect to, and what to say.
#[derive(Clone, Debug)]
pub struct Dial {
    pub(crate) protocol: Protocol,
    place: Place,
    login: Option<Login>,
    /// Whether to wait for what the other side says on its own.
    pub listen: Listen,
    /// Which certificates are taken.
    pub trust: Trust,
    /// Which addresses of the name are asked.
    pub addresses: Addresses,
}

/// Whether to wait for what the other side says on its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Listen {
    /// The connection is enough.
    #[default]
    No,
    /// It greets whoever connects.
    Greeting,
}

/// Who asks.
#[derive(Clone, Debug)]
struct Login {
    user: Option<Secret>,
    password: Secret,
}

impl Dial {
    /// Settles `host:port`, or a name alone for a look-up and where a port is the usual one.
    pub fn to(protocol: Protocol, place: &str) -> Result<Self, Fault> {
        Ok(Self {
            protocol,
            place: parse::place(protocol, place)?,
            login: None,
            listen: Listen::default(),
            trust: Trust::default(),
            addresses: Addresses::default(),
        })
    }

    /// A place in its full form, where only its kind knows the usual port.
    pub(crate) fn place(text: &str, usual_port: u16) -> Result<String, Fault> {
        parse::with_port(text, usual_port).map(|place| place.to_string())
    }

    /// With a login; an ACL of Redis also wants a user.
    #[must_use]
    pub fn login(mut self, user: Option<Secret>, password: Secret) -> Self {
        self.login = Some(Login { user, password });
        self
    }
}

/// Connects again and again, each time as if for the first time.
#[derive(Clone, Debug)]
pub struct Dialer {
    dial: Dial,
    tls: Option<Arc<ClientConfig>>,
}

impl Dialer {
    /// Gets ready.
    pub fn new(dial: Dial) -> Result<Self, Fault> {
        let tls = match dial.protocol {
            Protocol::Tls => Some(tls::config(dial.trust, Within::Anything)?),
            Protocol::Tcp | Protocol::Dns | Protocol::Redis | Protocol::Postgres => None,
        };
        Ok(Self { dial, tls })
    }

    async fn fetch(&self, address: Option<IpAddr>, limit: Duration) -> Result<Reply, Failure> {
        let marks = Marks::start();
        let stop = match tokio::time::timeout(limit, self.talk(address, &marks)).await {
            Ok(Ok(reply)) => return Ok(Reply { timings: marks.timings(), ..reply }),
            Ok(Err(stop)) => stop,
            Err(_) => failure::out_of_time(&marks, &self.dial.place, limit),
        };
        Err(Failure { reason: stop.reason, detail: self.hide(stop.detail), timings: marks.timings() })
    }

    async fn talk(&self, address: Option<IpAddr>, marks: &Marks) -> Result<Reply, Stop> {
        let (dial, protocol) = (&self.dial, self.dial.protocol);
        if protocol == Protocol::Dns {
            let found = reach::addresses(&dial.place, Duration::MAX, marks).await?;
            let addresses = found.iter().map(ToString::to_string).collect();
            return Ok(Reply { protocol, addresses, ..Reply::default() });
        }
        let way = Way { place: &dial.place, only: address, tls: self.tls.as_ref(), limit: CONNECT };
        let Standing { mut stream, peer, certificate } = reach::reach(&way, marks).await?;
        let said = match (protocol, dial.listen) {
            (Protocol::Tls | Protocol::Dns, _) | (Protocol::Tcp, Listen::No) => String::new(),
            (Protocol::Tcp, Listen::Greeting) => banner::hear(&mut stream, marks, &dial.place).await?,
            (Protocol::Redis, _) => {
                redis::ping(&mut stream, dial.login.as_ref(), (marks, &dial.place)).await?
            }
            (Protocol::Postgres, _) => postgres::greet(&mut stream, marks, &dial.place).await?,
        };
        Ok(Reply { protocol, peer, said: self.hide(said), certificate, ..Reply::default() })
    }

    /// The text without the password, which a server may echo.
    fn hide(&self, text: String) -> String {
        let password = self.dial.login.as_ref().map(|login| login.password.expose());
        match password.filter(|password| !password.is_empty() && text.contains(password)) {
            Some(password) => text.replace(password, "***"),
            None => text,
        }
    }

    async fn everywhere(&self, limit: Duration) -> Result<Reply, Failure> {
        let (began, marks) = (Instant::now(), Marks::start());
        let found = reach::addresses(&self.dial.place, limit.min(CONNECT), &marks).await;
        let found = found.map_err(|stop| Failure {
            reason: stop.reason,
            detail: stop.detail,
            timings: marks.timings(),
        })?;
        let left = limit.saturating_sub(began.elapsed());
        let each = found.into_iter().map(async |address| (address, self.fetch(Some(address), left).await));
        let (first, others) = each::together(join_all(each).await)?;
        Ok(Reply { others, ..first })
    }
}

impl Asker for Dialer {
    async fn attempt(&self, limit: Duration) -> Answer {
        let answer = match self.dial.addresses {
            Addresses::First => self.fetch(None, limit).await,
            Addresses::Each => self.everywhere(limit).await,
        };
        match answer {
            Ok(reply) => Answer::Replied(reply),
            Err(failure) => Answer::Failed(failure),
        }
    }
}
