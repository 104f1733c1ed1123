//! One binary in one archive, the same bytes every time.

use std::fs::{self, File};
use std::path::Path;

use anyhow::Context as _;
use flate2::{Compression, GzBuilder};

use super::source::hex;
use super::target::Target;

/// What an asset is.
#[derive(Debug)]
pub struct Asset<'a> {
    /// Which tool.
    pub tool: &'a str,
    /// Of which version.
    pub version: &'a str,
    /// For which machines.
    pub target: Target,
    /// The hash of what it was built from.
    pub source: &'a str,
}

impl Asset<'_> {
    /// `smoke-check-1.2.3-Linux-x86_64.tar.gz`.
    pub fn name(&self) -> String {
        format!("{}-{}-{}.tar.gz", self.tool, self.version, self.target.uname())
    }
}

/// Packs the binary, and puts the archive's hash in a file of its own beside it. The archive's size is returned.
pub fn pack(asset: &Asset<'_>, binary: &Path, out: &Path) -> anyhow::Result<u64> {
    let name = asset.name();
    let place = out.join(&name);
    let content = fs::read(binary).with_context(|| format!("read {}", binary.display()))?;
    let file = File::create(&place).with_context(|| format!("write {name}"))?;
    // No name and no time of the file: the same binary makes the same archive.
    let mut archive = tar::Builder::new(GzBuilder::new().mtime(0).write(file, Compression::best()));
    let mut header = tar::Header::new_gnu();
    header.set_size(u64::try_from(content.len())?);
    header.set_mode(0o755);
    header.set_mtime(0);
    archive.append_data(
        &mut header,
        format!("{}{}", asset.tool, asset.target.suffix()),
        content.as_slice(),
    )?;
    archive.into_inner()?.finish()?.sync_all().with_context(|| format!("write {name}"))?;
    let packed = fs::read(&place).with_context(|| format!("read {name}"))?;
    let line = format!("{}  {}/{name}\n", hex(&packed), asset.source);
    fs::write(out.join(format!("{name}.sha256")), line).with_context(|| format!("write {name}.sha256"))?;
    Ok(u64::try_from(packed.len())?)
}
