//! `check`: may this pull request be merged?

mod act;
mod asked;
mod cli;
mod gather;
mod report;
mod request;
mod subject;
mod wait;

use shiplane_action::{Call, Shared};
use shiplane_core::gate::{self, Seen};
use shiplane_core::report::Report;

use asked::Asked;
use request::Request;

pub(crate) use cli::Check as Args;

/// Read the rules, see what is judged, judge it by the rules of the branch it goes to, and tell GitHub if asked to.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, shared, call)?;
    let (mut asked, mut given_up) = (None, None);
    let gather = async || {
        let github = asked.insert(Asked::resolve(&request, &call.context)?);
        let (seen, gave_up) = gather::settled(github, (&request, call.progress)).await?;
        given_up = gave_up;
        Ok(seen)
    };
    let seen: Seen = call.facts(&request.check.facts, gather).await?;
    let policy = request.policy(seen.base())?;
    let mut findings = gate::evaluate_seen(&policy, &seen);
    findings.extend(given_up);
    let deeds = request.check.deeds;
    if let Some(github) = asked.as_ref().filter(|_| deeds.mark_ready) {
        act::end_draft(github, &mut findings).await;
    }
    let mut report = report::build(&policy, &seen, findings);
    if let Some(github) = &asked {
        act::tell(github, (deeds, &call.context), (&seen, &mut report)).await;
    }
    Ok(report)
}
