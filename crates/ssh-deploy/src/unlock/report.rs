//! Every word that the user of `unlock` reads.

use shiplane_core::deploy::holder::Released;
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Holder, HostFacts, Seen, Stamp};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Level, Report, Verdict};

use super::request::Unlock;
use crate::outputs;

/// What was found out about a host, and the holder whose lock is to be freed.
type Decided = (Vec<Finding>, Option<Holder>);

/// Who held the locks, and what became of them.
pub(super) fn unlocked(
    request: &Unlock,
    seen: &[Seen],
    (decided, freed): (Vec<Decided>, Vec<Option<Released>>),
) -> Report {
    let mut report = Report::new(request.place.name.clone(), Verdict::new("free", Exit::Done));
    let (mut any_freed, mut any_planned) = (false, false);
    for (index, (seen, (findings, wanted))) in seen.iter().zip(decided).enumerate() {
        let released = freed.get(index).cloned().flatten();
        any_freed |= matches!(released, Some(Released::Freed(_) | Released::FreedUnrecorded(..)));
        any_planned |= wanted.is_some() && released.is_none();
        let all = findings.into_iter().chain(became(&seen.facts, wanted.as_ref(), released));
        report.findings.extend(all.map(|finding| named(finding, seen, request)));
        let holder = seen.facts.lock.as_ref().or(seen.facts.left.as_ref());
        report.excerpts.extend(holder.map(|holder| screen(seen, holder)));
    }
    report.verdict = match report.findings.iter().map(|finding| finding.level).max() {
        Some(Level::Fail) => Verdict::new("held", Exit::No),
        Some(Level::Ok | Level::Warning | Level::Pending | Level::Unknown) | None if any_freed => {
            Verdict::new("unlocked", Exit::Done)
        }
        Some(Level::Ok | Level::Warning | Level::Pending | Level::Unknown) | None if any_planned => {
            Verdict::new("planned", Exit::Done)
        }
        Some(Level::Ok | Level::Warning | Level::Pending | Level::Unknown) | None => report.verdict,
    };
    let live = seen.first().and_then(|seen| History::of(&seen.facts.journal).live);
    outputs::tell(&mut report, live.as_ref(), None);
    report
}

/// What the worker did about it.
fn became(facts: &HostFacts, wanted: Option<&Holder>, released: Option<Released>) -> Vec<Finding> {
    let Some(released) = released else { return Vec::new() };
    match released {
        Released::Freed(ended) => std::iter::once(freed(wanted, ended)).chain(unsettled(facts)).collect(),
        Released::FreedUnrecorded(ended, why) => {
            let fact = format!("the journal could not be told that the lock was freed: {why}");
            let help = "`ssh-deploy doctor` shows what is full or not writable";
            let unrecorded = Finding::warning("not-recorded", fact).help(help);
            [freed(wanted, ended), unrecorded].into_iter().chain(unsettled(facts)).collect()
        }
        Released::Free => vec![Finding::ok("lock-free", "the run has ended meanwhile, and its lock is free")],
        Released::Held(holder) => {
            let fact = format!("{}, and it lives", holder.described(facts.now));
            vec![Finding::fail("lock-held", fact).help("look again; `unlock --force` ends it wherever it is")]
        }
    }
}

fn freed(wanted: Option<&Holder>, ended: usize) -> Finding {
    let run = wanted.map_or("unknown", |holder| holder.run.as_str());
    let fact = format!("the lock of run {run} is free; {ended} of its processes were ended");
    Finding::ok("unlocked", fact)
}

/// A run that was ended half way may have left anything.
fn unsettled(facts: &HostFacts) -> Option<Finding> {
    let history = History::of(&facts.journal);
    let left = history.unsettled?;
    let live = history.live.map_or("nothing".to_owned(), |live| live.label());
    let fact = format!(
        "the run for {} has no end in the journal, so what runs may differ from what is recorded as live: {live}",
        left.label()
    );
    Some(
        Finding::warning("unsettled", fact)
            .help("deploy again, or `rollback to` starts the recorded release"),
    )
}

fn named(finding: Finding, seen: &Seen, request: &Unlock) -> Finding {
    if request.place.hosts.len() < 2 {
        return finding;
    }
    Finding { fact: format!("{}: {}", seen.host, finding.fact), ..finding }
}

/// Everything that is known of a holder.
fn screen(seen: &Seen, holder: &Holder) -> Excerpt {
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "not known".to_owned());
    let lease = |lease: Stamp| {
        let word = if holder.stalled(seen.facts.now) { "over since" } else { "until" };
        format!("{word} {lease}")
    };
    let process = match (&seen.facts.lock, holder.worker) {
        (Some(_), Some(worker)) => worker.pid.to_string(),
        (None, Some(worker)) => format!("{}, which is gone", worker.pid),
        (_, None) => "not known".to_owned(),
    };
    let groups: Vec<String> = holder.groups.iter().map(|group| group.pid.to_string()).collect();
    let lines = vec![
        format!("run      {}", holder.run),
        format!("since    {}", holder.since),
        format!("by       {}", known(&holder.actor)),
        format!("url      {}", known(&holder.run_url)),
        format!("phase    {}", known(&holder.phase)),
        format!("process  {process}"),
        format!("programs {}", if groups.is_empty() { "none".to_owned() } else { groups.join(", ") }),
        format!("lease    {}", holder.lease.map_or("not known".to_owned(), lease)),
    ];
    Excerpt { title: format!("lock on {}", seen.host), lines }
}
