//! A required check that nothing reports keeps every pull request waiting.

use super::seen;
use crate::audit::facts::Facts;
use crate::audit::sources::Sources;
use crate::audit::wanted::Wanted;
use crate::audit::words::{list, nearest, quoted};
use crate::audit::workflow::{self, Name};
use crate::report::{Finding, Level};

pub(in crate::audit) fn phantom(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    let required = required(wanted, facts);
    if required.is_empty() {
        return Vec::new();
    }
    let known = Known::of(facts);
    let findings: Vec<Finding> =
        required.iter().filter_map(|(name, branches)| known.answer(name, branches)).collect();
    if !findings.is_empty() {
        return findings;
    }
    let names: Vec<&str> = required.iter().map(|(name, _)| name.as_str()).collect();
    vec![Finding::ok(
        "phantom-check",
        format!("each required check is one that is reported: {}", list(&names)),
    )]
}

/// Names that are proven to be reported by nothing.
pub(in crate::audit) fn phantoms(wanted: &Wanted, facts: &Facts) -> Vec<String> {
    let known = Known::of(facts);
    let proven = |name: &str, branches: &[String]| {
        known.answer(name, branches).is_some_and(|finding| finding.level == Level::Fail)
    };
    let required = required(wanted, facts).into_iter();
    required.filter(|(name, branches)| proven(name, branches)).map(|(name, _)| name).collect()
}

/// Names that GitHub or the config require, each with its branches.
fn required(wanted: &Wanted, facts: &Facts) -> Vec<(String, Vec<String>)> {
    let mut required: Vec<(String, Vec<String>)> = Vec::new();
    for (branch, seen) in seen(wanted, facts) {
        let sources = Sources::of(seen);
        let by_github = sources.read.iter().flat_map(|source| &source.demands.checks);
        for check in by_github.chain(&branch.checks) {
            match required.iter_mut().find(|(name, _)| *name == check.name) {
                Some((_, branches)) if !branches.contains(&branch.name) => branches.push(branch.name.clone()),
                Some(_) => {}
                None => required.push((check.name.clone(), vec![branch.name.clone()])),
            }
        }
    }
    required
}

/// The names that exist, as far as they can be known.
struct Known<'a> {
    jobs: Vec<Name>,
    reported: &'a [String],
    /// What is missing for a full list.
    gaps: Vec<&'static str>,
}

impl<'a> Known<'a> {
    fn of(facts: &'a Facts) -> Self {
        let all = workflow::all(facts);
        let jobs = all.iter().filter(|it| !it.triggers.only_called());
        let jobs = jobs.flat_map(|workflow| workflow::names(workflow, &all)).collect();
        let gaps = [
            (facts.workflows.value().is_none(), "the workflows could not be read"),
            (facts.reported.value().is_none(), "the checks of late could not be read"),
        ];
        let gaps = gaps.into_iter().filter_map(|(missing, why)| missing.then_some(why)).collect();
        Self { jobs, reported: facts.reported.value().map_or(&[], Vec::as_slice), gaps }
    }

    fn answer(&self, name: &str, branches: &[String]) -> Option<Finding> {
        let exact = self.jobs.iter().any(|job| job.text() == Some(name));
        if exact || self.reported.iter().any(|reported| reported == name) {
            return None;
        }
        let (shown, code) =
            (format!("{} has to pass before a merge into {}", quoted(name), list(branches)), "phantom-check");
        if let Some(job) = self.jobs.iter().find(|job| job.may_be(name)).filter(|_| self.gaps.is_empty()) {
            let like = job.shown();
            let fact = format!("{shown}; a job like {} may report it, but none has of late", quoted(&like));
            return Some(Finding::unknown(code, fact).help("run the workflow once, then ask again"));
        }
        if !self.gaps.is_empty() {
            let fact = format!("{shown}; whether anything reports it is not known: {}", self.gaps.join(", "));
            return Some(
                Finding::unknown(code, fact)
                    .help("grant the job `checks: read`, `statuses: read` and `contents: read`"),
            );
        }
        let finding = Finding::fail(
            code,
            format!("{shown}, but no workflow has a job of that name and nothing has reported it of late"),
        );
        let names = self.jobs.iter().filter_map(Name::text).chain(self.reported.iter().map(String::as_str));
        Some(match nearest(name, names) {
            Some(near) => finding.help(format!("did you mean {}? `--fix` leaves out what nothing reports", quoted(near))),
            None => finding.help("take it off the list, or add the job that reports it: a check that never comes blocks every merge, so `--fix` leaves it out"),
        })
    }
}
