//! Every word of ours that the user of `setup` reads.

use shiplane_core::deploy::{Prepared, setup_verdict};
use shiplane_core::report::{Drawing, Finding, Language, Report};

use super::request::Setup;

/// Each part of each host, and what is left for somebody else to do.
pub(super) fn build(request: &Setup, hosts: &[(String, Prepared)]) -> Report {
    let all: Vec<&Prepared> = hosts.iter().map(|(_, prepared)| prepared).collect();
    let mut report = Report::new(format!("{} made ready", request.look.place.name), setup_verdict(&all));
    report.output("deploy-key", all.iter().find_map(|it| it.deploy_key.clone()).unwrap_or_default());
    for (host, prepared) in hosts {
        let named = |finding: Finding| Finding { fact: format!("{host}: {}", finding.fact), ..finding };
        let many = hosts.len() > 1;
        report.findings.extend(prepared.findings().into_iter().map(|it| if many { named(it) } else { it }));
        if let Some(key) = &prepared.deploy_key {
            let title = format!("public key of {host}, for the repository's deploy keys (reading is enough)");
            report.drawings.push(Drawing::new(title, Language::Text, key));
        }
        let lines: Vec<&str> =
            prepared.parts.iter().flat_map(|part| &part.by_hand).map(String::as_str).collect();
        if !lines.is_empty() {
            let title = format!("on {host}, for somebody who may");
            report.drawings.push(Drawing::new(title, Language::Text, &lines.join("\n")));
        }
    }
    report
}
