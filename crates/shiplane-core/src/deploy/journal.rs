//! The host's journal: every run that changed, or tried to change, what is live.

use serde::{Deserialize, Serialize};

use super::cold::Stored;
use super::event::Result;
use super::plan::Kind;
use super::release::Release;
use super::stamp::Stamp;
use crate::backup::Noted;
use crate::report::Phase;
use crate::rollout;

/// One line of `journal.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// On the host's clock.
    pub at: Stamp,
    /// The run.
    pub run: String,
    /// What happened.
    pub what: What,
    /// The holder's number; goes up with every run.
    pub fence: u64,
    /// Who asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// Where people see the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_url: Option<String>,
    /// Why, in the words of whoever asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// What a line of the journal tells.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A release that ran before Shiplane came, recorded so that there is a way back to it.
    Adopted {
        /// It.
        release: Release,
    },
    /// A run began. Without an end it was cut off.
    Began {
        /// Why.
        kind: Kind,
        /// What shall be live.
        release: Release,
        /// What was live.
        from: Option<Release>,
    },
    /// The run ended.
    Ended {
        /// How.
        result: Result,
        /// The release as the run came to know it: with its full commit, where a part of it was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        release: Option<Release>,
        /// With durations.
        phases: Vec<Phase>,
        /// Images of the release by service, as the daemon names them.
        images: Vec<(String, String)>,
        /// The code of why it did not end well.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        why: Option<String>,
    },
    /// Somebody freed the lock that this run held.
    Unlocked {
        /// The run that held it.
        holder: String,
        /// Whether it lived.
        forced: bool,
    },
    /// Something went to cold storage, and was read back from there; the host's own copy goes after this line.
    Stored(Stored),
    /// A backup of the database was made, tried out or put in its place; what is live stays the same.
    Backup(Noted),
    /// A rollout gave a version more users, or none.
    Rollout(rollout::Told),
}

/// The journal, read as a story.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Releases that were proven good, in the order in which they first became so.
    pub good: Vec<Release>,
    /// What is live; always one of the good.
    pub live: Option<Release>,
    /// Commits that failed their proof or were rolled back from, unless they were good again later.
    pub quarantined: Vec<String>,
    /// The release of a run that never ended, or ended with nothing restored: what runs is not what is `live`.
    pub unsettled: Option<Release>,
    /// What a rollout brings to the users of this environment, until it is over.
    pub rolled_out: Option<Release>,
}

impl History {
    /// Reads the journal from its first line on.
    pub fn of(entries: &[Entry]) -> Self {
        let mut history = Self::default();
        let mut open: Option<(&str, Kind, &Release, Option<&Release>)> = None;
        for entry in entries {
            match &entry.what {
                What::Adopted { release } => history.now_live(release),
                What::Began { kind, release, from } => {
                    // One run at a time: a run that is still open now was cut off.
                    if let Some((_, _, release, _)) =
                        open.replace((&entry.run, *kind, release, from.as_ref()))
                    {
                        history.unsettled = Some(release.clone());
                    }
                }
                // What the run left is as uncertain as before; only a run that ends well settles it.
                What::Unlocked { .. } | What::Stored(_) | What::Backup(_) => {}
                What::Rollout(told) => history.told(told),
                What::Ended { result, release: known, why, .. } => {
                    let Some((_, kind, release, from)) = open.take_if(|(run, ..)| *run == entry.run) else {
                        continue;
                    };
                    history.ended(kind, *result, (known.as_ref().unwrap_or(release), from));
                    // Nobody found fault with a release that was only not waited for.
                    if let (Kind::Deploy, Result::Restored, Some("interrupted" | "unconfirmed")) =
                        (kind, *result, why.as_deref())
                    {
                        history.quarantined.pop();
                    }
                }
            }
        }
        if let Some((_, _, release, _)) = open {
            history.unsettled = Some(release.clone());
        }
        history
    }

    /// The newest good release older than the live one, leaving out what is quarantined.
    pub fn previous(&self) -> Option<&Release> {
        let live = self.live.as_ref()?;
        let older = self.good.iter().take_while(|release| release.id != live.id);
        older
            .filter(|release| release.commit != live.commit && !self.quarantined.contains(&release.commit))
            .last()
    }

    fn told(&mut self, told: &rollout::Told) {
        match told.word {
            rollout::Word::Started
            | rollout::Word::Promoted
            | rollout::Word::Set
            | rollout::Word::Paused
            | rollout::Word::Resumed
            | rollout::Word::Completed => self.rolled_out = Some(told.release.clone()),
            rollout::Word::Finished | rollout::Word::Superseded => self.rolled_out = None,
            rollout::Word::RolledBack => {
                self.rolled_out = None;
                if !self.quarantined.contains(&told.release.commit) {
                    self.quarantined.push(told.release.commit.clone());
                }
            }
        }
    }

    fn ended(&mut self, kind: Kind, result: Result, (release, from): (&Release, Option<&Release>)) {
        match result {
            Result::Broken => self.unsettled = Some(release.clone()),
            Result::Good | Result::Restored => self.unsettled = None,
            Result::Refused => {}
        }
        match (result, kind) {
            (Result::Good, Kind::Deploy) => {
                self.quarantined.retain(|commit| *commit != release.commit);
                self.now_live(release);
            }
            (Result::Good, Kind::Rollback) => {
                self.quarantined.extend(from.map(|from| from.commit.clone()));
                self.quarantined.retain(|commit| *commit != release.commit);
                self.now_live(release);
            }
            (Result::Restored | Result::Broken, Kind::Deploy) => {
                self.quarantined.push(release.commit.clone())
            }
            (Result::Restored | Result::Broken, Kind::Rollback)
            | (_, Kind::Restart)
            | (Result::Refused, _) => {}
        }
    }

    fn now_live(&mut self, release: &Release) {
        if !self.good.iter().any(|good| good.id == release.id) {
            self.good.push(release.clone());
        }
        self.live = Some(release.clone());
    }
}
