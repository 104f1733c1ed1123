//! What the hosts say about themselves; the only file that asks before anything is decided.

use std::path::Path;

use anyhow::Context as _;
use futures_util::future::join_all;
use shiplane_action::{Call, EventView};
use shiplane_core::deploy::{Question, Seen, Waves};
use shiplane_core::fault::Fault;
use shiplane_core::report::Level;
use shiplane_remote::{Attached, Reach};

/// Hosts that are connected, in the order in which they were named. Without a look there is none.
#[derive(Default)]
pub struct Fleet {
    pub(crate) members: Vec<Attached>,
    pub(crate) waves: Waves,
}

impl Fleet {
    /// Hosts that will be switched like this.
    pub fn in_waves(waves: Waves) -> Self {
        Self { members: Vec::new(), waves }
    }

    /// Whether nobody was contacted, because the facts came from a record.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// Connects, brings the worker along and asks, all hosts side by side. The connections stay for what comes next.
pub async fn look(
    reaches: &[Reach],
    question: &Question,
    (fleet, call): (&mut Fleet, &Call),
) -> anyhow::Result<Vec<Seen>> {
    let binary = std::env::current_exe().context("find our own file")?;
    let looks =
        reaches.iter().map(|reach| look_at(reach, (question, &binary), view(reach, reaches.len(), call)));
    let (mut seen, mut troubles) = (Vec::new(), Vec::new());
    for (reach, looked) in reaches.iter().zip(join_all(looks).await) {
        match looked {
            Ok((attached, facts)) => {
                seen.push(facts);
                fleet.members.push(attached);
            }
            Err(error) if reaches.len() > 1 => troubles.push(of_host(reach.target.name(), error)),
            Err(error) => troubles.push(error),
        }
    }
    match together(troubles) {
        Some(trouble) => {
            fleet.members.clear();
            Err(trouble)
        }
        None => Ok(seen),
    }
}

fn view(reach: &Reach, hosts: usize, call: &Call) -> EventView {
    let name = reach.target.name();
    let mut view = if hosts > 1 { EventView::of(name, call.progress) } else { EventView::new(call.progress) };
    view.began(&format!("look at {name}"));
    view
}

async fn look_at(
    reach: &Reach,
    (question, binary): (&Question, &Path),
    mut view: EventView,
) -> anyhow::Result<(Attached, Seen)> {
    let attached = Attached::open(reach.clone(), binary, |_, _| ()).await?;
    let facts = attached.facts(question).await?;
    view.finished(Level::Ok, "");
    let host = attached.name().to_owned();
    Ok((attached, Seen { host, facts }))
}

/// The error, with its host in front.
fn of_host(host: &str, error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Fault>() {
        Ok(fault) if fault.fact.starts_with(host) => fault.into(),
        Ok(fault) => Fault { fact: format!("{host}: {}", fault.fact), ..fault }.into(),
        Err(error) => error.context(format!("look at {host}")),
    }
}

/// All that is in the way at once: the first with its help, and the facts of the others behind it.
fn together(troubles: Vec<anyhow::Error>) -> Option<anyhow::Error> {
    let mut troubles = troubles.into_iter();
    let first = troubles.next()?;
    let others: String = troubles.map(|other| format!("; {other:#}")).collect();
    Some(match first.downcast::<Fault>() {
        Ok(fault) => Fault { fact: format!("{}{others}", fault.fact), ..fault }.into(),
        Err(error) => error,
    })
}
