//! Every word that the user of `manual` reads.

use shiplane_core::deploy::journal::History;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Level, Report, Verdict};
use shiplane_core::rollback::choose;

use crate::outputs;
use crate::survey::{Survey, Surveyed};

/// What to type on each host.
pub(super) fn steps(survey: &Survey, target: Option<&str>, surveyed: &[Surveyed]) -> Report {
    let (mut findings, mut excerpts, mut live) = (Vec::new(), Vec::new(), None);
    for host in surveyed {
        let history = History::of(&host.seen.facts.journal);
        match choose(target, &history) {
            Err(finding) => findings.push(*finding),
            Ok(release) => {
                let lines = host.of(&release.id).by_hand;
                let (name, label) = (&host.seen.host, release.label());
                if lines.is_empty() {
                    let fact = format!("{name} does not tell how {label} is started there");
                    let help = "the worker needs the directory and Compose on the host to tell";
                    findings.push(Finding::unknown("steps-unknown", fact).help(help));
                    continue;
                }
                findings.push(Finding::ok("target", format!("{label} was good on {name}")));
                let title = format!("on {name}, to bring {label} back by hand");
                excerpts.push(Excerpt { title, lines });
            }
        }
        live = live.or(history.live);
    }
    let verdict = match findings.iter().map(|finding| finding.level).max() {
        Some(Level::Fail) => Verdict::new("refused", Exit::No),
        Some(Level::Unknown | Level::Pending) => Verdict::new("undetermined", Exit::CouldNot),
        Some(Level::Ok | Level::Warning) | None => Verdict::new("shown", Exit::Done),
    };
    let mut report = Report::new(format!("{}, by hand", survey.place.name), verdict);
    outputs::tell(&mut report, live.as_ref(), None);
    report.findings = findings;
    report.excerpts = excerpts;
    report
}
