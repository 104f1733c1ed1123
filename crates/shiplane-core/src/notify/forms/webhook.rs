//! The generic webhook: versioned JSON for a program of one's own.

use serde_json::{Value, json};

use crate::foreign;
use crate::notify::event::Event;
use crate::notify::message::Message;
use crate::notify::run::Run;
use crate::report::{Level, Report};

/// Raised when a field is removed or changes its meaning; new fields do not raise it.
const SCHEMA: u32 = 1;

/// Findings that are sent.
const FINDINGS: usize = 20;

/// Outputs longer than this are for later steps and not for people.
const OUTPUT: usize = 500;

/// The whole report, bounded, with the text that people would read.
pub fn webhook(message: &Message, (run, report): (&Run, &Report), events: &[Event]) -> Value {
    let wrong = || report.findings.iter().filter(|finding| finding.level != Level::Ok);
    let outputs: serde_json::Map<String, Value> = report
        .outputs
        .iter()
        .filter(|(_, value)| !value.is_empty() && value.len() <= OUTPUT)
        .map(|(name, value)| (name.clone(), foreign::one_line(value).into()))
        .collect();
    let output = |name: &str| outputs.get(name).cloned().unwrap_or_default();
    let text = std::iter::once(message.heading.clone()).chain(message.lines()).collect::<Vec<_>>();
    json!({
        "schema": SCHEMA,
        "event": message.event.word(),
        "events": events.iter().map(|event| event.word()).collect::<Vec<_>>(),
        "text": text.join("\n"),
        "tool": run.tool,
        "command": run.command,
        "project": run.project,
        "environment": run.environment,
        "verdict": report.verdict.word,
        "status": report.verdict.word,
        "exit": report.verdict.exit.code(),
        "codes": report.codes().into_iter().take(FINDINGS).collect::<Vec<_>>(),
        "title": message.title,
        "cause": message.reasons.first(),
        "help": message.help,
        "findings": wrong().take(FINDINGS).collect::<Vec<_>>(),
        "from": output("left"),
        "to": output("release"),
        "version": output("version"),
        "outputs": outputs,
        "incident": report.incident,
        "repository": run.repository,
        "ref": run.ref_name,
        "commit": run.sha,
        "actor": run.actor,
        "run-url": message.link,
        "seconds": run.seconds,
    })
}
