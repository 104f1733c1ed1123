//! `preview`: a place of its own for every pull request, put up, shown, and taken away.

mod cli;
mod down;
mod event;
mod gc;
mod host;
mod hub;
mod list;
mod report;
mod request;
mod up;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

pub(crate) use cli::PreviewArgs;

use cli::Step;
use request::Request;

/// Settle what is asked, then do the one step.
pub(crate) async fn run(args: PreviewArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let step = args.step;
    let request = Request::resolve(args, call.config(shared)?, call)?;
    match step {
        Step::Up => up::run(request, call).await,
        Step::Down => down::run(&request, call).await,
        Step::List => list::run(&request, call).await,
        Step::Gc => gc::run(&request, call).await,
    }
}
