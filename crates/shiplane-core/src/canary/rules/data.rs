//! Whether there is anything to judge by: what cannot be seen is never well.

use crate::canary::evidence::{evidence, seconds};
use crate::canary::facts::Facts;
use crate::canary::policy::{OnNoData, Policy};
use crate::duration::Span;
use crate::report::{Finding, Level};

/// Silence of so many of the source's own intervals is stale.
const INTERVALS: u32 = 2;

/// Beginnings anew within the recent past that are more than a deployment.
const MANY_RESTARTS: usize = 3;

/// One of so many unreadable lines is nothing to worry about.
const FEW: u64 = 100;

/// What keeps a source from being seen.
pub(super) fn troubles(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let canary = facts.canary.troubles.iter().map(|trouble| unseen(policy, &trouble.code, &trouble.fact));
    // Without its baseline a canary is held to the limits all the same.
    let baseline =
        facts.baseline.iter().flat_map(|track| &track.troubles).map(|trouble| {
            Finding::warning(&trouble.code, format!("nothing to compare with: {}", trouble.fact))
        });
    canary.chain(baseline).map(|found| found.help("see to the source, then ask again")).collect()
}

/// Evidence that ended is no evidence of the present.
pub(super) fn stale(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let track = &facts.canary;
    let mut found = Vec::new();
    if !track.down.is_empty() {
        let names = track.down.join(", ");
        let fact = format!("the source cannot reach {names} (`up` is 0), so its numbers are of the past");
        let all = track.up.is_empty();
        let finding =
            if all { unseen(policy, "stale", &fact) } else { Finding::warning("target-down", fact) };
        found.push(finding.help("look whether the instance runs"));
    }
    let Some(newest) = track.newest else { return found };
    let limit = policy.stale_after.or(track.every.map(|every| Span(every.0 * INTERVALS)));
    let silence = facts.as_of.seconds().saturating_sub(newest.seconds());
    if let Some(limit) = limit.filter(|limit| silence > seconds(*limit)) {
        let silence = Span::seconds(u64::try_from(silence).unwrap_or(0));
        let fact =
            format!("the newest evidence is {silence} old at {} (of {newest}), limit {limit}", facts.as_of);
        found.push(unseen(policy, "stale", &fact).help("look whether the canary and its metrics still run"));
    }
    found
}

/// No requests are no evidence, and a few are little.
pub(super) fn enough(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let evidence = evidence(policy, facts);
    let (counts, minimum) = (evidence.all(), policy.minimum_requests);
    let since = evidence.start.map_or_else(String::new, |start| format!(" since {start}"));
    let source = &facts.canary.source;
    if counts.requests == 0 && !facts.canary.troubles.is_empty() {
        return Vec::new();
    }
    if counts.requests == 0 {
        let fact = format!("{source}: no requests{since}");
        let help = "look whether traffic reaches the canary, and whether the source and its filter are right";
        return vec![unseen(policy, "no-data", &fact).help(help)];
    }
    if counts.errors > counts.requests {
        let fact = format!("{source}: {} errors of {} requests", counts.errors, counts.requests);
        return vec![unseen(policy, "counts-inconsistent", &fact).help("compare what the two count")];
    }
    let fact = format!("{source}: {} requests{since}, minimum {minimum}", counts.requests);
    if counts.requests < minimum {
        return vec![Finding::warning("too-few", fact).help("hold this stage until there are more")];
    }
    vec![Finding::ok("requests", fact)]
}

/// What was left out or began anew.
pub(super) fn notes(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let track = &facts.canary;
    let remarks = track.remarks.iter().map(|remark| Finding::ok(&remark.code, &remark.fact));
    let mut found: Vec<Finding> = remarks.collect();
    if track.unreadable > 0 {
        let fact =
            format!("{} of {} lines or values make no sense and are left out", track.unreadable, track.read);
        found.push(match track.read / track.unreadable {
            0 | 1 => unseen(policy, "unreadable", &fact).help("look at the form of the source"),
            part if part < FEW => Finding::warning("unreadable", fact).help("look at the form of the source"),
            _ => Finding::ok("unreadable", fact),
        });
    }
    if track.out_of_time > 0 {
        let fact =
            format!("{} samples go back in time or lie ahead of it, and are left out", track.out_of_time);
        found.push(Finding::ok("clock", fact));
    }
    let recent = facts.as_of.seconds().saturating_sub(seconds(policy.recent));
    let restarts = track.restarts.iter().filter(|at| at.seconds() >= recent && **at <= facts.as_of).count();
    if !track.restarts.is_empty() {
        let all = track.restarts.len();
        let fact =
            format!("counters began anew {all} times, {restarts} of them in the last {}", policy.recent);
        found.push(if restarts >= MANY_RESTARTS {
            Finding::warning("restarts", fact).help("look whether the canary keeps crashing")
        } else {
            Finding::ok("counter-reset", fact)
        });
    }
    found
}

/// Could not be seen, and what that means here.
fn unseen(policy: &Policy, code: &str, fact: &str) -> Finding {
    let finding = Finding::unknown(code, fact);
    let level = match policy.on_no_data {
        OnNoData::Pause => Level::Unknown,
        OnNoData::Rollback => Level::Fail,
        OnNoData::Ignore => Level::Warning,
    };
    Finding { level, ..finding }
}
