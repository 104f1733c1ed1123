//! Every word that the reader sees.

use shiplane_core::changelog::edit::FileChange;
use shiplane_core::exit::Exit;
use shiplane_core::flow::{self, Flow, Kind};
use shiplane_core::report::{Drawing, Finding, Language, Report, Verdict};

/// Mermaid draws no more than so many ways unless its settings say so (Mermaid docs, `maxEdges`).
const EDGE_LIMIT: usize = 500;

/// The drawing, and nothing done with it.
pub(super) fn drawn(flow: &Flow, mermaid: &str) -> Report {
    frame(flow, mermaid, Verdict::new("drawn", Exit::Done))
}

/// The file shows what the config says.
pub(super) fn same(flow: &Flow, mermaid: &str, change: &FileChange) -> Report {
    let mut report = frame(flow, mermaid, Verdict::new("same", Exit::Done));
    report.findings.push(Finding::ok("flow-drift", format!("{} shows the flow of the config", change.path)));
    report
}

/// The file shows something else.
pub(super) fn drifted(flow: &Flow, mermaid: &str, (change, line): (&FileChange, u64)) -> Report {
    let mut report = frame(flow, mermaid, Verdict::new("drift", Exit::No));
    let path = &change.path;
    let finding = Finding::fail("flow-drift", format!("{path} does not show the flow of the config"));
    report.findings.push(finding.help(format!("branch-gate explain --write {path}")).at(path, Some(line)));
    // The difference is what is looked for; the whole is in the outputs, and `explain` alone shows it.
    report.drawings = vec![Drawing::new("What would change", Language::Diff, &change.diff())];
    report
}

/// The file shows it now.
pub(super) fn written(flow: &Flow, mermaid: &str, change: &FileChange) -> Report {
    let mut report = frame(flow, mermaid, Verdict::new("written", Exit::Done));
    report.findings.push(Finding::ok("flow-written", format!("the flow is in {}", change.path)));
    report
}

fn frame(flow: &Flow, mermaid: &str, verdict: Verdict) -> Report {
    let count = |kind: Kind| flow.nodes.iter().filter(|node| node.kind == kind).count();
    let (branches, environments) = (count(Kind::Branch), count(Kind::Environment));
    let mut report = Report::new("the flow of the config", verdict);
    let fact = format!("branches and patterns: {branches}, environments: {environments}");
    report.findings.push(Finding::ok("flow", fact));
    report.findings.extend(flow.findings.iter().cloned());
    if flow.edges.len() > EDGE_LIMIT {
        let fact = format!("the flow has {} ways; Mermaid draws at most {EDGE_LIMIT}", flow.edges.len());
        report.findings.push(Finding::warning("flow-large", fact).help("name fewer branches under `from`"));
    }
    let text = flow::text(flow);
    report.drawings.push(Drawing::new("Flow", Language::Mermaid, mermaid));
    report.drawings.push(Drawing::new("Flow in words", Language::Text, &text));
    report.output("mermaid", mermaid.trim_end());
    report.output("text", text.trim_end());
    report
}
