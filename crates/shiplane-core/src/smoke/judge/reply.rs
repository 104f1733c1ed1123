//! Whether what a server said that speaks no HTTP is right.

use std::net::IpAddr;

use super::{SHOWN, certificate, latency, text};
use crate::foreign::clip;
use crate::report::Finding;
use crate::smoke::answer::{Protocol, Reply};
use crate::smoke::expectation::Expectation;

/// The SQLSTATE of a PostgreSQL that takes no connections at the moment (PostgreSQL manual, appendix A).
const CANNOT_CONNECT_NOW: &str = "57P03";

/// Every reason why it is not the right one; none means that it is.
pub(super) fn judge(expectation: &Expectation, reply: &Reply) -> Vec<Finding> {
    if reply.others.is_empty() {
        return one(expectation, reply);
    }
    let all = std::iter::once(reply).chain(&reply.others);
    all.flat_map(|reply| super::at(reply.peer.as_deref(), one(expectation, reply))).collect()
}

fn one(expectation: &Expectation, reply: &Reply) -> Vec<Finding> {
    let mut findings: Vec<Finding> = match reply.protocol {
        Protocol::Tcp => {
            let place = format!("what it said, `{}`,", clip(&reply.said, SHOWN));
            text::judge(expectation, &place, &reply.said)
        }
        Protocol::Tls => certificate::judge(expectation, reply.certificate.as_ref()).into_iter().collect(),
        Protocol::Dns => addresses(&expectation.addresses, &reply.addresses).into_iter().collect(),
        Protocol::Redis => redis(&reply.said).into_iter().collect(),
        Protocol::Postgres => postgres(&reply.said).into_iter().collect(),
    };
    findings.extend(latency(expectation, &reply.timings));
    findings
}

/// Which are missing, and which are there that should not be.
fn addresses(wanted: &[String], found: &[String]) -> Option<Finding> {
    if wanted.is_empty() {
        return None;
    }
    let lacking: Vec<&str> = wanted.iter().filter(|one| !holds(found, one)).map(String::as_str).collect();
    let surplus: Vec<&str> = found.iter().filter(|one| !holds(wanted, one)).map(String::as_str).collect();
    let parts = [("missing", lacking), ("not expected", surplus)];
    let wrong: Vec<String> = parts
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .map(|(word, list)| format!("{word}: {}", list.join(", ")))
        .collect();
    if wrong.is_empty() {
        return None;
    }
    let fact = format!("the name has {}; {}", found.join(", "), wrong.join("; "));
    let help =
        "correct the records of the name; others may see the old ones until their time to live is over";
    Some(Finding::fail("wrong-address", fact).help(help))
}

/// `::1` and `0:0:0:0:0:0:0:1` are the same.
fn holds(list: &[String], address: &str) -> bool {
    let parsed = |text: &str| text.parse::<IpAddr>().ok();
    list.iter().any(|one| one == address || parsed(one).is_some_and(|one| Some(one) == parsed(address)))
}

/// What Redis answers to a PING; errors begin with a word of their own (Redis, serialization protocol).
fn redis(said: &str) -> Option<Finding> {
    let shown = clip(said, SHOWN);
    let word = said.split(' ').next().unwrap_or_default();
    match word {
        "+PONG" => None,
        "-NOAUTH" | "-WRONGPASS" | "-NOPERM" => {
            Some(Finding::fail("redis-auth", format!("Redis answers, and wants a login: {shown}")).help(
                "give it one: `send: { username: …, password: { env: NAME } }`; username only where there is an ACL",
            ))
        }
        "-LOADING" => Some(
            Finding::fail("redis-loading", format!("Redis is still reading its data: {shown}"))
                .help("wait longer with --within; large data takes its time"),
        ),
        _ if said.starts_with('-') => Some(
            Finding::fail("redis-error", format!("Redis refuses a PING: {shown}"))
                .help("look at the log of Redis, and at its settings"),
        ),
        _ => Some(
            Finding::fail("bad-answer", format!("what answers a PING with `{shown}` is no Redis"))
                .help("check the port"),
        ),
    }
}

/// Whoever asks for a password, or refuses the user, takes connections: that is how `pg_isready` sees it.
fn postgres(said: &str) -> Option<Finding> {
    let (kind, rest) = said.split_once(' ').unwrap_or((said, ""));
    let (state, message) = rest.split_once(' ').unwrap_or((rest, ""));
    if kind == "E" && state == CANNOT_CONNECT_NOW {
        let fact = format!("PostgreSQL takes no connections yet: {}", clip(message, SHOWN));
        let help = "wait longer with --within; look at the log of PostgreSQL if it stays so";
        return Some(Finding::fail("postgres-starting", fact).help(help));
    }
    None
}
