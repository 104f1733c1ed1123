//! Workflow commands: annotations and masks, with every value escaped.

use shiplane_core::report::{Finding, Level, Report};

/// The runner keeps ten annotations of a kind per step and drops the rest without a word
/// (actions/runner, `ExecutionContext.cs`, `_maxCountPerIssueType`).
const PER_KIND: usize = 10;

/// The runner cuts a message here (actions/runner, `ExecutionContext.cs`).
const MESSAGE_LIMIT: usize = 4096;

/// One line for every finding that is not in order, at most ten of a kind; the tenth says how many more there are.
pub fn render(report: &Report) -> Vec<String> {
    ["error", "warning"].into_iter().flat_map(|kind| of_kind(report, kind)).collect()
}

fn of_kind(report: &Report, kind: &str) -> Vec<String> {
    let findings: Vec<&Finding> =
        report.findings.iter().filter(|finding| kind_of(finding.level) == Some(kind)).collect();
    if findings.len() <= PER_KIND {
        return findings.into_iter().map(|finding| annotation(kind, finding)).collect();
    }
    let more = findings.len() - (PER_KIND - 1);
    let last = format!("::{kind} title=and-more::and {more} more; the step summary lists them all");
    findings.into_iter().take(PER_KIND - 1).map(|finding| annotation(kind, finding)).chain([last]).collect()
}

fn kind_of(level: Level) -> Option<&'static str> {
    match level {
        Level::Ok => None,
        Level::Warning | Level::Pending => Some("warning"),
        Level::Unknown | Level::Fail => Some("error"),
    }
}

fn annotation(kind: &str, finding: &Finding) -> String {
    let mut properties = vec![format!("title={}", escape_property(&finding.code))];
    if let Some(place) = &finding.place {
        properties.push(format!("file={}", escape_property(&place.file)));
        properties.extend(place.line.map(|line| format!("line={line}")));
    }
    let help = finding.help.as_ref().map(|help| format!("\nhelp: {help}")).unwrap_or_default();
    let message: String = format!("{}{help}", finding.fact).chars().take(MESSAGE_LIMIT).collect();
    format!("::{kind} {}::{}", properties.join(","), escape_data(&message))
}

/// Has the runner hide the value, whole and line by line, in all later output.
pub fn add_mask(secret: &str) -> String {
    format!("::add-mask::{}", escape_data(secret))
}

/// The data of a workflow command. `%` first, or the escapes would be escaped again (actions/toolkit, `command.ts`).
pub fn escape_data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command.
pub fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}
