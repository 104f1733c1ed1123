//! Which previews go: those that are too old, and those whose pull request is closed although nobody heard of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::record::Record;
use super::settings::Number;
use crate::deploy::Stamp;
use crate::duration::Span;
use crate::report::Finding;

/// When one goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// How long it stays after the last push.
    pub ttl: Option<Span>,
    /// Whether it goes when its pull request is closed.
    pub closed: bool,
}

/// What GitHub says of a pull request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pull {
    /// It is open.
    Open,
    /// It is closed or merged.
    Closed,
    /// Nobody could find out, for this reason.
    Unknown(String),
}

/// What becomes of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It stays.
    Stays,
    /// It goes, for this reason: `its pull request is closed`.
    Goes(String),
}

/// What becomes of which.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fated {
    /// Which.
    pub number: Number,
    /// What becomes of it.
    pub fate: Fate,
    /// The same in a sentence, with the numbers.
    pub finding: Finding,
}

/// Decides for each. What is not known of a pull request removes nothing.
pub fn decide(
    policy: Policy,
    now: Stamp,
    (records, pulls): (&[Record], &BTreeMap<Number, Pull>),
) -> Vec<Fated> {
    records.iter().map(|record| one(policy, now, (record, pulls.get(&record.number)))).collect()
}

fn one(policy: Policy, now: Stamp, (record, pull): (&Record, Option<&Pull>)) -> Fated {
    let (number, age) = (record.number, record.age(now));
    let goes = |code: &str, why: String| Fated {
        number,
        finding: Finding::ok(code, format!("preview {number} goes: {why}")),
        fate: Fate::Goes(why),
    };
    if let (true, Some(Pull::Closed)) = (policy.closed, pull) {
        return goes("preview-closed", "its pull request is closed".to_owned());
    }
    if let Some(ttl) = policy.ttl.filter(|ttl| age >= *ttl) {
        return goes(
            "preview-expired",
            format!("nothing was pushed for {}, and it may stay for {ttl}", age.brief()),
        );
    }
    let left =
        policy.ttl.map_or(String::new(), |ttl| format!(", and {} are left", record.left(ttl, now).brief()));
    let finding = match (policy.closed, pull) {
        (true, Some(Pull::Unknown(why))) => Finding::warning(
            "pull-request-unknown",
            format!("preview {number} stays: nobody knows whether its pull request is open: {why}{left}"),
        )
        .help("the token needs `pull-requests: read`; it is asked again the next time"),
        (_, Some(Pull::Open | Pull::Closed | Pull::Unknown(_)) | None) => {
            Finding::ok("preview-stays", format!("preview {number} stays: it is {} old{left}", age.brief()))
        }
    };
    Fated { number, fate: Fate::Stays, finding }
}
