//! Every word that the reader sees, besides the rules' own.

use shiplane_core::duration::Span;
use shiplane_core::foreign;
use shiplane_core::gate::wait::Reason;
use shiplane_core::gate::{self, Facts, Policy, Seen};
use shiplane_core::report::{Finding, Report};

use super::subject::Subject;

/// The code of a draft.
pub(super) const DRAFT: &str = "draft";

/// What the gate's commit status is called.
pub(super) const STATUS: &str = "shiplane/gate";

/// What the progress is called while checks are waited for.
pub(super) const WAITING: &str = "wait for checks";

/// The report of a run.
pub(super) fn build(policy: &Policy, seen: &Seen, findings: Vec<Finding>) -> Report {
    let mut report = Report::new(title(seen), gate::verdict(&findings));
    report.findings = findings;
    match seen {
        Seen::PullRequest(facts) => outputs(&mut report, policy, facts),
        Seen::Push(push) => {
            report.output("base", foreign::one_line(&push.branch));
            if let Some(facts) = &push.pull_request {
                outputs(&mut report, policy, facts);
            }
            report.output("head-sha", foreign::one_line(&push.commit));
        }
    }
    report
}

fn title(seen: &Seen) -> String {
    match seen {
        Seen::PullRequest(facts) => {
            let pull = &facts.pull_request;
            let queue = if facts.merge_group.is_some() { ", in the merge queue" } else { "" };
            format!("{} → {} (#{}{queue})", pull.source, pull.base, pull.number)
        }
        Seen::Push(push) => {
            let commit: String = push.commit.chars().take(7).collect();
            let by = push.pull_request.as_ref().map(|facts| facts.pull_request.number);
            let by = by.map_or(String::new(), |number| format!(" (#{number})"));
            format!("{commit} on {}{by}", push.branch)
        }
    }
}

fn outputs(report: &mut Report, policy: &Policy, facts: &Facts) {
    let pull = &facts.pull_request;
    report.output("approvals", gate::approvals(policy, facts).counted.len().to_string());
    let missing = gate::missing_checks(policy, facts);
    let missing: Vec<String> = missing.iter().map(|name| foreign::one_line(name)).collect();
    report.output("missing-checks", missing.join("\n"));
    report.output("head-sha", foreign::one_line(facts.judged_commit()));
    report.output("base", foreign::one_line(&pull.base));
    report.output("source", foreign::one_line(&pull.source));
    report.output("pull-request", pull.number.to_string());
}

/// What the progress is called.
pub(super) fn phase_name(subject: &Subject) -> String {
    match subject {
        Subject::PullRequest { pull, .. } => format!("read pull request {pull}"),
        Subject::Queue { pull, .. } => format!("read pull request {pull} and the queue's checks"),
        Subject::Push(pushed) => format!("read how {} came to {}", pushed.commit, pushed.branch),
    }
}

/// What was read.
pub(super) fn phase_note(seen: &Seen) -> String {
    let facts = match seen {
        Seen::PullRequest(facts) => Some(facts),
        Seen::Push(push) => push.pull_request.as_ref(),
    };
    facts.map_or("no pull request".to_owned(), |facts| {
        let (reviews, threads, checks) = (facts.reviews.len(), facts.threads.len(), facts.checks.len());
        format!("reviews: {reviews}, conversations: {threads}, checks: {checks}")
    })
}

/// How often was looked.
pub(super) fn waited(looks: u64) -> String {
    format!("looks: {looks}")
}

/// Why waiting was of no use.
pub(super) fn given_up(reason: &Reason) -> Finding {
    match reason {
        Reason::Allowance { needed, remaining, resets_in } => {
            let fact = format!(
                "waiting takes {needed} more looks, and the token's allowance has {remaining}; it is renewed in {}",
                Span(*resets_in).brief()
            );
            Finding::unknown("rate-limited", fact)
                .help("run the gate again then, or give it a token with an allowance of its own")
        }
    }
}

/// A thing that was to be told to GitHub and was not. The answer stays what it is.
pub(super) fn untold(what: &str, why: &str, permission: &str) -> Finding {
    Finding::warning("not-told", format!("the {what} was not written: {why}")).help(format!(
        "grant the job `{permission}`; a pull request from a fork has a token that may only read"
    ))
}

/// A draft that was marked as ready.
pub(super) fn marked_ready() -> Finding {
    Finding::ok(DRAFT, "the pull request was a draft, and is marked as ready for review now")
}

/// What the commit status says, in at most 140 characters (docs, "Create a commit status").
pub(super) fn status_line(report: &Report) -> String {
    let codes = report.codes();
    let text = if codes.is_empty() {
        report.verdict.word.clone()
    } else {
        format!("{}: {}", report.verdict.word, codes.join(", "))
    };
    foreign::clip(&text, 139)
}
