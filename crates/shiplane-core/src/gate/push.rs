//! A commit that is on the branch already: who brought it, and was that in order?

use std::fmt;

use serde::de::value::{MapAccessDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::facts::{Facts, Landed, Unread};
use super::policy::{DirectPush, Policy};
use super::rules::unnamed_bot;
use super::rules::words::{quoted, short};
use crate::report::Finding;
use crate::words::granting;

const CODE: &str = "direct-push";

/// A push to the branch, and the pull request that brought it.
///
/// Its record has one key, `push`. The pull request is a record of its own, as it is read for a pull request, of its
/// last head before the merge; it is absent when no pull request brought the commit.
///
/// ```json
/// {
///   "push": {
///     "repository": "example/shop", "branch": "main", "commit": "m1", "pushed-by": "grace",
///     "pull-request": {
///       "pull-request": {
///         "number": 7, "author": "ada", "state": "merged", "source": "develop", "head": "h1", "base": "main",
///         "mergeable": "unknown", "merged-at": "2026-01-05T12:00:00Z"
///       },
///       "checks": [{ "kind": "run", "name": "lint", "conclusion": "success" }]
///     }
///   }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Push {
    /// `owner/name`.
    #[serde(default)]
    pub repository: String,
    /// The branch that was pushed to.
    pub branch: String,
    /// The commit that it ended at.
    pub commit: String,
    /// Login of who pushed it; absent: not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pushed_by: Option<String>,
    /// The pull request that brought it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pull_request: Option<Box<Facts>>,
    /// What could not be read of how it came, whatever the section. What could not be read of the pull request
    /// stands there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<Unread>,
}

/// What was looked at: a pull request, or a push.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// A pull request.
    PullRequest(Box<Facts>),
    /// A push; its record is `{"push": {…}}`.
    Push(Box<Push>),
}

impl Seen {
    /// The branch whose rules hold.
    pub fn base(&self) -> &str {
        match self {
            Self::PullRequest(facts) => &facts.pull_request.base,
            Self::Push(push) => &push.branch,
        }
    }

    /// The commit that is judged.
    pub fn commit(&self) -> &str {
        match self {
            Self::PullRequest(facts) => facts.judged_commit(),
            Self::Push(push) => &push.commit,
        }
    }

    /// The facts of the pull request, if there is one.
    pub fn pull_request_mut(&mut self) -> Option<&mut Facts> {
        match self {
            Self::PullRequest(facts) => Some(facts),
            Self::Push(push) => push.pull_request.as_deref_mut(),
        }
    }
}

/// Every reason at once. A push is judged by the pull request that brought it, as that was when it was merged.
pub fn evaluate_seen(policy: &Policy, seen: &Seen) -> Vec<Finding> {
    match seen {
        Seen::PullRequest(facts) => super::evaluate(policy, facts),
        Seen::Push(push) => pushed(policy, push),
    }
}

fn pushed(policy: &Policy, push: &Push) -> Vec<Finding> {
    let brought = push.pull_request.as_ref().filter(|facts| facts.pull_request.base == push.branch);
    let mut findings = Vec::new();
    if let Some(facts) = brought {
        let (commit, branch) = (short(&push.commit), quoted(&push.branch));
        let fact = format!("pull request {} brought {commit} to {branch}", facts.pull_request.number);
        findings.push(Finding::ok(CODE, fact));
        findings.extend(super::evaluate(policy, &landed(push, facts)));
    } else if push.unread.is_empty() {
        findings.push(direct(policy, push));
    }
    findings.extend(unread(push));
    findings
}

fn landed(push: &Push, facts: &Facts) -> Facts {
    Facts { landed: Some(Landed { commit: push.commit.clone() }), ..facts.clone() }
}

fn direct(policy: &Policy, push: &Push) -> Finding {
    let who = push.pushed_by.as_deref().map_or("someone".to_owned(), quoted);
    let (commit, branch) = (short(&push.commit), quoted(&push.branch));
    let elsewhere = push.pull_request.as_ref().map_or(String::new(), |facts| {
        let pull = &facts.pull_request;
        format!("; pull request {} brought it to {}", pull.number, quoted(&pull.base))
    });
    let fact = format!("{who} pushed {commit} to {branch} without a pull request{elsewhere}");
    let named_bot =
        push.pushed_by.as_deref().is_some_and(|login| is_bot(login) && !unnamed_bot(policy, login));
    if named_bot {
        return Finding::ok(CODE, format!("{fact}; the policy names this bot"));
    }
    match policy.direct_push {
        DirectPush::Allow => Finding::ok(CODE, format!("{fact}, which is allowed here")),
        DirectPush::Warn => Finding::warning(CODE, fact)
            .help(format!("bring changes to {branch} with a pull request, so that they are reviewed")),
        DirectPush::Deny => {
            let help = format!("take it back, and bring it to {branch} with a pull request");
            Finding::fail(CODE, fact).help(match push.pushed_by.as_deref().filter(|login| is_bot(login)) {
                Some(bot) => format!("{help}; or name {} under `bots`, if it may push", quoted(bot)),
                None => help,
            })
        }
    }
}

fn is_bot(login: &str) -> bool {
    login.to_ascii_lowercase().ends_with("[bot]")
}

fn unread(push: &Push) -> Vec<Finding> {
    let mut whys: Vec<&str> = push.unread.iter().map(|unread| unread.why.as_str()).collect();
    whys.sort_unstable();
    whys.dedup();
    let mut permissions: Vec<String> =
        push.unread.iter().flat_map(|unread| &unread.permissions).cloned().collect();
    permissions.sort();
    permissions.dedup();
    let (commit, branch) = (short(&push.commit), quoted(&push.branch));
    let finding = |why: &str| {
        let finding = Finding::unknown(
            "push-unreadable",
            format!("how {commit} came to {branch} could not be read in full: {why}"),
        );
        match granting(&permissions) {
            Some(help) => finding.help(help),
            None => finding,
        }
    };
    whys.into_iter().map(finding).collect()
}

impl Serialize for Seen {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::PullRequest(facts) => facts.serialize(serializer),
            Self::Push(push) => serializer.collect_map([("push", push)]),
        }
    }
}

impl<'de> Deserialize<'de> for Seen {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Record)
    }
}

/// Reads on without looking ahead, so that an error names its line: the first key tells which record it is.
struct Record;

impl<'de> Visitor<'de> for Record {
    type Value = Seen;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the record of a pull request, or of a push as `{\"push\": {…}}`")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Seen, A::Error> {
        let first: Option<String> = map.next_key()?;
        if first.as_deref() != Some("push") {
            let whole = FromTheStart { first, map };
            return Facts::deserialize(MapAccessDeserializer::new(whole))
                .map(Box::new)
                .map(Seen::PullRequest);
        }
        let push = map.next_value()?;
        match map.next_key::<String>()? {
            None => Ok(Seen::Push(push)),
            Some(other) => {
                Err(de::Error::custom(format!("unknown field `{other}`, there is none beside `push`")))
            }
        }
    }
}

/// A map whose first key was looked at.
struct FromTheStart<A> {
    first: Option<String>,
    map: A,
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for FromTheStart<A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, A::Error> {
        match self.first.take() {
            Some(key) => seed.deserialize(StringDeserializer::new(key)).map(Some),
            None => self.map.next_key_seed(seed),
        }
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
