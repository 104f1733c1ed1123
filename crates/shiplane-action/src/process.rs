//! The process: command line in, exit code out, the same for all five tools.

use std::ffi::{OsStr, OsString};
use std::io::Write as _;
use std::process::ExitCode;
use std::time::Instant;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command};
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::notify::{Letter, Outcome};
use shiplane_core::report::{Finding, Report, Verdict};
use shiplane_core::secret::Secret;

use crate::args::Format;
use crate::call::Call;
use crate::context::Context;
use crate::deliver::{Delivery, deliver};
use crate::inputs;
use crate::notify::Walk;
use crate::progress::Progress;
use crate::render::annotations;
use crate::tool::Tool;

/// Help is read in logs and in half a window, too.
const HELP_WIDTH: usize = 80;

/// Runs the tool, has those told who want to know of it, and returns its exit code.
pub fn main<R, N>(tool: &Tool, run: R, notify: N) -> ExitCode
where
    R: AsyncFnOnce(Call) -> anyhow::Result<Report>,
    N: AsyncFnOnce(Vec<Letter>) -> Vec<Outcome>,
{
    let started = Instant::now();
    let context = Context::from_environment();
    let args = inputs::with_command(tool, std::env::args_os().collect());
    let mut delivery = Delivery::new(tool, &context);
    let report = match parse(tool, &args) {
        Ok(matches) => {
            delivery.settle(&matches);
            let secrets = secrets(&context, tool, &matches);
            mask(&context, &secrets, delivery.format);
            let progress = Progress::choose(context.actions, delivery.format == Format::Json);
            let walk = Walk { tool, context: &context, matches: matches.clone(), secrets, started };
            let call = Call::new(matches, context.clone(), progress);
            block_on(async {
                let mut report = run(call).await.unwrap_or_else(|error| from_error(tool, &error));
                walk.tell(&mut report, (progress, delivery.format), notify).await;
                Ok(report)
            })
            .unwrap_or_else(|error| from_error(tool, &error))
        }
        Err(Stop::Shown) => return ExitCode::SUCCESS,
        Err(Stop::Wrong(fault)) => {
            if let Ok(matches) =
                inputs::prepare((tool.command)()).ignore_errors(true).try_get_matches_from(args)
            {
                delivery.settle(&matches);
            }
            from_error(tool, &anyhow::Error::new(*fault))
        }
    };
    match deliver(&report, &delivery) {
        Ok(()) => ExitCode::from(report.verdict.exit.code()),
        Err(error) => {
            writeln!(std::io::stderr(), "error: {}", foreign::one_line(&format!("{error:#}"))).ok();
            ExitCode::from(undelivered(report.verdict.exit).code())
        }
    }
}

/// A report that did not reach its readers is no success; but a worse ending stays what it is.
fn undelivered(exit: Exit) -> Exit {
    if exit == Exit::Done { Exit::CouldNot } else { exit }
}

enum Stop {
    /// Help or version was asked for and printed.
    Shown,
    Wrong(Box<Fault>),
}

fn parse(tool: &Tool, args: &[OsString]) -> Result<ArgMatches, Stop> {
    let command = inputs::prepare((tool.command)());
    let matches = command.try_get_matches_from(args).map_err(|error| {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            // From the command line as it was written: the prepared one has forgotten the names of unset variables.
            let whole =
                (tool.command)().term_width(HELP_WIDTH).try_get_matches_from(args).err().unwrap_or(error);
            whole.print().ok();
            return Stop::Shown;
        }
        Stop::Wrong(Box::new(usage(tool, args, &error.to_string())))
    })?;
    match typed_secret(&(tool.command)(), &matches) {
        Some(fault) => Err(Stop::Wrong(Box::new(fault))),
        None => Ok(matches),
    }
}

