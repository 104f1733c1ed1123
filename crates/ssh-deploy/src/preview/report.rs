//! Every word of ours that the user of `preview` reads.

use serde_json::json;
use shiplane_core::deploy::{Release, Stamp, locked};
use shiplane_core::exit::Exit;
use shiplane_core::preview::{Fate, Fated, Listed, Number, Record, Removed, Seen, Settings};
use shiplane_core::report::{Finding, Level, Report, Verdict};

use super::request::Request;
use crate::table::table;

/// Nothing was put up.
pub(super) fn refused(settings: &Settings, number: Number, findings: Vec<Finding>) -> Report {
    let mut report = Report::new(title(settings, number), Verdict::new("refused", Exit::No));
    report.output("number", number.to_string());
    report.findings = findings;
    report
}

/// What would be made, where nothing is yet.
pub(super) fn planned(settings: &Settings, record: &Record) -> Report {
    let mut report = Report::new(title(settings, record.number), Verdict::new("planned", Exit::Done));
    let port = record.port.map_or(String::new(), |port| format!(" with port {port}"));
    let fact = format!(
        "{} would be made{port}, project {}, to answer at {}",
        record.path, record.project, record.url
    );
    report.findings.push(Finding::ok("preview-new", fact));
    tell(&mut report, record);
    report
}

/// A deploy's report becomes that of a preview.
pub(super) fn is_of(report: &mut Report, record: &Record) {
    report.title = format!("preview of #{}: {}", record.number, report.title);
    if report.verdict.exit == Exit::Done {
        let fact = format!("#{} answers at {}", record.number, record.url);
        report.findings.push(Finding::ok("preview", fact));
    }
    tell(report, record);
}

fn tell(report: &mut Report, record: &Record) {
    report.output("url", &record.url);
    report.output("number", record.number.to_string());
    report.output("port", record.port.map(|port| port.to_string()).unwrap_or_default());
}

/// It stays although its pull request is closed.
pub(super) fn kept(settings: &Settings, (record, now): (&Record, Stamp)) -> Report {
    let mut report = Report::new(title(settings, record.number), Verdict::new("kept", Exit::Done));
    let age = record.age(now).brief();
    let fact =
        format!("`auto-destroy` is false, so preview {} stays; nothing was pushed for {age}", record.number);
    let help = format!(
        "remove it with `ssh-deploy preview down --number {}`, or all that are old with `gc --older-than`",
        record.number
    );
    report.findings.push(Finding::ok("preview-kept", fact).help(help));
    tell(&mut report, record);
    report
}

/// It is gone, or was not there, or something is in the way.
pub(super) fn removed(request: &Request, number: Number, removed: &Removed) -> Report {
    let findings = of_removal(number, removed);
    let verdict = if stands_against(&findings) {
        Verdict::new("refused", Exit::No)
    } else if removed.gone.is_empty() {
        Verdict::new("absent", Exit::Done)
    } else if request.deploy.dry_run {
        Verdict::new("planned", Exit::Done)
    } else {
        Verdict::new("removed", Exit::Done)
    };
    let mut report = Report::new(title(&request.settings, number), verdict);
    report.findings = findings;
    report.output("number", number.to_string());
    if let Some(record) = &removed.preview {
        tell(&mut report, record);
    }
    report
}

/// What a removal says of itself.
pub(super) fn of_removal(number: Number, removed: &Removed) -> Vec<Finding> {
    let mut findings = removed.findings.clone();
    findings.extend(removed.held.as_ref().map(|holder| locked(holder, removed.now)));
    if removed.gone.is_empty() && findings.is_empty() {
        findings.push(Finding::ok("preview-absent", format!("there is no preview {number}")));
    } else if !removed.gone.is_empty() {
        findings
            .push(Finding::ok("preview-parts", format!("of preview {number}: {}", removed.gone.join(", "))));
    }
    findings
}

/// Whether a removal was refused.
pub(super) fn is_refused(report: &Report) -> bool {
    report.verdict.exit != Exit::Done
}

/// Whether a finding stands against it.
pub(super) fn stands_against(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level > Level::Warning)
}

/// The codes of what stands against it, each once; a warning is no reason.
pub(super) fn reasons(report: &Report) -> Vec<String> {
    let against = report.findings.iter().filter(|finding| finding.level > Level::Warning);
    let mut codes: Vec<String> = against.map(|finding| finding.code.clone()).collect();
    let mut seen = std::collections::BTreeSet::new();
    codes.retain(|code| seen.insert(code.clone()));
    codes
}

