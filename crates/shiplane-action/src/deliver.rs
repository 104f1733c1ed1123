//! A report is data until here: every tool prints, annotates and writes through this one file.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use anyhow::Context as _;
use clap::ArgMatches;
use shiplane_core::raw;
use shiplane_core::report::Report;

use crate::args::Format;
use crate::context::Context;
use crate::render::{annotations, json, outputs, summary, terminal};
use crate::tool::Tool;

/// Where and how a report is delivered.
#[derive(Debug)]
pub struct Delivery<'a> {
    tool: &'a Tool,
    context: &'a Context,
    /// The form on standard output.
    pub format: Format,
    emoji: bool,
    verbose: bool,
}

impl<'a> Delivery<'a> {
    /// The defaults, for a run whose command line could not be read.
    pub fn new(tool: &'a Tool, context: &'a Context) -> Self {
        Self { tool, context, format: Format::Text, emoji: true, verbose: false }
    }

    /// What the command line says of it.
    pub(crate) fn settle(&mut self, matches: &ArgMatches) {
        let matches = matches.subcommand().map_or(matches, |(_, sub)| sub);
        if let Ok(Some(format)) = matches.try_get_one::<Format>("format") {
            self.format = *format;
        }
        self.emoji = !matches!(matches.try_get_one::<bool>("no_emoji"), Ok(Some(true)));
        self.verbose = matches!(matches.try_get_one::<bool>("verbose"), Ok(Some(true)));
    }
}

/// Log, annotations, outputs, summary. An output that cannot be written is an error: a later step relies on it.
pub fn deliver(report: &Report, delivery: &Delivery<'_>) -> anyhow::Result<()> {
    let Delivery { tool, context, emoji, verbose, .. } = *delivery;
    let notes: String = if context.actions {
        annotations::render(report).iter().map(|line| format!("{line}\n")).collect()
    } else {
        String::new()
    };
    match delivery.format {
        Format::Text => {
            let style = terminal::Style { emoji, verbose, groups: context.actions };
            // A runner would obey commands in a document that others had a hand in, and nobody reads it there.
            match report.document.as_ref().filter(|_| !context.actions) {
                Some(document) => {
                    print_bytes(io::stdout(), &raw::encode(document));
                    let rest = Report { excerpts: Vec::new(), drawings: Vec::new(), ..report.clone() };
                    print(io::stderr(), &terminal::render(&rest, tool.name, style));
                }
                None => print(io::stdout(), &(terminal::render(report, tool.name, style) + &notes)),
            }
        }
        Format::Json => {
            print(io::stdout(), &(json::inert(&format!("{:#}", json::render(report, tool.name))) + "\n"));
            print(io::stderr(), &notes);
        }
    }
    let outputs = context.output.as_ref().map_or(Ok(()), |path| {
        append(path, &outputs::render(&filled(report, tool), tool.name, &delimiter(report)?))
            .context("write outputs")
    });
    let summary = context.summary.as_ref().map_or(Ok(()), |path| {
        append(path, &summary::render(report, tool.name, emoji)).context("write step summary")
    });
    outputs.and(summary)
}

/// What the command at hand does not tell is told as empty: every output that an action declares is written.
fn filled(report: &Report, tool: &Tool) -> Report {
    let mut report = report.clone();
    for output in tool.outputs {
        report.outputs.entry(output.name.to_owned()).or_default();
    }
    report
}

/// A delimiter that no value contains and nobody can guess.
fn delimiter(report: &Report) -> anyhow::Result<String> {
    loop {
        let number = getrandom::u64().context("draw a random delimiter")?;
        let more = getrandom::u64().context("draw a random delimiter")?;
        let delimiter = format!("shiplane_{number:016x}{more:016x}");
        if !outputs::collides(report, &delimiter) {
            return Ok(delimiter);
        }
    }
}

fn append(path: &Path, text: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .with_context(|| format!("open {}", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("append to {}", path.display()))
}

/// A reader that went away early, such as `head`, is no error of the run.
fn print(stream: impl Write, text: &str) {
    print_bytes(stream, text.as_bytes());
}

fn print_bytes(mut stream: impl Write, bytes: &[u8]) {
    stream.write_all(bytes).and_then(|()| stream.flush()).ok();
}
