//! `pr`: one pull request with the next release, kept up to date until somebody merges it.

mod act;
mod cli;
mod report;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use shiplane_action::Call;
use shiplane_core::changelog::Facts;
use shiplane_core::changelog::bump::Level;
use shiplane_core::changelog::pr::{Offer, Others, Seen, Wish, body, plan};
use shiplane_core::config;
use shiplane_core::fault::Fault;
use shiplane_core::report::Report;

use crate::gather::checkout::{self, Checkout};
use crate::prepared::Prepared;
use crate::release::request::named;
use crate::request::Request;

pub use cli::Args;

/// What a record holds.
#[derive(Serialize, Deserialize)]
struct Record {
    facts: Facts,
    checkout: Checkout,
    seen: Option<Seen>,
}

/// Decide the version as `bump` does, look what is proposed, bring it up to date, and look again.
pub(crate) async fn run(args: Args, config: config::Changelog, call: &Call) -> anyhow::Result<Report> {
    let dry = args.bump.dry_run;
    let options = Options::of(&args, &config, call)?;
    let request = Request::bump(args.bump, config)?.seen_at(&call.context)?;
    let access = &request.access;
    let gather = async || {
        let facts = crate::gather::facts(&request, &call.context).await?;
        let checkout = checkout::read(&request, &facts)?;
        let mut record = Record { facts, checkout, seen: None };
        if dry || request.facts.save_facts.is_some() {
            let made = Prepared::new(&request, (record.facts.clone(), record.checkout.clone()))?;
            if let Ok(prepared) = made {
                let wish = options.wish(&prepared)?;
                let client = access.client(&call.context)?;
                let seen = act::seen(&client, &access.repository(&call.context)?, &wish).await?;
                record.seen = Some(seen);
            }
        }
        Ok(record)
    };
    let record = call.facts(&request.facts, gather).await?;
    let prepared = match Prepared::new(&request, (record.facts, record.checkout))? {
        Ok(prepared) => prepared,
        Err(refused) => return Ok(crate::report::refused(&refused.next, &refused.facts, refused.findings)),
    };
    let wish = options.wish(&prepared)?;
    if let Some(finding) = prepared.uncommitted().or_else(|| prepared.link()) {
        return Ok(report::refused(&prepared, vec![finding]));
    }
    if dry {
        return Ok(report::planned(&prepared, &wish, plan(&wish, &record.seen.unwrap_or_default())));
    }
    let client = access.client(&call.context)?;
    let job = act::Job {
        client: &client,
        repository: access.repository(&call.context)?,
        call,
        prepared: &prepared,
    };
    let outcome = act::carry_out(&job, &wish).await;
    Ok(report::done(&prepared, &wish, outcome))
}

/// What was said of the pull request.
struct Options {
    branch: String,
    base: Option<String>,
    label: Option<String>,
    others: Others,
}

impl Options {
    fn of(args: &Args, config: &config::Changelog, call: &Call) -> Result<Self, Fault> {
        let written = || config.release_branch.clone();
        let branch = args.branch.clone().or_else(written).unwrap_or_else(|| "release/next".to_owned());
        let event = call.context.event.pointer("/ref").and_then(Value::as_str);
        let of_event = || event.and_then(|name| name.strip_prefix("refs/heads/")).map(str::to_owned);
        let base = args.base.clone().or_else(of_event);
        named(&branch)?;
        base.as_deref().map_or(Ok(()), named)?;
        let others = if args.overwrite { Others::Overwrite } else { Others::Keep };
        Ok(Self { branch, base, label: args.label.clone(), others })
    }

    fn wish(&self, prepared: &Prepared) -> Result<Wish, Fault> {
        let base = self.base.clone().or_else(|| prepared.checkout.branch.clone()).ok_or_else(|| {
            Fault::usage("base-missing", "no branch is checked out, and none is named")
                .help("add --base main")
        })?;
        let version = &prepared.next.version;
        let is_wanted = prepared.next.level > Level::None && !prepared.changes.is_empty();
        let offer = is_wanted.then(|| Offer {
            version: version.clone(),
            title: format!("Release {version}"),
            notes: prepared.notes(body::LONGEST),
        });
        let (branch, label) = (self.branch.clone(), self.label.clone());
        Ok(Wish { offer, branch, base, head: prepared.checkout.head.clone(), label, others: self.others })
    }
}
