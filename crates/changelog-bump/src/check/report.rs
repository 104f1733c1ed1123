//! Every word of `check` that the reader sees, besides the decision's own.

use shiplane_core::changelog::check::{Ask, Proposal, Rules};
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::exit::Exit;
use shiplane_core::foreign;
use shiplane_core::report::{Drawing, Finding, Language, Level, Report, Verdict};

use crate::act::Outcome;

/// The answer, with the lines that would make it a yes.
pub(super) fn judged(asked: (&Rules, &Proposal), findings: Vec<Finding>, changes: &[FileChange]) -> Report {
    let mut report = frame(asked, verdict(&findings, "pass"), findings);
    if !changes.is_empty() {
        let diff: String = changes.iter().map(FileChange::diff).collect();
        report.drawings.push(Drawing::new("What --fix would write", Language::Diff, &diff));
    }
    report
}

/// What was written, and the answer after that.
pub(super) fn fixed(
    asked: (&Rules, &Proposal),
    findings: Vec<Finding>,
    (changes, outcome): (&[FileChange], &Outcome),
) -> Report {
    let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
    let (verdict, finding) = match outcome {
        Outcome::Written => {
            (verdict(&findings, "fixed"), Finding::ok("files-written", format!("wrote {}", paths.join(", "))))
        }
        Outcome::Restored(error) => {
            let fact = format!("{error}; all files are as they were");
            let finding = Finding::fail("write-failed", fact).help("check the disk and the permissions");
            (Verdict::new("restored", Exit::Restored), finding)
        }
        Outcome::Broken(error, left) => {
            (Verdict::new("broken", Exit::Broken), crate::report::broken(error, left))
        }
    };
    let mut report = frame(asked, verdict, findings);
    report.findings.push(finding);
    report
}

fn verdict(findings: &[Finding], good: &str) -> Verdict {
    let worst = findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok);
    match worst {
        Level::Fail | Level::Pending => Verdict::new("blocked", Exit::No),
        Level::Unknown => Verdict::new("undetermined", Exit::CouldNot),
        Level::Ok | Level::Warning => Verdict::new(good, Exit::Done),
    }
}

fn frame((rules, proposal): (&Rules, &Proposal), verdict: Verdict, findings: Vec<Finding>) -> Report {
    let commits = proposal.commits.len();
    let noun = if commits == 1 { "commit" } else { "commits" };
    let mut report = Report::new(format!("{commits} {noun} for {}", proposal.base), verdict);
    report.findings = findings;
    let need = proposal.need(rules);
    let bump = match need.ask {
        Ask::Nothing => "none",
        Ask::Bump(level) => level.word(),
        Ask::Unclear => "unclear",
    };
    report.output("bump", bump);
    report.output("base", foreign::one_line(&proposal.base));
    report.output("notes", need.notes.markdown());
    report
}
