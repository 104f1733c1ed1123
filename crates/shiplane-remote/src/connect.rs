//! From a target to a host that is proven, logged in to and ready for commands.

use std::borrow::Cow;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Error, Result};
use russh::client::{self, Handle};
use russh::{Preferred, SshId, compression};
use shiplane_core::fault::Fault;
use tokio::time::{sleep, timeout};

use crate::door::{Door, Seen};
use crate::faults;
use crate::host::Host;
use crate::host_keys::{HostKeys, Judge, PinMissed};
use crate::keys::Credentials;
use crate::known_hosts::HostKey;
use crate::login::log_in;
use crate::road::{Leg, open_road};
use crate::session::Session;
use crate::socket::FirstWords;
use crate::target::{SshTarget, Target};

/// How long and how often to wait.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// For one try, from the name to the agreed keys.
    pub connect: Duration,
    /// How often to try when nothing answers.
    pub tries: u32,
    /// Before the second try; doubled before each later one.
    pub pause: Duration,
    /// For logging in, all keys together.
    pub login: Duration,
    /// How long the line may be silent before the host is asked for a sign of life.
    pub keepalive: Duration,
    /// How many signs of life may be missing.
    pub misses: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            tries: 3,
            pause: Duration::from_secs(1),
            login: Duration::from_secs(30),
            keepalive: Duration::from_secs(15),
            misses: 3,
        }
    }
}

impl Limits {
    /// How long a dead connection goes unnoticed at most.
    pub(crate) fn patience(&self) -> Duration {
        self.keepalive.saturating_mul(self.misses.saturating_add(1))
    }
}

/// Why one try failed, and whether another may do better.
pub(crate) enum Trouble {
    /// The network's; worth another try.
    Passing(Fault),
    /// The answer will be the same.
    Final(Error),
}

/// Reaches the target: tries again only when the network fails, never when a key or a log-in is refused.
pub async fn connect(
    target: &Target,
    credentials: &Credentials,
    host_keys: &HostKeys,
    limits: &Limits,
) -> Result<Host> {
    travel((&[], target), credentials, host_keys, limits).await
}

/// The same through other hosts, the nearest first. Each of them has to prove who it is, and we to each of them.
pub(crate) async fn travel(
    (jumps, target): (&[SshTarget], &Target),
    credentials: &Credentials,
    host_keys: &HostKeys,
    limits: &Limits,
) -> Result<Host> {
    let ssh = match target {
        Target::Local => return Ok(Host::local()),
        Target::Ssh(ssh) => ssh,
    };
    let mut through = None;
    for jump in jumps {
        let leg = Leg { target: jump, through };
        let link = enter(leg, credentials, host_keys, limits).await;
        let link = link.map_err(|error| match error.downcast::<Fault>() {
            Ok(fault) => faults::at_jump(jump, fault).into(),
            Err(error) => error,
        })?;
        through = Some((Arc::new(link), jump));
    }
    let link = enter(Leg { target: ssh, through }, credentials, host_keys, limits).await?;
    Ok(Host::ssh(Session::new(link, ssh.clone(), limits.patience())))
}

/// One leg of the way: to the host, and in.
async fn enter(
    leg: Leg<'_>,
    credentials: &Credentials,
    host_keys: &HostKeys,
    limits: &Limits,
) -> Result<Link> {
    let (opened, judge) = (credentials.open()?, Arc::new(Judge::new(leg.target, host_keys)?));
    let mut link = reach(&leg, &judge, limits).await?;
    match timeout(limits.login, log_in(&mut link, leg.target, &opened)).await {
        Ok(outcome) => outcome?,
        Err(_) => {
            let why = format!("no answer to the log-in in {} s", limits.login.as_secs_f32());
            return Err(faults::connection_lost(&leg.target.nickname, &why).into());
        }
    }
    Ok(link)
}

/// A connection whose host is proven and where nobody is logged in yet.
pub(crate) struct Link {
    pub(crate) handle: Handle<Door>,
    pub(crate) seen: Arc<Seen>,
    /// The connection that this one runs through; it ends with it.
    pub(crate) _through: Option<Arc<Link>>,
}

/// A fingerprint does not tell its key's type: a host with several types is asked for each until one is pinned.
async fn reach(leg: &Leg<'_>, judge: &Arc<Judge>, limits: &Limits) -> Result<Link> {
    let mut missed: Vec<HostKey> = Vec::new();
    loop {
        let error = match try_often(leg, (judge, &missed), limits).await {
            Ok(link) => return Ok(link),
            Err(error) => error,
        };
        let is_new = |key: &HostKey| missed.iter().all(|seen| seen.algorithm() != key.algorithm());
        match error.downcast_ref::<PinMissed>() {
            Some(PinMissed(key)) if is_new(key) && missed.len() < 8 => missed.push(key.clone()),
            None if missed.is_empty() || !is_without_common_key(&error) => return Err(error),
            Some(_) | None => return Err(faults::pins_missed(leg.target, &missed, judge.pin_count()).into()),
        }
    }
}

