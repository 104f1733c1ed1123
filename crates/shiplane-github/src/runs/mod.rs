//! The runs of a branch's workflows, and the way of its commit to where it goes.
//!
//! One request for the branch, one for each 100 runs of the commit, one for each 100 jobs of a run that counts. What
//! there was before is asked only when a workflow has not run on the commit, and deployments only when an environment
//! is named.

mod wire;

use anyhow::Context as _;
use serde_json::Value;
use shiplane_core::fault::Fault;
use shiplane_core::runs::facts::{Job, Run, Section, Unread};
use shiplane_core::runs::{self, Facts, Policy};

use crate::client::Client;
use crate::repository::Repository;
use crate::rest::{Read, Refusal, encoded};
use wire::Entries;

/// Commits are written in full, or so long that no two are alike.
const SHORTEST: usize = 7;

/// What is asked about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunsQuestion {
    /// The repository.
    pub repository: Repository,
    /// The branch.
    pub branch: String,
    /// The commit that is being promoted; without one it is the branch's head.
    pub commit: Option<String>,
    /// Whether a person named that commit.
    pub pinned: bool,
    /// The run that asks.
    pub own_run: Option<u64>,
}

impl Client {
    /// What `runs::evaluate` judges by. What could not be read is said in the facts.
    pub async fn run_facts(&self, question: &RunsQuestion, policy: &Policy) -> anyhow::Result<Facts> {
        let (repository, branch) = (&question.repository, &question.branch);
        let reading = Reading { client: self, repository };
        let mut facts = Facts {
            repository: repository.to_string(),
            branch: branch.clone(),
            own_run: question.own_run,
            ..Facts::default()
        };
        reading.head(&mut facts).await.with_context(|| format!("read branch `{branch}` of {repository}"))?;
        let Some(head) = &facts.head else { return Ok(facts) };
        // The first characters of the head are the head.
        let same = |commit: &String| commit.len() >= SHORTEST && head.starts_with(commit.as_str());
        facts.commit = question.commit.clone().filter(|commit| !same(commit) && commit != head);
        facts.pinned = question.pinned && facts.commit.is_some();
        reading.runs(&mut facts).await.with_context(|| format!("read the workflow runs of {repository}"))?;
        reading.jobs(&mut facts, policy).await.with_context(|| format!("read the jobs of {repository}"))?;
        reading
            .older(&mut facts, policy)
            .await
            .with_context(|| format!("read older runs of {repository}"))?;
        if let Some(environment) = &policy.environment {
            reading
                .way(&mut facts, environment)
                .await
                .with_context(|| format!("read the deployments of {repository}"))?;
        }
        Ok(facts)
    }
}

/// A reading under way.
struct Reading<'a> {
    client: &'a Client,
    repository: &'a Repository,
}

