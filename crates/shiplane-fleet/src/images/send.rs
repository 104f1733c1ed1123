//! Sending: each host gets what it lacks, says what it has then, and its plan names the images as it knows them.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use anyhow::Result;
use shiplane_action::Call;
use shiplane_core::deploy::image::pack::{Pack, Read, held, pack};
use shiplane_core::deploy::image::{Claim, Held as Announced, Stock, Store, resolved};
use shiplane_core::deploy::{HostPlan, Strategy};
use shiplane_core::fault::Fault;
use shiplane_core::report::{Finding, Level};
use shiplane_remote::Attached;

use super::spool::{self, Spool};
use super::stream::stream;
use super::{Held, Ids, Images};
use crate::look::Fleet;

impl Images {
    /// Sends every host what it lacks. Nothing that runs is touched; a failure among the findings says what is not
    /// there now.
    pub async fn send(&self, (fleet, plans): (&Fleet, &mut [HostPlan]), call: &Call) -> Result<Vec<Finding>> {
        let Some(first) = plans.first().filter(|_| !self.locals.is_empty()) else { return Ok(Vec::new()) };
        let limit = first.plan.limits.build;
        let (ids, images, spool) = self.saved(limit.0, call).await?;
        let mut findings = Vec::new();
        for (host, stock) in fleet.members.iter().zip(&self.stocks) {
            let mut claim = Claim { images: self.announced(&images), bytes: 0, limit };
            let wanting =
                claim.images.iter().any(|held| stock.store == Store::Content || !stock.has(&held.id));
            let parcel = match &spool {
                Some(spool) if wanting => Some(packed(spool, &images, stock)?),
                Some(_) | None => None,
            };
            claim.bytes = parcel.as_ref().map_or(0, |(_, pack)| pack.size());
            findings.extend(to(host, (claim, parcel), (stock, call)).await?);
        }
        for HostPlan { plan, .. } in plans {
            if let Strategy::Image { images } = &mut plan.strategy {
                *images = resolved(images, &ids);
            }
        }
        Ok(findings)
    }

    /// Saves the images here, unless every host has them all.
    async fn saved(
        &self,
        limit: std::time::Duration,
        call: &Call,
    ) -> Result<(Ids, Vec<Read>, Option<Spool>)> {
        let has_all = |stock: &Stock| {
            stock.store == Store::Layers && self.locals.iter().all(|held| stock.has(&held.local.id))
        };
        if self.stocks.iter().all(has_all) {
            let id = |held: &Held| (held.local.reference.clone(), held.local.id.clone());
            return Ok((self.locals.iter().map(id).collect(), Vec::new(), None));
        }
        let phase = call.progress.phase("save images");
        let mut ids: Vec<&str> = self.locals.iter().map(|held| held.local.id.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        let spool = spool::save(&ids, limit).await?;
        let (mut known, mut images) = (Ids::new(), Vec::<Read>::new());
        for held in &self.locals {
            let read = found(held, &spool.images)?;
            known.insert(held.local.reference.clone(), read.saved.id.clone());
            if !images.iter().any(|image| image.saved.id == read.saved.id) {
                images.push(read.clone());
            }
        }
        phase.finish(Level::Ok, "");
        Ok((known, images, Some(spool)))
    }

    fn announced(&self, images: &[Read]) -> Vec<Announced> {
        if !images.is_empty() {
            return held(images);
        }
        let here = |held: &Held| Announced { id: held.local.id.clone(), layers: held.layers.clone() };
        self.locals.iter().map(here).collect()
    }
}

/// An image in the archive: by its id, or by its layers where this machine's Docker names images by their manifest.
fn found<'a>(held: &Held, images: &'a [Read]) -> Result<&'a Read, Fault> {
    let by_id = images.iter().find(|image| image.saved.id == held.local.id);
    by_id.or_else(|| images.iter().find(|image| image.layers == held.layers)).ok_or_else(|| {
        let fact = format!("docker save wrote no image {}", held.local.id);
        Fault::could_not("image-save-failed", fact)
            .help("`docker save` of that image must work on this machine")
    })
}

type Parcel = (Arc<std::fs::File>, Pack);

fn packed(spool: &Spool, images: &[Read], stock: &Stock) -> Result<Parcel> {
    let pack = pack(images, stock).map_err(|why| Fault::could_not("image-save-failed", why))?;
    Ok((Arc::new(spool.file.try_clone()?), pack))
}

async fn to(
    host: &Attached,
    (claim, parcel): (Claim, Option<Parcel>),
    (stock, call): (&Stock, &Call),
) -> Result<Vec<Finding>> {
    if let Some(finding) = too_large(host.name(), &claim, stock) {
        return Ok(vec![finding]);
    }
    let phase = call.progress.phase(&format!("send images to {}", host.name()));
    let layers = parcel.as_ref().map_or((0, 0), |(_, pack)| (pack.sent, pack.kept));
    let line = format!("{}\n", serde_json::to_string(&claim)?);
    let (begin, bytes) = (line.len() as u64, claim.bytes);
    let input = stream(line, parcel);
    let sent = Arc::clone(&input.sent);
    let mut findings: Vec<Finding> = host.pour(&["load"], input).await?;
    let travelled = sent.load(Ordering::Relaxed).saturating_sub(begin);
    let fact = match layers {
        _ if bytes == 0 => format!("{} has every image already", host.name()),
        (sent, kept) => format!(
            "{} got {sent} layers in {bytes} bytes, {travelled} of them on the way; it had {kept} layers",
            host.name()
        ),
    };
    phase.finish(findings.iter().map(|finding| finding.level).max().unwrap_or(Level::Ok), &fact);
    findings.push(Finding::ok("images-sent", fact));
    if stock.store == Store::Content {
        let fact = format!("{} keeps images as containerd does, so all layers are sent", host.name());
        findings.push(Finding::ok("image-store", fact));
    }
    Ok(findings)
}

/// `docker load` unpacks the archive beside the layers that it makes of it.
fn too_large(host: &str, claim: &Claim, stock: &Stock) -> Option<Finding> {
    let needed = claim.bytes.saturating_mul(2);
    let room = stock.room.filter(|room| *room < needed)?;
    let megabytes = |bytes: u64| bytes.div_ceil(1_000_000);
    let fact = format!(
        "{host} has {} MB free where its Docker keeps images, and loading these takes {} MB",
        megabytes(room),
        megabytes(needed)
    );
    Some(Finding::fail("host-disk-full", fact).help("on the host: `docker system df` shows what can go"))
}
