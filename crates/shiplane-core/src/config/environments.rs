//! `environments:` where releases go, and how.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use std::collections::BTreeMap;

use super::approval::Approval;
use super::backup::Backup;
use super::list::OneOrMany;
use super::preview::{EnvironmentKind, Ports};
use super::retention::Retention;
use super::rollout::Rollout;
use crate::duration::Span;

/// A place that releases go to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Environment {
    /// A server, a place for every pull request, or this machine; server by default
    pub kind: EnvironmentKind,
    /// Branch that is deployed there
    pub branch: Option<String>,
    /// `user@host`, `user@host:port`, or `local`; the first one has to prove a release before the others get it
    pub hosts: Vec<String>,
    /// How many hosts are switched at the same time, after the first; 1 by default
    pub max_parallel: Option<u32>,
    /// Whether the first host that fails ends it for all at once; true by default
    pub fail_fast: Option<bool>,
    /// A host to go through on the way: `user@host:port`
    pub jump: Option<String>,
    /// Directory on the host: a clone of the repository, or where files and Compose files are
    pub path: Option<String>,
    /// How a release gets to the host; git by default
    pub strategy: Option<Strategy>,
    /// What `strategy: files` uploads, and where it appears
    pub files: Option<Files>,
    /// Images of `strategy: image`, by Compose service: pulled by the host where a digest stands, else sent over SSH
    pub images: BTreeMap<String, String>,
    /// Compose's project name here, over the config's own: two environments on one host need one each
    pub project: Option<String>,
    /// Compose files, relative to `path`; makes Compose the runtime
    pub compose: OneOrMany<String>,
    /// Own build and restart commands; makes them the runtime
    pub command: Option<CommandRuntime>,
    /// A file with the keys that the host's `.env` must have, relative to `path`
    pub env_example: Option<String>,
    /// A program with its arguments, run after the build and before the switch, on the first host
    pub migrate: Vec<String>,
    /// Take everything down before the switch; without it the old release serves until the new one starts
    pub down: Option<bool>,
    /// Remove containers of services that the release does not have; without it they are only told
    pub remove_orphans: Option<bool>,
    /// Build without the cache
    pub no_cache: Option<bool>,
    /// Remove what old releases left; true by default
    pub prune: Option<bool>,
    /// How many good releases stay on the host; 5 by default
    pub keep: Option<u32>,
    /// How long what old releases left stays on the host, and where it goes then
    pub retention: Option<Retention>,
    /// Probes that must pass after the switch, by name
    pub smoke: Vec<String>,
    /// Where the lock, the journal and the runs are kept; `.shiplane` under `path` by default
    pub state_dir: Option<String>,
    /// Longest time for a deploy in all; 30m by default
    pub budget: Option<Span>,
    /// Longest time for building; 15m by default
    pub build_timeout: Option<Span>,
    /// Longest time for the switch until every container runs; 3m by default
    pub switch_timeout: Option<Span>,
    /// Secrets that must be set, by name
    pub secrets: Vec<String>,
    /// How its database is backed up, and where the backups stay
    pub backup: Option<Backup>,
    /// How a new version gets its users, share by share
    pub rollout: Option<Rollout>,
    /// Who has to say yes before a deployment
    pub approval: Option<Approval>,
    /// Of a preview: where it answers; `{number}` and `{port}` are filled in
    pub url: Option<String>,
    /// Of a preview: how long it stays after the last push; without it, until the pull request is closed
    pub ttl: Option<Span>,
    /// Of a preview: ports of the host, one for each; written to its `.env` as PORT
    pub ports: Option<Ports>,
    /// Of a preview: remove it when its pull request is closed or its time is over; true by default
    pub auto_destroy: Option<bool>,
    /// Of a preview: at most so many at once
    pub limit: Option<u32>,
}

/// How a release gets to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Fetch and check out an exact commit on the host.
    Git,
    /// Upload a directory.
    Files,
    /// Pull or send images.
    Image,
}

/// A directory that is uploaded, and where it appears on the host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Files {
    /// Directory on this machine; `dist` by default
    pub from: Option<String>,
    /// Name under `path` that shows the live release; `current` by default
    pub to: Option<String>,
    /// Percent of users, written as ROLLOUT to the host's `.env`; 0 by default
    pub rollout: Option<u8>,
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
    /// File that the processes write their log to, for `ssh-deploy logs`; relative to the release's directory
    pub log: Option<String>,
    /// Stops what the `current` link points to; needed when the very first release fails, with none before it
    pub stop: Vec<String>,
}
