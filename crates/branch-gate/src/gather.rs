//! The facts, from GitHub, in one pass.

use shiplane_action::Progress;
use shiplane_core::gate::Facts;
use shiplane_core::report::Level;
use shiplane_github::Client;

use crate::question::Question;
use crate::report;

/// Asks GitHub.
pub(crate) async fn facts(question: Question, progress: Progress) -> anyhow::Result<Facts> {
    let phase = progress.phase(&report::phase_name(&question));
    let client = Client::new(&question.api_url, &question.graphql_url, &question.token)?;
    let facts = client.gate_facts(&question.pull).await?;
    phase.finish(Level::Ok, &report::phase_note(&facts));
    Ok(Facts { own_check: question.own_check, ..facts })
}
