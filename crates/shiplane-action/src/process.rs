//! The process: command line in, exit code out, the same for all five tools.

use std::ffi::OsString;
use std::io::Write as _;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command};
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::report::{Finding, Report, Verdict};

use crate::args::Format;
use crate::call::Call;
use crate::context::Context;
use crate::deliver::{Delivery, deliver};
use crate::inputs;
use crate::progress::Progress;
use crate::render::annotations;
use crate::tool::Tool;

/// Runs the tool and returns its exit code.
pub fn main<R>(tool: &Tool, run: R) -> ExitCode
where
    R: AsyncFnOnce(Call) -> anyhow::Result<Report>,
{
    let context = Context::from_environment();
    let args = inputs::with_command(tool, std::env::args_os().collect());
    let mut delivery = Delivery::new(tool, &context);
    let report = match parse(tool, args) {
        Ok(matches) => {
            delivery.settle(&matches);
            mask(&context, &(tool.command)(), &matches);
            let progress = Progress::choose(context.actions, delivery.format == Format::Json);
            let call = Call::new(matches, context.clone(), progress);
            block_on(run(call)).unwrap_or_else(|error| from_error(tool, &error))
        }
        Err(Stop::Shown) => return ExitCode::SUCCESS,
        Err(Stop::Wrong(fault)) => from_error(tool, &anyhow::Error::new(*fault)),
    };
    match deliver(&report, &delivery) {
        Ok(()) => ExitCode::from(report.verdict.exit.code()),
        Err(error) => {
            writeln!(std::io::stderr(), "error: {}", foreign::one_line(&format!("{error:#}"))).ok();
            ExitCode::from(Exit::CouldNot.code())
        }
    }
}

enum Stop {
    /// Help or version was asked for and printed.
    Shown,
    Wrong(Box<Fault>),
}

fn parse(tool: &Tool, args: Vec<OsString>) -> Result<ArgMatches, Stop> {
    let command = inputs::prepare((tool.command)());
    command.try_get_matches_from(args).map_err(|error| {
        if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
            error.print().ok();
            return Stop::Shown;
        }
        Stop::Wrong(Box::new(usage(tool, &error.to_string())))
    })
}

/// Clap's message without its usage block, which the help line points to.
fn usage(tool: &Tool, text: &str) -> Fault {
    let message: Vec<&str> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let message = message.join(" ");
    let fact = message.strip_prefix("error: ").unwrap_or(&message);
    Fault::usage("usage", fact).help(format!("run `{} --help`", tool.name))
}

fn block_on(run: impl Future<Output = anyhow::Result<Report>>) -> anyhow::Result<Report> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(run)
}

/// The report of a run that came to no answer.
fn from_error(tool: &Tool, error: &anyhow::Error) -> Report {
    let fault = error.chain().find_map(|cause| cause.downcast_ref::<Fault>());
    let (exit, code) = fault.map_or((Exit::CouldNot, "could-not"), |fault| (fault.exit, fault.code));
    let word = if exit == Exit::Usage { "usage" } else { "undetermined" };
    let mut report = Report::new(tool.name, Verdict::new(word, exit));
    let mut finding = if exit == Exit::Usage {
        Finding::fail(code, format!("{error:#}"))
    } else {
        Finding::unknown(code, format!("{error:#}"))
    };
    finding.help = fault.and_then(|fault| fault.help.clone());
    report.findings.push(finding);
    report
}

/// Has the runner hide every secret before its first use. Repository secrets are hidden already; a token that an
/// earlier step made is not.
fn mask(context: &Context, command: &Command, matches: &ArgMatches) {
    if !context.actions {
        return;
    }
    let used = matches.subcommand();
    let commands = [(Some(command), Some(matches)), (used_command(command, used), used.map(|(_, sub)| sub))];
    for (command, matches) in commands.into_iter().filter_map(|(command, matches)| command.zip(matches)) {
        for arg in command.get_arguments().filter(|arg| arg.is_hide_env_values_set()) {
            let values = matches.try_get_raw(arg.get_id().as_str()).ok().flatten().into_iter().flatten();
            for value in values.filter_map(|value| value.to_str()).filter(|value| !value.trim().is_empty()) {
                writeln!(std::io::stdout(), "{}", annotations::add_mask(value)).ok();
            }
        }
    }
}

fn used_command<'a>(command: &'a Command, used: Option<(&str, &ArgMatches)>) -> Option<&'a Command> {
    used.and_then(|(name, _)| command.find_subcommand(name))
}
