//! From the merge to where it runs: worth knowing, never a reason to refuse.

use crate::duration::Span;
use crate::report::Finding;
use crate::runs::facts::{Deployment, Facts, Section};
use crate::runs::lead::{self, Lead};
use crate::runs::policy::Policy;
use crate::runs::words::{elapsed, quoted, said, short};

const CODE: &str = "lead-time";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let Some(environment) = &policy.environment else { return Vec::new() };
    let parts = [Section::Landed, Section::Deployment];
    if parts.iter().any(|section| !facts.complete(*section)) || facts.judged_commit().is_empty() {
        return Vec::new();
    }
    let (environment, commit) = (quoted(environment), short(facts.judged_commit()));
    vec![match (&facts.deployment, lead::lead(facts)) {
        (None, _) => Finding::ok(CODE, format!("{commit} has not been deployed to {environment} yet")),
        (Some(_), Some(lead)) => measured(policy.lead_budget, facts, (lead, &environment)),
        (Some(deployment), None) if lead::succeeded(deployment).is_none() => unfinished(deployment, &commit),
        (Some(_), None) => {
            let fact =
                format!("no pull request is known that brought {commit}, so its way cannot be measured");
            Finding::warning(CODE, fact)
        }
    }]
}

fn measured(budget: Option<Span>, facts: &Facts, (lead, environment): (Lead, &str)) -> Finding {
    let review = facts.landed.as_ref().and_then(|landed| {
        let open = lead::between(landed.opened_at?, landed.merged_at?);
        Some(format!("; review and merge of #{} before it: {}", landed.number, elapsed(open)))
    });
    let fact = format!(
        "{} from merge to {environment}: {} of machines, {} of waiting for people{}",
        elapsed(lead.total),
        elapsed(lead.machine()),
        elapsed(lead.waiting),
        review.unwrap_or_default(),
    );
    match budget.filter(|budget| lead.total > budget.0.as_secs()) {
        Some(budget) => Finding::warning(CODE, format!("{fact}; {budget} is allowed")),
        None => Finding::ok(CODE, fact),
    }
}

fn unfinished(deployment: &Deployment, commit: &str) -> Finding {
    let last = deployment.statuses.iter().max_by_key(|status| (status.at, &status.state));
    let state = last.map_or("pending".to_owned(), |status| said(&status.state));
    let fact = format!("the deployment of {commit} to {} stands at {state}", quoted(&deployment.environment));
    let bad = last.is_some_and(|status| matches!(status.state.as_str(), "failure" | "error" | "inactive"));
    if bad { Finding::warning(CODE, fact) } else { Finding::ok(CODE, fact) }
}
