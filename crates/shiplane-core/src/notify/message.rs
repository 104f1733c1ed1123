//! What is told, before it takes a form.

use std::cmp::Reverse;

use super::event::Event;
use super::incident::Turn;
use super::run::Run;
use crate::duration::Span;
use crate::exit::Exit;
use crate::foreign;
use crate::report::{Finding, Level, Report};

/// Reasons that are told; the others are counted.
const REASONS: usize = 5;

/// The longest piece of text in a message, in characters.
const PIECE: usize = 300;

/// Outputs of a tool that say more of a run than its verdict, with the words for them.
const TELLING: [(&str, &str); 8] = [
    ("version", "version"),
    ("left", "from"),
    ("previous", "before"),
    ("release", "release"),
    ("tag", "tag"),
    ("failed", "failed"),
    ("error-rate", "error rate in %"),
    ("p95", "p95 in ms"),
];

/// What is told: bounded, one line each, and still to be escaped for where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    /// The most telling event.
    pub event: Event,
    /// One line: what, where, how it ended.
    pub heading: String,
    /// The title of the report.
    pub title: String,
    /// The reasons, the worst first.
    pub reasons: Vec<String>,
    /// What one can do about the first of them.
    pub help: Option<String>,
    /// The numbers, each with its name.
    pub facts: Vec<(&'static str, String)>,
    /// Where people see the run.
    pub link: Option<String>,
}

impl Message {
    /// The message of a run.
    pub(super) fn of(event: Event, run: &Run, report: &Report) -> Self {
        let mut wrong: Vec<&Finding> =
            report.findings.iter().filter(|finding| finding.level != Level::Ok).collect();
        wrong.sort_by_key(|finding| Reverse(finding.level));
        let mut reasons: Vec<String> = wrong
            .iter()
            .take(REASONS)
            .map(|finding| piece(&format!("{}: {}", finding.code, finding.fact)))
            .collect();
        if let more @ 1.. = wrong.len().saturating_sub(REASONS) {
            reasons.push(format!("and {more} more"));
        }
        Self {
            event,
            heading: heading(event, run, report),
            title: piece(&report.title),
            reasons,
            help: wrong.first().and_then(|finding| finding.help.as_deref()).map(piece),
            facts: facts(run, report),
            link: run.run_url.as_deref().filter(|url| is_address(url)).map(str::to_owned),
        }
    }

    /// ✅, ⚠️ or ❌.
    pub fn sign(&self) -> &'static str {
        match self.event {
            Event::Broken | Event::Failure => "❌",
            Event::Rollback | Event::Warning => "⚠️",
            Event::Recovery | Event::Success => "✅",
        }
    }

    /// The lines below the heading.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        let help = self.help.iter().map(|help| format!("help: {help}"));
        let facts = self.facts.iter().map(|(name, value)| format!("{name}: {value}"));
        let reasons = self.reasons.iter().map(|reason| format!("• {reason}"));
        std::iter::once(self.title.clone()).chain(reasons).chain(help).chain(facts)
    }
}

/// `ssh-deploy deploy in production: restored`
fn heading(event: Event, run: &Run, report: &Report) -> String {
    let project = run.project.as_ref().map_or_else(String::new, |project| format!("{project}: "));
    let place = run.environment.as_ref().map_or_else(String::new, |name| format!(" in {name}"));
    let ending = match (event, report.incident.as_ref().map(|incident| incident.turn)) {
        (Event::Recovery, _) => "well again".to_owned(),
        (_, Some(Turn::Reminder)) => format!("still {}", report.verdict.word),
        _ => report.verdict.word.clone(),
    };
    piece(&format!("{project}{} {}{place}: {ending}", run.tool, run.command))
}

fn facts(run: &Run, report: &Report) -> Vec<(&'static str, String)> {
    let mut facts: Vec<(&'static str, String)> = Vec::new();
    for (output, name) in TELLING {
        if let Some(value) = report.outputs.get(output).filter(|value| !value.is_empty()) {
            facts.push((name, piece(value)));
        }
    }
    if let Some(incident) = report.incident.as_ref().filter(|incident| !incident.id.is_empty()) {
        facts.push(("incident", incident.id.clone()));
        facts.extend(incident.since.map(|since| ("since", since.to_string())));
        facts.extend(incident.lasted.map(|lasted| ("lasted", lasted.brief())));
    }
    let short = run.sha.as_ref().map(|sha| sha.chars().take(12).collect::<String>());
    let known = [
        ("repository", run.repository.as_deref()),
        ("ref", run.ref_name.as_deref()),
        ("commit", short.as_deref()),
        ("by", run.actor.as_deref()),
    ];
    facts.extend(known.into_iter().filter_map(|(name, value)| Some((name, piece(value?)))));
    facts.push(("took", took(run.seconds)));
    if report.verdict.exit != Exit::Done {
        facts.push(("exit code", report.verdict.exit.code().to_string()));
    }
    facts
}

fn took(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    std::time::Duration::try_from_secs_f64(seconds).map_or_else(|_| "long".to_owned(), |it| Span(it).brief())
}

fn piece(text: &str) -> String {
    foreign::clip(&foreign::one_line(text), PIECE)
}

/// An address that can stand in a message as it is.
fn is_address(url: &str) -> bool {
    let scheme = url.starts_with("https://") || url.starts_with("http://");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%".contains(c);
    scheme && url.len() <= 500 && url.chars().all(plain)
}