fn is_without_common_key(error: &Error) -> bool {
    error.downcast_ref::<Fault>().is_some_and(|fault| fault.code == "host-incompatible")
}

async fn try_often(leg: &Leg<'_>, keys: (&Arc<Judge>, &[HostKey]), limits: &Limits) -> Result<Link> {
    let mut pause = limits.pause;
    let mut number = 1;
    loop {
        match try_once(leg, keys, limits).await {
            Ok(link) => return Ok(link),
            Err(Trouble::Final(error)) => return Err(error),
            Err(Trouble::Passing(mut fault)) if number >= limits.tries => {
                if number > 1 {
                    fault.fact.push_str(&format!(" ({number} tries)"));
                }
                return Err(fault.into());
            }
            Err(Trouble::Passing(_)) => sleep(pause).await,
        }
        number += 1;
        pause = pause.saturating_mul(2);
    }
}

async fn try_once(
    leg: &Leg<'_>,
    (judge, missed): (&Arc<Judge>, &[HostKey]),
    limits: &Limits,
) -> Result<Link, Trouble> {
    let (target, socket) = (leg.target, open_road(leg, limits).await?);
    let first_words = socket.first_words();
    let seen = Arc::new(Seen::default());
    let door = Door { judge: Arc::clone(judge), seen: Arc::clone(&seen) };
    let config = Arc::new(config(judge, missed, limits));
    match timeout(limits.connect, client::connect_stream(config, socket, door)).await {
        Ok(Ok(handle)) => Ok(Link { handle, seen, _through: leg.link() }),
        Ok(Err(error)) => Err(trouble(target, error, (&first_words, &seen))),
        Err(_) => {
            let why = format!("{} said nothing for {} s", target.address(), limits.connect.as_secs_f32());
            Err(Trouble::Passing(faults::host_unreachable(target, &why)))
        }
    }
}

/// How we greet.
pub(crate) fn client_id() -> SshId {
    SshId::Standard(Cow::Borrowed(concat!("SSH-2.0-Shiplane_", env!("CARGO_PKG_VERSION"))))
}

fn config(judge: &Judge, missed: &[HostKey], limits: &Limits) -> client::Config {
    client::Config {
        client_id: client_id(),
        preferred: Preferred {
            key: Cow::Owned(judge.algorithms(missed)),
            compression: Cow::Borrowed(&[compression::NONE]),
            ..Preferred::DEFAULT
        },
        keepalive_interval: Some(limits.keepalive),
        keepalive_max: usize::try_from(limits.misses).unwrap_or(usize::MAX),
        ..client::Config::default()
    }
}

const CLOSED_EARLY: &str = "the host closed the connection before keys were agreed";

/// What went wrong between the open connection and the agreed keys.
fn trouble(target: &SshTarget, error: Error, (first_words, seen): (&FirstWords, &Seen)) -> Trouble {
    let said = first_words.get().map(Vec::as_slice).unwrap_or_default();
    let speaks_ssh = said.windows(4).any(|bytes| bytes == b"SSH-");
    if error.is::<Fault>() || error.is::<PinMissed>() {
        return Trouble::Final(error);
    }
    if !said.is_empty() && !speaks_ssh {
        return Trouble::Final(faults::host_not_ssh(target, said).into());
    }
    let why = match (error.downcast_ref::<russh::Error>(), seen.end()) {
        (_, Some(end)) => end.to_owned(),
        (Some(russh::Error::IO(error)), None) => io_words(error),
        (Some(russh::Error::Disconnect | russh::Error::HUP), None) => CLOSED_EARLY.to_owned(),
        (Some(error), None) => {
            let why = error.to_string();
            return Trouble::Final(faults::host_incompatible(target, &why).into());
        }
        (None, None) => return Trouble::Final(error),
    };
    Trouble::Passing(faults::host_unreachable(target, &format!("{}: {why}", target.address())))
}

fn io_words(error: &io::Error) -> String {
    let kind = error.kind();
    if matches!(kind, io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe) {
        "the connection was reset".to_owned()
    } else if kind == io::ErrorKind::UnexpectedEof {
        CLOSED_EARLY.to_owned()
    } else {
        error.to_string()
    }
}
