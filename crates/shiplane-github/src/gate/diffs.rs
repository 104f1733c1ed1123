//! Whether a commit that was approved changes the same as the head does: an update from the base takes no approval
//! away then (docs, "About protected branches", "Dismiss stale pull request approvals").

use std::collections::BTreeSet;

use serde_json::Value;
use shiplane_core::fault::Fault;
use shiplane_core::gate::Facts;
use shiplane_core::gate::facts::ReviewState;

use super::PullRequestId;
use crate::client::Client;
use crate::rest::encoded;

/// GitHub shows no more files of a comparison (docs, "Compare two commits").
const MOST_FILES: usize = 300;

/// Each file with its status, its name before, and its patch, or its content's hash where there is no patch.
type Diff = BTreeSet<[String; 4]>;

impl Client {
    /// Says of each approval of another commit whether that commit changes the same; nothing where GitHub does not
    /// show all of it. One request for the head, one for each such commit.
    pub(super) async fn same_diffs(&self, pull: &PullRequestId, facts: &mut Facts) -> Result<(), Fault> {
        let base = facts.pull_request.base.clone();
        let head = facts.pull_request.head.clone();
        let approvals = facts.reviews.iter().filter(|review| review.state == ReviewState::Approved);
        let others: BTreeSet<String> =
            approvals.filter_map(|review| review.commit.clone()).filter(|commit| *commit != head).collect();
        let Some(ours) = self.diff(pull, &base, &head).await? else { return Ok(()) };
        for commit in others {
            let same = self.diff(pull, &base, &commit).await?.map(|theirs| theirs == ours);
            let reviews = facts.reviews.iter_mut().filter(|it| it.commit.as_ref() == Some(&commit));
            reviews.for_each(|review| review.same_diff = same);
        }
        Ok(())
    }

    /// What a commit changes against the base, from where the two parted.
    async fn diff(&self, pull: &PullRequestId, base: &str, commit: &str) -> Result<Option<Diff>, Fault> {
        // The commits themselves are not wanted: one a page, and one page.
        let below = format!("compare/{}...{}?per_page=1", encoded(base), encoded(commit));
        let read = self.get(&pull.repository.path(&below)).await?;
        Ok(read.ok().and_then(|comparison| diff_of(&comparison)))
    }
}

/// All of it, or nothing: half a diff proves nothing.
fn diff_of(comparison: &Value) -> Option<Diff> {
    let files = comparison.get("files")?.as_array().filter(|files| files.len() < MOST_FILES)?;
    let entry = |file: &Value| {
        let text = |key: &str| file.get(key).and_then(Value::as_str).map(str::to_owned);
        let content = text("patch").or_else(|| text("sha"))?;
        Some([text("filename")?, text("status")?, text("previous_filename").unwrap_or_default(), content])
    };
    files.iter().map(entry).collect()
}
