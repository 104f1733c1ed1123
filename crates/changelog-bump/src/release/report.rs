//! Every word of `release`.

use shiplane_core::changelog::bump::Level as Weight;
use shiplane_core::changelog::release::{Plan, Wish, Work};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Report, Verdict};

use super::act::{End, Outcome};
use super::words::{no_workflows, stopped, stopped_verdict};
use crate::prepared::Prepared;
use crate::report::frame;

const LINES: usize = 1_000;

/// Somebody who may not release asked for it.
pub(super) fn stranger(finding: Finding) -> Report {
    let mut report = Report::new("release", Verdict::new("refused", Exit::No));
    report.findings.push(finding);
    report
}

/// Nothing was merged that asks for a release.
pub(super) fn nothing(prepared: &Prepared) -> Report {
    frame(&prepared.next, &prepared.facts, Verdict::new("none", Exit::Done))
}

/// The files do not carry the version yet, and only what they carry is wanted.
pub(super) fn not_written(prepared: &Prepared) -> Report {
    let mut report = frame(&prepared.next, &prepared.facts, Verdict::new("none", Exit::Done));
    let files: Vec<&str> = prepared.changes.iter().map(|change| change.path.as_str()).collect();
    let fact = format!("{} is not in {} yet; nothing is released", prepared.next.version, files.join(", "));
    report.findings.push(Finding::ok("not-written", fact));
    report.output("released", "false");
    report
}

/// The answer is no, and nothing was contacted.
pub(super) fn refused(prepared: &Prepared, findings: Vec<Finding>) -> Report {
    let mut report = base(prepared, Verdict::new("refused", Exit::No));
    report.findings.extend(findings);
    report
}

/// What would be done.
pub(super) fn planned(prepared: &Prepared, wish: &Wish, plan: Plan) -> Report {
    let work = match plan {
        Plan::Refused(findings) => return refused(prepared, findings),
        Plan::Work(work) => work,
    };
    let word = if work.steps.is_empty() { "unchanged" } else { "planned" };
    let mut report = base(prepared, Verdict::new(word, Exit::Done));
    let Work { steps, findings, commit, release } = work;
    report.findings.extend(findings);
    for step in &steps {
        report.findings.push(Finding::ok("step-planned", format!("would {}", step.name(wish))));
    }
    report.findings.extend(wish.assets.iter().map(|asset| {
        Finding::ok("asset-read", format!("{}: {} bytes, {}", asset.name, asset.size, asset.digest))
    }));
    for change in &prepared.changes {
        report.excerpts.push(Excerpt::tail(&change.path, &change.diff(), LINES));
    }
    report.output("commit", commit.unwrap_or_default());
    report.output("release-url", release.map(|release| release.url).unwrap_or_default());
    report.output("assets", names(wish));
    report
}

/// What was done.
pub(super) fn done(prepared: &Prepared, wish: &Wish, outcome: Outcome) -> Report {
    let Outcome { phases, findings, commit, release, silent, end } = outcome;
    let word = if phases.is_empty() { "unchanged" } else { "released" };
    let verdict = match &end {
        End::Done => Verdict::new(word, Exit::Done),
        End::Refused(_) => Verdict::new("refused", Exit::No),
        End::Stopped(error) => stopped_verdict(error),
    };
    let mut report = base(prepared, verdict);
    report.findings.extend(findings);
    match end {
        End::Done => {
            let url = release.as_ref().map(|release| release.url.as_str()).unwrap_or_default();
            report.findings.push(Finding::ok("released", format!("{} is published: {url}", wish.version)));
        }
        End::Refused(refusals) => report.findings.extend(refusals),
        End::Stopped(error) => report.findings.push(stopped(&error, !phases.is_empty())),
    }
    report.findings.extend(silent.then(no_workflows));
    report.phases = phases;
    report.output("commit", commit.unwrap_or_default());
    report.output("release-url", release.map(|release| release.url).unwrap_or_default());
    report.output("assets", names(wish));
    report
}

/// The frame of all answers, for a version that is released whether its commits ask for it or its tag does.
fn base(prepared: &Prepared, verdict: Verdict) -> Report {
    let mut report = frame(&prepared.next, &prepared.facts, verdict);
    if prepared.next.level == Weight::None {
        report.title = format!("{} (tagged already)", prepared.next.tag);
        report.findings.retain(|finding| finding.code != "bump-decided");
    }
    report.output("tag", prepared.next.tag.clone());
    report.output("version", prepared.next.version.to_string());
    report.output("released", "true");
    report.output("notes", prepared.notes(shiplane_core::changelog::release::LONGEST_BODY));
    report
}

fn names(wish: &Wish) -> String {
    wish.assets.iter().map(|asset| asset.name.as_str()).collect::<Vec<_>>().join("\n")
}
