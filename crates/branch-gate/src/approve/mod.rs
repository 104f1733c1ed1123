//! `approve`: an approval that is asked for in one run and given in another; nothing waits in between.

mod act;
mod cli;
mod gather;
mod report;
mod request;
mod text;

use shiplane_action::{Call, Shared};
use shiplane_core::approval;
use shiplane_core::report::Report;

use cli::Step;
use request::Request;

pub(crate) use cli::Approve as Args;

/// Settle what is asked, then do the one step: only `check` decides, and only the others write.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, shared, call)?;
    match request.args.step {
        Step::Request => act::ask(&request, call).await,
        Step::Check => check(&request, call).await,
        Step::Grant => act::grant(&request, call).await,
        Step::Withdraw => act::withdraw(&request, call).await,
    }
}

async fn check(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let gather = async || gather::for_check(request, call).await;
    let facts = call.facts(&request.args.facts, gather).await?;
    let decision = approval::decide(&request.policy, &facts);
    Ok(report::checked(&request.policy, decision))
}
