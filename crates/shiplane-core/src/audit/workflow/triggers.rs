//! When a workflow runs.

use crate::config::yaml::{Node, Value};
use crate::gate::pattern::BranchPattern;

/// Everything that starts it.
pub(crate) struct Triggers(Vec<Trigger>);

/// One event that starts it.
pub(crate) struct Trigger {
    event: String,
    branches: Option<Vec<String>>,
    branches_ignore: Vec<String>,
    /// Whether it starts for changes of certain files only.
    pub(in crate::audit) paths: bool,
    /// Whether it starts for tags only.
    tags_only: bool,
}

impl Triggers {
    pub(super) fn read(on: &Node) -> Self {
        let named = |event: &Node| event.text().map(|event| Trigger::read(event, None));
        Self(match &on.value {
            Value::Scalar { .. } => named(on).into_iter().collect(),
            Value::Sequence(events) => events.iter().filter_map(named).collect(),
            Value::Mapping(events) => events
                .iter()
                .filter_map(|(event, filter)| Some(Trigger::read(event.text()?, Some(filter))))
                .collect(),
        })
    }

    /// The triggers of that event.
    pub(in crate::audit) fn of<'a>(&'a self, event: &str) -> impl Iterator<Item = &'a Trigger> {
        self.0.iter().filter(move |trigger| trigger.event == event)
    }

    /// Whether that event starts it at all.
    pub(in crate::audit) fn has(&self, event: &str) -> bool {
        self.0.iter().any(|trigger| trigger.event == event)
    }

    /// Whether only other workflows start it.
    pub(in crate::audit) fn only_called(&self) -> bool {
        !self.0.is_empty() && self.0.iter().all(|trigger| trigger.event == "workflow_call")
    }
}

impl Trigger {
    fn read(event: &str, filter: Option<&Node>) -> Self {
        let list = |key: &str| filter.and_then(|filter| filter.get(key)).map(texts);
        let has = |key: &str| filter.is_some_and(|filter| filter.get(key).is_some());
        Self {
            event: event.to_owned(),
            branches: list("branches"),
            branches_ignore: list("branches-ignore").unwrap_or_default(),
            paths: has("paths") || has("paths-ignore"),
            tags_only: (has("tags") || has("tags-ignore")) && !has("branches") && !has("branches-ignore"),
        }
    }

    /// Whether it starts for that branch: the last pattern that matches decides (docs, "Workflow syntax for GitHub
    /// Actions", `on.<pull_request>.branches`).
    pub(in crate::audit) fn fires_for(&self, branch: &str) -> bool {
        if self.tags_only || self.branches_ignore.iter().any(|pattern| matches(pattern, branch)) {
            return false;
        }
        let Some(patterns) = &self.branches else { return true };
        let mut fires = false;
        for pattern in patterns {
            match pattern.strip_prefix('!') {
                Some(not) if matches(not, branch) => fires = false,
                Some(_) => {}
                None => fires |= matches(pattern, branch),
            }
        }
        fires
    }
}

/// GitHub's filters know `?`, `+` and `[]` with meanings of their own; a pattern with one of them may match.
fn matches(pattern: &str, branch: &str) -> bool {
    pattern.contains(['?', '+', '[']) || BranchPattern::new(pattern).matches(branch)
}

fn texts(node: &Node) -> Vec<String> {
    match &node.value {
        Value::Scalar { text, .. } => vec![text.clone()],
        Value::Sequence(items) => items.iter().filter_map(|item| item.text().map(str::to_owned)).collect(),
        Value::Mapping(_) => Vec::new(),
    }
}
