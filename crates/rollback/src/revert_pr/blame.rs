//! Which commit is the bad one.

use shiplane_action::Call;
use shiplane_core::deploy::Seen;
use shiplane_core::deploy::journal::History;
use shiplane_core::report::Finding;
use shiplane_fleet::{Fleet, look};

use super::request::{Bad, Request};

/// As it was named, else the one that failed or was rolled back from last on the first host.
pub(super) async fn commit(request: &Request, call: &Call) -> anyhow::Result<Result<String, Box<Finding>>> {
    let (place, reaches, facts) = match &request.bad {
        Bad::Named(commit) => return Ok(Ok(commit.clone())),
        Bad::Journal { place, reaches, facts } => (place, reaches, facts),
    };
    let (mut fleet, question) = (Fleet::default(), place.question());
    let seen: Vec<Seen> =
        call.facts(facts, async || look(reaches, &question, (&mut fleet, call)).await).await?;
    let bad = seen.first().and_then(|seen| History::of(&seen.facts.journal).quarantined.pop());
    Ok(bad.ok_or_else(|| {
        let fact =
            format!("the journal of {} knows of no commit that failed or was rolled back from", place.name);
        Box::new(Finding::fail("nothing-bad", fact).help("name the commit with --commit"))
    }))
}
