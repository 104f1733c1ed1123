//! Classic protection, rulesets, environments and names of secrets: each asks for a permission of its own.

use serde_json::{Value, json};

use super::page::Page;
use super::shapes;
use crate::github::actor::{id_of, node_id};
use crate::github::protection::Protection;
use crate::github::server::Answer;
use crate::github::settings::{Access, DeployBranches, Environment, Granted, Ruleset};
use crate::github::world::Repo;

/// The answer to a GET, or nothing for a path that is none of these.
pub(super) fn read(repo: &Repo, steps: &[&str], (page, granted): (&Page, Granted)) -> Option<Answer> {
    let upgrade = repo.settings.plan_without_protection;
    match steps {
        ["branches", .., "protection"] | ["rules", "branches", ..] | ["rulesets", ..] if upgrade => {
            Some(Answer::error(
                403,
                "Upgrade to GitHub Pro or make this repository public to enable this feature.",
            ))
        }
        ["branches", rest @ .., "protection"] => Some(match granted.administration {
            Access::None => refused("administration=read"),
            Access::Read | Access::Write => classic(repo, &rest.join("/")),
        }),
        ["branches"] if page.parameter("protected") == Some("true") => {
            let protected = repo.branches.values().map(|branch| shapes::branch(repo, branch));
            Some(page.list(protected.filter(|branch| branch["protected"] == json!(true)).collect()))
        }
        ["rulesets"] => Some(page.list(repo.settings.rulesets.iter().map(|it| listed(repo, it)).collect())),
        ["rulesets", id] => {
            let ruleset = repo.settings.rulesets.iter().find(|it| it.id.to_string() == *id)?;
            Some(Answer::ok(full(repo, ruleset, granted)))
        }
        ["environments"] => {
            let all = repo.settings.environments.iter().map(|it| environment(repo, it));
            Some(page.counted("environments", all.collect()))
        }
        ["environments", name, rest @ ..] => {
            let same = |it: &&Environment| it.name.to_lowercase() == name.to_lowercase();
            below(repo.settings.environments.iter().find(same)?, rest, (page, granted))
        }
        ["actions", kind @ ("secrets" | "organization-secrets")] => {
            let own = *kind == "secrets";
            let names = if own { &repo.settings.secrets } else { &repo.settings.organization_secrets };
            Some(if granted.secrets == Access::None { refused("secrets=read") } else { secrets(page, names) })
        }
        _ => None,
    }
}

/// The answer to a POST or PUT of a ruleset.
pub(super) fn write(
    repo: &mut Repo,
    (method, steps): (&str, &[&str]),
    (granted, body): (Granted, &str),
) -> Option<Answer> {
    let (("POST", ["rulesets"]) | ("PUT", ["rulesets", _])) = (method, steps) else { return None };
    if granted.administration < Access::Write {
        return Some(refused("administration=write"));
    }
    let Ok(Value::Object(mut body)) = serde_json::from_str::<Value>(body) else {
        return Some(Answer::error(400, "Problems parsing JSON"));
    };
    let at = match steps {
        ["rulesets", id] => Some(repo.settings.rulesets.iter().position(|it| it.id.to_string() == *id)?),
        _ => None,
    };
    let name = body.remove("name").and_then(|name| name.as_str().map(str::to_owned));
    if at.is_none() && name.is_none() {
        return Some(Answer::error(422, "Invalid request.\n\n\"name\" wasn't supplied."));
    }
    let taken = |(other, it): (usize, &Ruleset)| Some(other) != at && Some(&it.name) == name.as_ref();
    if repo.settings.rulesets.iter().enumerate().any(taken) {
        return Some(Answer::error(422, "Validation Failed: Name must be unique"));
    }
    let incomplete = body.get("rules").and_then(Value::as_array).into_iter().flatten().find_map(wrong);
    if let Some(message) = incomplete {
        return Some(Answer::error(422, &message));
    }
    let at = at.unwrap_or_else(|| {
        repo.settings.ruleset("", "", &[]);
        repo.settings.rulesets.len() - 1
    });
    let ruleset = &mut repo.settings.rulesets[at];
    ruleset.name = name.unwrap_or_else(|| ruleset.name.clone());
    take(ruleset, body);
    let created = matches!(steps, ["rulesets"]);
    let answer = Answer::ok(full(repo, &repo.settings.rulesets[at], granted));
    Some(if created { Answer { code: 201, ..answer } } else { answer })
}

