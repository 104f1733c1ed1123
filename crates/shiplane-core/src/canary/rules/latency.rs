//! Latency, judged as a share: p95 is above a time when more than 5 of 100 requests take longer.

use super::words::{Words, finding, percent};
use crate::canary::bound::share;
use crate::canary::evidence::evidence;
use crate::canary::facts::Facts;
use crate::canary::policy::{Need, Policy};
use crate::canary::proof::{Line, Measure};
use crate::canary::share::Share;
use crate::duration::Span;
use crate::report::Finding;

/// What p95 leaves over.
const TAIL: Share = Share::percent(5);

/// Proven that p95 is above the rollback limit is a no.
pub(super) fn slow(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let limit = policy.latency.rollback;
    let counts = evidence(policy, facts).all();
    if counts.requests > 0 && counts.timed == 0 {
        return vec![not_measured(policy)];
    }
    let Some(place) = facts.canary.lines.position(limit.value) else {
        return not_shown(facts, limit.value);
    };
    let line = Line { measure: Measure::Slower(place), share: TAIL, windows: limit.windows };
    let words = Words {
        code: "latency-slow",
        did: format!("took longer than {}", limit.value),
        limit: format!("limit {TAIL}"),
        help: "go back to the version before: `rollback to`",
    };
    finding(policy, facts, line, &words).into_iter().collect()
}

/// That p95 is above the warning limit is a warning, proven or not.
pub(super) fn p95(policy: &Policy, facts: &Facts) -> Vec<Finding> {
    let limit = policy.latency.warning;
    let evidence = evidence(policy, facts);
    let counts = evidence.all();
    if counts.timed == 0 {
        return Vec::new();
    }
    let Some(place) = facts.canary.lines.position(limit) else { return not_shown(facts, limit) };
    let (hits, all) = Measure::Slower(place).of(&counts);
    let since = evidence.start.map_or_else(String::new, |start| format!(" since {start}"));
    let part = percent(share(hits, all));
    let fact =
        format!("{part} of the requests took longer than {limit} ({hits} of {all}{since}), limit {TAIL}");
    if TAIL.is_passed_by(hits, all) {
        let fact = format!("{fact}: p95 is above {limit}");
        return vec![
            Finding::warning("latency-p95", fact).help("hold this stage and look for what got slower"),
        ];
    }
    vec![Finding::ok("latency-p95", fact)]
}

fn not_measured(policy: &Policy) -> Finding {
    let fact = "the source has no latencies";
    match policy.latencies {
        Need::Needed => {
            Finding::unknown("latency-not-measured", format!("{fact}, and a limit for them is set"))
                .help("name the field or the query that holds them, or take the limit away")
        }
        Need::IfThere => Finding::ok("latency-not-measured", format!("{fact}; they are not judged")),
    }
}

/// A source whose lines are elsewhere can never show that a limit is passed.
fn not_shown(facts: &Facts, limit: Span) -> Vec<Finding> {
    if facts.canary.intervals.iter().all(|interval| interval.timed == 0) {
        return Vec::new();
    }
    let lines: Vec<String> =
        facts.canary.lines.0.iter().map(|line| Span::millis(*line).to_string()).collect();
    let fact = format!("the source counts at {}, so it cannot show the limit {limit}", lines.join(", "));
    vec![
        Finding::unknown("latency-not-shown", fact)
            .help("set the limit to one of these, or record that line, too"),
    ]
}
