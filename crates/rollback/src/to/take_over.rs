//! Has runs that hold a lock give way, when that was asked for, and looks at the hosts again.

use shiplane_action::Call;
use shiplane_core::deploy::{Seen, of};
use shiplane_core::report::{Finding, Level};
use shiplane_core::rollback::GaveWay;
use shiplane_fleet::Fleet;

use super::request::Request;

/// What the hosts look like when nobody holds their lock any more, and who did.
pub(super) async fn free(
    request: &Request,
    seen: Vec<Seen>,
    (fleet, call): (&Fleet, &Call),
) -> anyhow::Result<(Vec<Seen>, Vec<Finding>)> {
    let is_held = seen.iter().any(|seen| seen.facts.lock.is_some());
    if !(request.take_over && is_held) || fleet.is_empty() || request.dry_run {
        return Ok((seen, Vec::new()));
    }
    let phase = call.progress.phase("take over");
    let question = serde_json::json!({ "site": request.place.site });
    let answers: Vec<GaveWay> = fleet.ask("take-over", &question).await?;
    phase.finish(Level::Ok, "");
    let told = |(seen, gave_way): (&Seen, &GaveWay)| match answers.len() {
        1 => gave_way.finding(),
        _ => of(&seen.host, gave_way.finding()),
    };
    let findings = seen.iter().zip(&answers).map(told).collect();
    Ok((fleet.look_again(&request.question()).await?, findings))
}
