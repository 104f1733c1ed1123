//! Every word that the reader sees.

use anyhow::Context as _;
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::foreign;
use shiplane_core::report::{Drawing, Finding, Language, Report, Verdict};
use shiplane_core::tiers::{Cell, JobMatrix};

use super::request::Request;

/// The report of a run.
pub(super) fn build(request: &Request, jobs: &JobMatrix) -> anyhow::Result<Report> {
    let Request { base, name, tier } = request;
    let names: Vec<String> = jobs.include.iter().map(Cell::name).map(|it| foreign::one_line(&it)).collect();
    let mut report = Report::new(format!("{base}: tier {name}"), Verdict::new("planned", Exit::Done));
    report.findings.push(Finding::ok("plan", fact(request, names.len())));
    if !names.is_empty() {
        report.drawings.push(Drawing::new("Jobs", Language::Text, &names.join("\n")));
    }
    report.output("base", foreign::one_line(base));
    report.output("tier", foreign::one_line(name));
    report.output("matrix", serde_json::to_string(jobs).context("write the matrix as JSON")?);
    report.output("cells", names.len().to_string());
    report.output("names", names.join("\n"));
    report.output("budget", tier.budget.map(|Span(time)| time.as_secs().to_string()).unwrap_or_default());
    Ok(report)
}

fn fact(request: &Request, jobs: usize) -> String {
    let budget = request.tier.budget.map(|budget| format!(", budget {budget}")).unwrap_or_default();
    let jobs = match jobs {
        0 => "no matrix".to_owned(),
        1 => "1 job".to_owned(),
        jobs => format!("{jobs} jobs"),
    };
    format!("a pull request to `{}` is tested by tier `{}`: {jobs}{budget}", request.base, request.name)
}
