//! Commits, and what ran on them.

use super::actor::{Actor, id_of};

/// The id of GitHub's own Actions app.
pub const ACTIONS_APP: u64 = 15368;

/// One commit.
#[derive(Debug, Clone)]
pub struct Commit {
    /// Its id.
    pub sha: String,
    /// Its message.
    pub message: String,
    /// Who wrote it.
    pub author: Person,
    /// Who committed it.
    pub committer: Person,
    /// When it was committed.
    pub date: String,
    /// Its parents.
    pub parents: Vec<String>,
    /// Check runs, in the order of their creation.
    pub checks: Vec<CheckRun>,
    /// Commit statuses, oldest first.
    pub statuses: Vec<Status>,
    /// When the server first saw it (`CheckSuite.createdAt`).
    pub pushed_at: String,
    /// Who pushed it, if GitHub remembers.
    pub pushed_by: Option<Actor>,
    /// What it changes against a base, as `(file, patch)`; the files of its pull request when no test says.
    pub diff: Option<Vec<(String, String)>>,
}

/// The name on a commit; the account is known only if the e-mail belongs to one.
#[derive(Debug, Clone)]
pub struct Person {
    /// The account.
    pub login: Option<String>,
    /// The name.
    pub name: String,
    /// The e-mail.
    pub email: String,
}

/// One check run.
#[derive(Debug, Clone)]
pub struct CheckRun {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `queued`, `in_progress`, `completed`, `waiting`, `requested` or `pending`.
    pub status: String,
    /// `success`, `failure`, `neutral`, `skipped` and so on, once completed.
    pub conclusion: Option<String>,
    /// When it began.
    pub started_at: Option<String>,
    /// When it ended.
    pub completed_at: Option<String>,
    /// The app that reported it: its number and its slug.
    pub app: (u64, String),
    /// The suite it belongs to.
    pub suite: u64,
    /// The workflow run it belongs to; none for another app's check.
    pub run: Option<WorkflowRun>,
}

/// A run of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkflowRun {
    /// Its number.
    pub id: u64,
    /// The workflow's name.
    pub workflow: String,
    /// What started it.
    pub event: String,
}

/// One commit status.
#[derive(Debug, Clone)]
pub struct Status {
    /// Its name.
    pub context: String,
    /// `success`, `failure`, `error` or `pending`.
    pub state: String,
    /// When it was set.
    pub created_at: String,
    /// Who set it.
    pub creator: Actor,
}

impl Person {
    /// Someone with an account.
    pub fn known(login: &str) -> Self {
        Self { login: Some(login.to_owned()), name: login.to_owned(), email: format!("{login}@example.org") }
    }

    /// Someone of whom GitHub knows the e-mail alone.
    pub fn unknown(email: &str) -> Self {
        let name = email.split('@').next().unwrap_or(email).to_owned();
        Self { login: None, name, email: email.to_owned() }
    }
}

impl Commit {
    pub(super) fn new(sha: &str) -> Self {
        Self {
            sha: sha.to_owned(),
            message: "feat: a change".to_owned(),
            author: Person::known("dev"),
            committer: Person::known("dev"),
            date: "2026-01-05T10:00:00Z".to_owned(),
            parents: Vec::new(),
            checks: Vec::new(),
            statuses: Vec::new(),
            pushed_at: "2026-01-05T10:01:00Z".to_owned(),
            pushed_by: Some(Actor::user("dev")),
            diff: None,
        }
    }

    /// Sets author and committer.
    pub fn by(&mut self, person: Person) -> &mut Self {
        self.author = person.clone();
        self.committer = person;
        self
    }

    /// Sets the message.
    pub fn message(&mut self, message: &str) -> &mut Self {
        self.message = message.to_owned();
        self
    }

    /// Adds a file to what it changes.
    pub fn patches(&mut self, file: &str, patch: &str) -> &mut Self {
        self.diff.get_or_insert_default().push((file.to_owned(), patch.to_owned()));
        self
    }

