//! `environments:` where releases go, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::approval::Approval;
use super::list::OneOrMany;
use crate::duration::Span;

/// A place that releases go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Environment {
    /// Branch that is deployed there
    pub branch: Option<String>,
    /// `user@host`, `user@host:port`, or `local`
    pub hosts: Vec<String>,
    /// Directory on the host: a clone of the repository
    pub path: Option<String>,
    /// How a release gets to the host; git by default
    pub strategy: Option<Strategy>,
    /// Compose files, relative to `path`; makes Compose the runtime
    pub compose: OneOrMany<String>,
    /// Own build and restart commands; makes them the runtime
    pub command: Option<CommandRuntime>,
    /// Probes that must pass after the switch, by name
    pub smoke: Vec<String>,
    /// Where the lock, the journal and the runs are kept; `.shiplane` under `path` by default
    pub state_dir: Option<String>,
    /// Longest time for building; 15m by default
    pub build_timeout: Option<Span>,
    /// Longest time for the switch until every container runs; 3m by default
    pub switch_timeout: Option<Span>,
    /// Secrets that must be set, by name
    pub secrets: Vec<String>,
    /// Who has to say yes before a deployment
    pub approval: Option<Approval>,
}

/// How a release gets to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Fetch and check out an exact commit on the host.
    Git,
}

/// Commands for systemd units or plain processes. Each is a program with its arguments, run in the release's
/// directory; no shell is involved.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct CommandRuntime {
    /// Makes the release ready to run; nothing is switched yet
    pub build: Vec<String>,
    /// Starts what the `current` link points to, in place of what runs
    pub restart: Vec<String>,
}
