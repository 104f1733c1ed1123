//! Every word that the reader sees.

use std::collections::BTreeSet;

use shiplane_core::audit::{Wanted, WantedBranch, WantedEnvironment};
use shiplane_core::config::{self, Config, EnvironmentKind};
use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::gate::policy::DirectPush;
use shiplane_core::preset::{CONFIG, Header, Rendered, Standing, Step};
use shiplane_core::report::{Drawing, Finding, Language, Report, Verdict};

use super::gather::File;
use super::request::{Fate, Mode, Plan, Request};

/// Addresses that belong to nobody and stand in examples (RFC 5737).
const EXAMPLE: &str = "203.0.113.";

/// The report of a run.
pub(super) fn build(request: &Request, (plan, wanted): (&Plan, &[Rendered]), there: &[File]) -> Report {
    let has_work = plan.changes().next().is_some();
    let verdict = match (plan.is_refused(), has_work, request.mode) {
        (true, _, _) => Verdict::new("refused", Exit::No),
        (false, false, _) => Verdict::new("same", Exit::Done),
        (false, true, Mode::Show) => Verdict::new("planned", Exit::Done),
        (false, true, Mode::Write) => Verdict::new("written", Exit::Done),
    };
    let title = format!("preset {} for {}", request.preset.name, request.answers.project);
    let mut report = Report::new(title, verdict);
    report.findings = plan.steps.iter().map(|step| finding(step, (request, plan))).collect();
    report.findings.extend(leftover(there, wanted));
    report.findings.extend(pin(request, plan));
    let shown = |step: &&(Step, Fate)| !step.0.change.is_empty();
    let diff: String = plan.steps.iter().filter(shown).map(|(step, _)| step.change.diff()).collect();
    report.output("diff", foreign::lines(diff.trim_end()).join("\n"));
    if !diff.is_empty() {
        report.drawings.push(Drawing::new(diff_title(request, plan), Language::Diff, &diff));
    }
    if !plan.is_refused() {
        match config::parse(&settled(plan)) {
            Ok(config) => {
                let text = to_set(&config, wanted);
                report.drawings.push(Drawing::new("To set in GitHub", Language::Text, &text));
            }
            Err(error) => {
                let fact = format!("{CONFIG}:{error}");
                report.findings.push(
                    Finding::warning("init-config-broken", fact)
                        .help("correct it: every tool reads it; `branch-gate explain` draws what it says")
                        .at(CONFIG, None),
                );
            }
        }
    }
    report
}

/// The config as it is afterwards.
fn settled(plan: &Plan) -> String {
    let config = plan.steps.iter().find(|(step, _)| step.change.path == CONFIG);
    let text = config.map(|(step, fate)| match fate {
        Fate::Write => step.change.after(),
        Fate::Stay | Fate::Refuse => step.change.before.clone().unwrap_or_default(),
    });
    text.unwrap_or_default()
}

fn diff_title(request: &Request, plan: &Plan) -> &'static str {
    match (plan.is_refused(), request.mode) {
        (true, _) => "What would change; nothing was written",
        (false, Mode::Show) => "What would be written",
        (false, Mode::Write) => "What was written, and what was left as it is",
    }
}

fn finding((step, fate): &(Step, Fate), (request, plan): (&Request, &Plan)) -> Finding {
    let path = &step.change.path;
    let done = match (plan.is_refused(), request.mode) {
        (true, _) => "is not written, because another file is refused",
        (false, Mode::Show) => "would be written",
        (false, Mode::Write) => "is written",
    };
    match (&step.standing, fate) {
        (Standing::Same, _) => Finding::ok("init-same", format!("{path} is as this version writes it")),
        (Standing::New, _) => Finding::ok("init-new", format!("{path} {done}")),
        (Standing::Behind { version }, _) if version.is_empty() => Finding::ok(
            "init-update",
            format!("{path} is a preset's file without its first line; it {done} with it"),
        ),
        (Standing::Behind { version }, _) => Finding::ok(
            "init-update",
            format!("{path}, written by {version} and unchanged since, {done} anew"),
        ),
        (Standing::Theirs, Fate::Stay) => {
            let fact = format!("{path} has your settings and stays as it is");
            Finding::ok("init-kept", fact)
        }
        (Standing::Theirs | Standing::ByHand, Fate::Refuse | Fate::Stay) => {
            let fact = format!("{path} was changed since `branch-gate init` wrote it; nothing was written");
            Finding::fail("init-changed-by-hand", fact)
                .help("see the difference; move the change elsewhere, or replace the file with --force")
                .at(path, None)
        }
        (Standing::Foreign, Fate::Refuse | Fate::Stay) => {
            let fact = format!("{path} is there and is not a file of a preset; nothing was written");
            Finding::fail("init-file-exists", fact)
                .help("see the difference; rename the file, or replace it with --force")
                .at(path, None)
        }
        (Standing::Newer { version }, Fate::Refuse | Fate::Stay) => {
            let fact = format!("{path} was written by the newer version {version}; nothing was written");
            Finding::fail("init-newer", fact).help("use that version, or go back with --force").at(path, None)
        }
        (Standing::Theirs | Standing::ByHand | Standing::Foreign | Standing::Newer { .. }, Fate::Write) => {
            let fact =
                format!("{path} was changed by people or a newer version, and {done} because of --force");
            Finding::warning("init-forced", fact)
                .help("`git diff` shows what was there before")
                .at(path, None)
        }
    }
}