/// What is left out stays as it is.
fn take(ruleset: &mut Ruleset, body: serde_json::Map<String, Value>) {
    for (key, value) in body {
        match (key.as_str(), value) {
            ("enforcement", Value::String(enforcement)) => ruleset.enforcement = enforcement,
            ("bypass_actors", Value::Array(actors)) => ruleset.bypass = actors,
            ("conditions", conditions) => ruleset.conditions = conditions,
            ("rules", Value::Array(rules)) => ruleset.rules = rules.into_iter().map(completed).collect(),
            ("target", _) => {}
            (_, value) => drop(ruleset.extra.insert(key, value)),
        }
    }
}

/// GitHub insists on these parameters.
fn wrong(rule: &Value) -> Option<String> {
    let asked: &[&str] = match rule["type"].as_str()? {
        "pull_request" => &[
            "dismiss_stale_reviews_on_push",
            "require_code_owner_review",
            "require_last_push_approval",
            "required_approving_review_count",
            "required_review_thread_resolution",
        ],
        "required_status_checks" => &["required_status_checks", "strict_required_status_checks_policy"],
        _ => &[],
    };
    let lacks = asked.iter().find(|key| rule["parameters"].get(**key).is_none())?;
    Some(format!(
        "Invalid request.\n\nInvalid property /rules: data matches no possible input. \"{lacks}\" wasn't supplied."
    ))
}

/// GitHub fills in what was left out.
fn completed(mut rule: Value) -> Value {
    if rule["type"] == "pull_request" && rule["parameters"].get("allowed_merge_methods").is_none() {
        rule["parameters"]["allowed_merge_methods"] = json!(["merge", "squash", "rebase"]);
    }
    if rule["type"] == "required_status_checks"
        && rule["parameters"].get("do_not_enforce_on_create").is_none()
    {
        rule["parameters"]["do_not_enforce_on_create"] = json!(false);
    }
    rule
}

fn refused(permission: &str) -> Answer {
    let mut answer = Answer::error(403, "Resource not accessible by integration");
    answer.headers.push(("x-accepted-github-permissions".to_owned(), permission.to_owned()));
    answer
}

fn classic(repo: &Repo, branch: &str) -> Answer {
    match repo.branches.get(branch) {
        None => Answer::error(404, "Branch not found"),
        Some(branch) => match &branch.protection {
            None => Answer::error(404, "Branch not protected"),
            Some(rule) => Answer::ok(protection(rule)),
        },
    }
}

fn protection(rule: &Protection) -> Value {
    let enabled = |enabled: bool| json!({ "enabled": enabled });
    let mut shape = json!({
        "enforce_admins": enabled(rule.admins),
        "required_linear_history": enabled(rule.linear),
        "allow_force_pushes": enabled(false),
        "allow_deletions": enabled(false),
        "block_creations": enabled(false),
        "required_conversation_resolution": enabled(rule.conversations),
        "lock_branch": enabled(rule.locked),
        "allow_fork_syncing": enabled(false),
    });
    if let Some(approvals) = rule.approvals {
        shape["required_pull_request_reviews"] = json!({
            "dismiss_stale_reviews": rule.dismiss_stale,
            "require_code_owner_reviews": rule.code_owners,
            "require_last_push_approval": rule.last_push_approval,
            "required_approving_review_count": approvals,
        });
    }
    if !rule.checks.is_empty() {
        let contexts: Vec<&str> = rule.checks.iter().map(|check| check.context.as_str()).collect();
        let checks = rule.checks.iter().map(|check| json!({ "context": check.context, "app_id": check.app }));
        shape["required_status_checks"] =
            json!({ "strict": rule.strict, "contexts": contexts, "checks": checks.collect::<Vec<_>>() });
    }
    shape
}

fn listed(repo: &Repo, ruleset: &Ruleset) -> Value {
    let (kind, source) = if ruleset.inherited {
        ("Organization", repo.owner.clone())
    } else {
        ("Repository", format!("{}/{}", repo.owner, repo.name))
    };
    json!({
        "id": ruleset.id,
        "node_id": node_id("RRS", &[&ruleset.id.to_string()]),
        "name": ruleset.name,
        "target": "branch",
        "source_type": kind,
        "source": source,
        "enforcement": ruleset.enforcement,
        "created_at": "2026-01-05T10:00:00Z",
        "updated_at": "2026-01-05T10:00:00Z",
        "_links": {},
    })
}

