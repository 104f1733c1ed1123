//! `judge`: is the canary well, by what was counted?

mod cli;
mod gather;
mod limits;
pub(crate) mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

use crate::files::Case;
use request::Request;

pub(crate) use cli::Judge as Args;
pub(crate) use limits::{Judging, Limits};

/// Settle the limits and the sources, read what they counted, judge it.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let files = args.files.clone();
    let request = Request::resolve(args, shared, call)?;
    let facts = call.facts(&request.facts, async || gather::facts(&request, call.progress).await).await?;
    let report = report::build(&request.title, &request.judging, &facts);
    let cases = Case::of_rules("smoke-check.judge", &report);
    Ok(files.write(report, &cases))
}
