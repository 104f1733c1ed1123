//! How a release gets to a host.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How a release gets to a host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Strategy {
    /// Fetch and check out an exact commit.
    #[default]
    Git,
    /// Take in files that were uploaded.
    Files(Shown),
    /// Pull images, or load those that were sent.
    Image {
        /// By Compose service; the host pulls what has a digest.
        images: BTreeMap<String, String>,
    },
}

/// Where uploaded files appear.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Name under the site's path.
    pub to: String,
    /// Percent of users, written to `.env`.
    pub rollout: u8,
}
