//! After the users are gone: the release that was there before comes back to where the new one is.

use shiplane_action::Call;
use shiplane_core::deploy::{HostPlan, Options, Release, Result as Ending};
use shiplane_core::report::{Finding, Level, Phase};
use shiplane_core::rollback::{self, STOP_TIMEOUT, hasty};
use shiplane_core::rollout::Facts;
use shiplane_fleet::{Fleet, carry_out, look};

use super::request::Request;

/// What became of it.
#[derive(Debug)]
pub(super) struct WentBack {
    pub(super) findings: Vec<Finding>,
    pub(super) phases: Vec<Phase>,
    /// Whether what was there before is there again.
    pub(super) is_back: bool,
    /// What is there now.
    pub(super) live: Option<Release>,
}

/// The users are with the old version by now; what fails here is told, and takes nothing from them.
pub(super) async fn go(request: &Request, facts: &Facts, call: &Call) -> WentBack {
    attempt(request, facts, call).await.unwrap_or_else(|error| {
        let finding = Finding::fail("release-not-taken-back", format!("{error:#}"));
        let command = by_hand(request);
        WentBack { findings: vec![finding.help(command)], phases: Vec::new(), is_back: false, live: None }
    })
}

async fn attempt(request: &Request, before: &Facts, call: &Call) -> anyhow::Result<WentBack> {
    let (mut fleet, place) = (Fleet::default(), request.carrier());
    let seen = look(&request.reaches, &place.question(), (&mut fleet, call)).await?;
    let ask = rollback::Ask {
        site: place.site.clone(),
        strategy: place.strategy.clone(),
        runtime: place.runtime.clone(),
        target: None,
        limits: hasty(place.limits, rollback::BUDGET),
        actor: call.context.actor.clone(),
        run_url: call.context.run_url.clone(),
        reason: request.ask.reason.clone().or_else(|| Some("the rollout went back".to_owned())),
        options: Options {
            stop_timeout: Some(STOP_TIMEOUT),
            retention: place.options.retention.clone(),
            ..Options::default()
        },
    };
    let mut plans = Vec::new();
    for seen in &seen {
        let (findings, plan) = rollback::decide(&ask, &seen.facts);
        let is_refused = findings.iter().any(|finding| finding.level > Level::Warning);
        match plan.filter(|_| !is_refused) {
            Some(plan) => plans.push(HostPlan { host: seen.host.clone(), plan }),
            None => return Ok(nothing_to_go_back_to(request, before, findings)),
        }
    }
    let mut probes = request.probes.clone();
    for (probe, planned) in probes.iter_mut().zip(plans.iter().cycle()) {
        if let Some(version) = &planned.plan.release.version {
            probe.expect_version(version);
        }
    }
    let deed = carry_out(fleet, &plans, (&probes, call)).await?;
    let is_back = deed.outcome.result == Ending::Good;
    let mut findings: Vec<Finding> = deed.proof.iter().flat_map(|proof| proof.findings()).collect();
    findings.extend(deed.outcome.findings);
    if !is_back {
        let fact = format!("`{}` could not go back to the release before", place.name);
        findings.push(Finding::fail("release-not-taken-back", fact).help(by_hand(request)));
    }
    Ok(WentBack { findings, phases: deed.phases, is_back, live: deed.outcome.live })
}

/// A canary of the very first rollout: it stays where it is, for nobody.
fn nothing_to_go_back_to(request: &Request, before: &Facts, refusals: Vec<Finding>) -> WentBack {
    let place = request.carrier();
    let findings = if request.canary.is_some() && !refusals.iter().any(|it| it.code == "lock-held") {
        let fact = format!("`{}` has no release to go back to, so it keeps this one, for nobody", place.name);
        let help = "stop it on the host, or deploy a good version to it";
        vec![Finding::warning("canary-left-running", fact).help(help)]
    } else {
        let fact = format!("`{}` still has the version that went bad", place.name);
        let bad = refusals.into_iter().filter(|finding| finding.level > Level::Warning);
        bad.chain([Finding::fail("release-not-taken-back", fact).help(by_hand(request))]).collect()
    };
    let live = before.canary.as_ref().map(|_| place.name.clone());
    WentBack { findings, phases: Vec::new(), is_back: live.is_some(), live: None }
}

fn by_hand(request: &Request) -> String {
    format!("rollback to --environment {} --take-over", request.carrier().name)
}
