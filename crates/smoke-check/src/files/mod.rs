//! Files for other tools: JUnit XML and the whole report as JSON. Each is written whole or not at all.

mod junit;
mod place;

use std::path::PathBuf;

use clap::Args;
use shiplane_action::render::json;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Report};

/// Files for other tools.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Files for other tools")]
pub(crate) struct Files {
    /// Write the result as JUnit XML to this file
    #[arg(long, value_name = "FILE", env = "SHIPLANE_JUNIT")]
    junit: Option<PathBuf>,
    /// Write the whole report as JSON to this file, in the form of --format json
    #[arg(long, value_name = "FILE", env = "SHIPLANE_REPORT")]
    report: Option<PathBuf>,
}

/// One case of a test.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    /// What was asked.
    pub(crate) name: String,
    /// The group that it belongs to.
    pub(crate) class: String,
    /// How long it took.
    pub(crate) seconds: f64,
    /// What came of it.
    pub(crate) ending: Ending,
    /// More that is known of it.
    pub(crate) properties: Vec<(&'static str, String)>,
    /// What others said.
    pub(crate) output: String,
}

/// What came of a case.
#[derive(Clone, Debug)]
pub(crate) enum Ending {
    /// In order.
    Passed,
    /// Found out to be wrong.
    Failed {
        /// Its code.
        kind: String,
        /// In a sentence.
        message: String,
        /// With all reasons.
        text: String,
    },
    /// Not found out.
    Unknown {
        /// Its code.
        kind: String,
        /// In a sentence.
        message: String,
        /// With all reasons.
        text: String,
    },
}

impl Case {
    /// One case for every rule that looked.
    pub(crate) fn of_rules(class: &str, report: &Report) -> Vec<Self> {
        let case = |finding: &Finding| Self {
            name: finding.code.clone(),
            class: class.to_owned(),
            seconds: 0.0,
            ending: Ending::of(std::slice::from_ref(finding)),
            properties: vec![("fact", finding.fact.clone())],
            output: String::new(),
        };
        report.findings.iter().map(case).collect()
    }
}

impl Ending {
    /// The worst of the findings decides, and all of them are told.
    pub(crate) fn of(findings: &[Finding]) -> Self {
        let bad: Vec<&Finding> = findings.iter().filter(|finding| finding.level > Level::Warning).collect();
        let Some(worst) = bad.iter().copied().max_by_key(|finding| finding.level) else {
            return Self::Passed;
        };
        let told = bad.iter().map(|finding| {
            let help = finding.help.as_ref().map_or_else(String::new, |help| format!("\nhelp: {help}"));
            format!("{}: {}{help}", finding.code, finding.fact)
        });
        let (kind, message) = (worst.code.clone(), worst.fact.clone());
        let text = told.collect::<Vec<_>>().join("\n");
        match worst.level {
            Level::Fail => Self::Failed { kind, message, text },
            Level::Ok | Level::Warning | Level::Pending | Level::Unknown => {
                Self::Unknown { kind, message, text }
            }
        }
    }
}

impl Files {
    /// Writes what was asked for. What could not be written is told, and is no success; the verdict stands.
    pub(crate) fn write(&self, mut report: Report, cases: &[Case]) -> Report {
        let mut failed = Vec::new();
        if let Some(path) = &self.junit {
            failed
                .extend(place::write(path, &junit::render(&report, cases)).err().map(|error| (path, error)));
        }
        if let Some(path) = &self.report {
            let text = json::inert(&format!("{:#}", json::whole(&report, crate::TOOL.name))) + "\n";
            failed.extend(place::write(path, &text).err().map(|error| (path, error)));
        }
        for (path, error) in failed {
            let fact = format!("write {}: {error}", path.display());
            let help = "name a file in a directory that exists and can be written to";
            report.findings.push(Finding::unknown("file-not-written", fact).help(help));
            if report.verdict.exit == Exit::Done {
                report.verdict.exit = Exit::CouldNot;
            }
        }
        report
    }
}
