//! `plan`: which tests does a pull request to this branch have to pass?

mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;
use shiplane_core::tiers;

use request::Request;

pub(crate) use cli::Plan as Args;

/// Find the branch, look up its tier, write out its jobs. Nothing is contacted.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(&args, &call.context, call.config(shared)?)?;
    let jobs = tiers::jobs(&request.name, &request.tier)?;
    report::build(&request, &jobs)
}
