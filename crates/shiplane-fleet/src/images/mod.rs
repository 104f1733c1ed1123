//! Images for strategy `image`: what this machine has of them, what each host has, and sending what it lacks.

mod here;
mod send;
mod spool;
mod stream;

use std::collections::{BTreeMap, BTreeSet};

use shiplane_action::Call;
use shiplane_core::deploy::Strategy;
use shiplane_core::deploy::image::{Local, Origin, Stock, origin, platform};
use shiplane_core::report::{Finding, Level};

use crate::look::Fleet;

/// The images of a deploy that this machine has, and what the hosts have.
#[derive(Debug, Default)]
pub struct Images {
    /// Those that are sent.
    locals: Vec<Held>,
    /// By host, in the fleet's order.
    stocks: Vec<Stock>,
    findings: Vec<Finding>,
}

/// An image here, with its layers.
#[derive(Clone, Debug)]
struct Held {
    local: Local,
    layers: Vec<String>,
}

/// Looks at the images and at what the hosts have of them. Changes nothing.
pub async fn survey(strategy: &Strategy, (fleet, call): (&Fleet, &Call)) -> anyhow::Result<Images> {
    let mut images = Images::default();
    let Strategy::Image { images: named } = strategy else { return Ok(images) };
    let mut references = BTreeSet::new();
    for reference in named.values() {
        if origin(reference)? == Origin::Client {
            references.insert(reference.as_str());
        }
    }
    if fleet.is_empty() || references.is_empty() {
        return Ok(images);
    }
    let phase = call.progress.phase("look at images");
    here::daemon().await?;
    for reference in references {
        match here::image(reference).await? {
            Some(held) => images.locals.push(held),
            None => images.findings.push(not_here(reference)),
        }
    }
    for host in &fleet.members {
        let stock: Stock = host.ask("stock", &()).await?;
        let several = fleet.members.len() > 1;
        let misfits = images.locals.iter().filter_map(|held| platform(&held.local, &stock));
        let whose = |finding: Finding| {
            if several {
                Finding { fact: format!("{}: {}", host.name(), finding.fact), ..finding }
            } else {
                finding
            }
        };
        images.findings.extend(misfits.map(whose));
        images.stocks.push(stock);
    }
    phase.finish(images.findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok), "");
    Ok(images)
}

impl Images {
    /// Why the images cannot be sent; nothing was sent yet.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }
}

fn not_here(reference: &str) -> Finding {
    let fact = format!(
        "this machine's Docker has no image {reference}, and without a digest the host does not pull it"
    );
    let help = format!(
        "build it in a step before, or `docker pull {reference}`; or give its digest, {reference}@sha256:…, and the host pulls it"
    );
    Finding::fail("image-unknown", fact).help(help)
}

/// By the name that was asked for, the id that the host knows.
type Ids = BTreeMap<String, String>;
