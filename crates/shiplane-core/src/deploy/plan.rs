//! A plan: what the worker does on the host, step by step, each with its undo.

use serde::{Deserialize, Serialize};

use super::release::{Release, Runtime};
use crate::duration::Span;
use crate::report::Excerpt;

/// Everything the worker needs; travels as JSON and is kept beside the run's log. Holds no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The run's id.
    pub run: String,
    /// Why it runs.
    pub kind: Kind,
    /// Where on the host.
    pub site: Site,
    /// What shall be live afterwards.
    pub release: Release,
    /// What builds and runs it.
    pub runtime: Runtime,
    /// The release that was live when this was decided; the worker refuses when that is no longer so.
    pub live: Option<Release>,
    /// In this order.
    pub steps: Vec<Step>,
    /// How long the steps may take.
    pub limits: Limits,
    /// Whether a commit older than the live one will do.
    pub force: bool,
    /// Who asked.
    pub actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
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
    /// From the switch to the client's word; without it the worker takes the switch back by itself.
    pub confirm: Span,
}

/// What the client says once the release has answered the public, or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// Keep it.
    Confirm,
    /// Take it back.
    Revert,
}

/// One step. They run in order; when one fails, the undos of those before it run in reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Get the commit from the git remote, unless it is there.
    Fetch,
    /// Check the commit out in place.
    Checkout,
    /// Check the commit out into a directory of its own.
    Unpack,
    /// Build, while the old release serves.
    Build,
    /// Let the release take over.
    Switch,
    /// Watch until everything runs and stays up.
    Settle,
    /// Wait for the client's word.
    Confirm,
}

impl Step {
    /// For people, as a verb and a noun.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fetch => "fetch commit",
            Self::Checkout => "check out",
            Self::Unpack => "unpack release",
            Self::Build => "build release",
            Self::Switch => "switch over",
            Self::Settle => "watch it start",
            Self::Confirm => "await proof",
        }
    }

    /// What takes the step back, in words; `None` when nothing is left to take back.
    pub fn undo(self) -> Option<&'static str> {
        match self {
            Self::Fetch | Self::Build | Self::Settle | Self::Confirm => None,
            Self::Checkout => Some("check out the commit that was there"),
            Self::Unpack => Some("remove the directory"),
            Self::Switch => Some("switch back to the release that was live"),
        }
    }
}

/// The steps of a plan of this kind.
pub(crate) fn steps(kind: Kind, runtime: &Runtime) -> Vec<Step> {
    match (kind, runtime) {
        (Kind::Deploy, Runtime::Compose { .. }) => {
            vec![Step::Fetch, Step::Checkout, Step::Build, Step::Switch, Step::Settle, Step::Confirm]
        }
        (Kind::Deploy, Runtime::Command(_)) => {
            vec![Step::Fetch, Step::Unpack, Step::Build, Step::Switch, Step::Confirm]
        }
        (Kind::Rollback, Runtime::Compose { .. }) => {
            vec![Step::Checkout, Step::Switch, Step::Settle, Step::Confirm]
        }
        (Kind::Rollback, Runtime::Command(_)) => vec![Step::Switch, Step::Confirm],
    }
}
