//! Which branch and which commit to ask about; not settled when the facts are on record.

use serde_json::Value;
use shiplane_action::Context;
use shiplane_core::fault::Fault;
use shiplane_github::RunsQuestion;

use super::cli::Status;

/// A commit is written with at least so many characters, as git shows it, and at most those of SHA-256.
const COMMIT_LENGTH: std::ops::RangeInclusive<usize> = 7..=64;

/// Flags go before the event, the event before the runner's variables.
pub(super) fn resolve(status: &Status, context: &Context) -> Result<RunsQuestion, Fault> {
    let repository = status.access.repository(context)?;
    let from_event =
        |pointer: &str| context.event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    let head = from_event("/pull_request/head/ref");
    let branch = status.branch.clone().or_else(|| head.clone()).or_else(|| context.ref_name.clone());
    let branch = branch
        .filter(|branch| !branch.trim().is_empty())
        .ok_or_else(|| Fault::usage("branch-not-named", "no branch is named").help("add --branch develop"))?;
    let commit = match &status.commit {
        Some(commit) => Some(checked(commit)?),
        None => from_event("/pull_request/head/sha").filter(|_| head.as_ref() == Some(&branch)),
    };
    let own_run = context.run_id.filter(|_| context.repository.as_ref() == Some(&repository.to_string()));
    Ok(RunsQuestion { repository, branch, commit, pinned: status.commit.is_some(), own_run })
}

fn checked(commit: &str) -> Result<String, Fault> {
    let plain = commit.chars().all(|c| c.is_ascii_hexdigit()) && COMMIT_LENGTH.contains(&commit.len());
    if plain {
        return Ok(commit.to_ascii_lowercase());
    }
    Err(Fault::usage("commit-invalid", format!("`{commit}` is not a commit"))
        .help("write its id, as `git rev-parse HEAD` shows it"))
}
