//! Words that all commands share that push something: what does not start, and what stood in the way.

use shiplane_core::exit::Exit;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Finding, Verdict};

/// What the workflow's own token does not do (docs, "Triggering a workflow from a workflow").
pub(crate) fn no_workflows() -> Finding {
    let fact = "what was pushed with the workflow's own GITHUB_TOKEN starts no other workflows";
    Finding::warning("workflows-not-started", fact)
        .help("pass an App's or a person's token as SHIPLANE_TOKEN, or start them with workflow_dispatch or workflow_call")
}

/// How a run ends that something stood in the way of.
pub(crate) fn stopped_verdict(error: &anyhow::Error) -> Verdict {
    match fault(error).map(|fault| fault.exit) {
        Some(Exit::Usage) => Verdict::new("usage", Exit::Usage),
        Some(Exit::Done | Exit::CouldNot | Exit::No | Exit::Restored | Exit::Broken) | None => {
            Verdict::new("undetermined", Exit::CouldNot)
        }
    }
}

/// What stood in the way, and that what is done stays done.
pub(crate) fn stopped(error: &anyhow::Error, begun: bool) -> Finding {
    let known = fault(error);
    let code = known.map_or("could-not", |fault| fault.code);
    let finding = Finding::unknown(code, format!("{error:#}"));
    let again = "run it again; what is done stays done";
    match (known.and_then(|fault| fault.help.as_deref()), begun) {
        (Some(help), true) if !help.contains(again) => finding.help(format!("{help}; then {again}")),
        (Some(help), _) => finding.help(help),
        (None, _) => finding.help(again),
    }
}

fn fault(error: &anyhow::Error) -> Option<&Fault> {
    error.downcast_ref::<Fault>().or_else(|| error.chain().find_map(|cause| cause.downcast_ref::<Fault>()))
}
