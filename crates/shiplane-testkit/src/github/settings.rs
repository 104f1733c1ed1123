//! Settings of a repository that the audit looks at: rulesets, environments, names of secrets, and who may see them.

use serde_json::{Value, json};

use super::protection::{RequiredCheck, RuleKind};

/// What the token may do beyond reading code, issues and runs. From the start it is like a workflow's own token,
/// which cannot be given any of it (docs, "Permissions for the GITHUB_TOKEN").
#[derive(Debug, Clone, Copy, Default)]
pub struct Granted {
    /// Classic protection, rulesets and who may pass them by.
    pub administration: Access,
    /// Names of the secrets of environments.
    pub environments: Access,
    /// Names of the secrets of the repository, and of those that it inherits.
    pub secrets: Access,
}

/// How far a permission goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// Nothing.
    #[default]
    None,
    /// Reading.
    Read,
    /// Writing, too.
    Write,
}

impl Granted {
    /// A person who administers the repository.
    pub fn all() -> Self {
        Self { administration: Access::Write, environments: Access::Write, secrets: Access::Write }
    }
}

/// The settings of one repository.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Rulesets, oldest first.
    pub rulesets: Vec<Ruleset>,
    /// Environments, by age.
    pub environments: Vec<Environment>,
    /// Names of its secrets.
    pub secrets: Vec<String>,
    /// Names of the organization's secrets that it may use.
    pub organization_secrets: Vec<String>,
    /// Whether its plan has neither protection nor rulesets.
    pub plan_without_protection: bool,
}

/// A ruleset for branches.
#[derive(Debug, Clone)]
pub struct Ruleset {
    /// Its number.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// `active`, `evaluate` or `disabled`.
    pub enforcement: String,
    /// Whether the organization wrote it.
    pub inherited: bool,
    /// As they were written: each with `actor_id`, `actor_type`, `bypass_mode`.
    pub bypass: Vec<Value>,
    /// As they were written: with `ref_name`.
    pub conditions: Value,
    /// As they were written: each with `type` and `parameters`.
    pub rules: Vec<Value>,
    /// Fields that a later version of GitHub may have.
    pub extra: serde_json::Map<String, Value>,
}

/// An environment.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// People who may approve, by login.
    pub people: Vec<String>,
    /// Teams that may approve, by slug.
    pub teams: Vec<String>,
    /// Whether who started it may not approve it.
    pub prevent_self_review: bool,
    /// Whether administrators are bound, too.
    pub admins_bound: bool,
    /// Which branches may deploy to it.
    pub branches: DeployBranches,
    /// Names of its secrets.
    pub secrets: Vec<String>,
}

/// Which branches may deploy to an environment.
#[derive(Debug, Clone, Default)]
pub enum DeployBranches {
    /// All.
    #[default]
    Any,
    /// Those that something protects.
    Protected,
    /// Those that a pattern matches: `(name, "branch" or "tag")`.
    Selected(Vec<(String, String)>),
}

impl Settings {
    /// Adds an active ruleset of the repository for one branch.
    pub fn ruleset(&mut self, name: &str, branch: &str, kinds: &[RuleKind]) -> &mut Ruleset {
        let id = 900 + self.rulesets.len() as u64;
        self.rulesets.push(Ruleset {
            id,
            name: name.to_owned(),
            enforcement: "active".to_owned(),
            inherited: false,
            bypass: Vec::new(),
            conditions: json!({ "ref_name": { "include": [format!("refs/heads/{branch}")], "exclude": [] } }),
            rules: kinds.iter().map(rule).collect(),
            extra: serde_json::Map::new(),
        });
        self.rulesets.last_mut().expect("one was just added")
    }

    /// The environment of that name, created open to all when it is new.
    pub fn environment(&mut self, name: &str) -> &mut Environment {
        let at = self.environments.iter().position(|it| it.name == name).unwrap_or_else(|| {
            self.environments.push(Environment { name: name.to_owned(), ..Environment::default() });
            self.environments.len() - 1
        });
        &mut self.environments[at]
    }

    /// The active rulesets that apply to a branch.
    pub(super) fn for_branch(&self, branch: &str) -> impl Iterator<Item = &Ruleset> {
        let reference = format!("refs/heads/{branch}");
        self.rulesets
            .iter()
            .filter(move |ruleset| ruleset.enforcement == "active" && ruleset.takes(&reference))
    }
}

impl Ruleset {
    /// Patterns other than `~ALL` and whole names are none of the fake's.
    fn takes(&self, reference: &str) -> bool {
        let listed = |key: &str| {
            let list = self.conditions.pointer(&format!("/ref_name/{key}")).and_then(Value::as_array);
            list.is_some_and(|list| list.iter().any(|one| one == reference || one == "~ALL"))
        };
        listed("include") && !listed("exclude")
    }
}

/// A rule as it is written.
fn rule(kind: &RuleKind) -> Value {
    let app = |check: &RequiredCheck| match check.app {
        Some(app) => json!({ "context": check.context, "integration_id": app }),
        None => json!({ "context": check.context }),
    };
    match kind {
        RuleKind::RequiredChecks { strict, checks } => json!({ "type": kind.name(), "parameters": {
            "do_not_enforce_on_create": false,
            "required_status_checks": checks.iter().map(app).collect::<Vec<_>>(),
            "strict_required_status_checks_policy": strict,
        }}),
        RuleKind::PullRequest {
            approvals,
            dismiss_stale,
            code_owners,
            last_push_approval,
            conversations,
        } => {
            json!({ "type": kind.name(), "parameters": {
                "allowed_merge_methods": ["merge", "squash", "rebase"],
                "dismiss_stale_reviews_on_push": dismiss_stale,
                "require_code_owner_review": code_owners,
                "require_last_push_approval": last_push_approval,
                "required_approving_review_count": approvals,
                "required_review_thread_resolution": conversations,
            }})
        }
        RuleKind::Other(name) => json!({ "type": name }),
    }
}
