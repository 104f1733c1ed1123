//! The facts: settings from GitHub, workflows from the checkout, names of secrets from the job.

use std::path::Path;

use shiplane_action::Call;
use shiplane_core::audit::Facts;
use shiplane_core::report::Level;

use super::request::Request;
use super::{checkout, report};

/// Asks all three.
pub(super) async fn facts(request: &Request, call: &Call) -> anyhow::Result<Facts> {
    let question = request.question(&call.context)?;
    let client = request.audit.access.client(&call.context)?;
    let phase = call.progress.phase(&report::phase_name(&question));
    let mut facts = client.audit_facts(&question).await?;
    facts.workflows = checkout::workflows(call.context.workspace.as_deref().unwrap_or(Path::new(".")));
    facts.secrets = request.given(facts.secrets);
    facts.server = report::server(call.context.api_url.as_deref());
    phase.finish(Level::Ok, &report::phase_note(&facts));
    Ok(facts)
}
