//! Which pull requests brought commits, many commits at a time.

use std::collections::BTreeMap;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use shiplane_core::changelog::pulls::{Pull, Pulls};
use shiplane_core::fault::Fault;
use shiplane_core::foreign;

use crate::client::Client;
use crate::graphql::Page;
use crate::repository::Repository;
use crate::rest::{Read, Refusal};

/// With the pages below it, this stays well below the half million nodes that GitHub reads for one question.
const AT_ONCE: usize = 50;

const PART: &str = "fragment part on GitObject { __typename ... on Commit { associatedPullRequests(first: 20) { \
                    pageInfo { hasNextPage endCursor } nodes { number title merged mergedAt labels(first: 100) { \
                    nodes { name } } } } } }";

/// What GitHub knows of commits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Brought {
    /// The pull requests that brought them.
    pub pulls: Pulls,
    /// Commits that GitHub does not have.
    pub unknown: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    associated_pull_requests: Option<Page<SeenPull>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SeenPull {
    number: u64,
    title: String,
    merged: bool,
    merged_at: Option<String>,
    labels: Option<Page<Label>>,
}

#[derive(Deserialize)]
struct Label {
    name: String,
}

impl Client {
    /// Asks of each commit which merged pull request brought it, the first one where several did; needs
    /// `pull-requests: read`. One request for each fifty commits.
    pub async fn brought_by(
        &self,
        repository: &Repository,
        commits: &[&str],
    ) -> anyhow::Result<Read<Brought>> {
        let mut brought = Brought::default();
        for some in commits.chunks(AT_ONCE) {
            let (query, variables) = question(repository, some);
            let answer = self.query(&query, &variables).await.context("read pull requests of commits")?;
            if let Some(missing) = answer.errors.first() {
                let message = foreign::one_line(&missing.message);
                return match missing.kind.as_str() {
                    "FORBIDDEN" | "INSUFFICIENT_SCOPES" => {
                        Ok(Err(Refusal::Forbidden { message, permission: None }))
                    }
                    "NOT_FOUND" => Ok(Err(Refusal::NotFound(message))),
                    _ => Err(Fault::could_not("github-answer", format!("GitHub answers in part: {message}"))
                        .into()),
                };
            }
            let found = answer.data.get("repository").and_then(Value::as_object).ok_or_else(nonsense)?;
            for (at, commit) in some.iter().enumerate() {
                match found.get(&format!("c{at}")) {
                    None | Some(Value::Null) => brought.unknown.push((*commit).to_owned()),
                    Some(object) => {
                        if let Some(pull) = first(object)? {
                            brought.pulls.put(commit, pull);
                        }
                    }
                }
            }
        }
        Ok(Ok(brought))
    }
}

fn question(repository: &Repository, commits: &[&str]) -> (String, Value) {
    let names: Vec<String> = (0..commits.len()).map(|at| format!("c{at}")).collect();
    let declared: String = names.iter().map(|name| format!(" ${name}: GitObjectID!")).collect();
    let fields: String =
        names.iter().map(|name| format!(" {name}: object(oid: ${name}) {{ ...part }}")).collect();
    let query = format!(
        "query Brought($owner: String!, $name: String!{declared}) {{ repository(owner: $owner, name: $name) {{{fields} }} }} {PART}"
    );
    let ids = commits.iter().map(|commit| json!(commit));
    let mut variables: Map<String, Value> = names.into_iter().zip(ids).collect();
    variables.extend(
        [("owner", &repository.owner), ("name", &repository.name)]
            .map(|(key, it)| (key.to_owned(), json!(it))),
    );
    (query, Value::Object(variables))
}

/// The pull request that was merged first: the others brought the commit further.
fn first(object: &Value) -> Result<Option<Pull>, Fault> {
    let seen = Seen::deserialize(object).map_err(|_| nonsense())?;
    let Some(page) = seen.associated_pull_requests else { return Ok(None) };
    if page.page_info.is_some_and(|info| info.has_next_page) {
        let fact = "GitHub knows more than 20 pull requests of one commit";
        return Err(Fault::could_not("github-answer", fact));
    }
    let merged = page.nodes.into_iter().flatten().flatten().filter(|pull| pull.merged);
    // Times of one form, which sort as text.
    let mut by_time: BTreeMap<(Option<String>, u64), SeenPull> =
        merged.map(|pull| ((pull.merged_at.clone(), pull.number), pull)).collect();
    Ok(by_time.pop_first().map(|((_, number), pull)| {
        let labels = pull.labels.and_then(|page| page.nodes).into_iter().flatten().flatten();
        Pull { number, title: pull.title, labels: labels.map(|label| label.name).collect() }
    }))
}

fn nonsense() -> Fault {
    Fault::could_not("github-answer", "GitHub's answer does not tell the pull requests of the commits")
}
