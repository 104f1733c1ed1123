//! Environments: who approves, which branches deploy, which secrets are there.

use serde_json::Value;
use shiplane_core::audit::facts::{DeployBranches, Environment, Seen};
use shiplane_core::fault::Fault;

use super::AuditQuestion;
use super::seen::{flag, names, text, whole};
use crate::client::Client;
use crate::repository::Repository;
use crate::rest::encoded;

impl Client {
    pub(super) async fn environments(
        &self,
        question: &AuditQuestion,
    ) -> Result<Seen<Vec<Environment>>, Fault> {
        if question.environments.is_empty() {
            return Ok(Seen::default());
        }
        let list = self.list(&question.repository.path("environments"), Some("environments")).await?;
        let list = match whole(list, "actions: read") {
            Seen::Seen(list) => list,
            Seen::Obstacle(obstacle) => return Ok(Seen::Obstacle(obstacle)),
        };
        let mut all = Vec::new();
        for found in &list {
            let Some(name) = text(found, "name") else { continue };
            // Names are compared as GitHub does, without case; of the others nothing is asked.
            if question.environments.iter().any(|wanted| wanted.to_lowercase() == name.to_lowercase()) {
                all.push(self.environment(&question.repository, &name, found).await?);
            }
        }
        Ok(Seen::Seen(all))
    }

    async fn environment(
        &self,
        repository: &Repository,
        name: &str,
        found: &Value,
    ) -> Result<Environment, Fault> {
        let below = |what: &str| repository.path(&format!("environments/{}/{what}", encoded(name)));
        let policy = found.get("deployment_branch_policy").filter(|policy| policy.is_object());
        let branches = match policy {
            None => DeployBranches::Any,
            Some(policy) if flag(policy, "protected_branches") => DeployBranches::Protected,
            Some(_) => {
                let list = self.list(&below("deployment-branch-policies"), Some("branch_policies")).await?;
                match whole(list, "actions: read") {
                    Seen::Seen(list) => DeployBranches::Selected(list.iter().filter_map(pattern).collect()),
                    Seen::Obstacle(obstacle) => DeployBranches::Unread(obstacle),
                }
            }
        };
        let secrets = self.list(&below("secrets"), Some("secrets")).await?;
        let rules = found.get("protection_rules").and_then(Value::as_array);
        let mut reviews = rules
            .into_iter()
            .flatten()
            .filter(|rule| text(rule, "type").as_deref() == Some("required_reviewers"));
        let review = reviews.next();
        let reviewers = review.and_then(|rule| rule.get("reviewers")).and_then(Value::as_array);
        Ok(Environment {
            name: name.to_owned(),
            reviewers: reviewers.into_iter().flatten().filter_map(|it| reviewer(repository, it)).collect(),
            prevent_self_review: review.is_some_and(|rule| flag(rule, "prevent_self_review")),
            admins_bypass: flag(found, "can_admins_bypass"),
            branches,
            secrets: names(whole(secrets, "environments: read"), "name"),
        })
    }
}

/// Tags are matched, too; a tag's pattern is no branch's.
fn pattern(policy: &Value) -> Option<String> {
    let name = text(policy, "name")?;
    Some(if text(policy, "type").as_deref() == Some("tag") { format!("tag {name}") } else { name })
}

/// A team is one of the repository's owner.
fn reviewer(repository: &Repository, entry: &Value) -> Option<String> {
    let who = entry.get("reviewer")?;
    match text(who, "slug") {
        Some(slug) => Some(format!("@{}/{slug}", repository.owner)),
        None => text(who, "login"),
    }
}
