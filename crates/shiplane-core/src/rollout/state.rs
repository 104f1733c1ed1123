//! How far a rollout is. The host keeps it; its clock is the only one that counts.

use serde::{Deserialize, Serialize};

use super::facts::{Change, Drive};
use super::step::{Told, Word};
use crate::config::{NeedsApproval, Stage};
use crate::deploy::{Release, Stamp};
use crate::duration::Span;

/// The form of the file that this version writes.
pub(super) const FORMAT: u8 = 1;

/// How far a rollout is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// The form of the file.
    pub format: u8,
    /// Goes up with every change, so that of two who decided at the same time only one is heard.
    pub generation: u64,
    /// The new version.
    pub release: Release,
    /// As they were when it began: a config that changes half way moves no goal.
    pub stages: Vec<Stage>,
    /// Which of them it is in.
    pub stage: usize,
    /// Percent of the users that have the new version.
    pub percent: u8,
    /// What it waits for.
    pub phase: Phase,
    /// When it began.
    pub began: Stamp,
    /// When its last change was.
    pub changed: Stamp,
    /// From when on numbers count: the last change of the share, or a person's word to go on.
    pub window: Stamp,
    /// Milliseconds of this stage that were watched before the last pause.
    pub watched: u64,
    /// Since when the stage's time runs; it stands still in a pause.
    pub since: Option<Stamp>,
    /// Why it waits or ended, in the words of whoever said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a rollout waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// For time, and good numbers.
    Observing,
    /// For a person.
    Paused(Why),
    /// For the new version to be put on the other server, too.
    Complete,
    /// For nothing: everybody has the new version.
    Finished,
    /// For nothing: nobody has it.
    RolledBack,
    /// For nothing: another version came in between.
    Superseded,
}

/// Why it waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The numbers gave a warning.
    Verdict,
    /// A person said so.
    Person,
    /// The next stage asks for an approval.
    Approval,
}

impl Phase {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Observing => "observing",
            Self::Paused(_) => "paused",
            Self::Complete => "complete",
            Self::Finished => "finished",
            Self::RolledBack => "rolled-back",
            Self::Superseded => "superseded",
        }
    }

    /// Whether it still goes on.
    pub fn is_open(self) -> bool {
        match self {
            Self::Observing | Self::Paused(_) | Self::Complete => true,
            Self::Finished | Self::RolledBack | Self::Superseded => false,
        }
    }
}

impl State {
    /// A rollout that begins with nobody.
    pub(super) fn new(release: Release, stages: Vec<Stage>, (now, generation): (Stamp, u64)) -> Self {
        Self {
            format: FORMAT,
            generation,
            release,
            stages,
            stage: 0,
            percent: 0,
            phase: Phase::Observing,
            began: now,
            changed: now,
            window: now,
            watched: 0,
            since: Some(now),
            reason: None,
        }
    }

    /// The stage it is in.
    pub fn current(&self) -> Option<&Stage> {
        self.stages.get(self.stage)
    }

    /// The stage after that.
    pub fn next(&self) -> Option<&Stage> {
        self.stages.get(self.stage + 1)
    }

    /// Whether the next stage asks for a person.
    pub(super) fn needs_approval(&self) -> bool {
        self.next().is_some_and(|next| next.approval == Some(NeedsApproval::Required))
    }

    /// How long this stage was watched; a clock that goes backwards adds nothing.
    pub fn watched_until(&self, now: Stamp) -> Span {
        let running = self.since.map_or(0, |since| now.0.saturating_sub(since.0));
        Span::millis(self.watched.saturating_add(running))
    }

    /// When the next change may be, at the earliest; nothing while it waits for a person or is over.
    pub fn next_at(&self) -> Option<Stamp> {
        let (since, stage) = (self.since?, self.current()?);
        let least = u64::try_from(stage.hold.least.0.as_millis()).unwrap_or(u64::MAX);
        Some(Stamp(since.0.saturating_add(least.saturating_sub(self.watched))))
    }

    /// The state after a change; its time is the host's.
    pub(super) fn changed(&self, now: Stamp) -> Self {
        Self { generation: self.generation.saturating_add(1), changed: now, ..self.clone() }
    }

    /// In that stage, with its share, from now on.
    pub(super) fn entered(&self, stage: usize, now: Stamp) -> Self {
        let percent = self.stages.get(stage).map_or(self.percent, |stage| stage.at);
        Self { stage, percent, window: now, watched: 0, since: Some(now), ..self.changed(now) }
    }

    /// Waiting for a person; the stage's time stands still.
    pub(super) fn paused(&self, why: Why, now: Stamp) -> Self {
        let watched = u64::try_from(self.watched_until(now).0.as_millis()).unwrap_or(u64::MAX);
        Self { phase: Phase::Paused(why), watched, since: None, ..self.changed(now) }
    }

    /// Over, or as good as.
    pub(super) fn ended(&self, phase: Phase, now: Stamp) -> Self {
        Self { phase, since: None, ..self.changed(now) }
    }

    /// The change from this state to that one.
    pub(super) fn to(&self, state: Self, drive: Drive, word: Word) -> Change {
        let told = Told { word, release: state.release.clone(), from: self.percent, to: state.percent };
        Change { expected: Some(self.generation), state, drive, told: Some(told) }
    }
}
