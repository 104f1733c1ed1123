//! Which pull request brought a commit to a branch.

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;

use super::checks::no_commit;
use super::undocumented;
use super::wire::{Oid, Page};
use crate::client::Client;
use crate::repository::Repository;

const LANDED: &str = include_str!("landed.graphql");

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Commit {
    oid: Option<String>,
    associated_pull_requests: Option<Page<Candidate>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    number: u64,
    merged: bool,
    base_ref_name: String,
    head_ref_oid: String,
    merge_commit: Option<Oid>,
}

impl Client {
    /// The pull request that was merged into the branch as this commit. One that merely contains the commit, or went
    /// to another branch, did not bring it.
    pub async fn landed(
        &self,
        repository: &Repository,
        branch: &str,
        commit: &str,
    ) -> anyhow::Result<Option<u64>> {
        let variables = json!({ "owner": repository.owner, "name": repository.name, "commit": commit });
        let answer = self.query(LANDED, &variables).await;
        let answer = answer.with_context(|| format!("ask how {commit} came to {repository}"))?;
        let found = match answer.data.pointer("/repository/object") {
            Some(object @ Value::Object(_)) => {
                Commit::deserialize(object).map_err(|error| undocumented(&error))?
            }
            _ => return Err(no_commit(repository, commit, &answer.errors).into()),
        };
        let Some(nodes) = found.associated_pull_requests.and_then(|page| page.nodes) else {
            return Err(unlisted(commit, &answer.errors).into());
        };
        // As GitHub writes it: what was asked for may be short, or in capitals.
        let whole = found.oid.as_deref().unwrap_or(commit);
        let brought = |it: &Candidate| it.merged && it.base_ref_name == branch && it.is(whole);
        match nodes.iter().flatten().find(|it| brought(it)) {
            Some(candidate) => Ok(Some(candidate.number)),
            // What is missing in the list may be the one.
            None if nodes.iter().any(Option::is_none) => Err(unlisted(commit, &answer.errors).into()),
            None => Ok(None),
        }
    }
}

impl Candidate {
    /// The commit is what it became, or its very head, which a fast-forward leaves as it is.
    fn is(&self, commit: &str) -> bool {
        self.head_ref_oid == commit || self.merge_commit.as_ref().is_some_and(|merge| merge.oid == commit)
    }
}

fn unlisted(commit: &str, errors: &[crate::answer::Missing]) -> Fault {
    let said = errors.first().map_or("they are not in the answer", |error| error.message.as_str());
    Fault::could_not("permission-missing", format!("the pull requests of {commit} could not be read: {said}"))
        .help("grant the job `contents: read` and `pull-requests: read`")
}
