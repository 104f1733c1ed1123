//! What would have to be written so that the protection matches the config: a ruleset of our own for each branch.
//!
//! Rulesets hold together, the strictest value of each demand counts, so one of our own never weakens what others
//! wrote, and nothing of theirs is touched. A check that nothing reports is left out: to require it would block every
//! merge.

use serde_json::{Map, Value, json};

use super::facts::{Branch, Facts, Seen};
use super::rules;
use super::sources::{ACTIONS, Source, Sources, demands};
use super::wanted::{Wanted, WantedBranch};
use super::words::permission_help;
use crate::fault::Fault;
use crate::gate::policy::{DirectPush, RequiredCheck};

/// What GitHub tells of a ruleset and does not take back (docs, "Update a repository ruleset").
const TOLD_ONLY: [&str; 8] = [
    "id",
    "node_id",
    "source",
    "source_type",
    "created_at",
    "updated_at",
    "_links",
    "current_user_can_bypass",
];

/// One ruleset to be written.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its name.
    pub name: String,
    /// The number of the one that is there already.
    pub id: Option<u64>,
    /// The whole of it.
    pub body: Value,
    /// What it changes, in lines that begin with `-`, `+` or a blank.
    pub diff: String,
}

/// The name of our ruleset for a branch.
pub fn name_of(branch: &str) -> String {
    format!("shiplane: {branch}")
}

/// Everything that would have to be written; nothing when the protection matches already.
pub fn plan(wanted: &Wanted, facts: &Facts) -> Result<Vec<Change>, Fault> {
    match &facts.own_rulesets {
        Seen::Seen(own) => {
            let phantoms = rules::phantoms(wanted, facts);
            let branches = wanted.branches.iter().map(|branch| without(branch, &phantoms));
            Ok(branches.filter_map(|branch| change(&branch, facts, own)).collect())
        }
        // A second ruleset of one name would be the price of not looking.
        Seen::Obstacle(obstacle) => {
            let fact = format!(
                "nothing can be written: the rulesets that are there could not be read: {}",
                obstacle.why
            );
            let fault = Fault::could_not("rulesets-unreadable", fact);
            Err(match &obstacle.permission {
                Some(permission) => fault.help(permission_help(permission)),
                None => fault,
            })
        }
    }
}

fn without(branch: &WantedBranch, phantoms: &[String]) -> WantedBranch {
    let mut branch = branch.clone();
    branch.checks.retain(|check| !phantoms.contains(&check.name));
    branch
}

fn change(wanted: &WantedBranch, facts: &Facts, own: &[Value]) -> Option<Change> {
    let name = name_of(&wanted.name);
    let seen = facts.branches.iter().find(|branch| branch.name == wanted.name)?;
    if seen.exists.value() == Some(&false) {
        return None;
    }
    let own = own.iter().find(|ruleset| ruleset["name"].as_str() == Some(&name));
    let (before, id) = match own {
        Some(ruleset) => (writable(ruleset), ruleset["id"].as_u64()),
        None if matched(wanted, seen) => return None,
        None => (Value::Null, None),
    };
    let body = desired(wanted, &before);
    (body != before).then(|| Change { diff: diff(&name, &before, &body), name, id, body })
}

/// Whether what others wrote is enough.
fn matched(wanted: &WantedBranch, seen: &Branch) -> bool {
    let sources = Sources::of(seen);
    let read: Vec<&Source> = sources.read.iter().collect();
    let history = read.iter().any(|source| source.no_force_push || source.pull_request)
        && read.iter().any(|source| source.no_deletion);
    history && demands(wanted, &read).iter().all(|demand| demand.met)
}

fn writable(ruleset: &Value) -> Value {
    let Value::Object(fields) = ruleset else { return Value::Null };
    let kept = fields.iter().filter(|(key, _)| !TOLD_ONLY.contains(&key.as_str()));
    Value::Object(kept.map(|(key, value)| (key.clone(), value.clone())).collect())
}

/// The ruleset as it is, with what the config asks for put in; what this version does not know stays.
fn desired(wanted: &WantedBranch, before: &Value) -> Value {
    let mut body = before
        .as_object()
        .cloned()
        .unwrap_or_else(|| Map::from_iter([("bypass_actors".to_owned(), json!([]))]));
    body.insert("name".to_owned(), name_of(&wanted.name).into());
    body.insert("target".to_owned(), "branch".into());
    body.insert("enforcement".to_owned(), "active".into());
    let reference = format!("refs/heads/{}", wanted.name);
    let conditions = body.entry("conditions").or_insert_with(|| json!({}));
    if let Value::Object(conditions) = conditions {
        conditions.insert("ref_name".to_owned(), json!({ "include": [reference], "exclude": [] }));
    }
    let mut rules = body.get("rules").and_then(Value::as_array).cloned().unwrap_or_default();
    put(&mut rules, "deletion", |_| {});
    put(&mut rules, "non_fast_forward", |_| {});
    if wanted.direct_push != DirectPush::Allow || wanted.approvals > 0 {
        put(&mut rules, "pull_request", |parameters| pull_request(wanted, parameters));
    }
    if !wanted.checks.is_empty() {
        put(&mut rules, "required_status_checks", |parameters| checks(wanted, parameters));
    }
    body.insert("rules".to_owned(), rules.into());
    Value::Object(body)
}

