//! The name under the site's path that shows the live release: a link that is exchanged in one instant.

use std::fs;
use std::io;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use rustix::fs::{CWD, RenameFlags, renameat_with};
use shiplane_core::deploy::{Release, VersionFile};
use shiplane_core::report::Finding;

use crate::failure::Failure;
use crate::state::{self, StateDir};
use crate::tree;

/// Points a link elsewhere in one instant: a new link takes the place of the old one.
pub(crate) fn point(path: &Path, name: &str, tree: &Path) -> anyhow::Result<()> {
    let temporary = path.join(format!(".{name}.new"));
    fs::remove_file(&temporary).ok();
    let target = tree.strip_prefix(path).unwrap_or(tree);
    symlink(target, &temporary).with_context(|| format!("link {}", temporary.display()))?;
    let link = path.join(name);
    fs::rename(&temporary, &link).with_context(|| format!("switch link {}", link.display()))?;
    // The exchange itself must outlive a crash, too.
    fs::File::open(path).and_then(|dir| dir.sync_all()).with_context(|| format!("sync {}", path.display()))
}

/// Takes the link away, when it is there.
pub(crate) fn clear(path: &Path, name: &str) -> anyhow::Result<()> {
    let link = path.join(name);
    match fs::remove_file(&link) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("remove link {}", link.display()))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Where the link leads now.
pub(crate) fn target(path: &Path, name: &str) -> PathBuf {
    let link = path.join(name);
    fs::read_link(&link).map_or(link, |target| path.join(target))
}

/// What was shown before the first deploy becomes a release. A directory changes places with a link to it in one
/// instant, so that no reader ever misses it.
pub(crate) fn adopt(
    path: &Path,
    name: &str,
    (state, id): (&StateDir, &str),
) -> Result<Option<Release>, Failure> {
    let place = path.join(name);
    let Ok(metadata) = fs::symlink_metadata(&place) else { return Ok(None) };
    if !place.is_dir() {
        if metadata.is_symlink() {
            return Ok(None);
        }
        let fact = format!("{} is a file, and the live release shall appear there", place.display());
        return Err(Failure::new(
            Finding::fail("files-to-taken", fact)
                .help("move it away on the host, or write another `files.to`"),
        ));
    }
    let version = fs::read_to_string(place.join("version.json")).unwrap_or_default();
    let version: VersionFile = serde_json::from_str(&version).unwrap_or_default();
    let dir = state.release(id);
    state::make(&dir)?;
    state.open_way(id)?;
    let tree = dir.join("tree");
    if metadata.is_symlink() {
        tree::twin(&fs::canonicalize(&place).context("follow the link")?, &tree)?;
        point(path, name, &tree)?;
    } else {
        let target = tree.strip_prefix(path).unwrap_or(&tree);
        symlink(target, &tree).with_context(|| format!("link {}", tree.display()))?;
        renameat_with(CWD, &tree, CWD, &place, RenameFlags::EXCHANGE).map_err(|error| {
            drop(fs::remove_file(&tree));
            let fact = format!("{} cannot change places with a link: {error}", place.display());
            Failure::new(
                Finding::fail("files-to-taken", fact)
                    .help("move the directory away on the host, or put `state-dir` on the same file system"),
            )
        })?;
    }
    let commit = if version.commit.is_empty() { "unknown".to_owned() } else { version.commit };
    Ok(Some(Release { id: id.to_owned(), commit, version: version.version }))
}
