//! The facts that branch-gate decides by.

mod convert;
mod pages;
mod partial;
mod wire;

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{Mergeable, Section, State};

use crate::answer::Answer;
use crate::client::Client;
use pages::{Answered, Cursors, Gathered};

const GATE: &str = include_str!("gate.graphql");
const MERGEABLE: &str = include_str!("mergeable.graphql");

/// More pages than this are no pull request but a loop: 100 entries each.
const MOST_PAGES: usize = 50;

/// Waits for the answer to "does it merge", each longer than the one before.
const MERGE_WAITS: [Duration; 5] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(3),
    Duration::from_secs(4),
    Duration::from_secs(5),
];

/// Which pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PullRequestId {
    /// The repository's owner.
    pub owner: String,
    /// The repository's name.
    pub name: String,
    /// The pull request's number.
    pub number: u64,
}

impl PullRequestId {
    /// From `owner/name` and a number.
    pub fn new(repository: &str, number: u64) -> Result<Self, Fault> {
        let wrong = || {
            let fact = format!("`{repository}` is not a repository");
            Fault::usage("repository-invalid", fact).help("write it as owner/name")
        };
        let (owner, name) = repository.split_once('/').ok_or_else(wrong)?;
        let plain = |part: &str| {
            !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
        };
        if !plain(owner) || !plain(name) {
            return Err(wrong());
        }
        Ok(Self { owner: owner.to_owned(), name: name.to_owned(), number })
    }

    fn variables(&self) -> Value {
        json!({ "owner": self.owner, "name": self.name, "number": self.number })
    }
}

impl fmt::Display for PullRequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}#{}", self.owner, self.name, self.number)
    }
}

impl Client {
    /// What the gate judges a pull request by: one request, and one more for each 100 entries of its longest list
    /// or while GitHub still computes whether it merges. What could not be read is said in the facts.
    pub async fn gate_facts(&self, pull: &PullRequestId) -> anyhow::Result<Facts> {
        let mut gathered =
            self.gate_pages(pull).await.with_context(|| format!("read pull request {pull}"))?;
        self.await_mergeable(pull, &mut gathered)
            .await
            .with_context(|| format!("ask whether {pull} merges"))?;
        Ok(gathered.into_facts())
    }

    /// Every list in full, or a word about the one that is not.
    async fn gate_pages(&self, pull: &PullRequestId) -> anyhow::Result<Gathered> {
        let mut gathered = Gathered::new(self.gate_page(pull, Cursors::new()).await?);
        for _ in 1..MOST_PAGES {
            let Some(cursors) = gathered.next_cursors() else { break };
            let page = self.gate_page(pull, cursors).await?;
            gathered.add(page);
        }
        Ok(gathered)
    }

    async fn gate_page(&self, pull: &PullRequestId, cursors: Cursors) -> anyhow::Result<Answered> {
        let mut variables = pull.variables();
        if let Value::Object(fields) = &mut variables {
            fields.extend(
                cursors.into_iter().map(|(section, cursor)| (variable(section).to_owned(), cursor.into())),
            );
        }
        Ok(found(pull, self.query(GATE, &variables).await?)?)
    }

    /// GitHub computes it when asked, and says UNKNOWN until it has.
    async fn await_mergeable(&self, pull: &PullRequestId, gathered: &mut Gathered) -> anyhow::Result<()> {
        if gathered.pull_request().state != State::Open {
            return Ok(());
        }
        for wait in MERGE_WAITS {
            if gathered.pull_request().mergeable != Mergeable::Unknown {
                break;
            }
            self.sleep(wait).await;
            let answer = self.query(MERGEABLE, &pull.variables()).await?;
            let at = |name: &str| {
                answer.data.pointer(&format!("/repository/pullRequest/{name}")).and_then(Value::as_str)
            };
            gathered.settle(at("mergeable"), at("headRefOid"));
        }
        Ok(())
    }
}

/// The query's name for a section's cursor.
fn variable(section: Section) -> &'static str {
    match section {
        Section::Reviews => "reviews",
        Section::Threads => "threads",
        Section::Checks => "checks",
        Section::Commits => "commits",
    }
}

/// The pull request, or why there is none.
fn found(pull: &PullRequestId, answer: Answer) -> Result<Answered, Fault> {
    let Answer { data, errors } = answer;
    let data: wire::Data = serde_json::from_value(data).map_err(|error| {
        Fault::could_not("github-answer", format!("GitHub's answer is not as documented: {error}"))
            .help("run it again; if it stays so, this version does not fit the server")
    })?;
    if let Some(wire::Repository { name_with_owner, pull_request: Some(pull_request) }) = data.repository {
        return Ok(Answered { repository: name_with_owner, pull_request, errors });
    }
    let said = errors.first().map_or("it is not in the answer", |error| error.message.as_str());
    if errors.iter().any(|error| partial::is_permission(&error.kind)) {
        return Err(Fault::could_not("permission-missing", format!("the token may not read {pull}: {said}"))
            .help("grant the job `contents: read` and `pull-requests: read`"));
    }
    Err(Fault::could_not("not-found", format!("GitHub found no {pull}: {said}"))
        .help("see the name and the number; a token that may not read a repository gets the same answer"))
}
