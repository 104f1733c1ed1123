//! What is said of a check that is not green, and where it is put right.

use super::newest::{Outcome, outcome};
use super::words::{quoted, said};
use crate::foreign;
use crate::gate::facts::{Check, Facts};
use crate::gate::policy::Policy;
use crate::report::Finding;

/// Addresses longer than this are not printed: a part of one leads nowhere.
const ADDRESS_LIMIT: usize = 300;

/// Why a result is no pass; nothing when it is one.
pub(super) fn reason(policy: &Policy, facts: &Facts, check: &Check) -> Option<Finding> {
    let name = title(check);
    match outcome(policy, check) {
        Outcome::Passed => None,
        Outcome::Pending(word) => {
            let finding = Finding::pending("check-pending", format!("{name} is {}", said(&word)));
            Some(helped(finding, address(check).into_iter()))
        }
        Outcome::Unclear => {
            let fact = format!("{name} is completed, but GitHub does not say how");
            let help = std::iter::once("run it again".to_owned()).chain(address(check));
            Some(helped(Finding::unknown("check-pending", fact), help))
        }
        Outcome::Failed(word) if word == "action_required" => {
            let fact = format!("{name} waits for someone to approve its run");
            let approve = "approve the run in the checks tab of the pull request".to_owned();
            let help = std::iter::once(approve).chain(address(check));
            Some(helped(Finding::fail("check-failed", fact), help))
        }
        Outcome::Failed(word) => {
            let finding = Finding::fail("check-failed", format!("{name} ended with {}", said(&word)));
            Some(helped(finding, std::iter::once(remedy(facts, &word)).chain(address(check))))
        }
    }
}

/// Its name, and where it came from.
pub(super) fn title(check: &Check) -> String {
    format!("{}{}", quoted(check.name()), origin(check))
}

fn helped(finding: Finding, help: impl Iterator<Item = String>) -> Finding {
    let help: Vec<String> = help.collect();
    if help.is_empty() { finding } else { finding.help(help.join("; ")) }
}

/// Red work goes back to where it came from; what did not come to an end says nothing of the work.
fn remedy(facts: &Facts, word: &str) -> String {
    match word {
        "cancelled" | "stale" => return "run it again".to_owned(),
        "skipped" => {
            return "only a run counts here: see whether its `if:` said no, or a job that it needs failed"
                .to_owned();
        }
        _ => {}
    }
    let (source, base) = (quoted(&facts.pull_request.source), quoted(&facts.pull_request.base));
    match (&facts.landed, facts.pull_request.fork) {
        (Some(_), _) => format!("fix it on {source} and bring it to {base} with a new pull request"),
        (None, true) => format!("fix it on {source} of the fork and push"),
        (None, false) => format!("fix it on {source} and push"),
    }
}

fn address(check: &Check) -> Option<String> {
    let url = match check {
        Check::Run(run) => run.url.as_deref()?,
        Check::Status(_) => return None,
    };
    let is_address = ["https://", "http://"].iter().any(|scheme| url.starts_with(scheme));
    let harmless = url.len() <= ADDRESS_LIMIT && url.chars().all(|c| c.is_ascii_graphic());
    (is_address && harmless).then(|| format!("see {url}"))
}

/// Where the result came from, as far as that tells it from another of the same name.
fn origin(check: &Check) -> String {
    match check {
        Check::Run(run) => match (&run.workflow, &run.app) {
            (Some(workflow), _) => format!(" of {}", foreign::clip(workflow, 80)),
            (None, Some(app)) => format!(" of {}", foreign::clip(app, 80)),
            (None, None) => String::new(),
        },
        Check::Status(_) => " (commit status)".to_owned(),
    }
}
