//! Every word that the user of `revert-pr` reads, and those of the pull request.

use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Excerpt, Finding, Report, Verdict};
use shiplane_github::{NewPull, Opened, Read, Refusal, Was};

use super::request::Request;
use super::revert::{Branch, Pushed};
use crate::outputs;

/// What the pull request says.
pub(super) struct Words {
    title: String,
    body: String,
    base: String,
}

impl Words {
    pub(super) fn as_new<'s>(&'s self, branch: &'s Branch) -> NewPull<'s> {
        NewPull { title: &self.title, body: &self.body, head: &branch.name, base: &self.base }
    }
}

/// Nothing was pushed, and why.
pub(super) fn refused(request: &Request, finding: Finding) -> Report {
    let mut report = titled(request, Verdict::new("refused", Exit::No));
    report.findings.push(finding);
    report
}

/// The branch is as it would be afterwards.
pub(super) fn nothing(request: &Request, bad: &str) -> Report {
    let mut report = titled(request, Verdict::new("nothing-to-do", Exit::Done));
    let fact = format!("what commit {bad} did is not in {} any more", request.base);
    report.findings.push(Finding::ok("already-reverted", fact));
    report
}

/// What would be pushed.
pub(super) fn planned(request: &Request, branch: &Branch) -> Report {
    let mut report = titled(request, Verdict::new("planned", Exit::Done));
    let fact =
        format!("branch {} would be pushed and a pull request to {} opened", branch.name, request.base);
    report.findings.push(Finding::ok("revert-made", fact));
    report.excerpts.push(list(branch));
    report.output("branch", branch.name.clone());
    report
}

pub(super) fn words(request: &Request, branch: &Branch) -> Words {
    let title = match branch.reverted.as_slice() {
        [(_, subject)] => format!("Revert \"{subject}\""),
        all => format!("Revert {} commits", all.len()),
    };
    let mut body = String::from("What runs was rolled back; this brings the branch to the same state.\n\n");
    for (commit, _) in &branch.reverted {
        body.push_str(&format!("- reverts {commit}\n"));
    }
    for (name, text) in [("Why", &request.reason), ("Run", &request.run_url)] {
        if let Some(text) = text {
            body.push_str(&format!("\n{name}: {text}\n"));
        }
    }
    Words { title, body, base: request.base.clone() }
}

/// The pull request is there, or why not.
pub(super) fn opened(request: &Request, branch: &Branch, pull: Read<Opened>) -> anyhow::Result<Report> {
    let pull = match pull {
        Ok(pull) => pull,
        Err(refusal) => return Err(permission(request, branch, &refusal).into()),
    };
    let mut report = titled(request, Verdict::new("opened", Exit::Done));
    report.findings.push(pushed(branch));
    let fact = match pull.was {
        Was::Created => format!("pull request #{} is open: {}", pull.number, pull.url),
        Was::Updated => format!("pull request #{} was open and says what is new: {}", pull.number, pull.url),
        Was::Unchanged => format!("pull request #{} was open already: {}", pull.number, pull.url),
    };
    report.findings.push(Finding::ok("pull-request", fact));
    report.excerpts.push(list(branch));
    report.output("branch", branch.name.clone());
    report.output("pull-request", pull.number.to_string());
    Ok(report)
}

fn pushed(branch: &Branch) -> Finding {
    let name = &branch.name;
    match branch.was {
        Pushed::Created => Finding::ok("branch", format!("branch {name} was pushed")),
        Pushed::Updated => Finding::ok("branch", format!("branch {name} was brought up to date")),
        Pushed::Unchanged | Pushed::Not => Finding::ok("branch", format!("branch {name} says it already")),
        Pushed::Kept => {
            let fact = format!("branch {name} has commits of others and was left as it is");
            Finding::warning("branch-kept", fact).help("delete the branch to have it made again")
        }
    }
}

fn permission(request: &Request, branch: &Branch, refusal: &Refusal) -> Fault {
    let repository = &request.access.repository;
    let why = match refusal {
        Refusal::Forbidden { message, .. } | Refusal::NotFound(message) => message,
    };
    let fact =
        format!("branch {} is pushed, but no pull request may be opened in {repository}: {why}", branch.name);
    Fault::could_not("permission-missing", fact).help(
        "the job needs `permissions: contents: write, pull-requests: write`, and the repository's Actions settings \
         must allow GitHub Actions to create pull requests",
    )
}

fn list(branch: &Branch) -> Excerpt {
    let line =
        |(commit, subject): &(String, String)| format!("{} {subject}", commit.get(..8).unwrap_or(commit));
    Excerpt { title: "reverted, newest first".to_owned(), lines: branch.reverted.iter().map(line).collect() }
}

fn titled(request: &Request, verdict: Verdict) -> Report {
    let mut report = Report::new(format!("revert on {}", request.base), verdict);
    outputs::tell(&mut report, None, None);
    report
}
