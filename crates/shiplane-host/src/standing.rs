//! How this host stands, beyond the facts that a decision needs. Looks only; changes nothing.

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::{Backup, Question, Room, Runtime, Stamp, Standing};

use crate::compose::Compose;
use crate::journal;
use crate::room;
use crate::runtime::Ground;
use crate::state::StateDir;

/// So many backups are enough to see whether the newest is like those before it.
const BACKUPS: usize = 8;

/// What lies in a directory of backups beyond this is not measured.
const ENTRIES: usize = 20_000;

/// Answers the client's question.
pub(crate) fn gather(question: &Question) -> anyhow::Result<Standing> {
    let (path, ground) = (Path::new(&question.site.path), Ground::to_look_at(question));
    let live = History::of(&journal::read(&ground.state.journal())?).live;
    let mut standing = match &question.runtime {
        Runtime::Command(_) => Standing::default(),
        Runtime::Compose { .. } if !path.is_dir() => Standing::default(),
        Runtime::Compose { files, project } => match Compose::find(ground, files, project.as_deref()) {
            Ok(compose) if crate::compose::daemon(path).is_some() => compose.standing(live.as_ref())?,
            Ok(_) | Err(_) => Standing::default(),
        },
    };
    standing.room = room(path);
    standing.backups = backups(&path.join("backups"));
    standing.rollout = crate::rollout::kept(&StateDir::new(&question.site.state_dir)).unwrap_or_default();
    Ok(standing)
}

fn room(path: &Path) -> Option<Room> {
    let (disk, memory) = (room::disk(path).ok()?, room::memory());
    Some(Room {
        disk_free: disk.free,
        disk_total: disk.total,
        inodes_free: disk.free_inodes,
        inodes_total: disk.inodes,
        memory_free: memory("MemAvailable").unwrap_or_default(),
        memory_total: memory("MemTotal").unwrap_or_default(),
    })
}

/// The newest, newest first. Links are not followed: they may lead anywhere.
fn backups(dir: &Path) -> Vec<Backup> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    let backup = |entry: fs::DirEntry| {
        let about = entry.metadata().ok().filter(|about| !about.file_type().is_symlink())?;
        let since = about.modified().ok()?.duration_since(UNIX_EPOCH).ok()?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let at = Stamp(u64::try_from(since.as_millis()).ok()?);
        (!name.starts_with('.')).then_some((name, at, entry.path()))
    };
    let mut found: Vec<_> = entries.filter_map(backup).collect();
    found.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| other.0.cmp(&one.0)));
    let measured =
        |(name, at, path): (String, Stamp, std::path::PathBuf)| Backup { name, at, bytes: size(&path) };
    found.into_iter().take(BACKUPS).map(measured).collect()
}

/// The sum of everything below, each file once for every name it has.
fn size(path: &Path) -> u64 {
    let (mut todo, mut sum, mut seen) = (vec![path.to_path_buf()], 0_u64, 0);
    while let Some(path) = todo.pop() {
        let Ok(about) = fs::symlink_metadata(&path) else { continue };
        seen += 1;
        if seen > ENTRIES {
            break;
        }
        if about.is_dir() {
            todo.extend(fs::read_dir(&path).into_iter().flatten().flatten().map(|entry| entry.path()));
        } else {
            sum = sum.saturating_add(about.len());
        }
    }
    sum
}
