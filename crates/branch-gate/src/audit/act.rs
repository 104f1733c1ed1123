//! Writes rulesets, one after the other, after they have been shown.

use shiplane_action::Call;
use shiplane_core::audit::fix::Change;
use shiplane_core::report::Level;

use super::report;
use super::request::Request;

/// A change that fails ends it: what was written before is said, and stands.
pub(super) async fn write(request: &Request, changes: &[Change], call: &Call) -> anyhow::Result<()> {
    let repository = request.audit.access.repository(&call.context)?;
    let client = request.audit.access.client(&call.context)?;
    for change in changes {
        call.progress.line(&change.diff);
    }
    for (before, change) in changes.iter().enumerate() {
        let phase = call.progress.phase(&report::writing(change));
        if let Err(fault) = client.write_ruleset(&repository, change.id, &change.body).await {
            phase.finish(Level::Fail, "");
            return Err(report::not_written(change, changes.iter().take(before), fault).into());
        }
        phase.finish(Level::Ok, "");
    }
    Ok(())
}
