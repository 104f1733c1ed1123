//! Rulesets: their names, who may pass them by, and our own in full.

use std::collections::BTreeMap;

use serde_json::Value;
use shiplane_core::audit::facts::{Obstacle, Seen};
use shiplane_core::fault::Fault;

use super::AuditQuestion;
use super::seen::{refused, text, whole};
use crate::client::Client;
use crate::repository::Repository;
use crate::rest::Read;

/// What is known of a repository's rulesets.
pub(super) struct Rulesets {
    list: Seen<Vec<Value>>,
    /// In full, by number.
    full: BTreeMap<u64, Read<Value>>,
}

impl Client {
    /// Every ruleset of the repository and those that it inherits, each in full.
    pub(super) async fn rulesets(&self, question: &AuditQuestion) -> Result<Rulesets, Fault> {
        let repository = &question.repository;
        let read = self.list(&repository.path("rulesets?includes_parents=true"), None).await?;
        let list = whole(read, "metadata: read");
        let mut full = BTreeMap::new();
        let branch = |ruleset: &&Value| text(ruleset, "target").is_none_or(|target| target == "branch");
        for ruleset in list.value().into_iter().flatten().filter(branch) {
            // One that is switched off holds nothing; of our own it is to be known.
            let own = text(ruleset, "name").is_some_and(|name| question.own_rulesets.contains(&name));
            let off = text(ruleset, "enforcement").is_some_and(|enforcement| enforcement != "active");
            let Some(id) = ruleset.get("id").and_then(Value::as_u64).filter(|_| own || !off) else {
                continue;
            };
            full.insert(id, self.ruleset(repository, id).await?);
        }
        Ok(Rulesets { list, full })
    }

    async fn ruleset(&self, repository: &Repository, id: u64) -> Result<Read<Value>, Fault> {
        self.get(&repository.path(&format!("rulesets/{id}?includes_parents=true"))).await
    }
}

impl Rulesets {
    /// The name of a ruleset; empty when it is not known.
    pub(super) fn name(&self, id: u64) -> String {
        let listed = self.list.value().into_iter().flatten();
        let mut of_id = listed.filter(|ruleset| ruleset.get("id").and_then(Value::as_u64) == Some(id));
        of_id.find_map(|ruleset| text(ruleset, "name")).unwrap_or_default()
    }

    /// Who may pass it by. GitHub shows the list only to those who may change the ruleset (docs, "Get a repository
    /// ruleset").
    pub(super) fn bypass(&self, id: u64) -> Seen<Vec<String>> {
        let hidden = |why: &str| {
            let permission = Some("administration: write".to_owned());
            Seen::Obstacle(Obstacle { why: why.to_owned(), permission, not_available: false })
        };
        match self.full.get(&id) {
            Some(Ok(ruleset)) => match ruleset.get("bypass_actors").and_then(Value::as_array) {
                Some(actors) => Seen::Seen(actors.iter().map(actor).collect()),
                None => hidden("GitHub shows it only to those who may change the ruleset"),
            },
            Some(Err(refusal)) => refused(refusal, "administration: write"),
            None => hidden("the ruleset is not in the repository's list"),
        }
    }

    /// Those of that name, whole.
    pub(super) fn own(&self, names: &[String]) -> Seen<Vec<Value>> {
        let Some(list) = self.list.value() else {
            return Seen::Obstacle(self.list.obstacle().cloned().unwrap_or_default());
        };
        let mut own = Vec::new();
        for listed in list.iter().filter(|it| text(it, "name").is_some_and(|name| names.contains(&name))) {
            // One of that name that the organization has is not ours to write.
            if text(listed, "source_type").is_some_and(|source| source != "Repository") {
                continue;
            }
            match listed.get("id").and_then(Value::as_u64).and_then(|id| self.full.get(&id)) {
                Some(Ok(ruleset)) if ruleset.is_object() => own.push(ruleset.clone()),
                Some(Ok(_)) => return Seen::Obstacle(odd()),
                Some(Err(refusal)) => return refused(refusal, "administration: read"),
                // One more of that name must not be written.
                None => return Seen::Obstacle(odd()),
            }
        }
        Seen::Seen(own)
    }
}

fn odd() -> Obstacle {
    Obstacle { why: "the ruleset's answer is not as documented".to_owned(), ..Obstacle::default() }
}

/// `team 7`, `role admin (by pull request only)`
fn actor(actor: &Value) -> String {
    let id = actor.get("actor_id").and_then(Value::as_u64);
    let numbered = |what: &str| id.map_or_else(|| what.to_owned(), |id| format!("{what} {id}"));
    let who = match text(actor, "actor_type").as_deref() {
        Some("OrganizationAdmin") => "organization administrators".to_owned(),
        Some("EnterpriseOwner") => "enterprise owners".to_owned(),
        Some("DeployKey") => "deploy keys".to_owned(),
        // Numbers of the built-in roles (docs, "Create a repository ruleset").
        Some("RepositoryRole") => match id {
            Some(5) => "role admin".to_owned(),
            Some(4) => "role write".to_owned(),
            Some(2) => "role maintain".to_owned(),
            Some(_) | None => numbered("role"),
        },
        Some("Team") => numbered("team"),
        Some("Integration") => numbered("app"),
        Some("User") => numbered("user"),
        Some(other) => numbered(other),
        None => "someone".to_owned(),
    };
    match text(actor, "bypass_mode").as_deref() {
        Some("pull_request") => format!("{who} (by pull request only)"),
        Some(_) | None => who,
    }
}
