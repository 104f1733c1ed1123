//! `preview list`: which previews the host has, and how each stands.

use shiplane_action::Call;
use shiplane_core::preview::Listed;
use shiplane_core::report::Report;

use super::host::Host;
use super::report;
use super::request::Request;

pub(super) async fn run(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let gather = async || -> anyhow::Result<Listed> {
        let host = Host::reach(request, call).await?;
        let listed = host.list(request).await?;
        host.close().await;
        Ok(listed)
    };
    let listed = call.facts(&request.deploy.facts, gather).await?;
    Ok(report::listed(request, &listed))
}
