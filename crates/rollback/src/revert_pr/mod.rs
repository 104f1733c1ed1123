//! The branch follows the server: a commit that takes the bad one back, on a branch of its own, as a pull request.

mod access;
mod blame;
mod cli;
mod git;
mod report;
mod request;
mod revert;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

pub(crate) use cli::RevertArgs;

use request::Request;
use revert::Made;

pub(crate) async fn run(args: RevertArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, &call.config(shared)?, call)?;
    let bad = match blame::commit(&request, call).await? {
        Ok(bad) => bad,
        Err(finding) => return Ok(report::refused(&request, *finding)),
    };
    let made = match revert::make(&request, &bad, call)? {
        Ok(made) => made,
        Err(finding) => return Ok(report::refused(&request, *finding)),
    };
    match made {
        Made::Nothing(bad) => Ok(report::nothing(&request, &bad)),
        Made::Branch(branch) if request.dry_run => Ok(report::planned(&request, &branch)),
        Made::Branch(branch) => {
            let words = report::words(&request, &branch);
            let pull = request
                .access
                .client()?
                .keep_pull(&request.access.repository, &words.as_new(&branch))
                .await?;
            report::opened(&request, &branch, pull)
        }
    }
}
