//! `probes:` what must answer, and how.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::list::OneOrMany;
use crate::duration::Span;

/// One thing that must answer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Probe {
    /// Address to get; `{host}` stands for the host's name
    pub http: Option<String>,
    /// Status codes that are right; 200 to 299 by default
    pub status: OneOrMany<u16>,
    /// Text that the body must contain
    pub body: Option<String>,
    /// Values that the JSON body must have, by JSON pointer
    pub json: BTreeMap<String, String>,
    /// Values that headers must have, by name
    pub header: BTreeMap<String, String>,
    /// Where the answer says which version it is
    pub version: Option<VersionAt>,
    /// How long to wait until it answers as expected; one try by default
    pub within: Option<Span>,
    /// Right answers in a row that make it ready; 3 by default
    pub successes: Option<u32>,
    /// Longest time for one try; 10s by default
    pub timeout: Option<Span>,
}

/// Where the answer says which version it is; exactly one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct VersionAt {
    /// JSON pointer into the body
    pub json: Option<String>,
    /// Name of a header
    pub header: Option<String>,
    /// Whether the body is the version and nothing else, as a file `VERSION` is
    pub text: bool,
}
