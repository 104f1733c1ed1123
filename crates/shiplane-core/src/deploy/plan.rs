//! A plan: what the worker does on the host, step by step, each with its undo.

use serde::{Deserialize, Serialize};

use super::cold::Retention;
use super::facts::ComposeTool;
use super::release::{Release, Runtime};
use super::restart::Again;
use super::steps::Step;
use super::strategy::Strategy;
use crate::duration::Span;
use crate::report::Excerpt;
use crate::rollout::Driver;

/// Everything the worker needs; travels as JSON and is kept beside the run's log. Holds no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The run's id.
    pub run: String,
    /// Why it runs.
    pub kind: Kind,
    /// Where on the host.
    pub site: Site,
    /// How the release gets there.
    pub strategy: Strategy,
    /// What shall be live afterwards.
    pub release: Release,
    /// What builds and runs it.
    pub runtime: Runtime,
    /// The release that was live when this was decided; the worker refuses when that is no longer so.
    pub live: Option<Release>,
    /// In this order.
    pub steps: Vec<Step>,
    /// How the steps are done.
    pub options: Options,
    /// How long the steps may take.
    pub limits: Limits,
    /// Whether a commit older than the live one will do.
    pub force: bool,
    /// Who asked.
    pub actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
    /// Why it was asked for, in the words of whoever did.
    #[serde(default)]
    pub reason: Option<String>,
}

impl Plan {
    /// The steps in words, each with its undo.
    pub fn in_words(&self) -> Excerpt {
        let line = |step: &Step| match step.undo() {
            Some(undo) => format!("{} (undo: {undo})", step.name()),
            None => step.name().to_owned(),
        };
        Excerpt { title: "plan".to_owned(), lines: self.steps.iter().map(line).collect() }
    }
}

/// Why a plan runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A new release.
    Deploy,
    /// Back to a release that was good.
    Rollback,
    /// The live release, started again.
    Restart,
}

/// How the steps are done.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Options {
    /// A program with its arguments, run before the switch.
    pub migrate: Vec<String>,
    /// Whether everything is taken down before the switch.
    pub down: bool,
    /// Whether containers of services that the release does not have are removed.
    pub remove_orphans: bool,
    /// Whether the build goes without its cache.
    pub no_cache: bool,
    /// How many good releases stay; `None` removes nothing.
    pub keep: Option<u32>,
    /// What a restart starts again.
    pub again: Again,
    /// How long a container may take to stop on the way back; `None` leaves it to Compose.
    pub stop_timeout: Option<Span>,
    /// How long what old releases left stays.
    pub retention: Retention,
    /// Whether the release comes from cold storage even where the host still has it.
    pub from_cold: bool,
    /// What splits the users of this environment; going back takes them away from a version that is rolled out.
    pub rollout: Option<Driver>,
    /// The Compose that the host had when it was looked at; the worker asks again where that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compose: Option<ComposeTool>,
}

/// Where on the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// The clone of the repository.
    pub path: String,
    /// Where lock, journal, runs and releases are kept.
    pub state_dir: String,
}

/// How long steps may take; each kills its process group when its time is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Fetching from the git remote.
    pub fetch: Span,
    /// Building.
    pub build: Span,
    /// Switching, until everything runs.
    pub switch: Span,
    /// Everything up to the switch, and the switch.
    pub budget: Span,
    /// How long a run that waits for the client's word does so without a sign of life; then it takes back what it did.
    pub confirm: Span,
}

/// What the client says when the run waits for its word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Switch: the other hosts are as far.
    Proceed,
    /// Keep it.
    Confirm,
    /// Take it back.
    Revert,
}
