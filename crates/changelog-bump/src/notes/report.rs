//! Every word of `notes` that the reader sees, besides the notes.

use std::path::Path;

use shiplane_core::changelog::told::{Source, Told};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Report, Verdict};

/// Lines of the notes in a report; the output and the file have them all.
const LINES: usize = 1_000;

/// The notes, and where they are.
pub(super) fn told(told: &Told, output: Option<&Path>) -> Report {
    let since = told.previous.as_ref().map(|tag| format!(" since {}", tag.name)).unwrap_or_default();
    let is_empty = told.markdown.is_empty();
    let title =
        if is_empty { format!("nothing to tell{since}") } else { format!("notes of {}", told.version) };
    let word = if is_empty { "none" } else { "told" };
    let mut report = Report::new(title, Verdict::new(word, Exit::Done));
    let source = match &told.source {
        Source::Changelog(path) => format!("from {path}"),
        Source::Commits(1) => format!("from 1 commit{since}"),
        Source::Commits(count) => format!("from {count} commits{since}"),
    };
    report.findings.push(Finding::ok("notes-source", source));
    match output {
        Some(path) => {
            report.findings.push(Finding::ok("notes-written", format!("wrote {}", path.display())));
        }
        None => report.document = Some(told.markdown.clone()),
    }
    if !is_empty {
        report.excerpts.push(Excerpt::tail("notes", &told.markdown, LINES));
    }
    report.output("version", told.version.to_string());
    report.output("previous", told.previous.as_ref().map(|tag| tag.version.to_string()).unwrap_or_default());
    report.output("tag", told.tag.clone());
    report.output("notes", told.markdown.clone());
    if let Some(level) = told.level {
        report.output("bump", level.word());
        report.output("released", (level > shiplane_core::changelog::bump::Level::None).to_string());
    }
    report
}
