//! What is deployed, and what runs it.

use serde::{Deserialize, Serialize};

use crate::config::CommandRuntime;

/// One release on a host. What it needs to run again is kept under its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The run that made it.
    pub id: String,
    /// The exact commit.
    pub commit: String,
    /// The version it calls itself, when one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

impl Release {
    /// For people: the version and the short commit.
    pub fn label(&self) -> String {
        let short = self.commit.get(..8).unwrap_or(&self.commit);
        match &self.version {
            Some(version) => format!("{version} ({short})"),
            None => short.to_owned(),
        }
    }
}

/// What builds and runs a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Runtime {
    /// Docker Compose, of whichever generation the host has.
    Compose {
        /// Files, relative to the site's path; none means Compose's own default names.
        files: Vec<String>,
        /// Project name; none means Compose's own choice.
        project: Option<String>,
    },
    /// Own commands; the release is a directory that a link named `current` points to.
    Command(CommandRuntime),
}

impl Runtime {
    /// For people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Compose { .. } => "compose",
            Self::Command(_) => "command",
        }
    }
}
