//! Every word that the reader sees, besides the rules' own.

use shiplane_core::audit;
use shiplane_core::audit::facts::Facts;
use shiplane_core::audit::fix::Change;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::report::{Drawing, Finding, Language, Level, Report};
use shiplane_github::AuditQuestion;

use super::request::{Mode, Request};

/// What no program can tell.
const LEFT_TO_PEOPLE: &str = "\
- an approval was given after a look at the change
- the deployed version does what was asked of it
- the values of the secrets are the right ones, and nobody else knows them
- the way from branch to branch is written down, and the team knows it
";

/// The report of a run.
pub(super) fn build(
    request: &Request,
    (facts, findings): (&Facts, Vec<Finding>),
    changes: &[Change],
) -> Report {
    let verdict = audit::verdict(&findings);
    let mut report = Report::new(format!("settings of {}", facts.repository), verdict);
    report.findings = findings;
    report.findings.extend(written(request.mode, changes));
    let number =
        |level: Level| report.findings.iter().filter(|finding| finding.level == level).count().to_string();
    let (failed, unknown) = (number(Level::Fail), number(Level::Unknown));
    report.output("failed", failed);
    report.output("unknown", unknown);
    let diff: String = changes.iter().map(|change| change.diff.as_str()).collect();
    report.output("diff", foreign::lines(diff.trim_end()).join("\n"));
    if !diff.is_empty() {
        report.drawings.push(Drawing::new(title(request.mode), Language::Diff, &diff));
    }
    report.drawings.push(Drawing::new("Left to people", Language::Text, LEFT_TO_PEOPLE));
    report
}

fn title(mode: Mode) -> &'static str {
    match mode {
        Mode::Look | Mode::Show => "What `--fix` would write",
        Mode::Write => "What was written",
    }
}

fn written(mode: Mode, changes: &[Change]) -> Vec<Finding> {
    match mode {
        Mode::Look => Vec::new(),
        Mode::Show | Mode::Write if changes.is_empty() => {
            vec![Finding::ok("fix", "nothing to change: no ruleset has to be written")]
        }
        Mode::Show => changes
            .iter()
            .map(|change| Finding::ok("fix", format!("ruleset `{}` would be {}", change.name, done(change))))
            .collect(),
        Mode::Write => changes
            .iter()
            .map(|change| Finding::ok("fix", format!("ruleset `{}` was {}", change.name, done(change))))
            .collect(),
    }
}

fn done(change: &Change) -> &'static str {
    if change.id.is_some() { "changed" } else { "created" }
}

/// A change that failed, with what was written before it.
pub(super) fn not_written<'a>(
    change: &Change,
    before: impl Iterator<Item = &'a Change>,
    fault: Fault,
) -> Fault {
    let before: Vec<String> = before.map(|change| format!("`{}`", change.name)).collect();
    let before = if before.is_empty() { "nothing".to_owned() } else { before.join(", ") };
    let fact =
        format!("ruleset `{}` was not written: {}; written before it: {before}", change.name, fault.fact);
    let help = "rulesets need a token of a GitHub App or a person with `administration: write`; GITHUB_TOKEN cannot be given it";
    Fault::could_not("fix-incomplete", fact).help(match fault.code {
        "permission-missing" => help.to_owned(),
        _ => {
            fault.help.unwrap_or_else(|| "run it again: what is written already is left as it is".to_owned())
        }
    })
}

/// What the progress is called.
pub(super) fn phase_name(question: &AuditQuestion) -> String {
    format!("read settings of {}", question.repository)
}

/// What was read.
pub(super) fn phase_note(facts: &Facts) -> String {
    let environments = facts.environments.value().map_or(0, Vec::len);
    let workflows = facts.workflows.value().map_or(0, Vec::len);
    format!("branches: {}, environments: {environments}, workflow files: {workflows}", facts.branches.len())
}

/// What a write is called.
pub(super) fn writing(change: &Change) -> String {
    format!("write ruleset {}", change.name)
}

/// Where people see the server, by its API's address; empty for github.com.
pub(super) fn server(api_url: Option<&str>) -> String {
    let enterprise = api_url.and_then(|url| url.trim_end_matches('/').strip_suffix("/api/v3"));
    enterprise.unwrap_or_default().to_owned()
}
