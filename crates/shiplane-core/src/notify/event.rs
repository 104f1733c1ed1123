//! Of what people can be told.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::incident::Turn;
use super::run::Run;
use crate::exit::Exit;
use crate::report::{Level, Report};

/// Something worth telling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// It failed, and so did putting it right: somebody has to look now.
    Broken,
    /// Something went back to an earlier version, or has to.
    Rollback,
    /// The answer is no, or could not be found out.
    Failure,
    /// What had failed is well again.
    Recovery,
    /// It is done, and something about it is worth knowing.
    Warning,
    /// It is done.
    Success,
}

impl Event {
    /// Its word, as the config writes it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Broken => "broken",
            Self::Rollback => "rollback",
            Self::Failure => "failure",
            Self::Recovery => "recovery",
            Self::Warning => "warning",
            Self::Success => "success",
        }
    }
}

/// What the run is to those who are told, the most telling first; nothing when it is no news.
pub fn events(run: &Run, report: &Report) -> Vec<Event> {
    match report.incident.as_ref().map(|incident| incident.turn) {
        None | Some(Turn::None) => by_exit(run, report),
        Some(Turn::Opened | Turn::Reminder) => failing(run, report),
        Some(Turn::Recovered) => vec![Event::Recovery],
        Some(Turn::Flapping) => vec![Event::Warning],
        Some(Turn::Suspect | Turn::Ongoing) => Vec::new(),
    }
}

fn by_exit(run: &Run, report: &Report) -> Vec<Event> {
    let word = report.verdict.word.as_str();
    match report.verdict.exit {
        // Nothing was contacted, and the one who asked wrongly reads it.
        Exit::Usage => Vec::new(),
        // Not yet is not no.
        Exit::No if matches!(word, "pending" | "starting") => Vec::new(),
        Exit::CouldNot | Exit::No | Exit::Restored | Exit::Broken => failing(run, report),
        Exit::Done if run.shows() => Vec::new(),
        // A look in passing that changed nothing.
        Exit::Done if matches!(word, "held" | "none" | "shown") => warned(report).into_iter().collect(),
        Exit::Done => done(report),
    }
}

fn done(report: &Report) -> Vec<Event> {
    let back = (report.verdict.word == "rolled-back").then_some(Event::Rollback);
    // What has a warning is done all the same, and who waits for that is to hear of it.
    back.into_iter().chain(warned(report)).chain([Event::Success]).collect()
}

fn warned(report: &Report) -> Option<Event> {
    report.findings.iter().any(|finding| finding.level > Level::Ok).then_some(Event::Warning)
}

fn failing(run: &Run, report: &Report) -> Vec<Event> {
    let went_back = report.verdict.exit == Exit::Restored && run.tool == "ssh-deploy";
    let has_to = report.verdict.word == "rollback";
    let broken = (report.verdict.exit == Exit::Broken).then_some(Event::Broken);
    let back = (went_back || has_to).then_some(Event::Rollback);
    broken.into_iter().chain(back).chain([Event::Failure]).collect()
}
