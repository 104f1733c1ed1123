//! Each workflow that was asked for has run on the commit.

use crate::report::Finding;
use crate::runs::facts::{Facts, Run, Section};
use crate::runs::policy::Policy;
use crate::runs::select;
use crate::runs::words::{named, nearest, quoted, said, short};

/// What keeps a workflow from running.
const KEPT: &str = "see whether a path filter, a branch filter or `[skip ci]` kept it from running";

pub(super) fn rule(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    if facts.judged_commit().is_empty() || !facts.complete(Section::Runs) {
        return Vec::new();
    }
    select::unmet(policy, facts).into_iter().map(|wanted| reason(policy, facts, wanted)).collect()
}

fn reason(policy: &Policy, facts: &Facts, wanted: Option<&str>) -> Finding {
    let (branch, commit) = (quoted(&facts.branch), short(facts.judged_commit()));
    let what = wanted.map_or("a workflow".to_owned(), quoted);
    if let Some(other) = on_the_commit(facts, wanted) {
        return no_proof(facts, other).unwrap_or_else(|| {
            let event = said(&other.event);
            let fact = format!("{what} ran on {commit} of {branch} only on `{event}`, which does not count");
            Finding::fail("run-missing", fact)
                .help(format!("add `{event}` to --event if such a run proves the commit"))
        });
    }
    if let Some(last) = select::last(policy, facts, wanted) {
        let fact =
            format!("the last run of {what} on {branch} is of {}, not of {commit}", short(&last.commit));
        return Finding::fail("run-stale", fact).help(format!("{}; run it on {commit}", ended(last)));
    }
    let fact = format!("{what} has not run on {commit} of {branch}");
    let fact = if wanted.is_none() { format!("no workflow has run on {commit} of {branch}") } else { fact };
    let fact =
        if policy.events.is_empty() { fact } else { format!("{fact} by event {}", listed(&policy.events)) };
    let known = || facts.runs.iter().chain(&facts.older_runs);
    let names = known().map(|run| run.workflow.as_str()).chain(known().filter_map(|run| run.file.as_deref()));
    match wanted.and_then(|wanted| nearest(wanted, names)) {
        Some(near) => Finding::fail("run-missing", fact).help(format!("did you mean {}?", quoted(near))),
        None if policy.events.is_empty() => Finding::fail("run-missing", fact).help(KEPT),
        None => Finding::fail("run-missing", fact).help(format!("see how --event is written, and {KEPT}")),
    }
}

fn listed(events: &[String]) -> String {
    events.iter().map(|event| quoted(event)).collect::<Vec<_>>().join(" or ")
}

/// A run of the workflow on the commit that does not count.
fn on_the_commit<'a>(facts: &'a Facts, wanted: Option<&str>) -> Option<&'a Run> {
    let here = facts.runs.iter().filter(|run| run.commit == facts.judged_commit());
    here.filter(|run| wanted.is_some_and(|wanted| select::is(run, wanted))).max_by_key(|run| select::age(run))
}

/// Why a run proves nothing whatever started it.
fn no_proof(facts: &Facts, run: &Run) -> Option<Finding> {
    let name = named(run);
    if facts.own_run == Some(run.id) {
        let fact = format!("{name} is the workflow that asks, which cannot wait for itself");
        return Some(Finding::fail("run-missing", fact).help("take it off the list"));
    }
    let commit = short(&run.commit);
    let fact =
        format!("{name} ran on {commit} only for a fork, which does not count for {}", quoted(&facts.branch));
    run.fork.then(|| Finding::fail("run-missing", fact).help("run it on the branch of this repository"))
}

/// How the last run there was ended, and where to see it.
fn ended(run: &Run) -> String {
    let word = run.conclusion.as_deref().unwrap_or(&run.status);
    let place = run.url.as_deref().map_or(String::new(), |url| format!(": {url}"));
    match &run.conclusion {
        Some(_) => format!("that run ended with {}{place}", said(word)),
        None => format!("that run is {}{place}", said(word)),
    }
}
