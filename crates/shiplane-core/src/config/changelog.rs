//! `changelog:` how versions and the changelog are kept.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Files and rules of changelog-bump.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Changelog {
    /// The changelog; CHANGELOG.md by default
    pub file: Option<String>,
    /// Files that carry the version
    pub versions: Vec<String>,
    /// What stands before the version in a tag; `v` by default
    pub tag_prefix: Option<String>,
    /// What a change does to a version below 1.0.0; semver by default
    pub zero: Option<Zero>,
    /// Labels of pull requests that need neither a changelog entry nor a new version
    pub waive: Vec<String>,
}

/// How versions below 1.0.0 are raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Zero {
    /// As Cargo reads them: a breaking change raises the minor number, all else the patch number.
    Semver,
    /// As versions above 1.0.0, so that a breaking change makes 1.0.0.
    Strict,
}
