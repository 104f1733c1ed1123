//! The facts that branch-gate decides by.

mod blobs;
mod checks;
mod convert;
mod deeds;
mod diffs;
mod landed;
mod lists;
mod more;
mod pages;
mod partial;
mod protection;
mod reported;
mod wire;
mod wire_protection;

use std::fmt;
use std::time::Duration;

use anyhow::Context as _;
use serde::Deserialize as _;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{Mergeable, Section, State};

use crate::answer::{Answer, Missing};
use crate::client::Client;
use crate::repository::Repository;
pub use deeds::{Comment, NewStatus};
use lists::Cursors;
use pages::{Answered, Gathered};

const GATE: &str =
    concat!(include_str!("gate.graphql"), include_str!("head.graphql"), include_str!("check.graphql"));
const MERGEABLE: &str = concat!(include_str!("mergeable.graphql"), include_str!("check.graphql"));

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
    /// The repository.
    pub repository: Repository,
    /// The pull request's number.
    pub number: u64,
}

impl PullRequestId {
    /// From `owner/name` and a number.
    pub fn new(repository: &str, number: u64) -> Result<Self, Fault> {
        Ok(Self { repository: Repository::new(repository)?, number })
    }

    fn variables(&self) -> Value {
        json!({ "owner": self.repository.owner, "name": self.repository.name, "number": self.number })
    }
}

impl fmt::Display for PullRequestId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}#{}", self.repository, self.number)
    }
}

/// A question about a pull request, in the words that the server understands.
#[derive(Debug)]
struct Question<'q> {
    pull: &'q PullRequestId,
    /// The head, where the event has told it: the distance to the base is asked along then.
    head: Option<&'q str>,
    /// Why the newer parts of the question are left out, if they are.
    old: Option<String>,
    /// How many more pages are asked for.
    pages_left: usize,
}

impl Question<'_> {
    fn variables(&self, cursors: Cursors) -> Value {
        let mut variables = with_cursors(self.pull.variables(), cursors);
        if let (Value::Object(fields), None) = (&mut variables, &self.old) {
            fields.insert("head".to_owned(), self.head.unwrap_or_default().into());
            fields.insert("compare".to_owned(), self.head.is_some().into());
        }
        variables
    }
}

impl Client {
    /// What the gate judges a pull request by: one request, and one more for each 100 entries of its longest list
    /// or while GitHub still computes whether it merges. What could not be read is said in the facts. With the head
    /// as the event tells it, the distance to the base costs nothing more.
    pub async fn gate_facts(&self, pull: &PullRequestId, known_head: Option<&str>) -> anyhow::Result<Facts> {
        let mut question = Question { pull, head: known_head, old: None, pages_left: MOST_PAGES - 1 };
        let context = || format!("read pull request {pull}");
        let first = self.gate_page(&mut question, Cursors::new()).await.with_context(context)?;
        let mut gathered = Gathered::new(first, known_head);
        self.further_pages(&mut question, &mut gathered).await.with_context(context)?;
        self.await_mergeable(pull, &mut gathered)
            .await
            .with_context(|| format!("ask whether {pull} merges"))?;
        // The test merge may have come with the last answer, with more checks than fit into it.
        self.further_pages(&mut question, &mut gathered).await.with_context(context)?;
        if let Some(why) = &question.old {
            gathered.without_protection(why);
        }
        Ok(gathered.into_facts())
    }

    /// Every list in full, or a word about the one that is not.
    async fn further_pages(
        &self,
        question: &mut Question<'_>,
        gathered: &mut Gathered,
    ) -> anyhow::Result<()> {
        while let Some(cursors) = gathered.next_cursors().filter(|_| question.pages_left > 0) {
            question.pages_left -= 1;
            gathered.add(self.gate_page(question, cursors).await?);
        }
        Ok(())
    }

