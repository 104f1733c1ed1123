//! `status`: did the last runs of a branch succeed, at the commit that is being promoted?

mod cli;
mod gather;
mod question;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;
use shiplane_core::runs;

use request::Request;

pub(crate) use cli::Status as Args;

/// Read what must have succeeded, see the runs of the branch, judge them job by job.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, shared, call)?;
    let gather = async || {
        let question = question::resolve(&request.status, &call.context)?;
        let policy = request.policy(&question.branch)?;
        gather::facts(&request.status.access.client(&call.context)?, (&question, &policy), call.progress)
            .await
    };
    let facts = call.facts(&request.status.facts, gather).await?;
    let policy = request.policy(&facts.branch)?;
    Ok(report::build(&policy, &facts, runs::evaluate(&policy, &facts)))
}
