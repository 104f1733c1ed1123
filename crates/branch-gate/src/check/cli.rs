//! The options of `check`: names, types and help.

use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde::Deserialize;
use serde::de::IntoDeserializer as _;
use serde::de::value::{Error as WordError, StrDeserializer};
use shiplane_action::FactsArgs;
use shiplane_core::duration::Span;
use shiplane_core::gate::policy::{Conversations, Demand, DirectPush, Exclude, ProtectionReading, Stale};

use crate::access::Access;

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Number of the pull request; by default the one that the event is about
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SHIPLANE_PULL_REQUEST",
        value_parser = clap::value_parser!(u64).range(1..=0x7fff_ffff)
    )]
    pub(crate) pull_request: Option<u64>,
    /// A commit that is on its branch already: judge the pull request that brought it
    #[arg(long, value_name = "SHA", env = "SHIPLANE_COMMIT", conflicts_with = "pull_request")]
    pub(crate) commit: Option<String>,
    /// The branch of --commit; by default the one that the workflow runs on
    #[arg(
        long,
        value_name = "NAME",
        requires = "commit",
        conflicts_with = "pull_request",
        env = "SHIPLANE_BRANCH"
    )]
    pub(crate) branch: Option<String>,
    /// Number of the gate's own check run: `${{ job.check_run_id }}`
    #[arg(long, value_name = "NUMBER", env = "SHIPLANE_CHECK_RUN_ID")]
    pub(crate) check_run_id: Option<u64>,
    /// The rules, where they differ from the config.
    #[command(flatten)]
    pub(crate) rules: Rules,
    /// Waiting for checks.
    #[command(flatten)]
    pub(crate) patience: Patience,
    /// What is told to GitHub.
    #[command(flatten)]
    pub(crate) deeds: Deeds,
    /// How GitHub is reached.
    #[command(flatten)]
    pub(crate) access: Access,
    /// Recorded facts.
    #[command(flatten)]
    pub(crate) facts: FactsArgs,
}

