//! Every word that the user of `list` reads.

use std::time::Duration;

use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Release, Result as Ending, Stamp};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Report, Verdict};
use shiplane_core::rollback::{blocked, line};

use crate::outputs;
use crate::survey::{Survey, Surveyed};

/// A line for each release that was good, newest first, host by host.
pub(super) fn listed(survey: &Survey, surveyed: &[Surveyed]) -> Report {
    let mut report = Report::new(survey.place.name.clone(), Verdict::new("listed", Exit::Done));
    let mut live = None;
    for host in surveyed {
        let history = History::of(&host.seen.facts.journal);
        let now = host.seen.facts.now;
        let age =
            |release: &Release| good_since(release, &host.seen.facts.journal).map(|at| between(at, now));
        let newest_first = || history.good.iter().rev();
        let lines: Vec<String> = newest_first()
            .map(|release| {
                line(
                    release,
                    &host.of(&release.id),
                    (&history, age(release), survey.place.options.retention.days),
                )
            })
            .collect();
        let back =
            newest_first().filter(|release| history.live.as_ref().is_none_or(|live| live.id != release.id));
        let (whole, broken): (Vec<&Release>, Vec<&Release>) =
            back.partition(|release| !blocked(&host.of(&release.id)));
        let cold = whole.iter().filter(|release| host.of(&release.id).cold.is_some()).count();
        let cold = if cold == 0 { String::new() } else { format!(", {cold} of them from cold storage") };
        let fact = format!("{}: {} releases can be gone back to{cold}", host.seen.host, whole.len());
        report.findings.push(Finding::ok("releases", fact));
        report.findings.extend(broken.into_iter().map(|release| {
            let fact = format!("{}: parts of {} are missing", host.seen.host, release.label());
            Finding::warning("release-incomplete", fact)
                .help(format!("`rollback rehearse {}` tells which", release.id))
        }));
        let title = format!("{}: {} releases, newest first", host.seen.host, lines.len());
        report.excerpts.push(Excerpt { title, lines });
        live = live.or(history.live);
    }
    outputs::tell(&mut report, live.as_ref(), None);
    report
}

/// When the release was first proven good.
fn good_since(release: &Release, journal: &[Entry]) -> Option<Stamp> {
    let ended = journal.iter().find(|entry| {
        matches!(&entry.what, What::Adopted { release: adopted } if adopted.id == release.id)
            || matches!(entry.what, What::Ended { result: Ending::Good, .. } if entry.run == release.id)
    });
    ended.map(|entry| entry.at)
}

fn between(at: Stamp, now: Stamp) -> Span {
    Span(Duration::from_millis(now.0.saturating_sub(at.0)))
}
