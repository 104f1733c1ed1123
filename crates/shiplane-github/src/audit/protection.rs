//! What protects a branch: the classic rule, and the rules of the rulesets that apply to it.

use serde_json::Value;
use shiplane_core::audit::facts::{Branch, Classic, Obstacle, Ruleset, Seen};
use shiplane_core::fault::Fault;
use shiplane_core::gate::facts::Protection;
use shiplane_core::gate::policy::RequiredCheck;

use super::rulesets::Rulesets;
use super::seen::{flag, names, refused, text, whole};
use crate::client::Client;
use crate::repository::Repository;
use crate::rest::{Refusal, encoded};

/// Rules without a bearing on what the config asks for (docs, "Available rules for rulesets").
const OTHER_RULES: [&str; 20] = [
    "creation",
    "required_linear_history",
    "required_deployments",
    "required_signatures",
    "commit_message_pattern",
    "commit_author_email_pattern",
    "committer_email_pattern",
    "branch_name_pattern",
    "tag_name_pattern",
    "file_path_restriction",
    "max_file_path_length",
    "file_extension_restriction",
    "max_file_size",
    "workflows",
    "code_scanning",
    "code_quality",
    "copilot_code_review",
    "update",
    "license_compliance",
    "repository_delete",
];

impl Client {
    pub(super) async fn branch(
        &self,
        repository: &Repository,
        name: &str,
        rulesets: &Rulesets,
    ) -> Result<Branch, Fault> {
        let path = repository.path(&format!("branches/{}", encoded(name)));
        let (exists, seen) = match self.get(&path).await? {
            Ok(branch) => (Seen::Seen(true), branch),
            Err(Refusal::NotFound(_)) => (Seen::Seen(false), Value::Null),
            Err(refusal) => (refused(&refusal, "contents: read"), Value::Null),
        };
        let contexts = seen.pointer("/protection/required_status_checks/contexts").and_then(Value::as_array);
        let visible = contexts.into_iter().flatten().filter_map(|it| it.as_str().map(str::to_owned));
        let none = seen.pointer("/protection/enabled").or_else(|| seen.get("protected"))
            == Some(&Value::Bool(false));
        let classic =
            if none || exists == Seen::Seen(false) { Seen::Seen(None) } else { self.classic(&path).await? };
        let rules = self.list(&repository.path(&format!("rules/branches/{}", encoded(name))), None).await?;
        Ok(Branch {
            name: name.to_owned(),
            exists,
            classic,
            visible_checks: visible.collect(),
            rulesets: match whole(rules, "metadata: read") {
                Seen::Seen(rules) => Seen::Seen(grouped(&rules, rulesets)),
                Seen::Obstacle(obstacle) => Seen::Obstacle(obstacle),
            },
        })
    }

    /// All branches that something protects.
    pub(super) async fn protected_branches(
        &self,
        repository: &Repository,
    ) -> Result<Seen<Vec<String>>, Fault> {
        let list = self.list(&repository.path("branches?protected=true"), None).await?;
        Ok(names(whole(list, "contents: read"), "name"))
    }

    /// "Branch not protected" is an answer; a bare "Not Found" is said to those who may not know.
    async fn classic(&self, branch: &str) -> Result<Seen<Option<Classic>>, Fault> {
        Ok(match self.get(&format!("{branch}/protection")).await? {
            Ok(rule) => classic(&rule),
            Err(Refusal::NotFound(message)) if message == "Branch not protected" => Seen::Seen(None),
            Err(refusal) => refused(&refusal, "administration: read"),
        })
    }
}

/// The classic rule; what is not an object is no answer.
fn classic(rule: &Value) -> Seen<Option<Classic>> {
    // Every rule says these two (docs, "Get branch protection").
    let says = |key: &str| rule.get(key).and_then(|part| part.get("enabled")).is_some_and(Value::is_boolean);
    if !says("allow_force_pushes") || !says("allow_deletions") {
        let why = "the answer is no protection rule".to_owned();
        return Seen::Obstacle(Obstacle { why, permission: None, not_available: false });
    }
    let enabled = |key: &str| rule.get(key).is_some_and(|part| flag(part, "enabled"));
    let reviews = rule.get("required_pull_request_reviews").filter(|reviews| reviews.is_object());
    let review = |key: &str| reviews.is_some_and(|reviews| flag(reviews, key));
    let status = rule.get("required_status_checks").filter(|status| status.is_object());
    Seen::Seen(Some(Classic {
        demands: Protection {
            source: "branch protection rule".to_owned(),
            approvals: reviews.map(|reviews| number(reviews, "required_approving_review_count")),
            dismiss_stale: review("dismiss_stale_reviews"),
            last_push_approval: review("require_last_push_approval"),
            code_owners: review("require_code_owner_reviews"),
            conversations: enabled("required_conversation_resolution"),
            up_to_date: status.is_some_and(|status| flag(status, "strict")),
            locked: enabled("lock_branch"),
            checks: status.map(classic_checks).unwrap_or_default(),
            ..Protection::default()
        },
        admins: enabled("enforce_admins"),
        bypass: reviews.map(allowances).unwrap_or_default(),
        force_pushes: enabled("allow_force_pushes"),
        deletions: enabled("allow_deletions"),
    }))
}