/// The rules, where they differ from the config.
#[derive(Args, Debug)]
#[command(next_help_heading = "Rules")]
pub(crate) struct Rules {
    /// Branches that may be merged, such as develop,hotfix/*; any by default
    #[arg(long, value_name = "PATTERNS", env = "SHIPLANE_FROM")]
    pub(crate) from: Vec<String>,
    /// Whether a fork's branch of such a name will do; false by default
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_FORKS")]
    pub(crate) forks: Option<bool>,
    /// Fresh approvals by people who may write; 1 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_APPROVALS")]
    pub(crate) approvals: Option<u8>,
    /// Bots whose reviews count; none by default
    #[arg(long, value_name = "LOGINS", env = "SHIPLANE_BOTS")]
    pub(crate) bots: Vec<String>,
    /// Who does not count as an approver, besides the author; nobody by default
    #[arg(long, value_name = "WHO", value_parser = words::<Exclude>(&["author", "contributor"]), env = "SHIPLANE_EXCLUDE")]
    pub(crate) exclude: Vec<Exclude>,
    /// Which push takes an approval away; head (every push) by default
    #[arg(long, value_name = "PUSH", value_parser = words::<Stale>(&["head", "diff", "keep"]), env = "SHIPLANE_STALE")]
    pub(crate) stale: Option<Stale>,
    /// Whether someone else than the last pusher must have approved; false by default
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_LAST_PUSH_APPROVAL")]
    pub(crate) last_push_approval: Option<bool>,
    /// Whether an owner of each changed file must have approved; false by default
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_CODE_OWNERS")]
    pub(crate) code_owners: Option<bool>,
    /// Checks that must have passed, one a line or between commas; all by default
    ///
    /// A comma inside parentheses belongs to the name, as in `test (sqlite, local)`.
    ///
    /// In a value of several lines every comma does.
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_CHECKS")]
    pub(crate) checks: Vec<String>,
    /// Conclusions that count as passed; success,skipped,neutral by default
    #[arg(long, value_name = "WORDS", env = "SHIPLANE_ACCEPT")]
    pub(crate) accept: Vec<String>,
    /// Whether a commit without any check will do, when none are named; false by default
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_ALLOW_NO_CHECKS")]
    pub(crate) allow_no_checks: Option<bool>,
    /// The oldest that the result of a required check may be, such as 7d; any by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_MAX_CHECK_AGE")]
    pub(crate) max_check_age: Option<Span>,
    /// Whether review conversations must be resolved; resolved by default
    #[arg(long, value_name = "STATE", value_parser = words::<Conversations>(&["resolved", "ignore"]), env = "SHIPLANE_CONVERSATIONS")]
    pub(crate) conversations: Option<Conversations>,
    /// Whether the branch must contain its base; false by default
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", env = "SHIPLANE_UP_TO_DATE")]
    pub(crate) up_to_date: Option<bool>,
    /// Whether the changelog must say what changes; ignore by default
    #[arg(long, value_name = "DEMAND", value_parser = words::<Demand>(&["required", "ignore"]), env = "SHIPLANE_CHANGELOG")]
    pub(crate) changelog: Option<Demand>,
    /// Whether the version must be raised by as much as the changes ask for; ignore by default
    #[arg(long, value_name = "DEMAND", value_parser = words::<Demand>(&["required", "ignore"]), env = "SHIPLANE_VERSION_RAISED")]
    pub(crate) version_raised: Option<Demand>,
    /// What it means when the base's protection cannot be read; best-effort by default
    #[arg(long, value_name = "READING", value_parser = words::<ProtectionReading>(&["best-effort", "must-read"]), env = "SHIPLANE_PROTECTION")]
    pub(crate) protection: Option<ProtectionReading>,
    /// What a commit means that no pull request brought; deny by default
    #[arg(long, value_name = "ANSWER", value_parser = words::<DirectPush>(&["allow", "warn", "deny"]), env = "SHIPLANE_DIRECT_PUSH")]
    pub(crate) direct_push: Option<DirectPush>,
    /// How long the checks may take before a warning, such as 20m; the tier's budget by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_BUDGET")]
    pub(crate) budget: Option<Span>,
}

/// Waiting for checks that still run.
#[derive(Args, Debug)]
#[command(next_help_heading = "Waiting")]
pub(crate) struct Patience {
    /// Longest time to wait for checks that still run, such as 20m; no waiting by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_WAIT")]
    pub(crate) wait: Option<Span>,
    /// How long all must have been green, for new checks may appear; 10s by default
    #[arg(long, value_name = "DURATION", env = "SHIPLANE_SETTLE", requires = "wait")]
    pub(crate) settle: Option<Span>,
}

/// What is told to GitHub; nothing by default.
#[derive(Args, Clone, Copy, Debug)]
#[command(next_help_heading = "Telling GitHub")]
pub(crate) struct Deeds {
    /// Set the commit status `shiplane/gate` (statuses: write)
    #[arg(long, env = "SHIPLANE_SET_STATUS")]
    pub(crate) set_status: bool,
    /// Keep one comment with the reasons up to date (pull-requests: write)
    #[arg(long, env = "SHIPLANE_COMMENT")]
    pub(crate) comment: bool,
    /// Mark a draft as ready when nothing else is missing (contents and pull-requests: write)
    #[arg(long, env = "SHIPLANE_MARK_READY")]
    pub(crate) mark_ready: bool,
}

/// Words of the policy, by the names that the config has for them.
fn words<T>(known: &'static [&'static str]) -> impl TypedValueParser<Value = T>
where
    T: for<'de> Deserialize<'de> + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(known).try_map(|word| {
        let source: StrDeserializer<'_, WordError> = word.as_str().into_deserializer();
        T::deserialize(source)
    })
}
