//! `health:` when runs of smoke-check that follow each other are an incident.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::duration::Span;
use crate::smoke::AlertRule;

/// What smoke-check remembers from one run to the next, and what it makes of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Health {
    /// File that keeps what was seen between scheduled runs
    pub state: Option<String>,
    /// Bad runs that make an incident, such as `2 of 3`; 2 of 3 by default
    pub alert_after: Option<AlertRule>,
    /// Good runs in a row that end it; 2 by default
    pub recover_after: Option<u32>,
    /// How often runs are scheduled; a late one is told
    pub every: Option<Span>,
    /// How long an incident lasts before it is told again; never by default
    pub remind_after: Option<Span>,
}
