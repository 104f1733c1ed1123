//! Runs of workflows with their jobs, and deployments.

use super::commit::Commit;
use super::world::Repo;

/// A run of a workflow.
#[derive(Debug, Clone)]
pub struct Run {
    /// Its number; a re-run keeps it.
    pub id: u64,
    /// The workflow's name.
    pub workflow: String,
    /// The workflow's file below `.github/workflows`.
    pub file: String,
    /// What started it.
    pub event: String,
    /// `queued`, `in_progress`, `completed`, `waiting`, `requested` or `pending`.
    pub status: String,
    /// How it ended, once completed.
    pub conclusion: Option<String>,
    /// The branch it is of.
    pub branch: String,
    /// The commit it is of.
    pub sha: String,
    /// Counts its re-runs from 1.
    pub attempt: u64,
    /// `owner/name` of the repository that the commit is of, when that is a fork.
    pub fork: Option<String>,
    /// When it came to be.
    pub created_at: String,
    /// When this attempt began.
    pub started_at: String,
    /// When it last changed.
    pub updated_at: String,
    /// Its jobs, of every attempt.
    pub jobs: Vec<Job>,
}

/// A job of a run.
#[derive(Debug, Clone)]
pub struct Job {
    /// Its name.
    pub name: String,
    /// Which attempt of the run it is of.
    pub attempt: u64,
    /// `queued`, `in_progress`, `completed`, `waiting`, `requested` or `pending`.
    pub status: String,
    /// How it ended, once completed.
    pub conclusion: Option<String>,
    /// When it began.
    pub started_at: String,
    /// When it ended.
    pub completed_at: Option<String>,
}

/// A deployment.
#[derive(Debug, Clone)]
pub struct Deployment {
    /// Its number.
    pub id: u64,
    /// Where to.
    pub environment: String,
    /// The commit.
    pub sha: String,
    /// When it came to be.
    pub created_at: String,
    /// What it is for; `deploy` as a rule.
    pub task: String,
    /// States and when it came into them, oldest first.
    pub statuses: Vec<(String, String)>,
    /// Where it answers, as the newest state that named it says.
    pub url: String,
}

impl Repo {
    /// A new run on a branch's commit that has passed, with its jobs; the answer is there to be refined.
    pub fn run(
        &mut self,
        (workflow, file): (&str, &str),
        (branch, sha): (&str, &str),
        jobs: &[&str],
    ) -> &mut Run {
        self.commits.entry(sha.to_owned()).or_insert_with(|| Commit::new(sha));
        let mut run = Run {
            id: 9000 + self.runs.len() as u64,
            workflow: workflow.to_owned(),
            file: file.to_owned(),
            event: "push".to_owned(),
            status: "completed".to_owned(),
            conclusion: Some("success".to_owned()),
            branch: branch.to_owned(),
            sha: sha.to_owned(),
            attempt: 1,
            fork: None,
            created_at: "2026-01-05T10:01:30Z".to_owned(),
            started_at: "2026-01-05T10:01:30Z".to_owned(),
            updated_at: "2026-01-05T10:05:02Z".to_owned(),
            jobs: Vec::new(),
        };
        for name in jobs {
            run.job(name);
        }
        self.runs.push(run);
        self.runs.last_mut().expect("a run was just added")
    }

    /// A new deployment of a commit; its states are to be added.
    pub fn deployment(&mut self, environment: &str, sha: &str) -> &mut Deployment {
        self.deployments.push(Deployment {
            id: 7000 + self.deployments.len() as u64,
            environment: environment.to_owned(),
            sha: sha.to_owned(),
            created_at: "2026-01-05T12:05:00Z".to_owned(),
            task: "deploy".to_owned(),
            statuses: Vec::new(),
            url: String::new(),
        });
        self.deployments.last_mut().expect("a deployment was just added")
    }
}

impl Run {
    /// Sets what started it.
    pub fn on(&mut self, event: &str) -> &mut Self {
        self.event = event.to_owned();
        self
    }

    /// Makes its commit a fork's.
    pub fn of_fork(&mut self, repository: &str) -> &mut Self {
        self.fork = Some(repository.to_owned());
        self.on("pull_request")
    }

    /// Ends it with a conclusion.
    pub fn conclude(&mut self, conclusion: &str) -> &mut Self {
        self.status = "completed".to_owned();
        self.conclusion = Some(conclusion.to_owned());
        self
    }

    /// Puts it into a state that is not the end.
    pub fn unfinished(&mut self, status: &str) -> &mut Self {
        self.status = status.to_owned();
        self.conclusion = None;
        self
    }

    /// Begins another attempt: jobs that are added now are of it.
    pub fn again(&mut self) -> &mut Self {
        self.attempt += 1;
        self
    }

    /// Adds a job that has passed.
    pub fn job(&mut self, name: &str) -> &mut Job {
        self.jobs.push(Job {
            name: name.to_owned(),
            attempt: self.attempt,
            status: "completed".to_owned(),
            conclusion: Some("success".to_owned()),
            started_at: "2026-01-05T10:02:00Z".to_owned(),
            completed_at: Some("2026-01-05T10:05:00Z".to_owned()),
        });
        self.jobs.last_mut().expect("a job was just added")
    }
}

impl Job {
    /// Ends it with a conclusion.
    pub fn conclude(&mut self, conclusion: &str) -> &mut Self {
        self.conclusion = Some(conclusion.to_owned());
        self
    }

    /// Puts it into a state that is not the end.
    pub fn unfinished(&mut self, status: &str) -> &mut Self {
        self.status = status.to_owned();
        self.conclusion = None;
        self.completed_at = None;
        self
    }

    /// Sets when it began and ended.
    pub fn between(&mut self, started: &str, completed: &str) -> &mut Self {
        self.started_at = started.to_owned();
        self.completed_at = Some(completed.to_owned());
        self
    }
}

impl Deployment {
    /// Adds a state that it came into.
    pub fn came(&mut self, state: &str, at: &str) -> &mut Self {
        self.statuses.push((state.to_owned(), at.to_owned()));
        self
    }
}
