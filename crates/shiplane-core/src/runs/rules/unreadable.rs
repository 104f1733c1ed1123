//! What could not be read, or not in full, is never a pass.

use crate::report::Finding;
use crate::runs::facts::{Facts, Run, Section, Unread};
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{granting, named};

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let mut unread: Vec<&Unread> =
        facts.unread.iter().filter(|unread| matters(policy, unread.section)).collect();
    unread.sort_by_key(|unread| (unread.section, &unread.why));
    let mut findings: Vec<Finding> = unread.into_iter().map(reason).collect();
    if facts.complete(Section::Jobs) {
        let silent = |run: &&Run| run.jobs.as_ref().is_none_or(Vec::is_empty) && never_began(run).is_none();
        findings.extend(select::judged(policy, facts).into_iter().filter(silent).map(|run| {
            Finding::unknown("jobs-unreadable", format!("the jobs of {} are not known", named(run)))
                .help("a record made for other workflows does not have them; look again")
        }));
    }
    findings
}

/// A run that came to nothing before its first job was made: it may have none.
fn never_began(run: &Run) -> Option<&str> {
    run.jobs.as_ref()?;
    match run.conclusion.as_deref() {
        Some("success" | "neutral") => None,
        other => Some(other.unwrap_or(&run.status)),
    }
}

/// Whether the policy asks anything of that section.
fn matters(policy: &Policy, section: Section) -> bool {
    match section {
        Section::Runs | Section::Jobs => true,
        // They only make a refusal clearer.
        Section::OlderRuns => false,
        Section::Landed | Section::Deployment => policy.environment.is_some(),
    }
}

fn reason(unread: &Unread) -> Finding {
    let why = &unread.why;
    let finding = match unread.section {
        Section::Runs | Section::OlderRuns => {
            Finding::unknown("runs-unreadable", format!("the workflow runs could not be read in full: {why}"))
        }
        Section::Jobs => {
            Finding::unknown("jobs-unreadable", format!("the jobs could not be read in full: {why}"))
        }
        // The way to production is worth knowing, but decides nothing.
        Section::Landed => Finding::warning(
            "lead-time",
            format!("the pull request that brought the commit could not be read: {why}"),
        ),
        Section::Deployment => {
            Finding::warning("lead-time", format!("the deployment could not be read: {why}"))
        }
    };
    match granting(&unread.permissions) {
        Some(help) => finding.help(help),
        None => finding,
    }
}
