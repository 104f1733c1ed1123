//! `release`: from what was merged to a published release, in steps that can each be repeated.

mod act;
mod assets;
mod cli;
mod gather;
mod report;
pub(crate) mod request;
pub(crate) mod words;

use shiplane_action::Call;
use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::release::plan;
use shiplane_core::changelog::tags::Tag;
use shiplane_core::config;
use shiplane_core::report::Report;
use shiplane_github::Client;

use crate::gather::checkout;
use crate::prepared::Prepared;
use gather::Record;
use request::Request;

pub use cli::Args;

/// Decide the version as `bump` does, look what is there of it, do what is left, and look again.
pub(crate) async fn run(args: Args, config: config::Changelog, call: &Call) -> anyhow::Result<Report> {
    let request = Request::resolve(args, config, call)?;
    if let Some(finding) = request.stranger(&call.context) {
        return Ok(report::stranger(finding));
    }
    let record = call.facts(&request.bump.facts, async || record(&request, call).await).await?;
    let Record { facts, checkout, included, seen } = record;
    let prepared = match prepared(&request, (facts, checkout), included)? {
        Ok(prepared) => prepared,
        Err(report) => return Ok(*report),
    };
    let wish = request.wish(&prepared, &prepared.checkout);
    if request.dry {
        let plan = plan(&wish, &seen.unwrap_or_default());
        return Ok(report::planned(&prepared, &wish, plan));
    }
    let client = request.bump.access.client(&call.context)?;
    let job = act::Job::new(&request, (&client, call), (&prepared, &wish))?;
    let outcome = act::carry_out(&job).await;
    Ok(report::done(&prepared, &wish, outcome))
}

/// All that decides, for a plan that can be made again from it; a run that acts looks by itself, each time anew.
async fn record(request: &Request, call: &Call) -> anyhow::Result<Record> {
    let facts = crate::gather::facts(&request.bump, &call.context).await?;
    let checkout = checkout::read(&request.bump, &facts)?;
    let included = checkout::included(&request.bump, &request.args.included())?;
    let mut record = Record { facts, checkout, included, seen: None };
    let is_wanted = request.dry || request.bump.facts.save_facts.is_some();
    if is_wanted
        && let Ok(Ok(prepared)) =
            prepared(request, (record.facts.clone(), record.checkout.clone()), record.included.clone())
    {
        let client: Client = request.bump.access.client(&call.context)?;
        let repository = request.repository(&call.context)?;
        let wish = request.wish(&prepared, &prepared.checkout);
        let prefix = record.facts.prefix(&request.bump.policy);
        record.seen = Some(gather::seen(&client, &repository, (&wish, prefix, None)).await?);
    }
    Ok(record)
}

/// The version and its files; or the answer already, when there is nothing to release.
fn prepared(
    request: &Request,
    read: (shiplane_core::changelog::Facts, checkout::Checkout),
    included: Vec<checkout::Included>,
) -> anyhow::Result<Result<Prepared, Box<Report>>> {
    let mut prepared = match Prepared::new(&request.bump, read)? {
        Ok(prepared) => prepared,
        Err(refused) => {
            return Ok(Err(Box::new(crate::report::refused(
                &refused.next,
                &refused.facts,
                refused.findings,
            ))));
        }
    };
    let standing = prepared.checkout.standing.clone();
    match standing.filter(|tag| stands(tag, &prepared)) {
        Some(tag) => prepared.stand_on(tag),
        None if prepared.next.level == Level::None => return Ok(Err(Box::new(report::nothing(&prepared)))),
        None => {}
    }
    if let Some(finding) = prepared.uncommitted() {
        return Ok(Err(Box::new(report::refused(&prepared, vec![finding]))));
    }
    if request.args.if_written && !prepared.changes.is_empty() {
        return Ok(Err(Box::new(report::not_written(&prepared))));
    }
    prepared.include(included);
    if let Some(link) = prepared.link() {
        return Ok(Err(Box::new(report::refused(&prepared, vec![link]))));
    }
    Ok(Ok(prepared))
}

/// Whether the tag on the commit is the release that was begun: then it is finished, and no other is made.
fn stands(tag: &Tag, prepared: &Prepared) -> bool {
    tag.is_final() || !prepared.next.version.pre.is_empty() || prepared.next.level == Level::None
}
