//! What the config wants of the repository's settings, every default settled.

use crate::config::{self, Config, EnvironmentKind};
use crate::gate::pattern::BranchPattern;
use crate::gate::policy::{Conversations, DirectPush, RequiredCheck, Stale};

/// Everything that the config wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of base branches.
    pub branches: Vec<WantedBranch>,
    /// Of environments.
    pub environments: Vec<WantedEnvironment>,
}

/// What is wanted of a base branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedBranch {
    /// Its name.
    pub name: String,
    /// Branches that are merged into it; empty means any.
    pub from: Vec<BranchPattern>,
    /// Approvals before a merge.
    pub approvals: u8,
    /// Checks before a merge; empty means all that report.
    pub checks: Vec<RequiredCheck>,
    /// Whether a merge without any check is in order.
    pub no_checks: bool,
    /// Whether the config asks for resolved conversations.
    pub conversations: Ask,
    /// Whether the config asks that a push takes approvals away.
    pub dismiss_stale: Ask,
    /// Whether someone else than the last pusher must approve.
    pub last_push_approval: bool,
    /// Whether a code owner must approve.
    pub code_owners: bool,
    /// Whether the branch must contain its base.
    pub up_to_date: bool,
    /// What a push without a pull request means.
    pub direct_push: DirectPush,
}

/// How firmly something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    /// The config says so.
    Written,
    /// The config says nothing, and it is the gate's default.
    Default,
    /// It is not.
    No,
}

impl Ask {
    /// Whether it is asked for at all.
    pub fn any(self) -> bool {
        match self {
            Self::Written | Self::Default => true,
            Self::No => false,
        }
    }
}

/// What is wanted of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedEnvironment {
    /// Its name.
    pub name: String,
    /// The branch that is deployed there.
    pub branch: Option<String>,
    /// Names of secrets that must be set.
    pub secrets: Vec<String>,
    /// Who may approve; empty when nobody is named.
    pub reviewers: Vec<String>,
    /// How many must approve.
    pub approvals: u8,
    /// Whether who started a deployment may approve it; nothing when the config does not say.
    pub self_review: Option<bool>,
    /// Whether its health must be looked at on a schedule.
    pub watched: bool,
    /// What it is for.
    pub kind: EnvironmentKind,
}

impl Wanted {
    /// Reads it out of the config.
    pub fn of(config: &Config) -> Self {
        let branches = config.branches.iter().map(|(name, branch)| WantedBranch::of(name, branch));
        // GitHub knows nothing of this machine.
        let remote = config.environments.iter().filter(|(_, it)| it.kind != EnvironmentKind::Local);
        let environments = remote.map(|(name, it)| WantedEnvironment::of(name, it));
        Self { branches: branches.collect(), environments: environments.collect() }
    }

    /// Whether the config asks for nothing at all.
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty() && self.environments.is_empty()
    }
}

impl WantedBranch {
    fn of(name: &str, branch: &config::Branch) -> Self {
        let direct_push = branch.direct_push.unwrap_or(DirectPush::Deny);
        // Where pushes are in order, a pull request and its approvals are asked for only in so many words.
        let default = u8::from(direct_push != DirectPush::Allow);
        Self {
            name: name.to_owned(),
            from: branch.from.iter().map(BranchPattern::new).collect(),
            approvals: branch.approvals.unwrap_or(default),
            checks: once(&branch.checks),
            no_checks: branch.allow_no_checks.unwrap_or(false) || direct_push == DirectPush::Allow,
            conversations: match branch.conversations {
                Some(Conversations::Resolved) => Ask::Written,
                Some(Conversations::Ignore) => Ask::No,
                None if default == 0 => Ask::No,
                None => Ask::Default,
            },
            dismiss_stale: match branch.stale {
                Some(Stale::Head | Stale::Diff) => Ask::Written,
                Some(Stale::Keep) => Ask::No,
                None if default == 0 => Ask::No,
                None => Ask::Default,
            },
            last_push_approval: branch.last_push_approval.unwrap_or(false),
            code_owners: branch.code_owners.unwrap_or(false),
            up_to_date: branch.up_to_date.unwrap_or(false),
            direct_push,
        }
    }
}

impl WantedEnvironment {
    fn of(name: &str, environment: &config::Environment) -> Self {
        let approval = environment.approval.as_ref();
        Self {
            name: name.to_owned(),
            branch: environment.branch.clone(),
            secrets: environment.secrets.iter().map(|name| name.to_uppercase()).collect(),
            reviewers: approval.map_or(Vec::new(), |it| it.from.0.iter().map(ToString::to_string).collect()),
            approvals: approval.map_or(0, |it| it.count.unwrap_or(1)),
            self_review: approval.and_then(|it| it.deny_author).map(|denied| !denied),
            // Previews come and go, and each is proven when it comes.
            watched: !environment.smoke.is_empty() && environment.kind == EnvironmentKind::Server,
            kind: environment.kind,
        }
    }

    /// Whether it is the one that customers see.
    pub fn is_production(&self) -> bool {
        self.name.eq_ignore_ascii_case("production")
    }
}

fn once(checks: &[RequiredCheck]) -> Vec<RequiredCheck> {
    let mut once: Vec<RequiredCheck> = Vec::new();
    for check in checks {
        if !once.contains(check) {
            once.push(check.clone());
        }
    }
    once
}
