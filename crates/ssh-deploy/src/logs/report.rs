//! Every word of ours that the user of `logs` reads.

use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report, Verdict};

use super::request::Logs;
use super::show::Kept;

/// The lines, or why there are none.
pub(super) fn build(request: &Logs, mut kept: Kept, interrupted: bool) -> Report {
    let has = |level: Level| kept.notes.iter().any(|note| note.level == level);
    let verdict = if has(Level::Fail) {
        Verdict::new("refused", Exit::No)
    } else if has(Level::Unknown) {
        Verdict::new("undetermined", Exit::CouldNot)
    } else {
        Verdict::new("shown", Exit::Done)
    };
    let mut report = Report::new(format!("logs of {}", request.look.place.name), verdict);
    for (whose, count) in &kept.counts {
        report.findings.push(Finding::ok("lines", format!("{whose}: {count} lines")));
    }
    if kept.counts.is_empty() && kept.notes.is_empty() {
        report.findings.push(Finding::ok("lines", "there are no lines"));
    }
    if kept.left_out() > 0 {
        let fact = format!("there was no room for the {} oldest lines", kept.left_out());
        report
            .findings
            .push(Finding::warning("lines-left-out", fact).help("ask for fewer with --lines or --since"));
    }
    if interrupted {
        report.findings.push(Finding::ok("interrupted", "ended because it was asked to"));
    }
    report.output("lines", kept.counts.values().sum::<u64>().to_string());
    report.excerpts = kept.excerpts();
    report.findings.append(&mut kept.notes);
    report
}
