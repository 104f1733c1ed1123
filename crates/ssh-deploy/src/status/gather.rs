//! The facts: what each host says, and what each public address answers once.

use shiplane_action::Call;
use shiplane_core::deploy::health::{Asked, HostSeen, Looked};
use shiplane_core::deploy::journal::History;
use shiplane_core::fault::Fault;
use shiplane_core::report::{Finding, Level};
use shiplane_core::smoke::Answer;
use shiplane_core::smoke::wait::WaitPolicy;
use shiplane_fleet::{Fleet, Ways, observe};
use shiplane_http::Named;

use crate::backup::shelf_of;
use crate::place::Look;
use crate::seen;

/// Asks them all. Nothing is changed, and nobody is waited for.
pub(super) async fn looked(look: &Look, probes: Vec<Named>, call: &Call) -> anyhow::Result<Looked> {
    let mut fleet = Fleet::default();
    let mut hosts = seen::hosts(look, (&mut fleet, call)).await?;
    if let Some(shelf) = &look.place.backup {
        let listing = shelf_of(&fleet, &look.place.site, shelf).await?;
        if let (Some(first), Some(listing)) = (hosts.first_mut(), listing) {
            first.standing.backup_due = Some(shelf.max_age);
            first.standing.backups = listing.on_screen();
            first.standing.backups_unreadable = listing.unreadable;
        }
    }
    fleet.close().await;
    let (version, ways) = (version(&hosts), look.ways());
    let mut looked = Looked { hosts, probes: Vec::new() };
    for mut named in probes {
        if let Some(version) = &version {
            named.expect_version(version);
        }
        let phase = call.progress.phase(&format!("ask {}", named.name));
        let asked = ask(named, &ways).await;
        phase.finish(if asked.findings.is_empty() { Level::Ok } else { Level::Fail }, "");
        looked.probes.push(asked);
    }
    Ok(looked)
}

/// What should answer, when the hosts are of one mind.
fn version(hosts: &[HostSeen]) -> Option<String> {
    let live = |seen: &HostSeen| History::of(&seen.facts.journal).live.and_then(|live| live.version);
    let first = hosts.first().and_then(live)?;
    hosts.iter().all(|seen| live(seen).as_ref() == Some(&first)).then_some(first)
}

async fn ask(named: Named, ways: &Ways) -> Asked {
    let once = WaitPolicy { attempt: named.policy.attempt, ..WaitPolicy::once() };
    let named = Named { policy: once, ..named };
    let seen = observe(std::slice::from_ref(&named), ways, |_| ()).await.pop();
    let nobody = || Err(Fault::could_not("host-not-asked", "nobody has asked"));
    match seen.map_or_else(nobody, |seen| seen.result) {
        Ok(outcome) => {
            let last = outcome.observed.last();
            let status = last.and_then(|answer| match answer {
                Answer::Answered(answered) => Some(answered.status),
                Answer::Failed(_)
                | Answer::Replied(_)
                | Answer::Containers { .. }
                | Answer::Ran(_)
                | Answer::File(_) => None,
            });
            let seconds = last.map_or(0.0, |answer| answer.timings().total_ms / 1000.0);
            Asked { name: named.name, status, seconds, findings: outcome.findings }
        }
        Err(fault) => {
            let finding = Finding::unknown(fault.code, fault.to_string());
            Asked { name: named.name, status: None, seconds: 0.0, findings: vec![finding] }
        }
    }
}
