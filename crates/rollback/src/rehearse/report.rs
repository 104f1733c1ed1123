//! Every word that the user of `rehearse` reads.

use shiplane_core::deploy::{HostPlan, Plan, each};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};
use shiplane_core::rollback::{Ask, decide, expected, sound};

use crate::outputs;
use crate::survey::{Survey, Surveyed};

/// A line for each part, and whether they are enough.
pub(super) fn rehearsed(survey: &Survey, ask: &Ask, surveyed: &[Surveyed]) -> Report {
    let (mut findings, mut plans, mut seconds) = (Vec::new(), Vec::new(), None::<f64>);
    for host in surveyed {
        let (told, planned) = each(std::slice::from_ref(&host.seen), |facts| decide(ask, facts));
        let parts =
            planned.iter().flat_map(|HostPlan { plan, .. }| sound(&plan.release, &host.of(&plan.release.id)));
        let told: Vec<Finding> = told.into_iter().chain(parts).collect();
        findings.extend(told.into_iter().map(|finding| named(surveyed, &host.seen.host, finding)));
        let known = expected(&host.seen.facts.journal);
        seconds = seconds.into_iter().chain(known).reduce(f64::max);
        plans.extend(planned);
    }
    findings.push(time(ask, seconds));
    let worst = findings.iter().map(|finding| finding.level).max();
    let verdict = match worst {
        Some(Level::Fail) => Verdict::new("not-ready", Exit::No),
        Some(Level::Unknown | Level::Pending) => Verdict::new("undetermined", Exit::CouldNot),
        Some(Level::Ok | Level::Warning) | None => Verdict::new("ready", Exit::Done),
    };
    let plan = plans.first().map(|planned| &planned.plan);
    let target = plan.map_or(String::new(), |plan| format!(" back to {}", plan.release.label()));
    let mut report = Report::new(format!("{}{target}, rehearsed", survey.place.name), verdict);
    let live = plan.and_then(|plan| plan.live.as_ref());
    outputs::tell(&mut report, live, live);
    report.output("seconds", seconds.map_or(String::new(), |seconds| format!("{seconds:.1}")));
    report.excerpts.extend(plan.map(Plan::in_words));
    report.findings = findings;
    report
}

fn time(ask: &Ask, seconds: Option<f64>) -> Finding {
    let budget = ask.limits.budget;
    let Some(seconds) = seconds else {
        let fact = format!("no run was measured here yet; the limit is {budget}");
        return Finding::warning("time-unknown", fact).help("it is known after the first good deploy");
    };
    let fact = format!("{seconds:.1} s of {budget} are expected, by what earlier runs took here");
    if seconds > budget.0.as_secs_f64() {
        return Finding::fail("budget-short", fact).help("give it more with --budget");
    }
    Finding::ok("time", fact)
}

/// Where there are several hosts, a finding says whose it is.
fn named(surveyed: &[Surveyed], host: &str, finding: Finding) -> Finding {
    if surveyed.len() < 2 {
        return finding;
    }
    Finding { fact: format!("{host}: {}", finding.fact), ..finding }
}
