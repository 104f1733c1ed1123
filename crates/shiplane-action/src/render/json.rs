//! The report as versioned JSON, for programs and for the `json` output.

use serde_json::{Value, json};
use shiplane_core::report::{Level, Report};

/// Raised when a field is removed or changes its meaning; new fields do not raise it.
const SCHEMA: u32 = 1;

/// A job's outputs together may have 1 MiB (GitHub docs, "Passing information between jobs").
const SIZE_LIMIT: usize = 400 * 1024;

/// The whole report. What would make it too large for an output is left out, excerpts and passed rules first, and
/// said so.
pub fn render(report: &Report, tool: &str) -> Value {
    let complete = whole(report, tool);
    if complete.to_string().len() <= SIZE_LIMIT {
        return complete;
    }
    let mut smaller = report.clone();
    smaller.excerpts.clear();
    smaller.drawings.clear();
    smaller.findings.retain(|finding| finding.level != Level::Ok);
    let mut value = whole(&smaller, tool);
    while value.to_string().len() > SIZE_LIMIT && !smaller.findings.is_empty() {
        smaller.findings.truncate(smaller.findings.len() / 2);
        smaller.outputs.retain(|_, value| value.len() < 16 * 1024);
        value = whole(&smaller, tool);
    }
    if let Value::Object(fields) = &mut value {
        fields.insert("truncated".to_owned(), Value::Bool(true));
    }
    value
}

/// The same JSON, in which the runner sees no command: it obeys `##[` anywhere in a line of the log.
pub fn inert(json: &str) -> String {
    json.replace("##[", "#\\u0023[")
}

/// The whole report, however large it is: for a file, which has no limit.
pub fn whole(report: &Report, tool: &str) -> Value {
    json!({
        "schema": SCHEMA,
        "tool": tool,
        "tool-version": env!("CARGO_PKG_VERSION"),
        "title": report.title,
        "verdict": report.verdict.word,
        "exit": report.verdict.exit.code(),
        "codes": report.codes(),
        "findings": report.findings,
        "phases": report.phases,
        "outputs": report.outputs,
        "excerpts": report.excerpts,
        "drawings": report.drawings,
    })
}
