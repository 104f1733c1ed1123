//! The command line: names, types and help.

use clap::{Args, Command as ClapCommand, CommandFactory as _, Parser, Subcommand, ValueEnum};
use shiplane_action::{FactsArgs, Shared};
use shiplane_core::secret::Secret;

/// May this branch be promoted? All reasons at once
#[derive(Parser, Debug)]
#[command(name = "branch-gate", version, arg_required_else_help = false)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Options of every tool.
    #[command(flatten)]
    pub(crate) shared: Shared,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Judge a pull request by the rules of the branch it goes to
    ///
    /// Example: branch-gate check --repository example/shop --pull-request 7 --approvals 2 --checks lint
    Check(Box<Check>),
}

/// Options of `check`.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Repository, as owner/name; by default the one that the workflow runs in
    #[arg(long, value_name = "OWNER/NAME", env = "SHIPLANE_REPOSITORY")]
    pub(crate) repository: Option<String>,
    /// Number of the pull request; by default the one that the event is about
    #[arg(
        long,
        value_name = "NUMBER",
        env = "SHIPLANE_PULL_REQUEST",
        value_parser = clap::value_parser!(u64).range(1..=0x7fff_ffff)
    )]
    pub(crate) pull_request: Option<u64>,
    /// The rules, where they differ from the config.
    #[command(flatten)]
    pub(crate) rules: Rules,
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
    /// Fresh approvals by people who may write; 1 by default
    #[arg(long, value_name = "COUNT", env = "SHIPLANE_APPROVALS")]
    pub(crate) approvals: Option<u8>,
    /// Checks that must have passed, one a line or between commas; all by default
    ///
    /// A comma inside parentheses belongs to the name, as in `test (sqlite, local)`.
    ///
    /// In a value of several lines every comma does.
    #[arg(long, value_name = "NAMES", env = "SHIPLANE_CHECKS")]
    pub(crate) checks: Vec<String>,
    /// Whether review conversations must be resolved; resolved by default
    #[arg(long, value_enum, env = "SHIPLANE_CONVERSATIONS")]
    pub(crate) conversations: Option<Conversations>,
}

/// What open review conversations mean.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Conversations {
    /// Each must be resolved.
    Resolved,
    /// They do not count.
    Ignore,
}

/// How GitHub is reached.
#[derive(Args, Debug)]
#[command(next_help_heading = "Access to GitHub")]
pub(crate) struct Access {
    /// Token that may read the pull request, its checks and its statuses
    #[arg(long, env = "SHIPLANE_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<Secret>,
    /// Number of the gate's own check run: `${{ job.check_run_id }}`
    #[arg(long, value_name = "NUMBER", env = "SHIPLANE_CHECK_RUN_ID")]
    pub(crate) check_run_id: Option<u64>,
    /// REST address, in place of GITHUB_API_URL
    #[arg(long, value_name = "URL", env = "SHIPLANE_API_URL", hide = true)]
    pub(crate) api_url: Option<String>,
    /// GraphQL address, in place of GITHUB_GRAPHQL_URL
    #[arg(long, value_name = "URL", env = "SHIPLANE_GRAPHQL_URL", hide = true)]
    pub(crate) graphql_url: Option<String>,
}

/// The whole command line.
pub(crate) fn command() -> ClapCommand {
    Cli::command()
}
