//! Gets the images of the release: pulls what has a digest, finds what was sent, and names both for the release.
//!
//! Under a name of the release's own an image stays whatever becomes of its first name, and going back needs no
//! registry.

use std::collections::BTreeMap;

use shiplane_core::deploy::Strategy;
use shiplane_core::deploy::image::{Stock, incoming};
use shiplane_core::report::Finding;

use super::Run;
use crate::docker::{self, Image, docker, last_line, setting};
use crate::failure::Failure;
use crate::process::{self, End, Finished};
use crate::runtime::OnLine;

pub(super) fn forward(run: &mut Run<'_>, on_line: OnLine<'_>) -> Result<(), Failure> {
    let Strategy::Image { images } = &run.plan.strategy else { return Ok(()) };
    let named = run.runs.take_images(&run.release, images)?;
    let stock = docker::stock()?;
    let mut got: BTreeMap<&str, Image> = BTreeMap::new();
    for reference in images.values() {
        if !got.contains_key(reference.as_str()) {
            got.insert(reference, get(run, reference, on_line)?);
        }
    }
    for (service, name) in &named {
        let Some(reference) = images.get(service) else { continue };
        let Some(image) = got.get(reference.as_str()) else { continue };
        fits(reference, image, &stock)?;
        docker::tag(&image.held.id, name)?;
        on_line(&format!("{service} gets {reference}"));
    }
    run.runs.ready(&run.release)?;
    for reference in images.values().filter(|reference| reference.starts_with("sha256:")) {
        docker::untag(&incoming(reference));
    }
    Ok(())
}

/// From the registry by digest, unless it is there; else what the client has sent.
fn get(run: &Run<'_>, reference: &str, on_line: OnLine<'_>) -> Result<Image, Failure> {
    let Some((_, digest)) = reference.split_once('@') else {
        let found = docker::image(&incoming(reference)).or_else(|| docker::image(reference));
        return found.ok_or_else(|| {
            let fact = format!("image {reference} was sent and is not on the host any more");
            Failure::new(Finding::fail("image-missing", fact).help("run the command again"))
        });
    };
    let known = |image: &Image| image.digests.iter().any(|name| name.ends_with(&format!("@{digest}")));
    if let Some(image) = docker::image(reference).filter(known) {
        on_line(&format!("{reference} is here already"));
        return Ok(image);
    }
    let limit = run.plan.limits.build.0;
    let finished = process::run(&docker(&["pull", "--quiet", reference]), setting(limit), on_line)?;
    if !finished.success() {
        return Err(not_pulled(reference, &finished));
    }
    docker::image(reference).filter(known).ok_or_else(|| {
        let fact = format!("docker pull ended well, and {reference} is not on the host");
        Failure::new(Finding::fail("image-missing", fact).help("run the command again"))
    })
}

/// Why a pull failed, by what the daemon says; the words are those of the registry's error codes and of Go's network.
fn not_pulled(reference: &str, finished: &Finished) -> Failure {
    let said = last_line(finished);
    let lower = said.to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    let timed_out = match finished.end {
        End::TimedOut => true,
        End::Exited(_) | End::Killed(_) | End::Cut => false,
    };
    let (code, help) = if timed_out {
        ("image-pull-timeout", "raise `build-timeout` in the environment, or look at the host's network")
    } else if says(&["no space left on device"]) {
        ("host-disk-full", "free space where Docker keeps images (`docker system df` shows what it holds)")
    } else if says(&["no matching manifest", "does not match the specified platform"]) {
        ("image-platform", "build and push the image for the host's platform")
    } else if says(&["unauthorized", "denied", "no basic auth", "authentication required"]) {
        ("image-unauthorized", "on the host, as the deploying user: docker login <registry>")
    } else if says(&["manifest unknown", "not found", "name unknown", "does not exist"]) {
        ("image-unknown", "push the image first, and give the digest that the push has printed")
    } else if says(&[
        "connection refused",
        "no such host",
        "timeout",
        "i/o",
        "dial tcp",
        "unreachable",
        "tls",
        "x509",
        "eof",
    ]) {
        (
            "registry-unreachable",
            "see that the host reaches the registry; or give the image's name without a digest to send it over SSH",
        )
    } else {
        ("image-pull-failed", "on the host, as the deploying user, the same `docker pull` must work")
    };
    let fact =
        format!("{reference} was not pulled: {}", if timed_out { finished.how() } else { said.to_owned() });
    Failure {
        finding: Box::new(Finding::fail(code, fact).help(help)),
        ..Failure::program(code, "docker pull", finished)
    }
}

/// A registry may hand out an image of another machine with a warning only.
fn fits(reference: &str, image: &Image, stock: &Stock) -> Result<(), Failure> {
    let same = |ours: &str, theirs: &str| ours.is_empty() || theirs.is_empty() || ours == theirs;
    if same(&image.os, &stock.os) && same(&image.architecture, &stock.architecture) {
        return Ok(());
    }
    let fact = format!(
        "{reference} is for {}/{}, and the host is {}/{}",
        image.os, image.architecture, stock.os, stock.architecture
    );
    let help = format!("build it with `--platform {}/{}`", stock.os, stock.architecture);
    Err(Failure::new(Finding::fail("image-platform", fact).help(help)))
}
