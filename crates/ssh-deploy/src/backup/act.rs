//! What the host is asked, and what it does.

use std::cell::RefCell;

use anyhow::Context as _;
use shiplane_action::{Call, EventView};
use shiplane_core::backup::{self, Done, Errand, Listing, Said, Shelf, Shown};
use shiplane_core::deploy::Site;
use shiplane_core::fault::Fault;
use shiplane_core::report::Phase;
use shiplane_fleet::{Fleet, look};

use super::request::Backup;

/// What lies on the first host's shelf.
pub(super) async fn listing(request: &Backup, (fleet, call): (&mut Fleet, &Call)) -> anyhow::Result<Shown> {
    let question = request.look.question();
    let seen = look(&request.look.reaches, &question, (&mut *fleet, call)).await?;
    let host = seen.into_iter().next().map(|seen| seen.host).context("look at the first host")?;
    let listing = shelf_of(fleet, &request.look.place.site, &request.shelf).await?;
    Ok(Shown { host, listing: listing.unwrap_or_default() })
}

/// Asks the first host that is connected.
pub(crate) async fn shelf_of(fleet: &Fleet, site: &Site, shelf: &Shelf) -> anyhow::Result<Option<Listing>> {
    fleet.ask_one((0, "backups"), &backup::Look { site: site.clone(), shelf: shelf.clone() }).await
}

/// Lets the worker do it, and shows how far it is.
pub(super) async fn carry_out(
    fleet: &Fleet,
    errand: &Errand,
    call: &Call,
) -> anyhow::Result<(Done, Vec<Phase>)> {
    let (view, done) = (RefCell::new(EventView::new(call.progress)), RefCell::new(None));
    let hear = |_: &str, line: &str| match serde_json::from_str(line) {
        Ok(Said::Event(event)) => view.borrow_mut().hear(&event),
        Ok(Said::Done(last)) => drop(done.replace(Some(*last))),
        Err(_) => {}
    };
    let heard = fleet.listen_to("backup", errand, hear).await;
    let phases = std::mem::take(&mut view.borrow_mut().phases);
    match (done.into_inner(), heard) {
        (Some(done), _) => Ok((done, phases)),
        (None, Err(error)) => Err(unheard(error)),
        (None, Ok(())) => {
            Err(Fault::could_not("backup-unanswered", "the worker ended without a word").into())
        }
    }
}

/// The line broke, or the worker did.
fn unheard(error: anyhow::Error) -> anyhow::Error {
    match error.downcast::<Fault>() {
        Ok(fault) => fault
            .help("`ssh-deploy backup list` and `history` show what became of it; what is half done is tidied up by the next run")
            .into(),
        Err(error) => error,
    }
}
