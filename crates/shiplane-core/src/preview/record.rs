//! What a host keeps of a preview, and how a new one gets its port.

use serde::{Deserialize, Serialize};

use super::settings::Number;
use super::wire::Make;
use crate::config::Ports;
use crate::deploy::Stamp;
use crate::duration::Span;
use crate::report::Finding;

/// What a host keeps of a preview, in its directory; by this it is known to be ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// Of which pull request.
    pub number: Number,
    /// Its directory.
    pub path: String,
    /// Its Compose project.
    pub project: String,
    /// Its port, when it was given one.
    pub port: Option<u16>,
    /// Where it answers.
    pub url: String,
    /// The commit that was put up last, or was to be.
    pub commit: String,
    /// Since when it is there.
    pub since: Stamp,
    /// When something was pushed last.
    pub renewed: Stamp,
}

impl Record {
    /// How long nothing was pushed; a clock that was set back makes nothing old.
    pub fn age(&self, now: Stamp) -> Span {
        Span::millis(now.0.saturating_sub(self.renewed.0))
    }

    /// Until when it stays.
    pub fn until(&self, ttl: Span) -> Stamp {
        let millis = u64::try_from(ttl.0.as_millis()).unwrap_or(u64::MAX);
        Stamp(self.renewed.0.saturating_add(millis))
    }

    /// How much of its time is left.
    pub fn left(&self, ttl: Span, now: Stamp) -> Span {
        Span(ttl.0.saturating_sub(self.age(now).0))
    }
}

/// What a preview is to get.
pub type Wanted = Make;

/// The record of a preview: as it was, with the new commit, or a new one with the lowest port that is free.
pub fn reserve(
    known: &[Record],
    wanted: &Wanted,
    (now, is_free): (Stamp, impl Fn(u16) -> bool),
) -> Result<Record, Finding> {
    let own = known.iter().find(|record| record.number == wanted.at.number);
    if let (None, Some(limit)) = (own, wanted.limit)
        && known.len() >= usize::try_from(limit).unwrap_or(usize::MAX)
    {
        return Err(too_many(known, limit));
    }
    let kept = own.and_then(|record| record.port);
    let port = match (wanted.ports, kept) {
        (None, _) => None,
        // It stays the same over pushes, even where the range is another one by now.
        (Some(_), Some(port)) => Some(port),
        (Some(ports), None) => Some(lowest(known, ports, is_free)?),
    };
    let number = wanted.at.number;
    Ok(Record {
        number,
        path: format!("{}/{}", wanted.at.base, number.directory()),
        project: own.map_or_else(|| wanted.at.project.clone(), |record| record.project.clone()),
        port,
        url: wanted.url_with(port),
        commit: wanted.commit.clone(),
        since: own.map_or(now, |record| record.since),
        renewed: now,
    })
}

fn lowest(known: &[Record], ports: Ports, is_free: impl Fn(u16) -> bool) -> Result<u16, Finding> {
    let is_given = |port: &u16| known.iter().any(|record| record.port == Some(*port));
    ports.each().filter(|port| !is_given(port)).find(|port| is_free(*port)).ok_or_else(|| {
        let given =
            known.iter().filter(|record| record.port.is_some_and(|port| ports.contains(port))).count();
        let fact =
            format!("no port from {ports} is free: previews have {given} of them, and others the rest");
        Finding::fail("preview-ports", fact)
            .help("make the range wider, or remove previews with `ssh-deploy preview down` or `gc`")
    })
}

fn too_many(known: &[Record], limit: u32) -> Finding {
    let mut numbers: Vec<Number> = known.iter().map(|record| record.number).collect();
    numbers.sort();
    let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    let fact = format!("{} of at most {limit} previews are up: {}", known.len(), numbers.join(", "));
    Finding::fail("preview-limit", fact)
        .help("close a pull request, run `ssh-deploy preview gc`, or raise `limit` in the environment")
}
