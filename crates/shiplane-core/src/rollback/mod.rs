//! Going back: to which release, and may we?

mod choose;
mod expect;
mod gave_way;
mod names;
mod parts;

pub use choose::choose;
pub use expect::{BUDGET, STOP_TIMEOUT, expected, hasty};
pub use gave_way::GaveWay;
pub use names::named_images;
pub use parts::{ColdCopy, Parts, PartsQuestion, Piece, Wanted, ask_for, blocked, line, sound};

use crate::deploy::decide::{compose_tools, dirty, place, uncertain};
use crate::deploy::journal::History;
use crate::deploy::{
    Holder, HostFacts, Kind, Limits, Options, Plan, Runtime, Site, Stamp, Strategy, locked, release_id, steps,
};
use crate::report::Finding;

/// What the client asks for, every default settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Where on the host.
    pub site: Site,
    /// How releases got there.
    pub strategy: Strategy,
    /// What runs a release there.
    pub runtime: Runtime,
    /// A version, a commit or a release id; `None` means the previous good release.
    pub target: Option<String>,
    /// How long the steps may take.
    pub limits: Limits,
    /// Who asks.
    pub actor: Option<String>,
    /// Where people see the run.
    pub run_url: Option<String>,
    /// Why, in the words of whoever asks.
    pub reason: Option<String>,
    /// How the steps are done.
    pub options: Options,
}

/// Every reason against it, and the plan when there is a release to go back to.
pub fn decide(ask: &Ask, facts: &HostFacts) -> (Vec<Finding>, Option<Plan>) {
    let history = History::of(&facts.journal);
    let mut findings = vec![place(&ask.site.path, facts)];
    findings.extend(facts.lock.as_ref().map(|holder| busy(holder, facts.now)));
    findings.extend(uncertain(facts));
    if let Runtime::Compose { .. } = ask.runtime {
        findings.extend(compose_tools(facts));
        if ask.strategy == Strategy::Git {
            findings.extend(dirty(&ask.site.path, &facts.dirty));
        }
    }
    let release = match choose(ask.target.as_deref(), &history) {
        Ok(release) => release.clone(),
        Err(finding) => {
            findings.push(*finding);
            return (findings, None);
        }
    };
    findings.push(Finding::ok("target", format!("{} was good on this host", release.label())));
    findings.extend(
        history.rolled_out.as_ref().map(|other| {
            Finding::ok("rollout-ends", format!("the rollout of {} goes to 0 %", other.label()))
        }),
    );
    if history.quarantined.contains(&release.commit) {
        let fact = format!("{} was rolled back from, or failed, before", release.label());
        findings.push(Finding::warning("target-quarantined", fact).help("it was named, so it is taken"));
    }
    let plan = Plan {
        run: release_id(facts.now, &format!("back{}", release.commit)),
        kind: Kind::Rollback,
        site: ask.site.clone(),
        strategy: ask.strategy.clone(),
        steps: steps(Kind::Rollback, &ask.strategy, &ask.runtime, &ask.options),
        options: Options { compose: facts.tools.compose.clone(), ..ask.options.clone() },
        runtime: ask.runtime.clone(),
        live: history.live.clone(),
        release,
        limits: ask.limits,
        force: true,
        actor: ask.actor.clone(),
        run_url: ask.run_url.clone(),
        reason: ask.reason.clone(),
    };
    (findings, Some(plan))
}

/// Somebody is at work: who, and what can be done about it.
fn busy(holder: &Holder, now: Stamp) -> Finding {
    let help =
        "wait until it ends, or say --take-over: the run is told to give way, and ended when it does not";
    locked(holder, now).help(help)
}
