//! One host or many: the same question to each, one plan for each, and all reasons in one list.

use serde::{Deserialize, Serialize};

use super::facts::HostFacts;
use super::journal::History;
use super::plan::Plan;
use super::release::Release;
use super::steps::Step;
use crate::report::{Excerpt, Finding};

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
    all.extend(disagreement(seen));
    let plans = if seen.len() > 1 { in_company(plans) } else { plans };
    (all, plans)
}

/// The plans in words; where there are several, each says whose it is.
pub fn in_words(plans: &[HostPlan]) -> Vec<Excerpt> {
    let words = |HostPlan { host, plan }: &HostPlan| {
        let words = plan.in_words();
        let title = if plans.len() > 1 { format!("{} ({host})", words.title) } else { words.title };
        Excerpt { title, ..words }
    };
    plans.iter().map(words).collect()
}

/// The finding, with its host in front.
pub fn of(host: &str, finding: Finding) -> Finding {
    Finding { fact: format!("{host}: {}", finding.fact), ..finding }
}

/// Hosts that serve different commits go back each to its own, which is worth knowing before.
fn disagreement(seen: &[Seen]) -> Option<Finding> {
    let lives: Vec<(&str, Option<Release>)> =
        seen.iter().map(|one| (one.host.as_str(), History::of(&one.facts.journal).live)).collect();
    let commit = |live: &Option<Release>| live.as_ref().map(|live| live.commit.clone());
    let first = lives.first().map(|(_, live)| commit(live))?;
    if lives.iter().all(|(_, live)| commit(live) == first) {
        return None;
    }
    let words: Vec<String> = lives
        .iter()
        .map(|(host, live)| format!("{host} has {}", live.as_ref().map_or("none".to_owned(), Release::label)))
        .collect();
    let fact = format!("the hosts do not serve the same release: {}", words.join(", "));
    let help = "if this run fails, each host goes back to its own";
    Some(Finding::warning("hosts-differ", fact).help(help))
}

/// Nothing that anybody outside could notice happens before all hosts are as far.
///
/// A checkout in place comes before the wait: the build needs it, what runs does not, and its undo puts it back.
/// The first host alone migrates: the hosts of a place share what is migrated.
fn in_company(plans: Vec<HostPlan>) -> Vec<HostPlan> {
    let company = |(place, mut planned): (usize, HostPlan)| {
        let steps = &mut planned.plan.steps;
        let noticed = steps.iter().position(|step| is_noticed(*step)).unwrap_or(steps.len());
        steps.insert(noticed, Step::Hold);
        if place > 0 {
            steps.retain(|step| *step != Step::Migrate);
        }
        planned
    };
    plans.into_iter().enumerate().map(company).collect()
}

/// Whether a step changes what is served, or what it works on.
fn is_noticed(step: Step) -> bool {
    match step {
        Step::Migrate | Step::Configure | Step::Switch | Step::Restart => true,
        Step::SetAside
        | Step::Fetch
        | Step::Checkout
        | Step::Unpack
        | Step::Receive
        | Step::Load
        | Step::Build
        | Step::Snapshot
        | Step::Hold
        | Step::Settle
        | Step::Confirm => false,
    }
}
