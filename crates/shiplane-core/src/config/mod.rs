//! The config file: text in, typed values out, and an error that points at the spot.
//!
//! Only keys that a tool honours are accepted; a key without an effect would be a promise that nobody keeps.

mod approval;
mod backup;
mod branches;
mod changelog;
mod environments;
mod error;
mod health;
mod list;
mod lookup;
mod matrix;
mod metrics;
mod notify;
mod preview;
mod probes;
mod retention;
mod rollout;
mod sent;
mod thresholds;
mod tiers;
mod variables;
mod version_file;
pub mod yaml;

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

pub use approval::Approval;
pub use backup::{Backup, BackupKind};
pub use branches::Branch;
pub use changelog::{Changelog, Package, Zero};
pub use environments::{CommandRuntime, Environment, Files, Strategy};
pub use error::ConfigError;
pub use health::Health;
pub use list::OneOrMany;
pub use matrix::Matrix;
pub use metrics::{Metrics, Queries};
pub(crate) use notify::is_repository;
pub use notify::{Channel, Hook, Issue, Notice, Telegram};
pub use preview::{EnvironmentKind, Ports};
pub use probes::{Probe, VersionAt, Via};
pub use retention::{Cold, ColdCommands, Retention};
pub use rollout::{DriverName, Hold, NeedsApproval, Rollout, Servers, Stage};
pub use sent::{Sent, Variable};
pub use thresholds::{ErrorRate, Latency, Thresholds};
pub use tiers::Tier;
pub use version_file::VersionFile;

/// The form of the file that this version reads.
const FORMAT: u8 = 1;

/// `.github/shiplane.yml`.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Config {
    /// The form of this file; 1
    pub version: Option<u8>,
    /// The project's name; Compose uses it as project name
    pub project: Option<String>,
    /// What may be merged where, by base branch
    pub branches: BTreeMap<String, Branch>,
    /// How much is tested before a merge, by name
    pub tiers: BTreeMap<String, Tier>,
    /// Where releases go, by name
    pub environments: BTreeMap<String, Environment>,
    /// What must answer, and how, by name
    pub probes: BTreeMap<String, Probe>,
    /// What a canary is held to
    pub thresholds: Thresholds,
    /// Where a canary's numbers are
    pub metrics: Metrics,
    /// When runs of smoke-check that follow each other are an incident
    pub health: Health,
    /// Who is told of what
    pub notify: Vec<Notice>,
    /// How versions and the changelog are kept
    pub changelog: Changelog,
}

/// Reads the file's text.
pub fn parse(text: &str) -> Result<Config, ConfigError> {
    let Some(root) = yaml::read(text)? else { return Ok(Config::default()) };
    let config: Config = yaml::typed(&root)?;
    match config.version {
        None | Some(FORMAT) => Ok(config),
        Some(other) => {
            let message =
                format!("this file has form {other}, and this version of Shiplane reads form {FORMAT}");
            let place = root.get("version").unwrap_or(&root).place;
            Err(ConfigError::new(message).at(place).under("version"))
        }
    }
}

/// The JSON Schema of the file, for editors.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(Config).to_value()
}
