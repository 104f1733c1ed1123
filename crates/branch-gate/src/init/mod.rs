//! `init`: a path to production for this repository, written as a config and workflows.

mod act;
mod cli;
mod gather;
pub(crate) mod presets;
mod report;
mod request;
mod suggest;

use shiplane_action::Call;
use shiplane_core::preset::{judge, render};
use shiplane_core::report::Report;

use presets::WRITER;
use request::{Mode, Request};

pub(crate) use cli::Init as Args;

/// Look what lies there, make each file of the preset, show what differs, write all of it or nothing.
pub(crate) fn run(args: Args, call: &Call) -> anyhow::Result<Report> {
    let presets = presets::all();
    let place = gather::place(args.directory.as_deref(), &call.context)?;
    let there = gather::files(&place, &presets)?;
    let request = Request::resolve(args, &presets, (&place, &there))?;
    let wanted = render(&request.preset, &request.answers, &request.pin, &WRITER)?;
    let text = |path: &str| there.iter().find(|file| file.path == path).map(|file| file.text.as_str());
    let steps = wanted.iter().map(|file| judge(file, text(&file.path), (&presets, &WRITER))).collect();
    let plan = request.plan(steps);
    if request.mode == Mode::Write && !plan.is_refused() {
        act::write(&place, &plan)?;
    }
    Ok(report::build(&request, (&plan, &wanted), &there))
}