    /// Adds a check run of workflow `ci` that has passed; the answer is there to be refined.
    pub fn check(&mut self, name: &str) -> &mut CheckRun {
        // Ids grow with every new check of a commit, as GitHub's do: a re-run has the higher one.
        let id = (id_of(&["checks", &self.sha]) >> 12 << 12) + self.checks.len() as u64;
        self.checks.push(CheckRun {
            id,
            name: name.to_owned(),
            status: "completed".to_owned(),
            conclusion: Some("success".to_owned()),
            started_at: Some("2026-01-05T10:02:00Z".to_owned()),
            completed_at: Some("2026-01-05T10:05:00Z".to_owned()),
            app: (ACTIONS_APP, "github-actions".to_owned()),
            suite: id_of(&["suite", &self.sha, "ci"]),
            run: Some(WorkflowRun {
                id: id_of(&["run", &self.sha, "ci"]),
                workflow: "ci".to_owned(),
                event: "pull_request".to_owned(),
            }),
        });
        self.checks.last_mut().expect("a check was just added")
    }

    /// Adds passed check runs of those names.
    pub fn checks_passed(&mut self, names: &[&str]) -> &mut Self {
        for name in names {
            self.check(name);
        }
        self
    }

    /// Sets a commit status.
    pub fn status(&mut self, context: &str, state: &str) -> &mut Status {
        self.statuses.push(Status {
            context: context.to_owned(),
            state: state.to_owned(),
            created_at: "2026-01-05T10:05:00Z".to_owned(),
            creator: Actor::bot("ci-service"),
        });
        self.statuses.last_mut().expect("a status was just added")
    }

    /// The newest status of each name, in the order of their first coming.
    pub(super) fn current_statuses(&self) -> Vec<&Status> {
        let mut current: Vec<&Status> = Vec::new();
        for status in &self.statuses {
            match current.iter_mut().find(|known| known.context == status.context) {
                Some(known) => *known = status,
                None => current.push(status),
            }
        }
        current
    }

    /// The numbers of its check suites, each once.
    pub(super) fn suites(&self) -> Vec<u64> {
        let mut suites = Vec::new();
        for check in &self.checks {
            if !suites.contains(&check.suite) {
                suites.push(check.suite);
            }
        }
        suites
    }
}

impl CheckRun {
    /// Ends it with a conclusion.
    pub fn conclude(&mut self, conclusion: &str) -> &mut Self {
        self.status = "completed".to_owned();
        self.conclusion = Some(conclusion.to_owned());
        self
    }

    /// Puts it back to running.
    pub fn in_progress(&mut self) -> &mut Self {
        self.status = "in_progress".to_owned();
        self.conclusion = None;
        self.completed_at = None;
        self
    }

    /// Puts it back to waiting for a runner.
    pub fn queued(&mut self) -> &mut Self {
        self.in_progress();
        self.status = "queued".to_owned();
        self.started_at = None;
        self
    }

    /// Makes it another app's check, outside of any workflow.
    pub fn app(&mut self, id: u64, slug: &str) -> &mut Self {
        self.suite = id_of(&["suite", slug, &self.suite.to_string()]);
        self.app = (id, slug.to_owned());
        self.run = None;
        self
    }

    /// Puts it into a run of that workflow.
    pub fn workflow(&mut self, workflow: &str, run: u64) -> &mut Self {
        self.suite = id_of(&["suite", workflow, &run.to_string()]);
        self.run =
            Some(WorkflowRun { id: run, workflow: workflow.to_owned(), event: "pull_request".to_owned() });
        self
    }

    /// Sets when it began and ended.
    pub fn between(&mut self, started: &str, completed: &str) -> &mut Self {
        self.started_at = Some(started.to_owned());
        self.completed_at = Some(completed.to_owned());
        self
    }
}
