//! Questions to the Docker daemon about images, and the names that it gives them.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::Value;
use shiplane_core::command::Command;
use shiplane_core::deploy::Stamp;
use shiplane_core::deploy::image::{Held, Stock, Store};

use crate::process::{self, Finished, Setting};

/// Longest time for a question.
const QUICK: Duration = Duration::from_secs(60);

/// How many images are asked for at once; a command line has an end.
const AT_ONCE: usize = 200;

/// An image, as the daemon describes it.
#[derive(Clone, Debug)]
pub(crate) struct Image {
    pub(crate) held: Held,
    /// `name@sha256:…` under which registries have it.
    pub(crate) digests: Vec<String>,
    pub(crate) os: String,
    pub(crate) architecture: String,
}

/// What the daemon is and has.
pub(crate) fn stock() -> anyhow::Result<Stock> {
    let about = lines(&docker(&["version", "--format", "{{.Server.Os}}\n{{.Server.Arch}}"]))?;
    let mut about = about.into_iter();
    let (os, architecture) = (about.next().unwrap_or_default(), about.next().unwrap_or_default());
    let store = store()?;
    Ok(Stock { os, architecture, store, images: images()?, room: room() })
}

/// Containerd's store says so in the driver's status (moby, daemon/containerd/service.go).
fn store() -> anyhow::Result<Store> {
    let status = lines(&docker(&["info", "--format", "{{json .DriverStatus}}"]))?.concat();
    Ok(if status.contains("io.containerd.snapshotter") { Store::Content } else { Store::Layers })
}

/// All images, those without a name included: their layers count as well.
fn images() -> anyhow::Result<Vec<Held>> {
    let mut ids = lines(&docker(&["image", "ls", "--all", "--quiet", "--no-trunc"]))?;
    ids.sort();
    ids.dedup();
    let mut images = Vec::new();
    for some in ids.chunks(AT_ONCE) {
        // One that is removed meanwhile makes the whole answer fail, and the others still stand in it.
        let answer = process::ask(&docker(&["image", "inspect"]).args(some), setting(QUICK))?;
        let all: Vec<Value> = serde_json::from_str(&answer.stdout).unwrap_or_default();
        images.extend(all.iter().filter_map(described).map(|image| image.held));
    }
    Ok(images)
}

/// What is free where the daemon keeps images; unknown where this user may not look.
fn room() -> Option<u64> {
    let root = lines(&docker(&["info", "--format", "{{.DockerRootDir}}"])).ok()?.concat();
    Some(crate::room::disk(Path::new(&root)).ok()?.free)
}

/// The image of that name or id.
pub(crate) fn image(name: &str) -> Option<Image> {
    let answer = process::ask(&docker(&["image", "inspect", name]), setting(QUICK)).ok()?;
    let all: Vec<Value> = serde_json::from_str(&answer.stdout).ok().filter(|_| answer.success())?;
    all.first().and_then(described)
}

fn described(value: &Value) -> Option<Image> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let list = |pointer: &str| {
        let all = value.pointer(pointer).and_then(Value::as_array).into_iter().flatten();
        all.filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let id = Some(text("/Id")).filter(|id| !id.is_empty())?;
    Some(Image {
        held: Held { id, layers: list("/RootFS/Layers") },
        digests: list("/RepoDigests"),
        os: text("/Os"),
        architecture: text("/Architecture"),
    })
}

/// Gives an image one more name, and sees that it has it.
pub(crate) fn tag(image: &str, name: &str) -> anyhow::Result<()> {
    lines(&docker(&["tag", image, name])).map(drop)
}

/// Takes a name away; the image stays as long as it has another one.
pub(crate) fn untag(name: &str) {
    process::ask(&docker(&["image", "rm", "--no-prune", name]), setting(QUICK)).ok();
}

/// Images under a name, all its tags, each with the moment at which it got the tag.
pub(crate) fn tagged(name: &str) -> anyhow::Result<Vec<(String, Stamp)>> {
    let names = lines(&docker(&["image", "ls", "--format", "{{.Repository}}:{{.Tag}}", name]))?;
    let moment = |name: &String| {
        let words = ["image", "inspect", "--format", "{{json .Metadata.LastTagTime}}", name];
        Stamp::parse(lines(&docker(&words)).ok()?.concat().trim_matches('"'))
    };
    Ok(names.into_iter().filter_map(|name| moment(&name).map(|at| (name, at))).collect())
}

/// `docker` with these words.
pub(crate) fn docker(words: &[&str]) -> Command {
    Command::new("docker").args(words.iter().copied())
}

pub(crate) fn setting(limit: Duration) -> Setting<'static> {
    Setting { dir: Path::new("/"), env: &[], limit }
}

fn lines(command: &Command) -> anyhow::Result<Vec<String>> {
    let answer = process::ask(command, setting(QUICK)).context("ask docker")?;
    if !answer.success() {
        bail!("{command}: {}: {}", answer.how(), last_line(&answer));
    }
    Ok(answer.stdout.lines().map(|line| line.trim().to_owned()).collect())
}

/// What a program said last; the reason, as a rule.
pub(crate) fn last_line(finished: &Finished) -> &str {
    finished.output.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or("no reason was given")
}
