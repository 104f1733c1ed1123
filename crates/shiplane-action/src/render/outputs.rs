//! The lines for `GITHUB_OUTPUT`.

use shiplane_core::report::Report;

use super::json;

/// Every output as a heredoc between delimiters that nobody could guess, so that no value can end early and
/// write an output of its own (GitHub docs, "Multiline strings").
pub fn render(report: &Report, tool: &str, delimiter: &str) -> String {
    let shared = [
        ("verdict", report.verdict.word.clone()),
        ("codes", report.codes().join(",")),
        ("json", json::inert(&json::render(report, tool).to_string())),
    ];
    let own = report.outputs.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let mut text = String::new();
    for (name, value) in shared.into_iter().chain(own) {
        text.push_str(&format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"));
    }
    text
}

/// Whether any value contains the delimiter.
pub fn collides(report: &Report, delimiter: &str) -> bool {
    report.outputs.values().any(|value| value.contains(delimiter))
}
