//! What is said where nothing has reported: what is missing, and what usually keeps it away.

use super::newest::Latest;
use super::words::{judged, quoted};
use crate::gate::facts::Facts;
use crate::gate::policy::RequiredCheck;
use crate::report::Finding;

/// Names further away than this are no suggestion but a guess.
const NEAR_ENOUGH: f64 = 0.75;

/// No check is named, and none has reported: that is not a pass.
pub(super) fn nothing(facts: &Facts, latest: &[Latest<'_>]) -> Finding {
    let but = if latest.is_empty() { "" } else { " but the gate itself" };
    let fact = format!("nothing{but} has reported on {}", judged(facts));
    Finding::fail("no-checks", fact).help(never_started(facts))
}

/// A required check that has not reported.
pub(super) fn missing(wanted: &RequiredCheck, facts: &Facts, latest: &[Latest<'_>]) -> Finding {
    let (name, commit) = (quoted(&wanted.name), judged(facts));
    let code = "check-missing";
    if latest.iter().any(|latest| latest.own && latest.check.name() == wanted.name) {
        let help = "take it off the list; the branch's protection can require it";
        return Finding::fail(code, format!("{name} is the gate itself, which cannot wait for itself"))
            .help(help);
    }
    let mut strangers = latest.iter().filter(|latest| latest.check.name() == wanted.name);
    if let (Some(app), true) = (&wanted.app, strangers.any(|latest| !latest.own)) {
        return Finding::fail(code, format!("{name} has not been reported on {commit} by {}", quoted(app)))
            .help("another app or person reported a check of that name, which does not count");
    }
    let fact = format!("{name} has not been reported on {commit}");
    match nearest(&wanted.name, latest) {
        Some(near) => Finding::fail(code, fact).help(format!("did you mean {}?", quoted(near))),
        None => Finding::fail(code, fact).help(kept_away(facts)),
    }
}

fn kept_away(facts: &Facts) -> &'static str {
    if facts.merge_group.is_some() {
        return "see whether its workflow is started by `merge_group`, too";
    }
    if facts.pull_request.fork {
        return "runs for a fork get no secrets, so a job that needs them cannot report; a maintainer can push the \
                branch to this repository and run it there";
    }
    "see whether a path filter, a branch filter or `[skip ci]` kept its workflow from running"
}

/// The three usual causes, for the place where the run was to be started.
fn never_started(facts: &Facts) -> String {
    let base = quoted(&facts.pull_request.base);
    if facts.merge_group.is_some() {
        return "usual causes: no workflow is started by `merge_group`; a branch filter leaves the queue's branches \
                out; Actions is switched off"
            .to_owned();
    }
    // A workflow for pull requests does not run while there is a conflict (docs, "Events that trigger workflows").
    let third = if facts.pull_request.fork {
        "a run for a fork waits for someone to approve it"
    } else {
        "the pull request conflicts with its base"
    };
    format!(
        "usual causes: no workflow runs on pull requests to {base}; a path filter or `[skip ci]` kept it from \
         running; {third}"
    )
}

fn nearest<'a>(wanted: &str, latest: &[Latest<'a>]) -> Option<&'a str> {
    let near = |name: &str| strsim::jaro_winkler(&wanted.to_lowercase(), &name.to_lowercase());
    let others = latest.iter().filter(|latest| !latest.own).map(|latest| latest.check.name());
    let best =
        others.max_by(|left, right| near(left).total_cmp(&near(right)).then_with(|| right.cmp(left)))?;
    (near(best) >= NEAR_ENOUGH).then_some(best)
}
