//! What protects a branch: the classic rule and rules of rulesets.

/// A classic branch protection rule.
#[derive(Debug, Clone, Default)]
pub struct Protection {
    /// How many approvals are asked for; none: reviews are not required.
    pub approvals: Option<u64>,
    /// Whether a new commit dismisses approvals.
    pub dismiss_stale: bool,
    /// Whether someone else than the last pusher must approve.
    pub last_push_approval: bool,
    /// Whether a code owner must approve.
    pub code_owners: bool,
    /// Whether conversations must be resolved.
    pub conversations: bool,
    /// Whether the branch must be up to date with its base.
    pub strict: bool,
    /// Whether the branch is read-only.
    pub locked: bool,
    /// Whether administrators are bound too.
    pub admins: bool,
    /// Whether merge commits are refused.
    pub linear: bool,
    /// Checks that must pass.
    pub checks: Vec<RequiredCheck>,
}

/// A check that a rule requires.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredCheck {
    /// The name of the check run or status.
    pub context: String,
    /// The app that must have reported it, if the rule says so.
    pub app: Option<u64>,
}

impl From<&str> for RequiredCheck {
    fn from(context: &str) -> Self {
        Self { context: context.to_owned(), app: None }
    }
}

impl Protection {
    /// Asks for that many approvals.
    #[must_use]
    pub fn approvals(mut self, count: u64) -> Self {
        self.approvals = Some(count);
        self
    }

    /// Asks for a check, from whatever app.
    #[must_use]
    pub fn check(mut self, context: &str) -> Self {
        self.checks.push(context.into());
        self
    }
}

/// One rule of an active ruleset.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The name of the ruleset it is from.
    pub ruleset: String,
    /// What it asks for.
    pub kind: RuleKind,
}

/// What a ruleset's rule asks for.
#[derive(Debug, Clone)]
pub enum RuleKind {
    /// Checks that must pass.
    RequiredChecks {
        /// Whether the branch must be up to date.
        strict: bool,
        /// The checks.
        checks: Vec<RequiredCheck>,
    },
    /// A pull request with reviews.
    PullRequest {
        /// How many approvals.
        approvals: u64,
        /// Whether a new commit dismisses approvals.
        dismiss_stale: bool,
        /// Whether a code owner must approve.
        code_owners: bool,
        /// Whether someone else than the last pusher must approve.
        last_push_approval: bool,
        /// Whether conversations must be resolved.
        conversations: bool,
    },
    /// A rule without parameters, by its REST name, such as `non_fast_forward` or one nobody knows yet.
    Other(String),
}

impl RuleKind {
    /// The checks of that name must pass, from whatever app.
    pub fn checks(names: &[&str]) -> Self {
        Self::RequiredChecks { strict: false, checks: names.iter().map(|name| (*name).into()).collect() }
    }

    /// That many approvals, and nothing more.
    pub fn approvals(approvals: u64) -> Self {
        Self::PullRequest {
            approvals,
            dismiss_stale: false,
            code_owners: false,
            last_push_approval: false,
            conversations: false,
        }
    }

    /// The name in REST; GraphQL has it in capitals.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::RequiredChecks { .. } => "required_status_checks",
            Self::PullRequest { .. } => "pull_request",
            Self::Other(name) => name,
        }
    }
}
