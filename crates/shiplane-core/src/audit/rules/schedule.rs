//! What customers see is looked at on a schedule, not only after a deployment.

use crate::audit::facts::Facts;
use crate::audit::wanted::Wanted;
use crate::audit::words::quoted;
use crate::audit::workflow;
use crate::report::Finding;

pub(in crate::audit) fn rule(wanted: &Wanted, facts: &Facts) -> Vec<Finding> {
    if facts.workflows.value().is_none() {
        // The workflows' own rule says why.
        return Vec::new();
    }
    let all = workflow::all(facts);
    let scheduled: Vec<_> = all.iter().filter(|workflow| workflow.triggers.has("schedule")).collect();
    let watched = wanted.environments.iter().filter(|environment| environment.watched);
    watched
        .map(|environment| {
            let name = quoted(&environment.name);
            let steps = |workflow: &workflow::Workflow| {
                workflow
                    .jobs
                    .iter()
                    .flat_map(|job| &job.steps)
                    .any(|step| looks_after(step, &environment.name))
            };
            if let Some(found) = scheduled.iter().find(|workflow| steps(workflow)) {
                let fact = format!("{} looks at {name} on a schedule", quoted(&found.path));
                return Finding::ok("schedule", fact);
            }
            let fact = format!("no workflow looks at {name} on a schedule");
            let help = "add a workflow with `on: schedule` that runs smoke-check for it";
            if environment.is_production() {
                Finding::fail("schedule-missing", fact).help(help)
            } else {
                Finding::warning("schedule-missing", fact).help(help)
            }
        })
        .collect()
}

/// A step that names no environment, or an expression, may be about any.
fn looks_after(step: &str, environment: &str) -> bool {
    let named = step.contains("environment:") || step.contains("--environment");
    let asks = step.contains("smoke-check") || step.contains("flow-health.yml");
    asks && (!named || step.contains(environment) || step.contains("${{"))
}
