//! Makes a release of the files that were uploaded.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use anyhow::Context as _;
use shiplane_core::deploy::manifest::Manifest;
use shiplane_core::deploy::{Strategy, VersionFile};
use shiplane_core::report::Finding;

use super::Run;
use crate::facts::now;
use crate::failure::Failure;
use crate::receive::COMPLETE;
use crate::runtime::OnLine;
use crate::{base, state, tree};

/// The file in a release that says which it is.
const VERSION: &str = "version.json";

pub(super) fn forward(run: &mut Run<'_>, _: OnLine<'_>) -> Result<(), Failure> {
    let incoming = run.state.incoming().join(&run.plan.run);
    let Ok(text) = fs::read_to_string(incoming.join(COMPLETE)) else {
        let fact = format!("no complete upload waits for run {}", run.plan.run);
        return Err(Failure::new(Finding::fail("upload-missing", fact).help("run the command again")));
    };
    let manifest: Manifest = serde_json::from_str(&text).context("read the upload's manifest")?;
    write_version(run, &incoming.join("tree"))?;
    tree::sync(&incoming.join("tree")).context("write the release to the disk")?;
    let release = run.state.release(&run.release.id);
    state::make(&release)?;
    run.state.open_way(&run.release.id)?;
    fs::rename(incoming.join("tree"), run.tree())
        .with_context(|| format!("move the upload to {}", run.tree().display()))?;
    base::record(&release, manifest)?;
    fs::File::open(&release).and_then(|dir| dir.sync_all()).context("write the release to the disk")?;
    Ok(tree::remove(&incoming)?)
}

pub(super) fn back(run: &mut Run<'_>, _: OnLine<'_>) -> Result<(), Failure> {
    base::forget(&run.state.release(&run.release.id));
    tree::remove(&run.tree())?;
    Ok(tree::remove(&run.state.incoming().join(&run.plan.run))?)
}

/// All may read it: `smoke-check --expect-version` asks for it at the public address.
fn write_version(run: &Run<'_>, tree: &Path) -> anyhow::Result<()> {
    let rollout = match &run.plan.strategy {
        Strategy::Files(shown) => shown.rollout,
        Strategy::Git | Strategy::Image { .. } => 0,
    };
    let version = VersionFile {
        version: run.release.version.clone(),
        commit: run.release.commit.clone(),
        time: now().to_string(),
        actor: run.plan.actor.clone(),
        rollout,
        release: run.release.id.clone(),
    };
    let text = serde_json::to_string_pretty(&version).context("write a version as JSON")? + "\n";
    let path = tree.join(VERSION);
    fs::remove_file(&path).ok();
    let new = fs::OpenOptions::new().write(true).create_new(true).mode(0o644).open(&path);
    new.and_then(|mut file| {
        file.write_all(text.as_bytes())?;
        file.set_permissions(fs::Permissions::from_mode(0o644))
    })
    .with_context(|| format!("write {}", path.display()))
}
