//! One host or many: the same question to each, one plan for each, and all reasons in one list.

use serde::{Deserialize, Serialize};

use super::facts::HostFacts;
use super::plan::Plan;
use crate::report::Finding;

/// What one host said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// What people call it.
    pub host: String,
    /// What it said.
    pub facts: HostFacts,
}

/// What is to be done on one host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostPlan {
    /// What people call it.
    pub host: String,
    /// What is to be done there.
    pub plan: Plan,
}

/// Decides for every host. Where there are several, a finding says whose it is.
pub fn each(
    seen: &[Seen],
    decide: impl Fn(&HostFacts) -> (Vec<Finding>, Option<Plan>),
) -> (Vec<Finding>, Vec<HostPlan>) {
    let (mut all, mut plans) = (Vec::new(), Vec::new());
    for Seen { host, facts } in seen {
        let (findings, plan) = decide(facts);
        all.extend(
            findings.into_iter().map(|finding| if seen.len() > 1 { of(host, finding) } else { finding }),
        );
        plans.extend(plan.map(|plan| HostPlan { host: host.clone(), plan }));
    }
    (all, plans)
}

fn of(host: &str, finding: Finding) -> Finding {
    Finding { fact: format!("{host}: {}", finding.fact), ..finding }
}
