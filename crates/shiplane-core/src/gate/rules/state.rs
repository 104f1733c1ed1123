//! Only an open pull request that is ready for review can be promoted.

use crate::gate::facts::{Facts, State};
use crate::gate::policy::Policy;
use crate::report::Finding;

pub(super) fn not_open(_: &Policy, facts: &Facts) -> Vec<Finding> {
    let code = "not-open";
    vec![match facts.pull_request.state {
        State::Open => Finding::ok(code, "the pull request is open"),
        State::Closed => {
            Finding::fail(code, "the pull request is closed").help("reopen it, or open a new one")
        }
        State::Merged => Finding::fail(code, "the pull request is merged already"),
        State::Unknown => {
            Finding::unknown(code, "the pull request is in a state that this version does not know")
        }
    }]
}

pub(super) fn draft(_: &Policy, facts: &Facts) -> Vec<Finding> {
    vec![if facts.pull_request.draft {
        Finding::fail("draft", "the pull request is a draft").help("mark it as ready for review")
    } else {
        Finding::ok("draft", "the pull request is ready for review")
    }]
}