impl Reading<'_> {
    /// The branch's head, and the server's clock.
    async fn head(&self, facts: &mut Facts) -> Result<(), Fault> {
        let path = self.repository.path(&format!("branches/{}", encoded(&facts.branch)));
        match self.client.get_dated(&path).await? {
            Ok((branch, at)) => {
                facts.seen_at = at;
                let head =
                    branch.pointer("/commit/sha").and_then(Value::as_str).filter(|sha| !sha.is_empty());
                facts.head = Some(head.map(str::to_owned).ok_or_else(nonsense)?);
                Ok(())
            }
            // `Not Found` alone is what a token gets that may not know the repository.
            Err(Refusal::NotFound(message)) if message.to_lowercase().contains("branch") => Ok(()),
            Err(Refusal::NotFound(message)) => {
                let fact = format!("GitHub found no {}: {message}", self.repository);
                Err(Fault::could_not("not-found", fact)
                    .help("see the name; a token that may not read a repository gets the same answer"))
            }
            Err(Refusal::Forbidden { message, .. }) => {
                let fact = format!("the token may not read {}: {message}", self.repository);
                Err(Fault::could_not("permission-missing", fact).help("grant the job `contents: read`"))
            }
        }
    }

    /// Every run of the commit.
    async fn runs(&self, facts: &mut Facts) -> Result<(), Fault> {
        let (branch, commit) = (encoded(&facts.branch), encoded(facts.judged_commit()));
        let below = format!("actions/runs?branch={branch}&head_sha={commit}&exclude_pull_requests=true");
        let listed = self.client.list(&self.repository.path(&below), Some("workflow_runs")).await?;
        let Entries { entries, gap } = wire::entries(listed, |entry| wire::run(entry, self.repository));
        facts.unread.extend(gap.map(|gap| unread(Section::Runs, gap, "actions: read")));
        let commit = facts.judged_commit().to_owned();
        let of_branch = entries.into_iter().filter(|run| run.is_of(&facts.branch)).map(|run| run.run);
        // A server that does not know a filter answers without it.
        (facts.runs, facts.older_runs) = of_branch.partition(|run| run.commit == commit);
        Ok(())
    }

    /// The jobs of the runs that count, of their latest attempt.
    async fn jobs(&self, facts: &mut Facts, policy: &Policy) -> Result<(), Fault> {
        let judged: Vec<Run> = runs::judged(policy, facts).into_iter().cloned().collect();
        for run in judged {
            let below = format!("actions/runs/{}/jobs?filter=latest", run.id);
            let listed = self.client.list(&self.repository.path(&below), Some("jobs")).await?;
            let refused = listed.is_err();
            let Entries { entries, gap } = wire::entries(listed, wire::job);
            facts.unread.extend(gap.map(|gap| unread(Section::Jobs, gap, "actions: read")));
            let jobs: Option<Vec<Job>> = (!refused).then_some(entries);
            if let Some(known) = facts.runs.iter_mut().find(|known| **known == run) {
                known.jobs = jobs;
            }
        }
        Ok(())
    }

    /// What there was before, when a workflow has not run on the commit: the newest hundred.
    async fn older(&self, facts: &mut Facts, policy: &Policy) -> Result<(), Fault> {
        if runs::unmet(policy, facts).is_empty() || facts.unread.iter().any(|it| it.section == Section::Runs)
        {
            return Ok(());
        }
        let branch = encoded(&facts.branch);
        let below = format!("actions/runs?branch={branch}&exclude_pull_requests=true&per_page=100");
        let page = self.client.get(&self.repository.path(&below)).await?;
        let Entries { entries, gap } =
            wire::entries(page.map(|page| wire::page(&page)), |entry| wire::run(entry, self.repository));
        facts.unread.extend(gap.map(|gap| unread(Section::OlderRuns, gap, "actions: read")));
        let commit = facts.judged_commit().to_owned();
        let others = entries.into_iter().filter(|run| run.is_of(&facts.branch) && run.run.commit != commit);
        facts.older_runs = others.map(|run| run.run).collect();
        Ok(())
    }

    /// The newest deployment of the commit to the environment, and the pull request that brought the commit.
    async fn way(&self, facts: &mut Facts, environment: &str) -> Result<(), Fault> {
        let (sha, name) = (encoded(facts.judged_commit()), encoded(environment));
        let below = format!("deployments?sha={sha}&environment={name}");
        let listed = self.client.list(&self.repository.path(&below), None).await?;
        let Entries { entries, gap } = wire::entries(listed, wire::deployment);
        facts.unread.extend(gap.map(|gap| unread(Section::Deployment, gap, "deployments: read")));
        let newest = entries.into_iter().max_by_key(|(id, _)| *id);
        let Some((id, mut deployment)) = newest else { return Ok(()) };
        let below = format!("deployments/{id}/statuses");
        let listed = self.client.list(&self.repository.path(&below), None).await?;
        let Entries { entries, gap } = wire::entries(listed, wire::status);
        facts.unread.extend(gap.map(|gap| unread(Section::Deployment, gap, "deployments: read")));
        deployment.statuses = entries;
        facts.deployment = Some(deployment);
        let listed = self.client.list(&self.repository.path(&format!("commits/{sha}/pulls")), None).await?;
        let Entries { entries, gap } = wire::entries(listed, wire::landed);
        facts.unread.extend(gap.map(|gap| unread(Section::Landed, gap, "pull-requests: read")));
        let merged = entries.into_iter().filter(|landed| landed.merged_at.is_some());
        facts.landed = merged.min_by_key(|landed| (landed.merged_at, landed.number));
        Ok(())
    }
}

/// Why a list is not whole.
struct Gap {
    why: String,
    forbidden: bool,
}

fn unread(section: Section, gap: Gap, permission: &str) -> Unread {
    let permissions = if gap.forbidden { vec![permission.to_owned()] } else { Vec::new() };
    Unread { section, why: gap.why, permissions }
}

fn nonsense() -> Fault {
    Fault::could_not("github-answer", "GitHub's answer names no commit at the head of the branch")
        .help("run it again; if it stays so, this version does not fit the server")
}

impl From<Refusal> for Gap {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Forbidden { message, .. } => Self { why: message, forbidden: true },
            // What a token may not see is not there for it.
            Refusal::NotFound(message) => Self { why: message, forbidden: true },
        }
    }
}
