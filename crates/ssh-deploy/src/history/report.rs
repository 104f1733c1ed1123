//! Every word that the user of `history` reads.

use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Kind, Result as Ending, Seen};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Report, Verdict};

use super::request::Look;
use crate::outputs;

/// The journal as a list, newest first.
pub(super) fn history(request: &Look, seen: &[Seen]) -> Report {
    let journal = seen.first().map(|seen| seen.facts.journal.as_slice()).unwrap_or_default();
    let count = journal.iter().filter(|entry| !matches!(entry.what, What::Ended { .. })).count();
    let mut report = Report::new(request.place.name.clone(), Verdict::new("listed", Exit::Done));
    report.output("release", String::new());
    let live = History::of(journal).live;
    outputs::tell(&mut report, live.as_ref(), None);
    let lines = journal.iter().rev().map(story).collect();
    report.excerpts.push(Excerpt { title: format!("{count} runs, newest first"), lines });
    report
}

fn story(entry: &Entry) -> String {
    let who = entry.actor.as_deref().map_or(String::new(), |actor| format!(" by {actor}"));
    let at = entry.at;
    match &entry.what {
        What::Adopted { release } => format!("{at} adopted {} as it ran before", release.label()),
        What::Began { kind, release, from } => {
            let verb = match kind {
                Kind::Deploy => "deploy of",
                Kind::Rollback => "rollback to",
                Kind::Restart => "restart of",
            };
            let from = from.as_ref().map_or(String::new(), |from| format!(" in place of {}", from.label()));
            format!("{at} began {verb} {}{from}{who}", release.label())
        }
        What::Ended { result, phases, .. } => {
            let seconds: f64 = phases.iter().map(|phase| phase.seconds).sum();
            let word = match result {
                Ending::Good => "good",
                Ending::Refused => "refused, nothing was switched",
                Ending::Restored => "failed, the release before it is live again",
                Ending::Broken => "failed, and so did the way back",
            };
            format!("{at} ended after {seconds:.1} s: {word}")
        }
    }
}
