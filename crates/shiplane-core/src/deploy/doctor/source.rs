//! Where commits come from, seen from the host.

use super::checkup::{CommitSeen, Learned, Origin, OriginAnswer};
use super::{Patient, not_known};
use crate::report::{Finding, Level};

pub(super) fn origin(patient: &Patient<'_>) -> Vec<Finding> {
    let origin = match &patient.checkup.origin {
        Learned::NotAsked => return Vec::new(),
        Learned::Unknown(why) => return vec![not_known("origin-unknown", "the remote `origin`", why)],
        Learned::Known(origin) => origin,
    };
    let finding = said(origin, &patient.question.site.path);
    // A commit that is on the host already needs no remote.
    let is_needed = origin.commit != CommitSeen::Here;
    vec![if finding.level == Level::Fail && !is_needed {
        Finding { level: Level::Warning, ..finding }
    } else {
        finding
    }]
}

fn said(origin: &Origin, path: &str) -> Finding {
    let Origin { url, answer, .. } = origin;
    match answer {
        OriginAnswer::Lists => Finding::ok("origin", format!("the host reads `origin`, {url}")),
        OriginAnswer::HostKeyUnknown => {
            let fact = format!("the host does not know the key of the server behind `origin`, {url}");
            Finding::fail("origin-host-key", fact)
                .help("on the host: put the server's line into ~/.ssh/known_hosts; GitHub publishes its keys under https://api.github.com/meta")
        }
        OriginAnswer::Refused => {
            let fact = format!("`origin` lets the host's user not in: {url}");
            Finding::fail("origin-refused", fact).help(
                "make a key on the host with ssh-keygen, and add its public half to the repository as a deploy key",
            )
        }
        OriginAnswer::NotFound => {
            let fact = format!("`origin` says that there is no such repository, or not for this user: {url}");
            Finding::fail("origin-not-found", fact).help(format!(
                "on the host: `git -C {path} remote -v`, and check who the deploy key belongs to"
            ))
        }
        OriginAnswer::Unreachable(why) => {
            let fact = format!("the host does not get to `origin`, {url}: {why}");
            Finding::fail("origin-unreachable", fact).help(
                "check the name, the host's DNS and its firewall; `strategy: files` needs no git remote",
            )
        }
        OriginAnswer::Silent => {
            let finding =
                Finding::unknown("origin-silent", format!("`origin` did not answer in time: {url}"));
            finding
                .help(format!("on the host: `git -C {path} ls-remote origin` must answer without a question"))
        }
        OriginAnswer::Other(why) => {
            let finding =
                Finding::fail("origin-failed", format!("the host does not read `origin`, {url}: {why}"));
            finding
                .help(format!("on the host: `git -C {path} ls-remote origin` must answer without a question"))
        }
    }
}

pub(super) fn commit(patient: &Patient<'_>) -> Vec<Finding> {
    let Learned::Known(origin) = &patient.checkup.origin else { return Vec::new() };
    let wanted = patient.question.checkup.as_ref().and_then(|inquiry| inquiry.commit.as_deref());
    let commit = wanted.unwrap_or_default();
    let short = commit.get(..8).unwrap_or(commit);
    match origin.commit {
        CommitSeen::NotAsked => Vec::new(),
        CommitSeen::Here => vec![Finding::ok("commit", format!("commit {short} is on the host"))],
        CommitSeen::AtOrigin => {
            vec![Finding::ok("commit", format!("a branch or tag of `origin` stands on commit {short}"))]
        }
        CommitSeen::Nowhere => {
            let fact =
                format!("no branch or tag of `origin` stands on commit {short}; the fetch will look deeper");
            vec![Finding::ok("commit", fact)]
        }
    }
}
