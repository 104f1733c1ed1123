//! Workflows and actions: no expression in a script, and every action of others at an exact commit.

use shiplane_core::config::yaml::{self, Node, Value};

use super::Offence;
use crate::count_yaml::PRESETS;

/// All that is wrong with one YAML file.
pub fn check(file: &str, text: &str) -> Vec<Offence> {
    match yaml::read(text) {
        Ok(root) => root.map(|root| node(file, &root)).unwrap_or_default(),
        Err(error) => {
            let line = error.place.map_or(1, |place| place.line);
            vec![Offence::new(file, line, (error.message, "write YAML that can be read"))]
        }
    }
}

fn node(file: &str, at: &Node) -> Vec<Offence> {
    match &at.value {
        Value::Scalar { .. } => Vec::new(),
        Value::Sequence(items) => items.iter().flat_map(|item| node(file, item)).collect(),
        Value::Mapping(pairs) => pairs.iter().flat_map(|(key, value)| pair(file, key, value)).collect(),
    }
}

fn pair(file: &str, key: &Node, value: &Node) -> Vec<Offence> {
    let words = match (key.text(), value.text()) {
        (Some("run"), Some(script)) if script.contains("${{") => {
            ("an expression inside a script can become a command", "pass it through `env:`")
        }
        (Some("description"), Some(text)) if text.contains("${{") => {
            ("the runner does not load an action with an expression in a description", "write its text alone")
        }
        (Some("uses"), Some(action)) if !is_pinned(action) && !is_open(file, action) => {
            ("a tag or branch can be moved", "pin the action to a commit: owner/name@<40 digits> # v1.2.3")
        }
        _ => return node(file, value),
    };
    vec![Offence::new(file, value.place.line, words)]
}

/// Whether it is ours, by path, or fixed to a commit.
fn is_pinned(action: &str) -> bool {
    if action.starts_with("./") || action.starts_with("$/") {
        return true;
    }
    let commit = action.rsplit_once('@').map(|(_, commit)| commit);
    commit.is_some_and(|commit| commit.len() == 40 && commit.chars().all(|c| c.is_ascii_hexdigit()))
}

/// Whether it is ours in a preset, where `init` writes the commit of a release.
fn is_open(file: &str, action: &str) -> bool {
    let shown = file.starts_with(PRESETS) || file.starts_with("tests/flows/");
    shown && action.starts_with("shiplane/shiplane/") && action.ends_with("@COMMIT")
}