/// Newer servers tell the app of each check, older ones names alone.
fn classic_checks(status: &Value) -> Vec<RequiredCheck> {
    match status.get("checks").and_then(Value::as_array) {
        Some(checks) => checks.iter().filter_map(|check| required(check, "app_id")).collect(),
        None => {
            let contexts = status.get("contexts").and_then(Value::as_array);
            contexts.into_iter().flatten().filter_map(Value::as_str).map(RequiredCheck::named).collect()
        }
    }
}

/// App 0 and -1 mean any app.
fn required(check: &Value, app: &str) -> Option<RequiredCheck> {
    let app = check.get(app).and_then(Value::as_u64).filter(|id| *id > 0).map(|id| id.to_string());
    Some(RequiredCheck { name: text(check, "context")?, app })
}

fn allowances(reviews: &Value) -> Vec<String> {
    let mut all = Vec::new();
    for (kind, key, word) in [("users", "login", "user"), ("teams", "slug", "team"), ("apps", "slug", "app")]
    {
        let list =
            reviews.pointer(&format!("/bypass_pull_request_allowances/{kind}")).and_then(Value::as_array);
        let names = list.into_iter().flatten().filter_map(|who| text(who, key));
        all.extend(names.map(|name| format!("{word} {name}")));
    }
    all
}

fn number(value: &Value, key: &str) -> u8 {
    let number = value.get(key).and_then(Value::as_u64).unwrap_or(0);
    u8::try_from(number).unwrap_or(u8::MAX)
}

/// Rules come one by one; those of one ruleset hold, and are passed by, together.
fn grouped(rules: &[Value], rulesets: &Rulesets) -> Vec<Ruleset> {
    let mut all: Vec<Ruleset> = Vec::new();
    for rule in rules {
        let id = rule.get("ruleset_id").and_then(Value::as_u64).unwrap_or(0);
        let at = all.iter().position(|ruleset| ruleset.id == id).unwrap_or_else(|| {
            let name = rulesets.name(id);
            let source = format!("ruleset {name}");
            all.push(Ruleset {
                id,
                name,
                demands: Protection { source, ..Protection::default() },
                bypass: rulesets.bypass(id),
                ..Ruleset::default()
            });
            all.len() - 1
        });
        if let Some(ruleset) = all.get_mut(at) {
            take(ruleset, rule);
        }
    }
    all
}

fn take(ruleset: &mut Ruleset, rule: &Value) {
    let kind = text(rule, "type").unwrap_or_default();
    let none = Value::Null;
    let parameters = rule.get("parameters").unwrap_or(&none);
    let demands = &mut ruleset.demands;
    match kind.as_str() {
        "pull_request" => {
            ruleset.pull_request = true;
            demands.approvals =
                demands.approvals.max(Some(number(parameters, "required_approving_review_count")));
            demands.dismiss_stale |= flag(parameters, "dismiss_stale_reviews_on_push");
            demands.last_push_approval |= flag(parameters, "require_last_push_approval");
            demands.code_owners |= flag(parameters, "require_code_owner_review");
            demands.conversations |= flag(parameters, "required_review_thread_resolution");
        }
        "required_status_checks" => {
            demands.up_to_date |= flag(parameters, "strict_required_status_checks_policy");
            let checks = parameters.get("required_status_checks").and_then(Value::as_array);
            demands
                .checks
                .extend(checks.into_iter().flatten().filter_map(|it| required(it, "integration_id")));
        }
        "non_fast_forward" => ruleset.no_force_push = true,
        "deletion" => ruleset.no_deletion = true,
        "merge_queue" => ruleset.merge_queue = true,
        known if OTHER_RULES.contains(&known) => {}
        _ => demands.unknown.push(kind),
    }
}