/// Everybody on the machine can read a command line, and a shell keeps it; so a secret comes as a variable only.
///
/// An option that takes many values, such as request headers, may hold none that is secret, and is left alone.
fn typed_secret(command: &Command, matches: &ArgMatches) -> Option<Fault> {
    let single = |arg: &&Arg| arg.is_hide_env_values_set() && matches!(arg.get_action(), ArgAction::Set);
    let typed = |arg: &&Arg| matches.value_source(arg.get_id().as_str()) == Some(ValueSource::CommandLine);
    let Some(arg) = command.get_arguments().filter(single).find(typed) else {
        let (name, matches) = matches.subcommand()?;
        return typed_secret(command.find_subcommand(name)?, matches);
    };
    let fact = format!(
        "--{} stands on the command line, where others can read it",
        arg.get_id().as_str().replace('_', "-")
    );
    let variable = arg.get_env().unwrap_or_default().to_string_lossy();
    Some(
        Fault::usage("secret-in-argv", fact)
            .help(format!("pass it as the variable {variable}, and replace it")),
    )
}

/// Clap's message without its usage block, which the help line points to.
fn usage(tool: &Tool, args: &[OsString], text: &str) -> Fault {
    let message: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let message = message.join(" ");
    let fact = message.strip_prefix("error: ").unwrap_or(&message);
    let command = (tool.command)();
    let mut words = args.iter().skip(1).map(|word| word.to_string_lossy());
    let named = words.find(|word| command.find_subcommand(word.as_ref()).is_some());
    let named = named.map_or(String::new(), |named| format!(" {named}"));
    Fault::usage("usage", fact).help(format!("run `{}{named} --help`", tool.name))
}

fn block_on(run: impl Future<Output = anyhow::Result<Report>>) -> anyhow::Result<Report> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run)
}

/// The report of a run that came to no answer.
fn from_error(tool: &Tool, error: &anyhow::Error) -> Report {
    // A fault may have been added as context, or stand somewhere below it.
    let below = || error.chain().find_map(|cause| cause.downcast_ref::<Fault>());
    let fault = error.downcast_ref::<Fault>().or_else(below);
    let (exit, code) = fault.map_or((Exit::CouldNot, "could-not"), |fault| (fault.exit, fault.code));
    let word = if exit == Exit::Usage { "usage" } else { "undetermined" };
    let mut report = Report::new(tool.name, Verdict::new(word, exit));
    let mut finding = if exit == Exit::Usage {
        Finding::fail(code, format!("{error:#}"))
    } else {
        Finding::unknown(code, format!("{error:#}"))
    };
    finding.help = fault.and_then(|fault| fault.help.clone());
    finding.place = fault.and_then(|fault| fault.place.clone());
    report.findings.push(finding);
    report
}

/// The secrets that the command line and the context hold.
fn secrets(context: &Context, tool: &Tool, matches: &ArgMatches) -> Vec<Secret> {
    let command = (tool.command)();
    let mut secrets = given(&command, matches);
    if let Some((name, matches)) = matches.subcommand()
        && let Some(command) = command.find_subcommand(name)
    {
        secrets.extend(given(command, matches));
    }
    secrets.extend(context.token.iter().map(|token| token.expose().to_owned()));
    secrets.sort();
    secrets.dedup();
    secrets.into_iter().map(Secret::new).collect()
}

/// Has the runner hide every secret before its first use. Repository secrets are hidden already; a token that an
/// earlier step made is not. Where a program reads standard output, the runner still reads standard error.
pub(crate) fn mask<'a>(context: &Context, secrets: impl IntoIterator<Item = &'a Secret>, format: Format) {
    if !context.actions {
        return;
    }
    let masks: String =
        secrets.into_iter().map(|secret| annotations::add_mask(secret.expose()) + "\n").collect();
    match format {
        Format::Text => write!(std::io::stdout(), "{masks}").ok(),
        Format::Json => write!(std::io::stderr(), "{masks}").ok(),
    };
}

/// The values of a command's secret options.
fn given(command: &Command, matches: &ArgMatches) -> Vec<String> {
    let secret = command.get_arguments().filter(|arg| arg.is_hide_env_values_set());
    let values = secret.filter_map(|arg| matches.try_get_raw(arg.get_id().as_str()).ok().flatten()).flatten();
    values.filter_map(OsStr::to_str).filter(|value| !value.trim().is_empty()).map(str::to_owned).collect()
}
