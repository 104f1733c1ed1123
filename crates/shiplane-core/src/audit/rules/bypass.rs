//! Who need not obey: protection that some may pass by is none for them.

use super::seen;
use crate::audit::facts::{Facts, Obstacle};
use crate::audit::sources::{Bypass, Demand, Source, Sources, demands};
use crate::audit::wanted::{Ask, Wanted, WantedBranch};
use crate::audit::words::{permission_help, quoted};
use crate::foreign;
use crate::report::Finding;

/// A ruleset that is not needed for what the config asks may be passed by: only those without which something
/// would be missing count.
pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    seen(wanted, facts).flat_map(|(branch, seen)| of(branch, &Sources::of(seen))).collect()
}

fn of(wanted: &WantedBranch, sources: &Sources<'_>) -> Vec<Finding> {
    let all: Vec<&Source> = sources.read.iter().collect();
    let firm: Vec<&Source> =
        all.iter().copied().filter(|source| matches!(source.bypass, Bypass::Nobody)).collect();
    let held = met(&demands(wanted, &all));
    if held == 0 {
        return Vec::new();
    }
    if met(&demands(wanted, &firm)) == held {
        let fact = format!("nobody may pass by the protection of {}", quoted(&wanted.name));
        return vec![Finding::ok("protection-bypass", fact)];
    }
    all.iter()
        .filter_map(|source| match &source.bypass {
            Bypass::Nobody => None,
            Bypass::By(by) => Some(known(wanted, source, by)),
            Bypass::Unread(why) => Some(unknown(wanted, source, why)),
        })
        .collect()
}

fn met(demands: &[Demand]) -> usize {
    demands.iter().filter(|demand| demand.met && demand.ask == Ask::Written).count()
}

fn known(wanted: &WantedBranch, source: &Source, by: &[String]) -> Finding {
    let by: Vec<String> = by.iter().map(|who| foreign::clip(&foreign::one_line(who), 120)).collect();
    let fact = format!("{} may pass by {} of {}", by.join(", "), source.name, quoted(&wanted.name));
    Finding::fail("protection-bypass", fact)
        .help("take them off the bypass list, or have the rule bind administrators, too")
}

fn unknown(wanted: &WantedBranch, source: &Source, why: &Obstacle) -> Finding {
    let fact =
        format!("who may pass by {} of {} could not be read: {}", source.name, quoted(&wanted.name), why.why);
    let permission = why.permission.as_deref().unwrap_or("administration: write");
    Finding::unknown("protection-bypass-unknown", fact).help(permission_help(permission))
}