/// All of them in a table, and as JSON.
pub(super) fn listed(request: &Request, listed: &Listed) -> Report {
    let title = format!("{} previews at {}", listed.previews.len(), request.settings.environment);
    let mut report = Report::new(title, Verdict::new("listed", Exit::Done));
    let rows: Vec<Vec<String>> = listed.previews.iter().map(|seen| row(request, seen, listed.now)).collect();
    if !rows.is_empty() {
        let head = ["pull request", "state", "commit", "address", "age", "left"];
        report.drawings.push(table("previews", &head, &rows));
    }
    let all = listed.previews.iter().map(|seen| value(request, seen, listed.now));
    let all = serde_json::Value::from_iter(all).to_string();
    report.output("previews", all);
    report.findings = others(listed);
    report
}

fn row(request: &Request, seen: &Seen, now: Stamp) -> Vec<String> {
    let record = &seen.record;
    let left = ttl(request).map_or("-".to_owned(), |ttl| record.left(ttl, now).brief());
    vec![
        format!("#{}", record.number),
        seen.word().to_owned(),
        seen.live.as_ref().map_or("-".to_owned(), Release::label),
        record.url.clone(),
        record.age(now).brief(),
        left,
    ]
}

fn value(request: &Request, seen: &Seen, now: Stamp) -> serde_json::Value {
    let (record, live) = (&seen.record, seen.live.as_ref());
    json!({
        "number": record.number,
        "url": record.url,
        "port": record.port,
        "state": seen.word(),
        "commit": live.map(|live| &live.commit),
        "version": live.and_then(|live| live.version.as_ref()),
        "asked": record.commit,
        "project": record.project,
        "path": record.path,
        "since": record.since.to_string(),
        "age-seconds": record.age(now).0.as_secs(),
        "left-seconds": ttl(request).map(|ttl| record.left(ttl, now).0.as_secs()),
    })
}

fn ttl(request: &Request) -> Option<shiplane_core::duration::Span> {
    request.policy.ttl
}

/// What is called like a preview and is none of ours.
pub(super) fn others(listed: &Listed) -> Vec<Finding> {
    let warning = |why: &String| {
        Finding::warning("preview-unmarked", format!("{why}, and it is called like a preview"))
            .help("look into it on the host, and move it away or remove it by hand")
    };
    listed.others.iter().map(warning).collect()
}

/// What was collected.
pub(super) fn collected(
    request: &Request,
    (fated, gone): (&[Fated], &[Number]),
    findings: Vec<Finding>,
) -> Report {
    let goes = fated.iter().filter(|fated| matches!(fated.fate, Fate::Goes(_))).count();
    let verdict = if stands_against(&findings) {
        Verdict::new("incomplete", Exit::No)
    } else if goes == 0 {
        Verdict::new("clean", Exit::Done)
    } else if gone.is_empty() {
        Verdict::new("planned", Exit::Done)
    } else {
        Verdict::new("removed", Exit::Done)
    };
    let settings = &request.settings;
    let title = format!("{goes} of {} previews at {} go", fated.len(), settings.environment);
    let mut report = Report::new(title, verdict);
    let gone: Vec<u32> = gone.iter().map(|number| number.0).collect();
    report.output("previews", json!(gone).to_string());
    report.findings = findings;
    report
}

/// One that stays although it was to go.
pub(super) fn not_removed(number: Number, error: &anyhow::Error) -> Finding {
    Finding::fail("preview-not-removed", format!("preview {number} could not be removed: {error:#}"))
        .help("look at it on the host; the next `gc` goes on where this one ended")
}

/// Without a token.
pub(super) fn nobody_told() -> Finding {
    Finding::warning("github-not-told", "no token or no repository is given, so the pull request is not told")
        .help("pass a token with `pull-requests: write` and `deployments: write`")
}

/// Without a token.
pub(super) fn nobody_asked() -> Finding {
    let fact = "no token or no repository is given, so nobody knows which pull requests are closed";
    Finding::warning("github-not-asked", fact).help("pass a token with `pull-requests: read`")
}

/// What GitHub would not hear.
pub(super) fn untold(what: &str, why: &str, needs: &str) -> Finding {
    Finding::warning("github-not-told", format!("GitHub was not told, {what}: {why}"))
        .help(format!("grant the job `{needs}`"))
}

/// What a deployment is called at GitHub.
pub(super) fn deployment(number: Number, is_up: bool) -> String {
    let how = if is_up { "is up" } else { "did not come up" };
    format!("The preview of #{number} {how}")
}

fn title(settings: &Settings, number: Number) -> String {
    format!("preview of #{number} at {}", settings.environment)
}
