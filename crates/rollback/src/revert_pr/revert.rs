//! Makes the revert in a working tree of its own, beside the checkout, and pushes it.

use std::path::Path;

use shiplane_action::Call;
use shiplane_core::report::{Finding, Level};

use super::git::{COMMITTER, Git};
use super::request::Request;

/// What came of it.
#[derive(Debug)]
pub(super) enum Made {
    /// What the commits did is not in the branch any more.
    Nothing(String),
    /// A branch with the reverts.
    Branch(Branch),
}

/// A branch with reverts.
#[derive(Debug)]
pub(super) struct Branch {
    pub(super) name: String,
    /// Commits that it takes back, newest first, each with its first line.
    pub(super) reverted: Vec<(String, String)>,
    pub(super) was: Pushed,
}

/// What became of the branch at the remote.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pushed {
    Created,
    Updated,
    Unchanged,
    /// It has commits of others.
    Kept,
    /// Nothing was pushed, as asked.
    Not,
}

type Answer<T> = anyhow::Result<Result<T, Box<Finding>>>;

/// Finds the commits, reverts them on the newest state of the branch, pushes the result.
pub(super) fn make(request: &Request, bad: &str, call: &Call) -> Answer<Made> {
    let author = request.actor.clone().unwrap_or_else(|| "Shiplane".to_owned());
    let plain = Git { directory: request.directory.clone(), header: None, author };
    let header = plain.server().map(|server| (server, request.access.token().clone()));
    let git = Git { header, ..plain };
    let base = format!("refs/remotes/origin/{}", request.base);
    let phase = call.progress.phase("make revert");
    git.text(&["fetch", "--quiet", "origin", &format!("+refs/heads/{}:{base}", request.base)])?;
    let made = commits(&git, request, (bad, &base)).and_then(|found| match found {
        Ok(commits) => in_own_tree(&git, request, (&commits, &base)),
        Err(finding) => Ok(Err(finding)),
    });
    phase.finish(if matches!(made, Ok(Ok(_))) { Level::Ok } else { Level::Fail }, "");
    made
}

/// The commits to take back, newest first. A merge stands for all that it brought.
fn commits(git: &Git, request: &Request, (bad, base): (&str, &str)) -> Answer<Vec<String>> {
    let bad = match resolve(git, bad)? {
        Ok(bad) => bad,
        Err(finding) => return Ok(Err(finding)),
    };
    if !git.does(&["merge-base", "--is-ancestor", &bad, base])? {
        let fact = format!("commit {bad} is not in branch {}", request.base);
        return Ok(Err(Box::new(
            Finding::fail("commit-not-on-branch", fact).help("name the branch with --base"),
        )));
    }
    let Some(good) = &request.range else { return Ok(Ok(vec![bad])) };
    let good = match resolve(git, good)? {
        Ok(good) => good,
        Err(finding) => return Ok(Err(finding)),
    };
    if !git.does(&["merge-base", "--is-ancestor", &good, &bad])? {
        let fact = format!("commit {good} is not older than {bad}");
        return Ok(Err(Box::new(
            Finding::fail("range-invalid", fact).help("name the last good commit with --range"),
        )));
    }
    let listed = git.text(&["rev-list", "--first-parent", &format!("{good}..{bad}")])?;
    Ok(Ok(listed.lines().map(str::to_owned).collect()))
}

