//! Everything short of the switch: choose the release, look at each of its parts, tell how long it would take.

mod cli;
mod report;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

pub(crate) use cli::RehearseArgs;

use crate::survey::Survey;

pub(crate) async fn run(args: RehearseArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let survey = Survey::resolve(args.survey, &call.config(shared)?, call)?;
    let ask = args.way.ask(&survey.place, call);
    let surveyed = survey.look(call).await?;
    Ok(report::rehearsed(&survey, &ask, &surveyed))
}