/// Files that another preset left.
fn leftover(there: &[File], wanted: &[Rendered]) -> Vec<Finding> {
    let others = there.iter().filter(|file| !wanted.iter().any(|it| it.path == file.path));
    let others = others.filter_map(|file| Some((file, Header::read(&file.text)?.0)));
    others
        .map(|(file, header)| {
            let fact = format!("{} belongs to preset `{}` and stays", file.path, header.preset);
            Finding::warning("init-leftover", fact)
                .help("remove it when it is not wanted any more")
                .at(&file.path, None)
        })
        .collect()
}

/// Workflows that name a tag: it can be moved, its commit cannot.
fn pin(request: &Request, plan: &Plan) -> Option<Finding> {
    let tag = format!("@v{}", request.pin.version);
    let mut workflows = plan.steps.iter().filter(|(step, _)| step.change.path != CONFIG);
    if !workflows.any(|(step, _)| step.change.after().contains(&tag)) {
        return None;
    }
    let fact = format!("the workflows use the tag v{}, which can be moved", request.pin.version);
    Some(Finding::warning("init-tag", fact).help(
        "`git ls-remote https://github.com/shiplane/shiplane` tells the commit of each tag; run it again with --ref COMMIT",
    ))
}

/// What no file of the repository can say.
fn to_set(config: &Config, wanted: &[Rendered]) -> String {
    let settings = Wanted::of(config);
    // Where everybody may push there is nothing to protect by a ruleset.
    let protected = settings.branches.iter().filter(|branch| branch.direct_push != DirectPush::Allow);
    let mut lines: Vec<String> = protected.map(ruleset).collect();
    lines.extend(settings.environments.iter().flat_map(|it| environment(it, config)));
    let workflows = || wanted.iter().filter(|file| file.path != CONFIG);
    let known: BTreeSet<&String> = settings.environments.iter().flat_map(|it| &it.secrets).collect();
    let used = workflows().flat_map(|file| secrets(&file.body));
    let others: BTreeSet<String> =
        used.filter(|name| !known.contains(name) && name != "GITHUB_TOKEN").collect();
    if !others.is_empty() {
        let others: Vec<String> = others.into_iter().collect();
        lines.push(format!("secrets of the repository or its environments: {}", others.join(", ")));
    }
    if workflows().any(|file| file.body.contains("/flow-deploy.yml@")) {
        let keys =
            "variable SSH_KNOWN_HOSTS: the lines of `ssh-keyscan HOST`, compared with the server's own";
        lines.push(keys.to_owned());
    }
    lines.push(String::new());
    let audit = "`branch-gate audit` tells what of this is still missing; `branch-gate audit --fix` writes the rulesets";
    lines.push(audit.to_owned());
    lines.join("\n")
}

fn ruleset(branch: &WantedBranch) -> String {
    let checks: Vec<&str> = branch.checks.iter().map(|check| check.name.as_str()).collect();
    let checks = if checks.is_empty() { String::new() } else { format!(", checks: {}", checks.join(", ")) };
    format!("branch {}: a ruleset with pull requests, approvals: {}{checks}", branch.name, branch.approvals)
}

fn environment(wanted: &WantedEnvironment, config: &Config) -> Vec<String> {
    let of = wanted.branch.as_ref().map_or(String::new(), |branch| format!(", for branch {branch} only"));
    let is_preview = wanted.kind == EnvironmentKind::Preview;
    let mut lines = vec![if is_preview {
        format!("previews at {}, whose jobs name no environment of GitHub", wanted.name)
    } else {
        format!("environment {}{of}", wanted.name)
    }];
    let hosts = config.environments.get(&wanted.name).map(|it| it.hosts.as_slice()).unwrap_or_default();
    if hosts.iter().any(|host| host.contains(EXAMPLE)) {
        let example = "  its host and path in .github/shiplane.yml are examples: write yours there, or use --host and --path";
        lines.push(example.to_owned());
    }
    if !wanted.reviewers.is_empty() {
        lines.push(format!("  required reviewers: {}", wanted.reviewers.join(", ")));
    }
    if !wanted.secrets.is_empty() {
        let whose = if is_preview { "secrets of the repository" } else { "secrets" };
        lines.push(format!("  {whose}: {}", wanted.secrets.join(", ")));
    }
    lines
}

/// Names of secrets that a workflow asks for.
fn secrets(text: &str) -> Vec<String> {
    let name =
        |rest: &str| rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect::<String>();
    let names = text.split("secrets.").skip(1).map(name);
    names.filter(|name| !name.is_empty()).map(|name| name.to_ascii_uppercase()).collect()
}

/// A file that could not be written, with what was written before it.
pub(super) fn not_written(path: &str, error: &std::io::Error, before: &[&str]) -> Fault {
    let before = if before.is_empty() { "nothing".to_owned() } else { before.join(", ") };
    let fact = format!("{path} cannot be written: {error}; written before it: {before}");
    Fault::could_not("write-failed", fact).help("check the disk and the permissions, and run it again")
}
