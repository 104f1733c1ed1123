//! Ask the hosts for their logs, and hand the lines on as they come.

mod cli;
mod report;
mod request;
mod show;

use shiplane_action::{Call, Ear, Shared};
use shiplane_core::report::Report;
use shiplane_fleet::{Fleet, look};

pub(crate) use cli::LogsArgs;

use request::Logs;
use show::Show;

pub(crate) async fn run(args: LogsArgs, shared: &Shared, call: &Call) -> anyhow::Result<Report> {
    let request = Logs::resolve(args, &call.config(shared)?, call)?;
    let (mut fleet, place) = (Fleet::default(), request.look.place.question());
    look(&request.look.reaches, &place, (&mut fleet, call)).await?;
    let show = Show::new(shared.format, request.look.reaches.len());
    let listening = fleet.listen_to("logs", &request.question, |host, line| show.hear(host, line));
    // Whoever follows says when it is enough, and that is no failure.
    let mut ear = Ear::open()?;
    let interrupted = tokio::select! {
        heard = listening => { heard?; false }
        () = ear.signal() => true,
    };
    fleet.close().await;
    Ok(report::build(&request, show.finish(), interrupted))
}