/// Sets the parameters of a rule, adding it where it is not there.
fn put(rules: &mut Vec<Value>, kind: &str, set: impl FnOnce(&mut Map<String, Value>)) {
    let at = rules.iter().position(|rule| rule["type"].as_str() == Some(kind)).unwrap_or_else(|| {
        rules.push(json!({ "type": kind }));
        rules.len() - 1
    });
    let Some(Value::Object(rule)) = rules.get_mut(at) else { return };
    let mut parameters = rule.get("parameters").and_then(Value::as_object).cloned().unwrap_or_default();
    set(&mut parameters);
    if !parameters.is_empty() {
        rule.insert("parameters".to_owned(), Value::Object(parameters));
    }
}

/// The number is the config's; a switch that the config does not speak of stays as it is.
fn pull_request(wanted: &WantedBranch, parameters: &mut Map<String, Value>) {
    parameters.insert("required_approving_review_count".to_owned(), wanted.approvals.into());
    for (key, asked) in [
        ("dismiss_stale_reviews_on_push", wanted.dismiss_stale.any()),
        ("require_code_owner_review", wanted.code_owners),
        ("require_last_push_approval", wanted.last_push_approval),
        ("required_review_thread_resolution", wanted.conversations.any()),
    ] {
        switch(parameters, key, asked);
    }
}

fn checks(wanted: &WantedBranch, parameters: &mut Map<String, Value>) {
    switch(parameters, "strict_required_status_checks_policy", wanted.up_to_date);
    let before =
        parameters.get("required_status_checks").and_then(Value::as_array).cloned().unwrap_or_default();
    let list = wanted.checks.iter().map(|check| required(check, &before));
    parameters.insert("required_status_checks".to_owned(), list.collect());
}

fn switch(parameters: &mut Map<String, Value>, key: &str, asked: bool) {
    let is = parameters.get(key).and_then(Value::as_bool).unwrap_or(false);
    parameters.insert(key.to_owned(), (is || asked).into());
}

/// The entry as it is, if it is there; its app where the config names one by number, or the one that runs workflows.
fn required(check: &RequiredCheck, before: &[Value]) -> Value {
    let found = before.iter().find(|entry| entry["context"].as_str() == Some(&check.name));
    let mut entry = found.cloned().unwrap_or_else(|| json!({ "context": check.name }));
    let app =
        check.app.as_deref().map(|app| if app.eq_ignore_ascii_case(ACTIONS.0) { ACTIONS.1 } else { app });
    if let (Some(number), Value::Object(entry)) = (app.and_then(|app| app.parse::<u64>().ok()), &mut entry) {
        entry.insert("integration_id".to_owned(), number.into());
    }
    entry
}

/// Both sides as lines, one fact a line; what both have stands once.
fn diff(name: &str, before: &Value, after: &Value) -> String {
    let (old, new) = (lines(before), lines(after));
    let mut text = format!(" ruleset {name}\n");
    for line in old.iter().filter(|line| !new.contains(line)) {
        text.push_str(&format!("-  {line}\n"));
    }
    for line in &new {
        text.push_str(&format!("{}  {line}\n", if old.contains(line) { ' ' } else { '+' }));
    }
    text
}

fn lines(ruleset: &Value) -> Vec<String> {
    let mut lines = Vec::new();
    for (key, value) in ruleset.as_object().into_iter().flatten().filter(|(key, _)| *key != "rules") {
        flatten(key, value, &mut lines);
    }
    for rule in ruleset["rules"].as_array().into_iter().flatten() {
        let kind = rule["type"].as_str().unwrap_or("?");
        lines.push(format!("rule {kind}"));
        for (key, value) in rule["parameters"].as_object().into_iter().flatten() {
            flatten(&format!("rule {kind}: {key}"), value, &mut lines);
        }
    }
    lines
}

fn flatten(key: &str, value: &Value, lines: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            fields.iter().for_each(|(inner, value)| flatten(&format!("{key}.{inner}"), value, lines))
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().for_each(|item| lines.push(format!("{key}: {item}")))
        }
        Value::Array(_) => lines.push(format!("{key}: none")),
        other @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
            lines.push(format!("{key}: {other}"))
        }
    }
}