fn resolve(git: &Git, name: &str) -> Answer<String> {
    let wanted = format!("{name}^{{commit}}");
    let output = git.run(&["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])?;
    if output.status.success() {
        return Ok(Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned()));
    }
    if output.status.code() == Some(128) && !git.does(&["rev-parse", "--git-dir"])? {
        return Err(git.failed(&["rev-parse"], &output).into());
    }
    let fact = format!("the checkout has no commit `{name}`");
    let finding =
        Finding::fail("commit-not-found", fact).help("check out with fetch-depth: 0, or name another commit");
    Ok(Err(Box::new(finding)))
}

fn in_own_tree(git: &Git, request: &Request, (commits, base): (&[String], &str)) -> Answer<Made> {
    let place = git.text(&["rev-parse", "--path-format=absolute", "--git-path", "shiplane-revert"])?;
    let remove = |git: &Git| git.does(&["worktree", "remove", "--force", &place]);
    remove(git)?;
    git.text(&["worktree", "add", "--quiet", "--force", "--detach", &place, base])?;
    let made = reverts(&git.at(Path::new(&place)), request, (commits, base));
    remove(git)?;
    made
}

fn reverts(tree: &Git, request: &Request, (commits, base): (&[String], &str)) -> Answer<Made> {
    let mut reverted = Vec::new();
    for commit in commits {
        let subject = tree.text(&["show", "--no-patch", "--format=%s", commit])?;
        let parents = tree.text(&["rev-list", "--parents", "--max-count=1", commit])?;
        let is_merge = parents.split_whitespace().count() > 2;
        let mut words = vec!["revert", "--no-edit"];
        if is_merge {
            words.extend(["-m", "1"]);
        }
        words.push(commit);
        let output = tree.run(&words)?;
        if output.status.success() {
            reverted.push((commit.clone(), subject));
            continue;
        }
        let names = tree.text(&["diff", "--name-only", "--diff-filter=U", "-z"])?;
        let names: Vec<&str> = names.split('\0').filter(|name| !name.is_empty()).collect();
        if !names.is_empty() {
            let short = commit.get(..8).unwrap_or(commit);
            let fact = format!(
                "commit {short} cannot be reverted on {} without a person: {}",
                request.base,
                names.join(", ")
            );
            let merge = if is_merge { "-m 1 " } else { "" };
            let help = format!(
                "nothing was pushed; by hand: git switch -c revert/{short} origin/{} && git revert {merge}{commit}",
                request.base
            );
            return Ok(Err(Box::new(Finding::fail("revert-conflict", fact).help(help))));
        }
        if !tree.text(&["status", "--porcelain", "--untracked-files=no"])?.is_empty() {
            return Err(tree.failed(&["revert"], &output).into());
        }
        // What it did is not there any more.
        tree.does(&["revert", "--quit"])?;
    }
    let Some(newest) = commits.first().filter(|_| !reverted.is_empty()) else {
        return Ok(Ok(Made::Nothing(commits.first().cloned().unwrap_or_default())));
    };
    let short = newest.get(..8).unwrap_or(newest);
    let name = match commits.len() {
        1 => format!("revert/{short}"),
        count => format!("revert/{short}-and-{}-more", count - 1),
    };
    let was = if request.dry_run { Pushed::Not } else { push(tree, (&name, base))? };
    Ok(Ok(Made::Branch(Branch { name, reverted, was })))
}

/// Pushes, unless the branch at the remote says the same already or has commits of others.
fn push(tree: &Git, (name, base): (&str, &str)) -> anyhow::Result<Pushed> {
    let remote = format!("refs/heads/{name}");
    let listed = tree.text(&["ls-remote", "--heads", "origin", &remote])?;
    let there = listed.split_whitespace().next().map(str::to_owned);
    if let Some(there) = &there {
        tree.text(&["fetch", "--quiet", "origin", &remote])?;
        let whose = tree.text(&["log", "--format=%ce", &format!("{base}..{there}")])?;
        if whose.lines().any(|email| email != COMMITTER) {
            return Ok(Pushed::Kept);
        }
        let is_current = tree.does(&["merge-base", "--is-ancestor", base, there])?;
        if is_current && tree.does(&["diff", "--quiet", there, "HEAD"])? {
            return Ok(Pushed::Unchanged);
        }
    }
    // Only over what was just seen: somebody may push at the same moment.
    let lease = format!("--force-with-lease={remote}:{}", there.clone().unwrap_or_default());
    tree.text(&["push", "--quiet", &lease, "origin", &format!("HEAD:{remote}")])?;
    Ok(if there.is_some() { Pushed::Updated } else { Pushed::Created })
}