/// Who may pass it by is shown to those who may change it.
fn full(repo: &Repo, ruleset: &Ruleset, granted: Granted) -> Value {
    let mut shape = listed(repo, ruleset);
    shape["conditions"] = ruleset.conditions.clone();
    shape["rules"] = ruleset.rules.clone().into();
    shape["current_user_can_bypass"] = "never".into();
    for (key, value) in &ruleset.extra {
        shape[key] = value.clone();
    }
    if granted.administration == Access::Write {
        shape["bypass_actors"] = ruleset.bypass.clone().into();
    }
    shape
}

/// The rules of rulesets that apply to a branch, as `GET rules/branches/{branch}` tells them.
pub(super) fn rules(repo: &Repo, branch: &str) -> Vec<Value> {
    let applied = repo.settings.for_branch(branch);
    let rules = applied.flat_map(|ruleset| ruleset.rules.iter().map(move |rule| (ruleset, rule.clone())));
    rules
        .map(|(ruleset, mut rule)| {
            let about = listed(repo, ruleset);
            rule["ruleset_source_type"] = about["source_type"].clone();
            rule["ruleset_source"] = about["source"].clone();
            rule["ruleset_id"] = about["id"].clone();
            rule
        })
        .collect()
}

fn environment(repo: &Repo, it: &Environment) -> Value {
    let id = |kind: &str| id_of(&[kind, &it.name]);
    let mut rules = Vec::new();
    let people = it
        .people
        .iter()
        .map(|login| json!({ "type": "User", "reviewer": shapes::account(&login.as_str().into()) }));
    let teams = it.teams.iter().map(|slug| {
        json!({ "type": "Team", "reviewer": { "id": id_of(&["team", slug]), "name": slug, "slug": slug,
            "html_url": format!("https://github.com/orgs/{}/teams/{slug}", repo.owner) } })
    });
    let reviewers: Vec<Value> = people.chain(teams).collect();
    if !reviewers.is_empty() {
        rules.push(json!({ "id": id("review"), "type": "required_reviewers",
            "prevent_self_review": it.prevent_self_review, "reviewers": reviewers }));
    }
    let policy = match it.branches {
        DeployBranches::Any => Value::Null,
        DeployBranches::Protected => json!({ "protected_branches": true, "custom_branch_policies": false }),
        DeployBranches::Selected(_) => json!({ "protected_branches": false, "custom_branch_policies": true }),
    };
    if !policy.is_null() {
        rules.push(json!({ "id": id("branches"), "type": "branch_policy" }));
    }
    json!({
        "id": id("environment"),
        "node_id": node_id("EN", &[&it.name]),
        "name": it.name,
        "url": format!("{}/environments/{}", shapes::api(repo), it.name),
        "html_url": format!("{}/deployments/activity_log?environments_filter={}", shapes::html(repo), it.name),
        "created_at": "2026-01-05T10:00:00Z",
        "updated_at": "2026-01-05T10:00:00Z",
        "can_admins_bypass": !it.admins_bound,
        "protection_rules": rules,
        "deployment_branch_policy": policy,
    })
}

fn below(it: &Environment, steps: &[&str], (page, granted): (&Page, Granted)) -> Option<Answer> {
    match steps {
        ["deployment-branch-policies"] => {
            let patterns: &[(String, String)] = match &it.branches {
                DeployBranches::Selected(patterns) => patterns,
                DeployBranches::Any | DeployBranches::Protected => &[],
            };
            let all = patterns.iter().map(|(name, kind)| {
                json!({ "id": id_of(&["policy", name]), "node_id": node_id("DBP", &[name]), "name": name, "type": kind })
            });
            Some(page.counted("branch_policies", all.collect()))
        }
        ["secrets"] if granted.environments == Access::None => Some(refused("environments=read")),
        ["secrets"] => Some(secrets(page, &it.secrets)),
        _ => None,
    }
}

fn secrets(page: &Page, names: &[String]) -> Answer {
    let all = names.iter().map(|name| {
        json!({ "name": name, "created_at": "2026-01-05T10:00:00Z", "updated_at": "2026-01-05T10:00:00Z" })
    });
    page.counted("secrets", all.collect())
}
