//! The journal as a list of runs: what each was for, how it ended, how long it took.

use serde::{Deserialize, Serialize};

use super::event::Result as Ending;
use super::journal::{Entry, What};
use super::plan::Kind;
use super::release::Release;
use super::stamp::Stamp;

/// One run, as the journal has it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The run.
    pub run: String,
    /// What for; `None` for a release that was found running and taken over.
    pub kind: Option<Kind>,
    /// What was to be live.
    pub release: Release,
    /// What was live.
    pub from: Option<Release>,
    /// Since when.
    pub began: Stamp,
    /// How it ended; `None` while it goes on, and for ever when it was cut off.
    pub ended: Option<Ended>,
    /// Whether somebody freed the lock that it held.
    pub unlocked: bool,
    /// Who did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unlocked_by: Option<String>,
    /// Who asked.
    pub actor: Option<String>,
    /// Where people see it.
    pub run_url: Option<String>,
}

/// The end of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ended {
    /// When.
    pub at: Stamp,
    /// How.
    pub result: Ending,
    /// The sum of its phases.
    pub seconds: f64,
}

impl Told {
    /// What for, in a word.
    pub fn kind_word(&self) -> &'static str {
        match self.kind {
            None => "adopt",
            Some(Kind::Deploy) => "deploy",
            Some(Kind::Rollback) => "rollback",
            Some(Kind::Restart) => "restart",
        }
    }

    /// How it ended, in a word. Without an end it goes on, if it holds the lock, or was cut off.
    pub fn result_word(&self, holds_lock: bool) -> &'static str {
        match (&self.kind, &self.ended) {
            (None, _) => "adopted",
            (Some(_), None) if self.unlocked => "unlocked",
            (Some(_), None) if holds_lock => "running",
            (Some(_), None) => "cut-off",
            (Some(_), Some(ended)) => match ended.result {
                Ending::Good => "good",
                Ending::Refused => "refused",
                Ending::Restored => "restored",
                Ending::Broken => "broken",
            },
        }
    }
}

/// Every run, oldest first.
pub fn told(entries: &[Entry]) -> Vec<Told> {
    let mut story: Vec<Told> = Vec::new();
    for entry in entries {
        match &entry.what {
            What::Adopted { release } => story.push(begun(entry, None, (release, None))),
            What::Began { kind, release, from } => {
                story.push(begun(entry, Some(*kind), (release, from.as_ref())));
            }
            What::Unlocked { holder, .. } => {
                if let Some(told) = story.iter_mut().rev().find(|told| told.run == *holder) {
                    told.unlocked = true;
                    told.unlocked_by.clone_from(&entry.actor);
                }
            }
            What::Stored(_) | What::Backup(_) | What::Rollout(_) => {}
            What::Ended { result, release, phases, .. } => {
                let mut open = story.iter_mut().rev();
                if let Some(told) = open.find(|told| told.run == entry.run && told.kind.is_some()) {
                    let seconds = phases.iter().map(|phase| phase.seconds).sum();
                    told.ended = Some(Ended { at: entry.at, result: *result, seconds });
                    told.release = release.clone().unwrap_or_else(|| told.release.clone());
                }
            }
        }
    }
    story
}

fn begun(entry: &Entry, kind: Option<Kind>, (release, from): (&Release, Option<&Release>)) -> Told {
    Told {
        run: entry.run.clone(),
        kind,
        release: release.clone(),
        from: from.cloned(),
        began: entry.at,
        ended: None,
        unlocked: false,
        unlocked_by: None,
        actor: entry.actor.clone(),
        run_url: entry.run_url.clone(),
    }
}

/// The run that made what is live now so.
pub fn made_live<'a>(story: &'a [Told], live: &Release) -> Option<&'a Told> {
    let made = |told: &&Told| {
        let is_good = told.ended.as_ref().is_some_and(|ended| ended.result == Ending::Good);
        told.release.id == live.id && (is_good || told.kind.is_none()) && told.kind != Some(Kind::Restart)
    };
    story.iter().rev().find(made)
}
