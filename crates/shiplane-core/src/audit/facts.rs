//! What was seen of a repository's settings and workflows: the record that `--save-facts` writes.
//!
//! A case can be written by hand. Every part is either `{"seen": …}` or `{"obstacle": {"why": …}}`; a part that is
//! left out was not asked for and counts as not seen. Of secrets there are names, never values.
//!
//! ```json
//! {
//!   "repository": "example/shop",
//!   "branches": [{
//!     "name": "main",
//!     "exists": { "seen": true },
//!     "classic": { "obstacle": { "why": "Resource not accessible by integration", "permission": "administration: read" } },
//!     "visible-checks": ["lint"],
//!     "rulesets": { "seen": [{
//!       "id": 7, "name": "main", "demands": { "source": "ruleset main", "approvals": 2, "checks": ["lint"] },
//!       "pull-request": true, "no-force-push": true, "no-deletion": true, "merge-queue": false,
//!       "bypass": { "seen": ["organization administrators"] }
//!     }] }
//!   }],
//!   "protected-branches": { "seen": ["main"] },
//!   "environments": { "seen": [{
//!     "name": "production", "reviewers": ["ada", "@example/leads"], "prevent-self-review": true,
//!     "admins-bypass": false, "branches": { "selected": ["main"] }, "secrets": { "seen": ["SSH_PRIVATE_KEY"] }
//!   }] },
//!   "secrets": { "repository": { "seen": ["REGISTRY_TOKEN"] }, "organization": { "seen": [] },
//!                "job-environment": "production", "job": ["SSH_PRIVATE_KEY"] },
//!   "workflows": { "seen": [{ "path": ".github/workflows/ci.yml", "text": "on: pull_request\njobs: { lint: {} }\n" }] },
//!   "reported": { "seen": ["lint"] },
//!   "own-rulesets": { "seen": [] }
//! }
//! ```

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::gate::facts::Protection;

/// Everything that the rules look at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Facts {
    /// `owner/name`.
    pub repository: String,
    /// Where people see the server, such as `https://github.com`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub server: String,
    /// The branches that the config has rules for.
    pub branches: Vec<Branch>,
    /// All branches that something protects.
    pub protected_branches: Seen<Vec<String>>,
    /// Every environment.
    pub environments: Seen<Vec<Environment>>,
    /// Names of secrets beside those of environments.
    pub secrets: Secrets,
    /// Files that are workflows, or look like some.
    pub workflows: Seen<Vec<WorkflowFile>>,
    /// Names of checks and statuses that were reported lately.
    pub reported: Seen<Vec<String>>,
    /// The rulesets that Shiplane wrote, as GitHub tells them.
    pub own_rulesets: Seen<Vec<Value>>,
}

/// A part that was read, or what stood in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Seen<T> {
    /// It was read in full.
    Seen(T),
    /// It was not.
    Obstacle(Obstacle),
}

/// What stood in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Obstacle {
    /// What GitHub said.
    pub why: String,
    /// The permission that would help, as a workflow writes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// Whether the repository's plan does not have the feature at all.
    pub not_available: bool,
}

impl<T> Seen<T> {
    /// What was read, if it was.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Seen(value) => Some(value),
            Self::Obstacle(_) => None,
        }
    }

    /// What stood in the way, if something did.
    pub fn obstacle(&self) -> Option<&Obstacle> {
        match self {
            Self::Seen(_) => None,
            Self::Obstacle(obstacle) => Some(obstacle),
        }
    }
}

impl<T> Default for Seen<T> {
    fn default() -> Self {
        Self::Obstacle(Obstacle { why: "it was not asked for".to_owned(), ..Obstacle::default() })
    }
}

/// A branch and what protects it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Branch {
    /// Its name.
    pub name: String,
    /// Whether it exists.
    pub exists: Seen<bool>,
    /// The classic protection rule, or that there is none.
    pub classic: Seen<Option<Classic>>,
    /// Checks that the classic rule requires, as every reader sees them.
    pub visible_checks: Vec<String>,
    /// The active rulesets that apply to it.
    pub rulesets: Seen<Vec<Ruleset>>,
}

/// A classic protection rule. It refuses pushes that bring no pull request only where reviews are required.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Classic {
    /// What it asks for before a merge.
    pub demands: Protection,
    /// Whether administrators are bound, too.
    pub admins: bool,
    /// Who need not bring a pull request.
    pub bypass: Vec<String>,
    /// Whether history may be rewritten.
    pub force_pushes: bool,
    /// Whether the branch may be deleted.
    pub deletions: bool,
}

/// A ruleset, as far as it applies to a branch.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Ruleset {
    /// Its number.
    pub id: u64,
    /// Its name; empty when it could not be read.
    pub name: String,
    /// What it asks for before a merge.
    pub demands: Protection,
    /// Whether changes must come by a pull request.
    pub pull_request: bool,
    /// Whether history may not be rewritten.
    pub no_force_push: bool,
    /// Whether the branch may not be deleted.
    pub no_deletion: bool,
    /// Whether merges go through a queue.
    pub merge_queue: bool,
    /// Who need not obey; to be seen with write access to the ruleset only (docs, "Get a repository ruleset").
    pub bypass: Seen<Vec<String>>,
}

/// An environment and what protects it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Environment {
    /// Its name; GitHub's names differ in more than case.
    pub name: String,
    /// Who may approve: logins, and teams as `@owner/slug`. None: no approval is asked for.
    pub reviewers: Vec<String>,
    /// Whether who started a deployment may not approve it.
    pub prevent_self_review: bool,
    /// Whether administrators may deploy without all that.
    pub admins_bypass: bool,
    /// Which branches may deploy.
    pub branches: DeployBranches,
    /// Names of its secrets.
    pub secrets: Seen<Vec<String>>,
}

/// Which branches may deploy to an environment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeployBranches {
    /// All of them.
    #[default]
    Any,
    /// Those that something protects.
    Protected,
    /// Those that a pattern matches; tags stand as `tag v*`.
    Selected(Vec<String>),
    /// It could not be read.
    Unread(Obstacle),
}

/// Names of secrets beside those of environments.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Secrets {
    /// Of the repository.
    pub repository: Seen<Vec<String>>,
    /// Of the organization, where the repository may use them.
    pub organization: Seen<Vec<String>>,
    /// The environment that this job runs in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_environment: Option<String>,
    /// Names that this job was given a value for.
    pub job: Vec<String>,
}

/// A file that is a workflow, or looks like one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct WorkflowFile {
    /// Path from the repository's root.
    pub path: String,
    /// Its text.
    pub text: String,
}
