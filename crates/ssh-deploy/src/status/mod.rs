//! Ask the hosts and the public addresses once, judge, and put it on one screen.

mod cli;
mod gather;
mod report;

use shiplane_action::{Call, Shared};
use shiplane_core::deploy::health::judge;
use shiplane_core::report::Report;

pub(crate) use cli::StatusArgs;

use crate::place::Look;

pub(crate) async fn run(args: StatusArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let config = call.config(shared)?;
    let look = Look::resolve(&args.host, args.facts, (&config, call))?;
    let probes = shiplane_fleet::probes(&config, &look.place)?;
    let looked = call.facts(&look.facts, async || gather::looked(&look, probes, call).await).await?;
    let findings = judge(&look.place.runtime, &looked);
    Ok(report::build(&look.place, &looked, findings))
}
