//! `environments.<name>.approval:` who has to say yes before a deployment.

use schemars::JsonSchema;
use serde::Deserialize;

use super::list::OneOrMany;
use crate::approval::Approver;
use crate::duration::Span;

/// An approval by people, kept in an issue or a pull request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Approval {
    /// How many people have to approve; 1 by default
    pub count: Option<u8>,
    /// People and teams who may approve; people who may write by default
    pub from: OneOrMany<Approver>,
    /// How long a request is open; 24h by default
    pub expires: Option<Span>,
    /// Whether the author and the requester may not approve; true by default
    pub deny_author: Option<bool>,
}
