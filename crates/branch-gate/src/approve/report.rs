//! Every word that the reader of a run sees, besides the decision's own.

use shiplane_core::approval::{Asked, Decision, Facts, Policy};
use shiplane_core::exit::Exit;
use shiplane_core::foreign;
use shiplane_core::gate;
use shiplane_core::report::{Finding, Report, Verdict};

/// Since when a request is known.
#[derive(Debug)]
pub(super) enum Told {
    /// This run wrote it.
    Now,
    /// It was open already.
    Before,
    /// This run wrote one at the given address, and another run was first.
    Twice(String),
}

/// The title of an issue that keeps a request.
pub(super) fn issue_title(policy: &Policy, commit: &str) -> String {
    format!("Approve {}: {}", foreign::one_line(&policy.environment), short(commit))
}

/// What was read.
pub(super) fn phase_note(facts: &Facts) -> String {
    format!("comments: {}, reviews: {}", facts.comments.len(), facts.reviews.len())
}

/// The answer of `check`.
pub(super) fn checked(policy: &Policy, decision: Decision) -> Report {
    let commit = decision.commit.unwrap_or_default();
    let title = match commit.as_str() {
        "" => format!("approval for {}", policy.environment),
        commit => format!("approval of {} for {}", short(commit), policy.environment),
    };
    let mut report = Report::new(title, gate::verdict(&decision.findings));
    report.findings = decision.findings;
    report.output("commit", foreign::one_line(&commit));
    report.output("environment", foreign::one_line(&policy.environment));
    report.output("request-url", foreign::one_line(&decision.url.unwrap_or_default()));
    let people: Vec<String> = decision.approved_by.iter().map(|login| foreign::one_line(login)).collect();
    report.output("approved-by", people.join("\n"));
    report.output("expires", decision.ends.map(|ends| ends.to_string()).unwrap_or_default());
    report
}

/// The answer of `request`.
pub(super) fn requested(open: &Asked, told: Told) -> Report {
    let (commit, url) = (short(&open.terms.commit), &open.url);
    let mut report = about(open, Verdict::new("requested", Exit::Done));
    report.findings = vec![match told {
        Told::Now => {
            Finding::ok("approval-requested", format!("an approval of {commit} is asked for at {url}"))
        }
        Told::Before => Finding::ok(
            "approval-requested",
            format!("an approval of {commit} was asked for already at {url}"),
        ),
        Told::Twice(own) => {
            let fact =
                format!("another run asked for {commit} in the same moment; {url} counts, {own} does not");
            Finding::warning("approval-twice", fact).help("answer at the address that counts")
        }
    }];
    report
}

/// The answer of `grant`.
pub(super) fn granted(open: &Asked, by: &str) -> Report {
    let mut report = about(open, Verdict::new("granted", Exit::Done));
    let fact =
        format!("{by} approves {}; `approve check` says whether that counts", short(&open.terms.commit));
    report.findings = vec![Finding::ok("approval-granted", fact)];
    report
}

/// The answer of `withdraw`.
pub(super) fn withdrawn(open: &Asked, by: &str) -> Report {
    let mut report = about(open, Verdict::new("withdrawn", Exit::Done));
    let fact = format!("{by} withdrew the request for {}", short(&open.terms.commit));
    report.findings = vec![Finding::ok("approval-withdrawn", fact)];
    report
}

/// The answer of `withdraw` to someone who may not, or of whom that is not known.
pub(super) fn may_not(open: &Asked, finding: Finding) -> Report {
    let mut report = about(open, gate::verdict(std::slice::from_ref(&finding)));
    report.findings = vec![finding];
    report
}

/// The answer when there is nothing to answer to.
pub(super) fn nothing_open(policy: &Policy) -> Report {
    let mut report =
        Report::new(format!("approval for {}", policy.environment), Verdict::new("blocked", Exit::No));
    let fact = format!("no request for `{}` is open", policy.environment);
    report.findings = vec![Finding::fail("approval-missing", fact).help("ask with `approve request`")];
    report
}

fn about(open: &Asked, verdict: Verdict) -> Report {
    let terms = &open.terms;
    let mut report =
        Report::new(format!("approval of {} for {}", short(&terms.commit), terms.environment), verdict);
    report.output("commit", foreign::one_line(&terms.commit));
    report.output("environment", foreign::one_line(&terms.environment));
    report.output("request-url", foreign::one_line(&open.url));
    report.output("expires", open.ends.to_string());
    report
}

fn short(commit: &str) -> String {
    commit.chars().take(7).collect()
}
