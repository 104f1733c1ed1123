//! A pull request brings the changelog entry and the version that its changes ask for, where the branch wants them.

use std::collections::BTreeSet;

use super::words::quoted;
use crate::changelog::check::{self, Asked, CHANGELOG, Need, Sides, VERSION};
use crate::changelog::versions::{self, Document, Source};
use crate::config::Zero;
use crate::gate::facts::{Commit, Facts, ReleaseFile, Section};
use crate::gate::owners::FilePatterns;
use crate::gate::policy::{Demand, Policy};
use crate::report::Finding;

/// The changelog where the policy names none.
const USUAL: &str = "CHANGELOG.md";

pub(super) fn changelog(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let ready = match policy.changelog {
        Demand::Ignore => return Vec::new(),
        Demand::Required => ready(policy, facts, CHANGELOG),
    };
    let (files, need) = match ready {
        Ok(ready) => ready,
        Err(findings) => return findings,
    };
    match files.iter().find(|file| file.path == changelog_path(policy)) {
        Some(file) => {
            let before = file.left.clone().or_else(|| file.base.clone());
            let sides = Sides { base: before, ..sides(file, None) };
            let mut findings = vec![check::entry(&sides, &need)];
            findings.extend(check::unclear(&need));
            findings
        }
        None => vec![unasked(CHANGELOG, changelog_path(policy))],
    }
}

pub(super) fn version(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let ready = match policy.version {
        Demand::Ignore => return Vec::new(),
        Demand::Required => ready(policy, facts, VERSION),
    };
    let (files, need) = match ready {
        Ok(ready) => ready,
        Err(findings) => return findings,
    };
    match carriers(policy, files) {
        Ok(sides) => check::version(&sides, &need, policy.release.zero.unwrap_or(Zero::Semver)),
        Err(path) => vec![unasked(VERSION, path)],
    }
}

/// The files and what the changes ask for; else why there is nothing to compare.
fn ready<'a>(
    policy: &Policy,
    facts: &'a Facts,
    code: &str,
) -> Result<(&'a [ReleaseFile], Need), Vec<Finding>> {
    if let Some(label) = check::waiver(&policy.release.waive, &facts.pull_request.labels) {
        return Err(vec![Finding::ok(code, format!("waived by label {}", quoted(label)))]);
    }
    if !facts.complete(Section::ReleaseFiles) || !facts.complete(Section::Commits) {
        // That they are unreadable is said elsewhere, once.
        return Err(Vec::new());
    }
    let Some(files) = &facts.release_files else {
        return Err(vec![
            Finding::unknown(code, "the changelog and the version files were not read")
                .help("add `release-files` to the facts"),
        ]);
    };
    let is_told = |commit: &&Commit| !commit.message.trim().is_empty();
    if !facts.commits.is_empty() && !facts.commits.iter().any(|commit| is_told(&commit)) {
        return Err(vec![
            Finding::unknown(code, "the messages of the commits were not read")
                .help("add the `message` of each commit to the facts"),
        ]);
    }
    // GitHub lists the oldest first; the reading begins with the newest.
    let newest_first = facts.commits.iter().rev().filter(is_told);
    let commits: Vec<_> = newest_first.map(|commit| check::commit(&commit.commit, &commit.message)).collect();
    let pull = &facts.pull_request;
    let touching = touching(policy, facts, code)?;
    let asked =
        Asked { commits: &commits, title: &pull.title, labels: &pull.labels, touching: touching.as_ref() };
    Ok((files, Need::of(&policy.release.convention, &asked)))
}

/// The commits that touch the paths, as far as GitHub tells: which files the pull request changes in all.
fn touching(policy: &Policy, facts: &Facts, code: &str) -> Result<Option<BTreeSet<String>>, Vec<Finding>> {
    if policy.release.paths.is_empty() {
        return Ok(None);
    }
    if !facts.complete(Section::Files) {
        return Err(Vec::new());
    }
    let Some(files) = &facts.files else {
        let fact = "which files change was not read";
        return Err(vec![Finding::unknown(code, fact).help("add `files` to the facts")]);
    };
    let rooted = |path: &String| match path.strip_prefix('!') {
        Some(path) => format!("!/{}", path.trim_matches('/')),
        None => format!("/{}", path.trim_matches('/')),
    };
    let (out, into): (Vec<&String>, Vec<&String>) =
        policy.release.paths.iter().partition(|path| path.starts_with('!'));
    let all = into.is_empty().then(|| "*".to_owned());
    let patterns: Vec<String> = all.into_iter().chain(into.into_iter().chain(out).map(rooted)).collect();
    let patterns = FilePatterns::new(&patterns);
    let is_inside = |path: &String| patterns.matches(path);
    let inside =
        files.iter().any(|file| is_inside(&file.path) || file.previous.as_ref().is_some_and(is_inside));
    let all = || facts.commits.iter().map(|commit| commit.commit.clone()).collect();
    Ok(Some(if inside { all() } else { BTreeSet::new() }))
}

fn changelog_path(policy: &Policy) -> &str {
    if policy.release.file.is_empty() { USUAL } else { &policy.release.file }
}

/// The files that carry the version: those that are named, else those that do; or the name of one not read.
fn carriers<'a>(policy: &'a Policy, files: &[ReleaseFile]) -> Result<Vec<Sides>, &'a str> {
    let named = policy.release.versions.iter().map(|name| match name.split_once('#') {
        Some((path, field)) => (path, Some(field)),
        None => (name.as_str(), None),
    });
    let mut found = Vec::new();
    for (path, field) in named {
        let file = files.iter().find(|file| file.path == path).ok_or(path)?;
        found.push(sides(file, field));
    }
    if policy.release.versions.is_empty() {
        let others = files.iter().filter(|file| file.path != changelog_path(policy));
        found.extend(others.filter(|file| carries_version(file)).map(|file| sides(file, None)));
    }
    // Answers come in any order.
    found.sort_by(|one, other| (&one.path, &one.field).cmp(&(&other.path, &other.field)));
    Ok(found)
}

fn carries_version(file: &ReleaseFile) -> bool {
    let carries = |text: &String| {
        let document = Document { path: file.path.clone(), text: text.clone() };
        versions::carries_version(&Source { file: document, field: None, companions: Vec::new() })
    };
    [&file.base, &file.head].into_iter().flatten().any(carries)
}

fn sides(file: &ReleaseFile, field: Option<&str>) -> Sides {
    let ReleaseFile { path, base, head, .. } = file.clone();
    Sides { path, field: field.map(str::to_owned), base, head }
}

fn unasked(code: &str, path: &str) -> Finding {
    Finding::unknown(code, format!("{path} was not read")).help("add it to `release-files` of the facts")
}
