//! The facts, from GitHub, in one pass.

use shiplane_action::Progress;
use shiplane_core::report::Level;
use shiplane_core::runs::{Facts, Policy};
use shiplane_github::{Client, RunsQuestion};

use super::report;

/// Asks GitHub.
pub(super) async fn facts(
    client: &Client,
    (question, policy): (&RunsQuestion, &Policy),
    progress: Progress,
) -> anyhow::Result<Facts> {
    let phase = progress.phase(&report::phase_name(question));
    let facts = client.run_facts(question, policy).await?;
    phase.finish(Level::Ok, &report::phase_note(&facts));
    Ok(facts)
}
