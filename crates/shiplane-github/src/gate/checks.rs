//! Checks again: while the gate waits for them, and of a merge queue's commit.

use anyhow::Context as _;
use serde::Deserialize as _;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::{MergeGroup, Section};

use super::lists::{Cursors, Lists};
use super::pages::{leave_gaps, leave_unread, settle};
use super::reported::Reported;
use super::{MOST_PAGES, PullRequestId, absent, partial, progress, undocumented, wire, with_cursors};
use crate::answer::{Allowance, Answer, Missing};
use crate::client::Client;
use crate::repository::Repository;

const CHECKS: &str =
    concat!(include_str!("checks.graphql"), include_str!("head.graphql"), include_str!("check.graphql"));
const QUEUE: &str = concat!(include_str!("queue.graphql"), include_str!("check.graphql"));

impl Client {
    /// Reads the checks of the head and of the test merge again, in a request of cost 1 for each 100 of them. A head
    /// that has moved is said in the facts. What is left of the hour's allowance comes back.
    pub async fn gate_checks(
        &self,
        pull: &PullRequestId,
        facts: &mut Facts,
    ) -> anyhow::Result<Option<Allowance>> {
        let head = facts.pull_request.head.clone();
        let (mut lists, mut reported) = (Lists::default(), Reported::default());
        let (mut cursors, mut missing) = (Cursors::new(), Vec::new());
        for _ in 0..MOST_PAGES {
            let variables = with_cursors(pull.variables(), cursors);
            let answer = self.query(CHECKS, &variables).await;
            let answer = answer.with_context(|| format!("read the checks of {pull}"))?;
            let Some(now) = progress(&answer.data)? else { return Err(absent(pull, &answer.errors).into()) };
            facts.seen_at = answer.at.or(facts.seen_at);
            missing.extend(answer.errors);
            settle(&mut facts.pull_request, now.mergeable.as_deref(), Some(&now.head_ref_oid));
            reported.force_pushes(&mut lists, (&head, now.timeline_items));
            if let Err(other) = reported.tip(&mut lists, (&head, now.tip)) {
                settle(&mut facts.pull_request, None, Some(&other));
            }
            reported.test_merge(&mut lists, now.potential_merge_commit);
            match lists.next_cursors() {
                Some(next) => cursors = next,
                None => break,
            }
        }
        reported.put_into(facts);
        say_what_is_missing(facts, (&missing, lists));
        Ok(self.allowance())
    }

    /// Puts the checks of a merge queue's commit in the place of the head's. The pull request's own test merge says
    /// nothing about them.
    pub async fn queue_checks(
        &self,
        repository: &Repository,
        commit: &str,
        facts: &mut Facts,
    ) -> anyhow::Result<Option<Allowance>> {
        let (mut lists, mut reported) = (Lists::default(), Reported::default());
        let (mut cursors, mut missing) = (Cursors::new(), Vec::new());
        for _ in 0..MOST_PAGES {
            let (owner, name) = (&repository.owner, &repository.name);
            let variables = json!({ "owner": owner, "name": name, "commit": commit });
            let answer = self.query(QUEUE, &with_cursors(variables, cursors)).await;
            let answer = answer.with_context(|| format!("read the checks of {commit} in {repository}"))?;
            let object = object(&answer)?;
            let Some(object) = object.filter(|object| object.oid.is_some()) else {
                return Err(no_commit(repository, commit, &answer.errors).into());
            };
            facts.seen_at = answer.at.or(facts.seen_at);
            missing.extend(answer.errors);
            reported.rollup(&mut lists, object.status_check_rollup);
            match lists.next_cursors() {
                Some(next) => cursors = next,
                None => break,
            }
        }
        facts.merge_group = Some(MergeGroup { commit: commit.to_owned() });
        (facts.checks, facts.test_merge) = (reported.into_checks(), None);
        say_what_is_missing(facts, (&missing, lists));
        Ok(self.allowance())
    }
}

/// What was unread before has been read again.
fn say_what_is_missing(facts: &mut Facts, (missing, lists): (&[Missing], Lists)) {
    facts.unread.retain(|unread| !matches!(unread.section, Section::Checks | Section::TestMerge));
    for unread in missing.iter().filter_map(partial::unread) {
        leave_unread(facts, unread);
    }
    leave_gaps(facts, lists);
}

fn object(answer: &Answer) -> Result<Option<wire::QueueCommit>, Fault> {
    match answer.data.pointer("/repository/object") {
        None | Some(Value::Null) => Ok(None),
        Some(object) => {
            wire::QueueCommit::deserialize(object).map(Some).map_err(|error| undocumented(&error))
        }
    }
}

/// Why there is no such commit.
pub(super) fn no_commit(repository: &Repository, commit: &str, errors: &[Missing]) -> Fault {
    let said = errors.first().map_or("it is not in the answer", |error| error.message.as_str());
    if errors.iter().any(|error| partial::is_permission(&error.kind)) {
        let fact = format!("the token may not read commit {commit} of {repository}: {said}");
        return Fault::could_not("permission-missing", fact).help("grant the job `contents: read`");
    }
    Fault::could_not("not-found", format!("GitHub found no commit {commit} in {repository}: {said}"))
        .help("see the name and the id; a token that may not read a repository gets the same answer")
}