    async fn gate_page(&self, question: &mut Question<'_>, cursors: Cursors) -> anyhow::Result<Answered> {
        if question.old.is_none() {
            let answer = self.query(GATE, &question.variables(cursors.clone())).await;
            match answer.map_err(too_old) {
                Ok(answer) => return Ok(found(question.pull, answer)?),
                Err(Ok(why)) => question.old = Some(why),
                Err(Err(error)) => return Err(error),
            }
        }
        let answer = self.query(&without_newer(GATE), &question.variables(cursors)).await?;
        Ok(found(question.pull, answer)?)
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
            gathered.missing(&answer.errors);
            let Some(progress) = progress(&answer.data)? else { continue };
            gathered.settle(progress.mergeable.as_deref(), Some(&progress.head_ref_oid));
            gathered.test_merge(progress.potential_merge_commit);
        }
        Ok(())
    }
}

/// What an older server lacks, or the error that this is not.
fn too_old(error: anyhow::Error) -> Result<String, anyhow::Error> {
    match error.downcast_ref::<Fault>() {
        Some(fault) if fault.code == "github-too-old" => Ok(fault.fact.clone()),
        _ => Err(error),
    }
}

/// The question without the parts that only newer servers know.
fn without_newer(query: &str) -> String {
    let mut newer = false;
    let known = query.lines().filter(|line| match line.trim() {
        "# newer" => {
            newer = true;
            false
        }
        "# end" => {
            newer = false;
            false
        }
        _ => !newer,
    });
    known.collect::<Vec<_>>().join("\n")
}

/// The variables with those that say where each list goes on.
fn with_cursors(mut variables: Value, cursors: Cursors) -> Value {
    if let Value::Object(fields) = &mut variables {
        fields.extend(
            cursors.into_iter().map(|(section, cursor)| (variable(section).to_owned(), cursor.into())),
        );
    }
    variables
}

/// The part of an answer that changes with time.
fn progress(data: &Value) -> Result<Option<wire::Progress>, Fault> {
    match data.pointer("/repository/pullRequest") {
        None | Some(Value::Null) => Ok(None),
        Some(pull) => wire::Progress::deserialize(pull).map(Some).map_err(|error| undocumented(&error)),
    }
}

/// An answer of the wrong form.
fn undocumented(error: &serde_json::Error) -> Fault {
    Fault::could_not("github-answer", format!("GitHub's answer is not as documented: {error}"))
        .help("run it again; if it stays so, this version does not fit the server")
}

/// The query's name for a section's cursor.
fn variable(section: Section) -> &'static str {
    match section {
        Section::Reviews => "reviews",
        Section::Threads => "threads",
        Section::Checks => "checks",
        Section::Commits => "commits",
        Section::TestMerge => "testMerge",
        Section::Protection => "protection",
        Section::Files => "files",
        Section::CodeOwners => "codeOwners",
        Section::ReleaseFiles => "releaseFiles",
        Section::BehindBy => "behindBy",
    }
}

/// The pull request, or why there is none.
fn found(pull: &PullRequestId, answer: Answer) -> Result<Answered, Fault> {
    let Answer { data, errors, at, .. } = answer;
    let data: wire::Data = serde_json::from_value(data).map_err(|error| undocumented(&error))?;
    if let Some(wire::Repository { name_with_owner, pull_request: Some(pull_request) }) = data.repository {
        return Ok(Answered { repository: name_with_owner, pull_request, errors, at });
    }
    Err(absent(pull, &errors))
}

/// Why there is no such pull request.
fn absent(pull: &PullRequestId, errors: &[Missing]) -> Fault {
    let said = errors.first().map_or("it is not in the answer", |error| error.message.as_str());
    if errors.iter().any(|error| partial::is_permission(&error.kind)) {
        return Fault::could_not("permission-missing", format!("the token may not read {pull}: {said}"))
            .help("grant the job `contents: read` and `pull-requests: read`");
    }
    Fault::could_not("not-found", format!("GitHub found no {pull}: {said}"))
        .help("see the name and the number; a token that may not read a repository gets the same answer")
}
