//! `watch`: is it well for a while?

mod cli;
mod gather;
mod report;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

use crate::files::Case;
use crate::request::Request;

pub(crate) use cli::Watch as Args;

/// Settle the probes and the limits, ask at a steady pace, judge the answers as those of a canary.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let judging = args.limits.settle(&call.config(shared)?.thresholds)?;
    let (pace, facts, files) = (args.pace.settle(), args.facts.clone(), args.files.clone());
    let request = Request::resolve(args.into_run(), shared, call)?;
    let targets = gather::watchable(&request.targets)?;
    let seen =
        call.facts(&facts, async || gather::facts(&targets, pace, &judging, call.progress).await).await?;
    let report = report::build(&request.title, &judging, &seen.named(&targets));
    let cases = Case::of_rules("smoke-check.watch", &report);
    Ok(files.write(report, &cases))
}
