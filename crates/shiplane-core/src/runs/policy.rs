//! What is asked of the runs.

use serde::{Deserialize, Serialize};

use crate::duration::Span;

/// What starts a run that tells of the branch's own commit. A schedule's run tells of the branch as it was then, and
/// a run that another one started belongs to the default branch (docs, "Events that trigger workflows").
const EVENTS: [&str; 4] = ["push", "pull_request", "workflow_dispatch", "merge_group"];

/// Every setting of the rules.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// Workflows by name or file name, each of which must have succeeded; none: all that ran, and at least one did.
    pub workflows: Vec<String>,
    /// Jobs that must have succeeded, by their exact names; one that was skipped has not.
    pub jobs: Vec<String>,
    /// Events whose runs count; none: those that tell of the branch's own commit.
    pub events: Vec<String>,
    /// How long ago a run may have ended.
    pub max_age: Option<Span>,
    /// How long the jobs of a run may take; more is worth a warning.
    pub budget: Option<Span>,
    /// Where the commit goes, when its way there is to be measured.
    pub environment: Option<String>,
    /// How long that way may take; more is worth a warning.
    pub lead_budget: Option<Span>,
}

impl Policy {
    /// Whether runs of that event count.
    pub(super) fn counts(&self, event: &str) -> bool {
        if self.events.is_empty() {
            return EVENTS.contains(&event);
        }
        self.events.iter().any(|named| named == event)
    }
}
