//! Go as far as the way leads, look at everything, and say what stands in a deploy's way.

mod cli;
mod report;
mod request;
mod visit;

use shiplane_action::{Call, Shared};
use shiplane_core::report::Report;

pub(crate) use cli::DoctorArgs;

use request::Doctor;
pub(crate) use request::secrets as named_secrets;

pub(crate) async fn run(args: DoctorArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Doctor::resolve(args, &call.config(shared)?);
    let mut phases = Vec::new();
    let visit =
        call.facts(&request.facts, async || visit::visit(&request, (&mut phases, call)).await).await?;
    Ok(report::told(&request, &visit, phases))
}
