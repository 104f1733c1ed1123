//! A client that is told to stop while plans are carried out. Before the switch the runs are stopped and undone; after
//! it they take the switch back by themselves. Either way nothing is left that the report does not name.

use std::time::Duration;

use futures_util::future::join_all;
use shiplane_action::{Call, Ear};
use shiplane_core::deploy::{Event, HostPlan, Kind, Outcome, Plan, Result as Ending, Step};
use shiplane_core::fault::Fault;
use shiplane_core::report::{Finding, Level, Phase};
use shiplane_http::Named;
use shiplane_remote::Lifeline;
use tokio::time::{Instant, timeout_at};

use crate::deed;
use crate::look::Fleet;
use crate::outcome::{Deed, HostDeed};

/// Between the first signal of a cancelled job and the second lie 7.5 s; the report must be written by then.
const TIME: Duration = Duration::from_millis(6000);

/// What became of a run that was told to stop.
enum Left {
    /// It has ended, and its lock is free.
    Ended(Box<Outcome>),
    /// It never began.
    NotBegun,
    /// It goes on; whether it has begun to switch, and why nothing more is known.
    Running { switched: bool, why: String },
}

/// Without a proof nothing stays; and a client that is told to stop does not just go.
pub async fn carry_out(
    fleet: Fleet,
    plans: &[HostPlan],
    (probes, call): (&[Named], &Call),
) -> anyhow::Result<Deed> {
    let lifelines: Vec<Lifeline> = fleet.members.iter().map(|member| member.lifeline()).collect();
    let mut ear = Ear::open()?;
    tokio::select! {
        biased;
        deed = deed::carry_out(fleet, plans, (probes, call)) => return deed,
        () = ear.signal() => {}
    }
    let phase = call.progress.phase("stop");
    let until = Instant::now() + TIME;
    let stopping =
        join_all(lifelines.iter().zip(plans).map(|(line, HostPlan { plan, .. })| stop(line, plan, until)));
    let left = tokio::select! {
        biased;
        left = stopping => left,
        () = ear.signal() => return Err(unknown(plans).into()),
    };
    let deed = sum_up(plans, left)?;
    let phase = phase.finish(Level::Ok, "every run has ended");
    Ok(Deed { phases: vec![phase], ..deed })
}

/// Tells one run to stop and sees how it ends, within the time.
async fn stop(line: &Lifeline, plan: &Plan, until: Instant) -> Left {
    let (mut switched, mut silent) = (false, true);
    let work = async {
        let host = line.attach().await?;
        if !host.stop(plan).await? {
            return Ok(Some(Left::NotBegun));
        }
        let on_event = |event: &Event| {
            silent = false;
            let began = |step: Step| *event == Event::Began(step.name().to_owned());
            switched |= began(Step::Switch) || began(Step::Restart);
        };
        let ended = host.overhear((&plan.site.state_dir, &plan.run), on_event).await?;
        anyhow::Ok(ended.map(|outcome| Left::Ended(Box::new(outcome))))
    };
    let why = match timeout_at(until, work).await {
        Ok(Ok(Some(left))) => return left,
        // One that is about to begin finds the word first.
        Ok(Ok(None)) if silent => return Left::NotBegun,
        Ok(Ok(None)) => "it was cut off".to_owned(),
        Ok(Err(error)) => format!("{error:#}"),
        Err(_) => format!("it did not end within {} s", TIME.as_secs()),
    };
    Left::Running { switched, why }
}

/// One deed out of all, or the fault that names what goes on.
fn sum_up(plans: &[HostPlan], left: Vec<Left>) -> Result<Deed, Fault> {
    let running: Vec<String> =
        plans.iter().zip(&left).filter_map(|(plan, left)| goes_on(plan, left)).collect();
    if !running.is_empty() {
        return Err(Fault::could_not("left-running", format!("interrupted; {}", running.join("; ")))
            .help("`ssh-deploy history` shows how it ended, `ssh-deploy unlock` who holds the lock"));
    }
    let mut sum = Outcome { result: Ending::Good, findings: Vec::new(), excerpts: Vec::new(), live: None };
    let mut hosts = Vec::new();
    for (HostPlan { host, plan }, left) in plans.iter().zip(left) {
        let outcome = match left {
            Left::Ended(outcome) => *outcome,
            Left::NotBegun | Left::Running { .. } => Outcome {
                result: Ending::Refused,
                findings: vec![Finding::fail("interrupted", "the run was told to stop before it began")],
                excerpts: Vec::new(),
                live: plan.live.clone(),
            },
        };
        hosts.push(HostDeed {
            host: host.clone(),
            before: plan.live.clone(),
            after: outcome.live.clone(),
            result: Some(outcome.result),
            seconds: 0.0,
        });
        let fact = format!("run {} on {host} has ended, and its lock is free", plan.run);
        sum.findings.extend(outcome.findings);
        sum.findings.push(Finding::warning("lock-freed", fact));
        sum.excerpts.extend(outcome.excerpts);
        sum.live = sum.live.or(outcome.live);
        sum.result = worse(sum.result, outcome.result);
    }
    Ok(Deed { outcome: sum, proof: None, phases: Vec::<Phase>::new(), hosts })
}

fn goes_on(HostPlan { host, plan }: &HostPlan, left: &Left) -> Option<String> {
    let run = &plan.run;
    match left {
        Left::Ended(_) | Left::NotBegun => None,
        Left::Running { switched: true, why } if plan.kind == Kind::Restart => {
            Some(format!("run {run} on {host} starts again what is live, and goes on to its end: {why}"))
        }
        Left::Running { switched: true, why } => Some(format!(
            "run {run} on {host} has switched and goes on: {why}; it takes the switch back within {} of it",
            plan.limits.confirm
        )),
        Left::Running { switched: false, why } => Some(format!("run {run} on {host} may go on: {why}")),
    }
}

/// A second signal leaves no time to ask.
fn unknown(plans: &[HostPlan]) -> Fault {
    let runs: Vec<String> = plans.iter().map(|it| format!("run {} on {}", it.plan.run, it.host)).collect();
    let fact = format!("interrupted twice, so it is not known how this ended: {}", runs.join(", "));
    Fault::could_not("left-running", fact)
        .help("`ssh-deploy history` shows how it ended, `ssh-deploy unlock` who holds the lock")
}

fn worse(one: Ending, other: Ending) -> Ending {
    let rank = |ending: Ending| match ending {
        Ending::Good => 0,
        Ending::Refused => 1,
        Ending::Restored => 2,
        Ending::Broken => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}
