//! `check`: does this pull request bring the changelog entry and the version that its changes ask for?

mod report;
pub(crate) mod request;

use shiplane_action::Call;
use shiplane_core::changelog::check::{self, Proposal};
use shiplane_core::config;
use shiplane_core::report::Report;

use crate::cli::Check;
use crate::{act, gather};
use request::Request;

/// Read both sides, judge them; where it is asked for, write what is missing and judge again.
pub(crate) async fn run(args: Check, config: config::Changelog, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, config, &call.context)?;
    let proposal: Proposal = call.facts(&request.facts, async || gather::proposal::read(&request)).await?;
    let findings = check::judge(&request.rules, &proposal);
    let changes = check::repair(&request.rules, &proposal)?;
    if !request.fix || changes.is_empty() {
        return Ok(report::judged((&request.rules, &proposal), findings, &changes));
    }
    let outcome = act::write(&gather::root(&request.directory)?, &changes)?;
    let after = gather::proposal::read(&request)?;
    let findings = check::judge(&request.rules, &after);
    Ok(report::fixed((&request.rules, &after), findings, (&changes, &outcome)))
}
