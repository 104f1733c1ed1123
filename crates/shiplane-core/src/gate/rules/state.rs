//! Only an open pull request that is ready for review can be promoted; one that has landed was merged.

use super::words::short;
use crate::gate::facts::{Facts, State};
use crate::gate::policy::Policy;
use crate::report::Finding;

/// GitHub has learned a word since.
const NEWER: &str = "use a newer version of the gate";

pub(super) fn not_open(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let code = "not-open";
    if let Some(landed) = &facts.landed {
        return vec![has_landed(facts, &landed.commit)];
    }
    vec![match facts.pull_request.state {
        State::Open => Finding::ok(code, "the pull request is open"),
        State::Closed => {
            Finding::fail(code, "the pull request is closed").help("reopen it, or open a new one")
        }
        State::Merged => Finding::fail(code, "the pull request is merged already")
            .help("nothing is left to be merged; open a new one for what came later"),
        State::Unknown => {
            Finding::unknown(code, "the pull request is in a state that this version does not know")
                .help(NEWER)
        }
    }]
}

/// Of a commit on the branch, the pull request that brought it must be merged.
fn has_landed(facts: &Facts, commit: &str) -> Finding {
    let (number, commit) = (facts.pull_request.number, short(commit));
    match facts.pull_request.state {
        State::Merged => Finding::ok("not-open", format!("pull request {number} is merged as {commit}")),
        State::Open | State::Closed => {
            let fact = format!("{commit} is on the branch, but pull request {number} was not merged");
            Finding::fail("not-merged", fact)
                .help("bring changes to the branch by merging their pull request")
        }
        State::Unknown => Finding::unknown(
            "not-open",
            format!("pull request {number} is in a state that this version does not know"),
        )
        .help(NEWER),
    }
}

pub(super) fn draft(_: &Policy, facts: &Facts) -> Vec<Finding> {
    vec![if facts.landed.is_some() {
        Finding::ok("draft", "the pull request is merged")
    } else if facts.pull_request.draft {
        Finding::fail("draft", "the pull request is a draft").help("mark it as ready for review")
    } else {
        Finding::ok("draft", "the pull request is ready for review")
    }]
}
