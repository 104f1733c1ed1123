//! Every word that the reader sees.

use shiplane_action::Output;
use shiplane_core::exit::Exit;
use shiplane_core::foreign;
use shiplane_core::report::{Excerpt, Finding, Level, Phase, Report, Verdict};
use shiplane_core::smoke::{Answer, Answered, Observed, Timings, conclude, read_version};
use shiplane_http::Named;

use crate::gather::Facts;
use crate::request::Request;

/// Outputs besides the shared ones.
pub(crate) const OUTPUTS: &[Output] = &[
    Output { name: "failed", help: "Comma-separated names of the probes that are not in order" },
    Output { name: "tries", help: "Attempts made, all probes together" },
    Output { name: "waited-ms", help: "Milliseconds until the last probe was ready or time was up" },
    Output { name: "version", help: "The version that answers, where a probe says where to read it" },
    Output { name: "state", help: "With `--state`: healthy, suspect, flapping, incident or recovering" },
    Output { name: "since", help: "When the incident began; empty without one" },
    Output {
        name: "alert",
        help: "What this run changes: opened, ongoing, reminder, recovered, flapping or none",
    },
    Output { name: "incident", help: "Name of the incident; empty without one" },
    Output { name: "requests", help: "Requests of the canary that were judged" },
    Output { name: "errors", help: "Those that failed" },
    Output { name: "error-rate", help: "Failed requests of 100, such as 0.31" },
    Output { name: "bound", help: "The smallest plausible error rate at 99 %, of 100 requests" },
    Output { name: "p95", help: "Milliseconds that 95 of 100 requests keep, where latencies are known" },
    Output { name: "observed-seconds", help: "Time that the evidence covers" },
];

/// Lines of an answer's body that are shown.
const BODY_LINES: usize = 20;

/// Headers of an answer that are shown.
const HEADERS: usize = 20;

/// The report of a run.
pub(crate) fn build(request: &Request, facts: &Facts) -> Report {
    let judged: Vec<Judged<'_>> = request.targets.iter().map(|target| judge(target, facts)).collect();
    let findings: Vec<Finding> = judged.iter().flat_map(|one| one.findings.iter().cloned()).collect();
    let mut report = Report::new(&request.title, verdict(&findings));
    report.findings = findings;
    report.phases = judged.iter().filter_map(Judged::phase).collect();
    report.excerpts = judged.iter().filter_map(Judged::excerpt).collect();
    outputs(&mut report, &judged);
    report
}

/// What the progress is called.
pub(crate) fn phase_name(request: &Request) -> String {
    format!("probe {}", request.title)
}

/// What came of it.
pub(crate) fn phase_note(ready: usize, all: usize) -> String {
    format!("{ready} of {all} in order")
}

/// A probe with what was seen of it.
struct Judged<'a> {
    target: &'a Named,
    observed: Option<&'a Observed>,
    findings: Vec<Finding>,
}

fn judge<'a>(target: &'a Named, facts: &'a Facts) -> Judged<'a> {
    let name = &target.name;
    let Some(observed) = facts.probes.get(name) else {
        let fact = format!("{name}: the recorded facts do not hold this probe");
        let finding = Finding::unknown("not-observed", fact).help("record them again with --save-facts");
        return Judged { target, observed: None, findings: vec![finding] };
    };
    let wrong = conclude(&target.probe.expectation, target.policy.successes, observed);
    let findings = if wrong.is_empty() {
        vec![Finding::ok("healthy", format!("{name}: {}", healthy(observed)))]
    } else {
        let effort = format!(" ({})", effort(observed));
        let named = wrong.into_iter().enumerate().map(|(number, wrong)| {
            let effort = if number == 0 { effort.as_str() } else { "" };
            Finding { fact: foreign::one_line(&format!("{name}: {}{effort}", wrong.fact)), ..wrong }
        });
        named.collect()
    };
    Judged { target, observed: Some(observed), findings }
}

fn healthy(observed: &Observed) -> String {
    let answer = match observed.last() {
        Some(Answer::Answered(answered)) => {
            format!("status {} in {:.1} ms", answered.status, answered.timings.total_ms)
        }
        Some(
            Answer::Failed(_)
            | Answer::Replied(_)
            | Answer::Containers { .. }
            | Answer::Ran(_)
            | Answer::File(_),
        )
        | None => "in order".to_owned(),
    };
    format!("{answer}, {}", effort(observed))
}

