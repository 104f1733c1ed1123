//! `watch`: is it well for a while?

mod cli;
mod gather;

use shiplane_action::{Call, Shared};
use shiplane_core::fault::Fault;
use shiplane_core::report::Report;

use crate::judge;
use crate::request::Request;

pub(crate) use cli::Watch as Args;

/// Settle the probe and the limits, ask at a steady pace, judge the answers as those of a canary.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let judging = args.limits.settle(&call.config(shared)?.thresholds)?;
    let (pace, facts) = (args.pace.settle(), args.facts.clone());
    let mut request = Request::resolve(args.into_run(), shared, call)?;
    let target =
        request.targets.pop().ok_or_else(|| Fault::usage("nothing-to-probe", "no address is given"))?;
    let facts =
        call.facts(&facts, async || gather::facts(&target, pace, &judging, call.progress).await).await?;
    Ok(judge::report::build(&request.title, &judging, &facts))
}
