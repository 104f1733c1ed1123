//! Deployments: what a pull request's page shows as deployed, and where.

use anyhow::Context as _;
use serde_json::{Value, json};
use shiplane_core::fault::Fault;
use shiplane_core::preview::Pull;

use crate::change::unnamed;
use crate::client::{Client, Verb};
use crate::gate::PullRequestId;
use crate::repository::Repository;
use crate::rest::{Read, Refusal, encoded};

/// A deployment to be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDeployment<'s> {
    /// The whole commit.
    pub commit: &'s str,
    /// Where to.
    pub environment: &'s str,
    /// What it is for; those of the same task are one after the other.
    pub task: &'s str,
    /// One sentence.
    pub description: &'s str,
    /// Whether it serves.
    pub is_up: bool,
    /// Where it answers.
    pub url: Option<&'s str>,
    /// Where more can be read.
    pub log_url: Option<&'s str>,
}

impl Client {
    /// Tells of a deployment that will not last, and that those before it of the same task are over; needs
    /// `deployments: write`.
    pub async fn tell_deployment(
        &self,
        repository: &Repository,
        new: &NewDeployment<'_>,
    ) -> anyhow::Result<Read<()>> {
        self.tell(repository, new).await.context("tell of a deployment")
    }

    /// Tells that the deployments of a task are over; answers how many were not yet.
    pub async fn end_deployments(
        &self,
        repository: &Repository,
        (environment, task): (&str, &str),
    ) -> anyhow::Result<Read<usize>> {
        let ended = self.end_all_but(repository, (environment, task), None).await;
        ended.context("end the deployments")
    }

    /// Whether a pull request is open. Whatever stands in the way of an answer is one, too.
    pub async fn pull_state(&self, pull: &PullRequestId) -> Pull {
        let path = pull.repository.path(&format!("pulls/{}", pull.number));
        match self.get(&path).await {
            Ok(Ok(found)) => match found.get("state").and_then(Value::as_str) {
                Some("open") => Pull::Open,
                Some("closed") => Pull::Closed,
                Some(_) | None => Pull::Unknown("GitHub's answer does not name its state".to_owned()),
            },
            Ok(Err(Refusal::Forbidden { message, .. } | Refusal::NotFound(message))) => {
                Pull::Unknown(message)
            }
            Err(fault) => Pull::Unknown(fault.fact),
        }
    }

    async fn tell(&self, repository: &Repository, new: &NewDeployment<'_>) -> Result<Read<()>, Fault> {
        // Without contexts GitHub asks for no green checks, and without a merge for no branch (docs, "Create a
        // deployment"): the commit is there already.
        let body = json!({
            "ref": new.commit,
            "task": new.task,
            "environment": new.environment,
            "description": new.description,
            "auto_merge": false,
            "required_contexts": [],
            "transient_environment": true,
            "production_environment": false,
        });
        let made = match self.write(Verb::Post, &repository.path("deployments"), &body).await? {
            Ok(made) => made,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let id = made.get("id").and_then(Value::as_u64).ok_or_else(|| unnamed("the deployment"))?;
        let state = if new.is_up { "success" } else { "failure" };
        let status = json!({
            "state": state,
            "environment_url": new.url.unwrap_or_default(),
            "log_url": new.log_url.unwrap_or_default(),
            "description": new.description,
        });
        if let Err(refusal) = self.set_state(repository, id, &status).await? {
            return Ok(Err(refusal));
        }
        if !new.is_up {
            // What was there before still serves.
            return Ok(Ok(()));
        }
        // GitHub ends only those that were to last (docs, "Create a deployment status": `auto_inactive`).
        let ended = self.end_all_but(repository, (new.environment, new.task), Some(id)).await?;
        Ok(ended.map(drop))
    }

    async fn end_all_but(
        &self,
        repository: &Repository,
        (environment, task): (&str, &str),
        kept: Option<u64>,
    ) -> Result<Read<usize>, Fault> {
        let query = format!("deployments?environment={}&task={}", encoded(environment), encoded(task));
        let listed = match self.list(&repository.path(&query), None).await? {
            Ok(listed) => listed,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let mut ended = 0;
        for deployment in &listed.entries {
            let text = |key: &str| deployment.get(key).and_then(Value::as_str);
            // GitHub leaves out what it cannot read in the query.
            let is_ours = text("task") == Some(task) && text("environment") == Some(environment);
            let id = deployment.get("id").and_then(Value::as_u64).filter(|id| is_ours && Some(*id) != kept);
            let Some(id) = id else { continue };
            let path = repository.path(&format!("deployments/{id}/statuses"));
            let last = self.list(&path, None).await?;
            let last = last.as_ref().ok().and_then(|it| it.entries.first());
            if last.and_then(|it| it.get("state")).and_then(Value::as_str) == Some("inactive") {
                continue;
            }
            if let Err(refusal) = self.set_state(repository, id, &json!({ "state": "inactive" })).await? {
                return Ok(Err(refusal));
            }
            ended += 1;
        }
        Ok(Ok(ended))
    }

    async fn set_state(&self, repository: &Repository, id: u64, status: &Value) -> Result<Read<()>, Fault> {
        let path = repository.path(&format!("deployments/{id}/statuses"));
        Ok(self.write(Verb::Post, &path, status).await?.map(drop))
    }
}
