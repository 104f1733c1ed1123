//! Messages to people: sent side by side, within bounds, and never more than told whether they arrived.

mod engine;
mod issues;
mod post;
mod tries;

use std::time::Duration;

use futures_util::future::join_all;
use reqwest::{Client, Url, redirect, retry};
use rustls::ClientConfig;
use shiplane_core::fault::Fault;
use shiplane_core::notify::{Letter, Outcome, Way};

use crate::tls::{self, Trust, Within};
use engine::Engine;

/// One try, from the name look-up to the last byte.
const TRY: Duration = Duration::from_secs(10);

/// All tries of a message with the pauses between them: a run has to end.
const ALL: Duration = Duration::from_secs(25);

const CONNECT: Duration = Duration::from_secs(5);

const USER_AGENT: &str = concat!("shiplane/", env!("CARGO_PKG_VERSION"));

/// Sends all of them; the outcomes are in the order of the letters.
pub async fn notify(letters: Vec<Letter>) -> Vec<Outcome> {
    // A thread of its own, so that no answer can keep the clock from being looked at.
    let engine = match Engine::start() {
        Ok(engine) => engine,
        Err(fault) => return letters.iter().map(|_| Outcome::Failed(fault.fact.clone())).collect(),
    };
    let sending = letters.into_iter().map(|letter| {
        let sent = engine.handle().spawn(async move { deliver(letter).await });
        async move {
            match tokio::time::timeout(ALL, sent).await {
                Ok(Ok(outcome)) => outcome,
                Ok(Err(_)) => Outcome::Failed("sending broke off within the HTTP client".to_owned()),
                Err(_) => Outcome::Failed(format!("not done after {} s", ALL.as_secs())),
            }
        }
    });
    join_all(sending).await
}

async fn deliver(letter: Letter) -> Outcome {
    let sent = match letter.way {
        Err(reason) => return Outcome::Failed(reason),
        Ok(Way::Post { url, body, plain_http }) => {
            let there = address(url.expose(), plain_http).and_then(|url| Ok((client(&url)?, url)));
            match there {
                Ok((client, url)) => post::send(&client, &url, &body).await,
                Err(reason) => Err(reason),
            }
        }
        Ok(Way::Issue(letter)) => issues::settle(&letter).await,
    };
    sent.unwrap_or_else(Outcome::Failed)
}

/// An address that a secret may be sent to. It is never repeated: it is one itself.
fn address(text: &str, plain_http: bool) -> Result<Url, String> {
    let url = Url::parse(text.trim()).map_err(|_| "what the variable holds is not an address".to_owned())?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if plain_http || is_near(&url) => Ok(url),
        "http" => Err("the address is plain http; use https, or say `plain-http: true`".to_owned()),
        _ => Err("what the variable holds is not an https address".to_owned()),
    }
}

/// Whether the address leads no further than to this machine or its private network.
fn is_near(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_start_matches('[').trim_end_matches(']');
    match host.parse() {
        Ok(std::net::IpAddr::V4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Ok(std::net::IpAddr::V6(ip)) => ip.is_loopback() || ip.is_unique_local(),
        Err(_) => host == "localhost" || host.ends_with(".localhost"),
    }
}

/// A client for one message. Unlike a probe it uses the proxy of the machine: a channel is the world outside.
fn client(url: &Url) -> Result<Client, String> {
    // Plain http never leads to TLS here, since no redirect is followed: it needs no CA certificates.
    let trust = if url.scheme() == "https" { Trust::Checked } else { Trust::Any };
    let tls = tls::config(trust, Within::Http).map_err(|fault: Fault| fault.fact)?;
    let builder = Client::builder()
        .tls_backend_preconfigured(ClientConfig::clone(&tls))
        .user_agent(USER_AGENT)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT)
        .timeout(TRY);
    let builder = if is_near(url) { builder.no_proxy() } else { builder };
    builder.build().map_err(|_| "the HTTP client cannot be set up".to_owned())
}
