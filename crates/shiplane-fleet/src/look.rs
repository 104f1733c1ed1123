//! What the hosts say about themselves; the only file that asks before anything is decided.

use anyhow::Context as _;
use shiplane_action::Call;
use shiplane_core::deploy::{Question, Seen};
use shiplane_core::report::Level;
use shiplane_remote::{Attached, Reach};

/// Hosts that are connected, in the order in which they were named. Without a look there is none.
#[derive(Default)]
pub struct Fleet {
    pub(crate) members: Vec<Attached>,
}

impl Fleet {
    /// Whether nobody was contacted, because the facts came from a record.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// Connects, brings the worker along and asks. The connections stay for what comes next.
pub async fn look(
    reaches: &[Reach],
    question: &Question,
    (fleet, call): (&mut Fleet, &Call),
) -> anyhow::Result<Vec<Seen>> {
    let binary = std::env::current_exe().context("find our own file")?;
    let mut seen = Vec::new();
    for reach in reaches {
        let phase = call.progress.phase(&format!("look at {}", reach.target.name()));
        let attached = Attached::open(reach.clone(), &binary, |_, _| ()).await?;
        let facts = attached.facts(question).await?;
        phase.finish(Level::Ok, "");
        seen.push(Seen { host: attached.name().to_owned(), facts });
        fleet.members.push(attached);
    }
    Ok(seen)
}
