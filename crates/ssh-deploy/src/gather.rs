//! What the host says about itself; the only file that asks before anything is decided.

use anyhow::Context as _;
use shiplane_action::Call;
use shiplane_core::deploy::{HostFacts, Question};
use shiplane_core::report::Level;
use shiplane_remote::{Attached, Reach};

/// Connects, brings the worker along and asks. The connection stays for what comes next.
pub(crate) async fn facts(
    reach: &Reach,
    question: &Question,
    (host, call): (&mut Option<Attached>, &Call),
) -> anyhow::Result<HostFacts> {
    let phase = call.progress.phase(&format!("look at {}", reach.target.name()));
    let binary = std::env::current_exe().context("find our own file")?;
    let attached = Attached::open(reach.clone(), &binary, |_, _| ()).await?;
    let facts = attached.facts(question).await?;
    phase.finish(Level::Ok, "");
    *host = Some(attached);
    Ok(facts)
}
