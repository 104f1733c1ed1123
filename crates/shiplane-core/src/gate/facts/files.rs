//! Files: what changes, who owns it, and what the release says of itself.

use serde::{Deserialize, Serialize};

/// A file that the pull request changes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ChangedFile {
    /// Its path on the head's side.
    pub path: String,
    /// Its path before it was renamed; the owners of both are asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<String>,
}

/// CODEOWNERS as it is on the base branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CodeOwnersFile {
    /// Where it was found; absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Its text.
    #[serde(default)]
    pub text: String,
}

/// A file that says something of the release: the changelog, or one that carries the version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReleaseFile {
    /// Its path.
    pub path: String,
    /// Its text on the base branch; absent when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Its text where the branch left a base that went on since, empty when it was not there; else as on the base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<String>,
    /// Its text on the head; absent when it is not there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
}
