//! Every word that the user of `doctor` reads.

use shiplane_core::deploy::doctor::{self, Visit, Visited};
use shiplane_core::deploy::journal::History;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Finding, Level, Phase, Report, Verdict};

use super::request::Doctor;
use crate::outputs;

/// One line a check, in the order of the way.
pub(super) fn told(request: &Doctor, visit: &Visit, phases: Vec<Phase>) -> Report {
    let findings = findings(request, visit);
    let verdict = match doctor::worst(&findings) {
        Level::Ok | Level::Warning => Verdict::new("well", Exit::Done),
        Level::Pending | Level::Unknown => Verdict::new("undetermined", Exit::CouldNot),
        Level::Fail => Verdict::new("ill", Exit::No),
    };
    let place = request.place.as_ref().map_or("no host", |place| place.name.as_str());
    let mut report = Report::new(format!("{place}: {}", counted(&findings)), verdict);
    let journal = visit.hosts.iter().find_map(|visited| visited.facts.as_ref()).map(|facts| &facts.journal);
    let live = journal.and_then(|journal| History::of(journal).live);
    outputs::tell(&mut report, live.as_ref(), None);
    report.excerpts = visit.hosts.iter().filter_map(|host| doctor::lines_to_pin(&host.approach)).collect();
    report.findings = findings;
    report.phases = phases;
    report
}

fn findings(request: &Doctor, visit: &Visit) -> Vec<Finding> {
    let mut findings = doctor::inputs(&visit.given);
    findings.extend(doctor::secrets(&visit.secrets));
    match &request.place {
        Ok(place) => {
            let question = request.question(place);
            for visited in &visit.hosts {
                let own = about(visited, |facts| doctor::examine(&question, facts));
                let several = visit.hosts.len() > 1;
                let host = &visited.approach.host;
                findings
                    .extend(own.into_iter().map(|finding| if several { of(host, finding) } else { finding }));
            }
        }
        Err(fault) => {
            let finding = Finding::fail(fault.code, &fault.fact);
            findings.push(Finding { help: fault.help.clone(), ..finding });
            findings
                .push(Finding::unknown("not-reached", "no host was contacted, so nothing of it is known"));
        }
    }
    findings
}

fn about(
    visited: &Visited,
    examine: impl Fn(&shiplane_core::deploy::HostFacts) -> Vec<Finding>,
) -> Vec<Finding> {
    let on_host = visited.facts.as_ref().map(examine).unwrap_or_default();
    doctor::approached(&visited.approach).into_iter().chain(on_host).collect()
}

fn of(host: &str, finding: Finding) -> Finding {
    Finding { fact: format!("{host}: {}", finding.fact), ..finding }
}

/// `34 checks: 30 in order, 3 warnings, 1 failed, 0 not known`
fn counted(findings: &[Finding]) -> String {
    let at = |level: Level| findings.iter().filter(|finding| finding.level == level).count();
    let (fine, warnings) = (at(Level::Ok), at(Level::Warning));
    let (failed, unknown) = (at(Level::Fail), at(Level::Unknown) + at(Level::Pending));
    let all = findings.len();
    format!("{all} checks: {fine} in order, {warnings} warnings, {failed} failed, {unknown} not known")
}
