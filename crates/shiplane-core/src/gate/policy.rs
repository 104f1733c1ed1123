//! What a base branch asks of a pull request.

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::facts::FileReviewers;
use super::pattern::BranchPattern;
use crate::changelog::convention::Convention;
use crate::config::Zero;
use crate::duration::Span;

/// The rules of one base branch, every default settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Policy {
    /// Branches that may be merged; empty means any.
    pub from: Vec<BranchPattern>,
    /// Whether a fork's branch will do.
    pub forks: bool,
    /// How many people must have approved the present head.
    pub approvals: u8,
    /// Bots whose reviews count, with or without the `[bot]` that their login ends with.
    pub bots: Vec<String>,
    /// Who does not count as an approver. The author never does, named or not.
    pub exclude: Vec<Exclude>,
    /// Which push takes an approval away.
    pub stale: Stale,
    /// Whether someone else than the last pusher must have approved.
    pub last_push_approval: bool,
    /// People and teams of whom some must have approved.
    pub reviewers: Vec<Reviewers>,
    /// Teams that must have approved changes of certain files.
    pub file_reviewers: Vec<FileReviewers>,
    /// Whether an owner of each changed file must have approved.
    pub code_owners: bool,
    /// Checks that must have passed, by name; empty means all that reported.
    pub checks: Vec<RequiredCheck>,
    /// What checks mean that are not among those named.
    pub other_checks: OtherChecks,
    /// Conclusions that count as passed; any other word, known or not, does not.
    pub accept: Vec<String>,
    /// Whether a commit that nothing has reported on will do, when no checks are named.
    pub allow_no_checks: bool,
    /// The oldest that the result of a required check may be; older ones are worth a warning when this is not set.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_check_age: Option<Span>,
    /// What open review conversations mean.
    pub conversations: Conversations,
    /// Whether the branch must contain its base.
    pub up_to_date: bool,
    /// Whether the base is read-only.
    pub locked: bool,
    /// Whether the changelog must say what changes.
    pub changelog: Demand,
    /// Whether the version must be raised by as much as the changes ask for.
    pub version: Demand,
    /// Where changelog and version stand.
    pub release: ReleaseRules,
    /// What it means when the branch's protection cannot be read.
    pub protection: ProtectionReading,
    /// What a commit on the branch means that no pull request brought.
    pub direct_push: DirectPush,
    /// How long the checks may take from the first start to the last end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub budget: Option<Span>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            from: Vec::new(),
            forks: false,
            approvals: 1,
            bots: Vec::new(),
            exclude: Vec::new(),
            stale: Stale::Head,
            last_push_approval: false,
            reviewers: Vec::new(),
            file_reviewers: Vec::new(),
            code_owners: false,
            checks: Vec::new(),
            other_checks: OtherChecks::Ignore,
            accept: ["success", "skipped", "neutral"].map(str::to_owned).to_vec(),
            allow_no_checks: false,
            max_check_age: None,
            conversations: Conversations::Resolved,
            up_to_date: false,
            locked: false,
            changelog: Demand::Ignore,
            version: Demand::Ignore,
            release: ReleaseRules::default(),
            protection: ProtectionReading::BestEffort,
            direct_push: DirectPush::Deny,
            budget: None,
        }
    }
}

impl Policy {
    /// Whether anybody's approval is asked for at all.
    pub fn asks_people(&self) -> bool {
        self.approvals > 0
            || self.last_push_approval
            || self.code_owners
            || self.reviewers.iter().any(|reviewers| reviewers.at_least > 0)
            || self.file_reviewers.iter().any(|reviewers| reviewers.at_least > 0)
    }

    /// Whether everything that reported must have passed.
    pub(super) fn asks_for_every_check(&self) -> bool {
        self.checks.is_empty() || self.other_checks == OtherChecks::MustPass
    }
}

/// Who does not count as an approver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Exclude {
    /// Who opened the pull request.
    Author,
    /// Authors and committers of its commits.
    #[serde(alias = "contributors")]
    Contributor,
}

/// Which push takes an approval away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stale {
    /// Every push: an approval is of one commit.
    Head,
    /// A push that changes the diff; GitHub dismisses approvals by the same measure.
    Diff,
    /// None: an approval stays.
    Keep,
}

/// People and teams of whom some must have approved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Reviewers {
    /// Logins, and teams as `@owner/slug`
    pub any: Vec<String>,
    /// How many of them; 1 by default
    #[serde(default = "one")]
    pub at_least: u8,
}

fn one() -> u8 {
    1
}

/// Whether something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Demand {
    /// It is.
    Required,
    /// It is not.
    Ignore,
}

/// Where changelog and version stand, and who needs neither.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReleaseRules {
    /// The changelog; CHANGELOG.md when empty.
    pub file: String,
    /// Files that carry the version.
    pub versions: Vec<String>,
    /// What a change does to a version below 1.0.0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub zero: Option<Zero>,
    /// Labels that waive changelog and version.
    pub waive: Vec<String>,
    /// How changes are read.
    #[serde(skip_serializing_if = "is_usual")]
    pub convention: Convention,
    /// Only what touches these counts; everything where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub paths: Vec<String>,
}

fn is_usual(convention: &Convention) -> bool {
    *convention == Convention::default()
}

/// What it means when the branch's protection cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ProtectionReading {
    /// It is said, and the rest decides.
    BestEffort,
    /// Nothing can be decided.
    MustRead,
}

/// What a commit on the branch means that no pull request brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DirectPush {
    /// It is in order.
    Allow,
    /// It is said.
    Warn,
    /// It is refused.
    Deny,
}

/// What checks mean that are not among those named. Where none are named, all must have passed in any case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OtherChecks {
    /// They do not count.
    Ignore,
    /// They must have passed, too: the policy names none, and GitHub's own rules do.
    MustPass,
}

/// What open review conversations mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Conversations {
    /// Each must be resolved, outdated ones too.
    Resolved,
    /// They do not count.
    Ignore,
}

/// A check that must have passed: `lint`, or `{name: lint, app: github-actions}`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[schemars(with = "Written")]
pub struct RequiredCheck {
    /// As the check reports it, matrix values included.
    pub name: String,
    /// The app that must have reported it: its slug or its number. Without one, anyone who may write to the
    /// repository can report a status of that name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app: Option<String>,
}

impl RequiredCheck {
    /// A check that any app may report.
    pub fn named(name: impl Into<String>) -> Self {
        Self { name: name.into(), app: None }
    }
}

/// As people write it.
#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum Written {
    Name(String),
    Pinned(Pinned),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Pinned {
    name: String,
    app: Option<String>,
}

impl<'de> Deserialize<'de> for RequiredCheck {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "expected a check's name, or `name` and `app`";
        match Written::deserialize(deserializer).map_err(|_| de::Error::custom(expected))? {
            Written::Name(name) => Ok(Self { name, app: None }),
            Written::Pinned(Pinned { name, app }) => Ok(Self { name, app }),
        }
    }
}
