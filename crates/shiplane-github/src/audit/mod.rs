//! The facts of the audit: settings of a repository, each read for itself, so that one refusal hides nothing else.

mod environments;
mod protection;
mod reported;
mod rulesets;
mod secrets;
mod seen;

use anyhow::Context as _;
use serde_json::Value;
use shiplane_core::audit::Facts;
use shiplane_core::fault::Fault;

use crate::client::{Client, Verb};
use crate::repository::Repository;
use crate::rest::Refusal;
use seen::fault_of;

/// What the audit looks at.
#[derive(Clone, Debug)]
pub struct AuditQuestion {
    /// Which repository.
    pub repository: Repository,
    /// Branches that the config has rules for.
    pub branches: Vec<String>,
    /// Environments of the config.
    pub environments: Vec<String>,
    /// Names of the rulesets that are our own.
    pub own_rulesets: Vec<String>,
}

impl Client {
    /// Settings of a repository, as far as the token may see them. Workflow files are not among them.
    pub async fn audit_facts(&self, question: &AuditQuestion) -> anyhow::Result<Facts> {
        let repository = &question.repository;
        self.exists(repository).await.with_context(|| format!("read repository {repository}"))?;
        let rulesets = self.rulesets(question).await.context("read rulesets")?;
        let mut facts = Facts { repository: repository.to_string(), ..Facts::default() };
        for name in &question.branches {
            let branch = self.branch(repository, name, &rulesets).await;
            facts.branches.push(branch.with_context(|| format!("read the protection of {name}"))?);
        }
        facts.own_rulesets = rulesets.own(&question.own_rulesets);
        facts.protected_branches =
            self.protected_branches(repository).await.context("list protected branches")?;
        facts.environments = self.environments(question).await.context("read environments")?;
        facts.secrets = self.secret_names(repository).await.context("read names of secrets")?;
        let there = facts.branches.iter().filter(|branch| branch.exists.value() == Some(&true));
        let there: Vec<&str> = there.map(|branch| branch.name.as_str()).collect();
        facts.reported = self.reported(repository, &there).await.context("read names of checks")?;
        Ok(facts)
    }

    /// Writes a ruleset: a new one, or in the place of the one with that number.
    pub async fn write_ruleset(
        &self,
        repository: &Repository,
        id: Option<u64>,
        body: &Value,
    ) -> Result<(), Fault> {
        let (verb, path) = match id {
            None => (Verb::Post, repository.path("rulesets")),
            Some(id) => (Verb::Put, repository.path(&format!("rulesets/{id}"))),
        };
        match self.write(verb, &path, body).await? {
            Ok(_) => Ok(()),
            Err(refusal) => Err(fault_of(&refusal, "administration: write")),
        }
    }

    async fn exists(&self, repository: &Repository) -> Result<(), Fault> {
        let path = repository.path("");
        match self.get(path.trim_end_matches('/')).await? {
            Ok(_) => Ok(()),
            Err(Refusal::NotFound(message)) => Err(Fault::could_not(
                "not-found",
                format!("GitHub found no repository {repository}: {message}"),
            )
            .help("see the name; a token that may not read a repository gets the same answer")),
            Err(refusal) => Err(fault_of(&refusal, "metadata: read")),
        }
    }
}
