//! `preview gc`: remove what is too old, and what belongs to a pull request whose end nobody told us.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use shiplane_action::Call;
use shiplane_core::preview::{Fate, Fated, Listed, Number, Pull, Record, State, decide};
use shiplane_core::report::{Finding, Report};

use super::host::Host;
use super::report;
use super::request::Request;

/// What the host has, and what GitHub says of it.
#[derive(Debug, Serialize, Deserialize)]
struct Facts {
    listed: Listed,
    pulls: BTreeMap<Number, Pull>,
}

pub(super) async fn run(request: &Request, call: &Call) -> anyhow::Result<Report> {
    let mut host = None;
    let facts = call
        .facts(&request.deploy.facts, async || {
            let reached = Host::reach(request, call).await?;
            let listed = reached.list(request).await?;
            let pulls = pulls(request, &listed).await;
            host = Some(reached);
            Ok(Facts { listed, pulls })
        })
        .await?;
    let records: Vec<Record> = facts.listed.previews.iter().map(|seen| seen.record.clone()).collect();
    let fated = decide(request.policy, facts.listed.now, (&records, &facts.pulls));
    let mut findings: Vec<Finding> = fated.iter().map(|fated| fated.finding.clone()).collect();
    findings.extend(report::others(&facts.listed));
    if request.hub.is_none() && request.policy.closed && !records.is_empty() {
        findings.push(report::nobody_asked());
    }
    let mut gone = Vec::new();
    if let Some(host) = host {
        for (fated, record) in fated.iter().zip(&records) {
            gone.extend(carry_out(request, &host, (fated, record), (&mut findings, call)).await?);
        }
        host.close().await;
    }
    Ok(report::collected(request, (&fated, &gone), findings))
}

async fn pulls(request: &Request, listed: &Listed) -> BTreeMap<Number, Pull> {
    let mut pulls = BTreeMap::new();
    let Some(hub) = request.hub.as_ref().filter(|_| request.policy.closed) else { return pulls };
    for seen in &listed.previews {
        pulls.insert(seen.record.number, hub.state(seen.record.number).await);
    }
    pulls
}

/// Removes one that goes; answers its number when it is gone.
async fn carry_out(
    request: &Request,
    host: &Host,
    (fated, record): (&Fated, &Record),
    (findings, call): (&mut Vec<Finding>, &Call),
) -> anyhow::Result<Option<Number>> {
    let Fate::Goes(why) = &fated.fate else { return Ok(None) };
    let number = fated.number;
    let removed = match host.remove(request, (number, Some(record)), call).await {
        Ok(removed) => removed,
        // One that cannot be removed is no reason to leave the others.
        Err(error) => {
            findings.push(report::not_removed(number, &error));
            return Ok(None);
        }
    };
    let said = report::of_removal(number, &removed);
    let is_refused = report::stands_against(&said);
    findings.extend(said);
    if request.deploy.dry_run || is_refused {
        return Ok(None);
    }
    if let Some(hub) = &request.hub {
        let state = State::Gone(why.clone());
        findings.extend(hub.tell(&request.settings.environment, number, &state).await);
    }
    Ok(Some(number))
}
