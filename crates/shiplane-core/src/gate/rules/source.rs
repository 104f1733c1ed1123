//! Which branch may go where, and from which repository.

use super::words::{list, quoted};
use crate::gate::facts::Facts;
use crate::gate::policy::Policy;
use crate::report::Finding;

pub(super) fn source_branch(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let code = "source-branch";
    let (source, base) = (&facts.pull_request.source, &facts.pull_request.base);
    if policy.from.is_empty() {
        return vec![Finding::ok(code, format!("any branch may go to {}", quoted(base)))];
    }
    if let Some(pattern) = policy.from.iter().find(|pattern| pattern.matches(source)) {
        let (source, base, pattern) = (quoted(source), quoted(base), quoted(&pattern.to_string()));
        return vec![Finding::ok(code, format!("{source} may go to {base} ({pattern})"))];
    }
    let allowed: Vec<String> = policy.from.iter().map(|pattern| quoted(&pattern.to_string())).collect();
    let fact = format!("{} may not go to {}, which takes {}", quoted(source), quoted(base), list(&allowed));
    vec![
        Finding::fail(code, fact)
            .help("retarget the pull request, or rename its branch; `*` does not cross `/`"),
    ]
}

/// A fork can name a branch as it likes, so a name proves nothing there.
pub(super) fn fork_source(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let code = "fork-source";
    let source = quoted(&facts.pull_request.source);
    vec![match (facts.pull_request.fork, policy.forks) {
        (false, _) => Finding::ok(code, format!("{source} is a branch of this repository")),
        (true, true) => Finding::ok(code, format!("{source} is a branch of a fork, which is allowed here")),
        (true, false) => Finding::fail(code, format!("{source} is a branch of a fork"))
            .help("push the branch to this repository, or set `forks: true` for this base branch"),
    }]
}
