//! To every host, as far as the way leads. The only file of this room that contacts anybody.

use anyhow::Context as _;
use shiplane_action::Call;
use shiplane_core::deploy::doctor::{Approach, Stage, Trouble, Visit, Visited};
use shiplane_core::deploy::{HostFacts, Question};
use shiplane_core::fault::Fault;
use shiplane_core::report::{Level, Phase};
use shiplane_remote::{Attached, Reach, Target};

use super::request::Doctor;

/// Sees each host of the place; a host that is not reached does not keep us from the next.
pub(super) async fn visit(
    request: &Doctor,
    (phases, call): (&mut Vec<Phase>, &Call),
) -> anyhow::Result<Visit> {
    let mut visit =
        Visit { given: request.given.clone(), secrets: request.secrets.clone(), hosts: Vec::new() };
    let Ok(place) = &request.place else { return Ok(visit) };
    let question = request.question(place);
    for host in &place.hosts {
        let phase = call.progress.phase("examine host");
        let way = request.host.way(host, place, &call.context);
        let visited = match Reach::resolve(&way) {
            Ok(reach) => examine(&reach, &question).await?,
            Err(error) => {
                let approach =
                    Approach { host: name(host), trouble: Some(trouble(&error)), ..Approach::default() };
                Visited { approach, facts: None }
            }
        };
        let level = if visited.facts.is_some() { Level::Ok } else { Level::Fail };
        phases.push(phase.finish(level, &visited.approach.host));
        visit.hosts.push(visited);
    }
    Ok(visit)
}

async fn examine(reach: &Reach, question: &Question) -> anyhow::Result<Visited> {
    let local = match reach.target {
        Target::Local => true,
        Target::Ssh(_) => false,
    };
    let mut approach = Approach {
        host: reach.target.name().to_owned(),
        local,
        keys: reach.keys_seen(),
        ..Approach::default()
    };
    let facts = match look(reach, question).await {
        Ok(facts) => Some(facts),
        Err(error) => {
            approach.trouble = Some(trouble(&error));
            None
        }
    };
    if approach.trouble.as_ref().is_none_or(|trouble| trouble.stage >= Stage::HostKey) {
        approach.host_keys = reach.host_keys_seen().await;
    }
    Ok(Visited { approach, facts })
}

async fn look(reach: &Reach, question: &Question) -> anyhow::Result<HostFacts> {
    let binary = std::env::current_exe().context("find our own file")?;
    let attached = Attached::open(reach.clone(), &binary, |_, _| ()).await?;
    let facts = attached.facts(question).await;
    attached.close().await;
    facts
}

fn trouble(error: &anyhow::Error) -> Trouble {
    match error.chain().find_map(|cause| cause.downcast_ref::<Fault>()) {
        Some(fault) => Trouble::from_fault(fault),
        None => Trouble {
            stage: Stage::Worker,
            code: "unexpected".to_owned(),
            fact: format!("{error:#}"),
            help: None,
        },
    }
}

/// A host without its user, which is nobody's business in a report.
fn name(host: &str) -> String {
    host.rsplit('@').next().unwrap_or(host).to_owned()
}
