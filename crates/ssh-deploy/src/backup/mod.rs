//! Ask the host what is kept, and let it make, check, try out or put back a backup.

mod act;
mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;
use shiplane_fleet::Fleet;

pub(crate) use act::shelf_of;
pub(crate) use cli::BackupArgs;

use request::{Backup, Task};

pub(crate) async fn run(args: BackupArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Backup::resolve(args, &call.config(shared)?, call)?;
    let mut fleet = Fleet::default();
    let gather = async || act::listing(&request, (&mut fleet, call)).await;
    let shown = call.facts(&request.look.facts, gather).await?;
    let report = match &request.task {
        Task::List => report::listed(&request, &shown),
        Task::Errand(errand) if fleet.is_empty() || request.dry_run => {
            report::planned(&request, errand, &shown)
        }
        Task::Errand(errand) => {
            let (done, phases) = act::carry_out(&fleet, errand, call).await?;
            report::carried_out(&request, errand, (done, phases))
        }
    };
    fleet.close().await;
    Ok(report)
}
