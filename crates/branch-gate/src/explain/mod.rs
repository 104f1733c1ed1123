//! `explain`: which way does a change go, from branch to branch and on to production?

mod act;
mod cli;
mod report;
mod request;

use shiplane_action::{Call, Shared};
use shiplane_core::flow;
use shiplane_core::report::Report;

use request::{Deed, Request};

pub(crate) use cli::Explain as Args;

/// Draw the config; compare the drawing with a file, or put it there. Nothing is contacted.
pub(crate) async fn run(args: Args, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, &call.config(shared)?)?;
    let mermaid = flow::mermaid(&request.flow);
    let (file, text) = match &request.deed {
        Deed::Draw => return Ok(report::drawn(&request.flow, &mermaid)),
        Deed::Check(file) | Deed::Write(file) => (file, act::read(file)?),
    };
    let (change, line) = flow::put(&file.display().to_string(), &text, &mermaid)?;
    if change.is_empty() {
        return Ok(report::same(&request.flow, &mermaid, &change));
    }
    if matches!(request.deed, Deed::Check(_)) {
        return Ok(report::drifted(&request.flow, &mermaid, (&change, line)));
    }
    act::write(file, &change.after())?;
    Ok(report::written(&request.flow, &mermaid, &change))
}
