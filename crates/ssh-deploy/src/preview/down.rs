//! `preview down`: remove a preview with everything that it has, and tell the pull request.

use shiplane_action::Call;
use shiplane_core::preview::State;
use shiplane_core::report::Report;

use super::host::Host;
use super::report;
use super::request::Request;

pub(super) async fn run(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let number = request.number()?;
    let host = Host::reach(request, call).await?;
    let listed = host.list(request).await?;
    let seen = listed.previews.iter().find(|seen| seen.record.number == number);
    let record = seen.map(|seen| &seen.record);
    // Somebody wants previews to stay: then the end of a pull request is no reason, and a word by hand is one.
    let is_close = request.event().is_some_and(|event| event.is_close);
    if let (Some(record), true, false) = (record, is_close, request.settings.auto_destroy) {
        host.close().await;
        let mut report = report::kept(&request.settings, (record, listed.now));
        tell(request, &mut report, &State::Stays { url: record.url.clone() }).await?;
        return Ok(report);
    }
    let removed = host.remove(request, (number, record), call).await?;
    host.close().await;
    let mut report = report::removed(request, number, &removed);
    if !request.deploy.dry_run && !report::is_refused(&report) {
        let why = if is_close { "the pull request is closed" } else { "somebody asked for it" };
        tell(request, &mut report, &State::Gone(why.to_owned())).await?;
    }
    Ok(report)
}

async fn tell(request: &Request, report: &mut Report, state: &State) -> anyhow::Result<()> {
    match &request.hub {
        Some(hub) => {
            let number = request.number()?;
            report.findings.extend(hub.tell(&request.settings.environment, number, state).await);
        }
        None => report.findings.push(report::nobody_told()),
    }
    Ok(())
}
