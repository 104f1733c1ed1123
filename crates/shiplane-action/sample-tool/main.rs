//! The smallest tool that uses every part of the harness; the tests run it as a process.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::{Args, CommandFactory as _, Parser, Subcommand, ValueEnum};
use shiplane_action::{Call, FactsArgs, Output, Shared, Tool};
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::notify;
use shiplane_core::report::{Excerpt, Finding, Level, Report, Verdict};
use shiplane_core::secret::Secret;

static TOOL: Tool = Tool {
    name: "sample-tool",
    command: Cli::command,
    outputs: &[Output { name: "seen", help: "What arrived" }],
    default_command: "check",
};

fn main() -> ExitCode {
    shiplane_action::main(&TOOL, run, async |letters| letters.iter().map(|_| notify::Outcome::Sent).collect())
}

/// Try the harness
#[derive(Parser)]
#[command(name = "sample-tool", version)]
struct Cli {
    #[command(subcommand)]
    command: Commands,
    #[command(flatten)]
    shared: Shared,
}

#[derive(Subcommand)]
enum Commands {
    /// Show what arrived
    Check(CheckArgs),
    /// List nothing
    List,
}

#[derive(Args)]
struct CheckArgs {
    /// Base branch
    #[arg(long, env = "SHIPLANE_BASE", required = true)]
    base: String,
    /// Approvals wanted
    #[arg(long, env = "SHIPLANE_APPROVALS")]
    approvals: Option<u8>,
    /// Also drafts
    #[arg(long, env = "SHIPLANE_DRAFTS")]
    drafts: bool,
    /// Where to
    #[arg(long, env = "SHIPLANE_SSH_HOST")]
    ssh_host: Option<String>,
    /// Token
    #[arg(long, env = "SHIPLANE_TOKEN", hide_env_values = true)]
    token: Option<Secret>,
    /// How to end
    #[arg(long, env = "SHIPLANE_OUTCOME", value_enum, default_value_t = Outcome::Pass)]
    outcome: Outcome,
    /// Text that others wrote
    #[arg(long, env = "SHIPLANE_FOREIGN")]
    foreign: Option<String>,
    #[command(flatten)]
    facts: FactsArgs,
}

#[derive(Clone, Copy, ValueEnum)]
enum Outcome {
    Pass,
    No,
    Broken,
    Usage,
    CouldNot,
    Error,
}

async fn run(call: Call) -> anyhow::Result<Report> {
    let cli: Cli = call.cli()?;
    let config = call.config(&cli.shared)?;
    let Commands::Check(args) = cli.command else {
        return Ok(Report::new("list", Verdict::new("ok", Exit::Done)));
    };
    let facts: BTreeMap<String, String> = call.facts(&args.facts, async || Ok(gather(&args))).await?;
    let phase = call.progress.phase("look around");
    let foreign = args.foreign.clone().unwrap_or_default();
    phase.line(&foreign);
    let phase = phase.finish(Level::Ok, &foreign);
    let (word, exit) = match args.outcome {
        Outcome::Pass => ("pass", Exit::Done),
        Outcome::No => ("no", Exit::No),
        Outcome::Broken => ("broken", Exit::Broken),
        Outcome::Usage => return Err(Fault::usage("branch-unknown", "no branch of that name").into()),
        Outcome::CouldNot => return Err(Fault::could_not("host-unreachable", &foreign).help("look").into()),
        Outcome::Error => return Err(anyhow::anyhow!("{foreign}").context("read answer")),
    };
    let mut report = Report::new(format!("check {foreign}"), Verdict::new(word, exit));
    report.findings.push(Finding::ok("base", "a base was named"));
    if exit != Exit::Done {
        report.findings.push(Finding::fail("refused", &foreign).help(&foreign).at(&foreign, Some(3)));
    }
    report.phases.push(phase);
    report.excerpts.push(Excerpt::tail("log", &foreign, 50));
    report.output("seen", serde_json::to_string(&facts)?);
    report.output("project", config.project.unwrap_or_default());
    report.output("foreign", foreign);
    Ok(report)
}

fn gather(args: &CheckArgs) -> BTreeMap<String, String> {
    let token = args.token.as_ref().map(|token| token.expose().len().to_string());
    let host = args.ssh_host.clone();
    let approvals = args.approvals.map(|count| count.to_string());
    let optional = [("approvals", approvals), ("ssh-host", host), ("token-length", token)];
    let always = [("base", args.base.clone()), ("drafts", args.drafts.to_string())];
    let given = optional.into_iter().filter_map(|(name, value)| value.map(|value| (name, value)));
    given.chain(always).map(|(name, value)| (name.to_owned(), value)).collect()
}
