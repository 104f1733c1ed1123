//! `tiers:` how much is tested before a merge, and how long that may take.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::matrix::Matrix;
use crate::duration::Span;

/// One amount of testing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Tier {
    /// How long its checks may take, from the first start to the last end; more is worth a warning
    pub budget: Option<Span>,
    /// The axes of the matrix, each with its values: every combination is one job
    pub matrix: Matrix,
    /// Combinations that are no job: each names the value of one axis or of several
    pub exclude: Vec<BTreeMap<String, String>>,
}