fn effort(observed: &Observed) -> String {
    if observed.tries == 1 {
        return "1 try".to_owned();
    }
    let failed = match observed.failed {
        0 => String::new(),
        failed => format!(", {failed} failed"),
    };
    format!("{} tries in {:.1} s{failed}", observed.tries, observed.waited.0.as_secs_f64())
}

fn verdict(findings: &[Finding]) -> Verdict {
    match findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok) {
        Level::Ok | Level::Warning => Verdict::new("ok", Exit::Done),
        Level::Pending | Level::Unknown => Verdict::new("undetermined", Exit::CouldNot),
        Level::Fail => Verdict::new("unhealthy", Exit::No),
    }
}

fn outputs(report: &mut Report, judged: &[Judged<'_>]) {
    let failed: Vec<&str> =
        judged.iter().filter(|one| one.level() != Level::Ok).map(|one| one.target.name.as_str()).collect();
    let observed = || judged.iter().filter_map(|one| one.observed);
    let tries: u32 = observed().map(|one| one.tries).sum();
    let waited = observed().map(|one| one.waited.0.as_millis()).max().unwrap_or(0);
    let mut versions: Vec<String> = judged.iter().filter_map(Judged::version).collect();
    versions.dedup();
    report.output("failed", failed.join(","));
    report.output("tries", tries.to_string());
    report.output("waited-ms", waited.to_string());
    report.output("version", foreign::one_line(&versions.join(",")));
}

impl Judged<'_> {
    fn level(&self) -> Level {
        self.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok)
    }

    fn last(&self) -> Option<&Answer> {
        self.observed.and_then(Observed::last)
    }

    fn version(&self) -> Option<String> {
        match self.last()? {
            Answer::Answered(answered) => read_version(self.target.version_at.as_ref()?, answered).ok(),
            Answer::Failed(_)
            | Answer::Replied(_)
            | Answer::Containers { .. }
            | Answer::Ran(_)
            | Answer::File(_) => None,
        }
    }

    fn phase(&self) -> Option<Phase> {
        let observed = self.observed?;
        let last =
            self.last().map_or_else(String::new, |answer| format!("; last try: {}", split(answer.timings())));
        Some(Phase {
            name: foreign::one_line(&format!("probe {}", self.target.name)),
            seconds: observed.waited.0.as_secs_f64(),
            level: self.level(),
            note: format!("{}{last}", effort(observed)),
        })
    }

    /// What came last, for those who have to find out why.
    fn excerpt(&self) -> Option<Excerpt> {
        let Some(Answer::Answered(answered)) = self.last().filter(|_| self.level() != Level::Ok) else {
            return None;
        };
        let title = foreign::one_line(&format!("last answer of {}", self.target.name));
        Some(Excerpt { title, lines: quoted(answered) })
    }
}

/// Where the time went.
fn split(timings: &Timings) -> String {
    let parts = [
        ("name look-up", timings.dns_ms),
        ("connect", timings.connect_ms),
        ("first byte", timings.first_byte_ms),
        ("total", Some(timings.total_ms)),
    ];
    let known =
        parts.into_iter().filter_map(|(name, millis)| millis.map(|millis| format!("{name} {millis:.1} ms")));
    known.collect::<Vec<_>>().join(", ")
}

fn quoted(answered: &Answered) -> Vec<String> {
    let from = answered.peer.as_ref().map_or_else(String::new, |peer| format!(" ({peer})"));
    let mut lines = foreign::lines(&format!("HTTP {} from {}{from}", answered.status, answered.url));
    for (name, value) in answered.headers.iter().take(HEADERS) {
        lines.push(foreign::one_line(&format!("{name}: {value}")));
    }
    let body = foreign::lines(&answered.body);
    let left_out = body.len().saturating_sub(BODY_LINES);
    lines.push(String::new());
    lines.extend(body.into_iter().take(BODY_LINES));
    if left_out > 0 {
        lines.push(format!("({left_out} more lines left out)"));
    }
    lines
}
