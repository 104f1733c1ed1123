//! The steps of a plan: which, in which order, and what takes each back.

use serde::{Deserialize, Serialize};

use super::plan::{Kind, Options};
use super::release::Runtime;
use super::strategy::Strategy;

/// One step. They run in order; when one fails, the undos of those before it run in reverse.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Save edits aside that git does not have.
    SetAside,
    /// Get the commit from the git remote, unless it is there.
    Fetch,
    /// Check the commit out in place.
    Checkout,
    /// Check the commit out into a directory of its own.
    Unpack,
    /// Make a release of the files that were uploaded.
    Receive,
    /// Get the images: from a registry, or from what was sent.
    Load,
    /// Build, while the old release serves.
    Build,
    /// Keep what is live under `backups`.
    Snapshot,
    /// Wait until the other hosts are as far.
    Hold,
    /// Run the migration.
    Migrate,
    /// Write `.env`.
    Configure,
    /// Let the release take over.
    Switch,
    /// Start the live release again.
    Restart,
    /// Watch until everything runs and stays up.
    Settle,
    /// Wait for the client's word.
    Confirm,
}

impl Step {
    /// For people, as a verb and a noun.
    pub fn name(self) -> &'static str {
        match self {
            Self::SetAside => "set edits aside",
            Self::Fetch => "fetch commit",
            Self::Checkout => "check out",
            Self::Unpack => "unpack release",
            Self::Receive => "receive files",
            Self::Load => "load images",
            Self::Build => "build release",
            Self::Snapshot => "back up release",
            Self::Hold => "await other hosts",
            Self::Migrate => "migrate",
            Self::Configure => "write .env",
            Self::Switch => "switch over",
            Self::Restart => "restart",
            Self::Settle => "watch it start",
            Self::Confirm => "await proof",
        }
    }

    /// What takes the step back, in words; `None` when nothing is left to take back.
    pub fn undo(self) -> Option<&'static str> {
        match self {
            Self::Fetch
            | Self::Build
            | Self::Load
            | Self::Hold
            | Self::Migrate
            | Self::Restart
            | Self::Settle
            | Self::Confirm => None,
            Self::SetAside => Some("put the edits back"),
            Self::Checkout => Some("check out the commit that was there"),
            Self::Unpack | Self::Receive => Some("remove the directory"),
            Self::Snapshot => Some("remove the backup of the new release"),
            Self::Configure => Some("write the .env that was there"),
            Self::Switch => Some("switch back to the release that was live"),
        }
    }
}

/// The steps of a plan of this kind.
pub(crate) fn steps(kind: Kind, strategy: &Strategy, runtime: &Runtime, options: &Options) -> Vec<Step> {
    let mut steps = match kind {
        Kind::Deploy => arrival(strategy, runtime, options),
        Kind::Rollback => return_journey(strategy, runtime),
        Kind::Restart => return vec![Step::Restart, Step::Settle, Step::Confirm],
    };
    steps.push(Step::Switch);
    if let Runtime::Compose { .. } = runtime {
        steps.push(Step::Settle);
    }
    steps.push(Step::Confirm);
    steps
}

/// Everything before the switch to a new release.
fn arrival(strategy: &Strategy, runtime: &Runtime, options: &Options) -> Vec<Step> {
    let mut steps = match (strategy, runtime) {
        (Strategy::Git, Runtime::Compose { .. }) => {
            vec![Step::Fetch, Step::SetAside, Step::Checkout, Step::Build]
        }
        (Strategy::Git, Runtime::Command(_)) => vec![Step::Fetch, Step::Unpack, Step::Build],
        (Strategy::Files(_), _) => vec![Step::Receive, Step::Build, Step::Snapshot],
        (Strategy::Image { .. }, _) => vec![Step::Load],
    };
    if !options.migrate.is_empty() {
        steps.push(Step::Migrate);
    }
    if let Strategy::Files(_) = strategy {
        steps.push(Step::Configure);
    }
    steps
}

/// Everything before the switch to a release that was good.
fn return_journey(strategy: &Strategy, runtime: &Runtime) -> Vec<Step> {
    match (strategy, runtime) {
        (Strategy::Git, Runtime::Compose { .. }) => vec![Step::SetAside, Step::Checkout, Step::Configure],
        (Strategy::Git | Strategy::Files(_) | Strategy::Image { .. }, _) => vec![Step::Configure],
    }
}
