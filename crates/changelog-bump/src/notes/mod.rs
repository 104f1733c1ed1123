//! `notes`: what does a release bring, as a page of its own?

mod report;
pub(crate) mod request;

use shiplane_action::Call;
use shiplane_core::changelog::told::{self, Asked};
use shiplane_core::config;
use shiplane_core::fault::Fault;
use shiplane_core::report::Report;

use crate::cli::Notes;
use crate::gather;
use request::Request;

/// Read what is told of the release, put it on a page, and write that where it is wanted.
pub(crate) async fn run(args: Notes, config: config::Changelog, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, config, &call.context)?;
    let asked: Asked = call
        .facts(&request.release.facts, async || gather::notes::read(&request, &call.context).await)
        .await?;
    let told = told::told(&request.release.policy, &asked)?;
    if let Some(path) = &request.output {
        std::fs::write(path, &told.markdown).map_err(|error| {
            let fact = format!("{} cannot be written: {error}", path.display());
            Fault::could_not("write-failed", fact).help("check the disk and the permissions")
        })?;
    }
    Ok(report::told(&told, request.output.as_deref()))
}
