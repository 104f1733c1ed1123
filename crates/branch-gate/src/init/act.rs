//! Writes the files: all of them beside their places first, then each into its place.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use shiplane_core::changelog::edit::FileChange;
use shiplane_core::fault::Fault;

use super::gather::{Place, target};
use super::report;
use super::request::Plan;

/// A file that is ready to be moved into its place.
struct Ready {
    path: String,
    temporary: PathBuf,
    target: PathBuf,
}

/// A failure before the first move leaves all as it was; one after it names what was moved. Each file is old or new.
pub(super) fn write(place: &Place, plan: &Plan) -> anyhow::Result<()> {
    let mut ready: Vec<Ready> = Vec::new();
    let mut made: Vec<PathBuf> = Vec::new();
    for change in plan.changes() {
        match prepare(&place.top, change, &mut made) {
            Ok(file) => ready.push(file),
            Err(fault) => {
                take_back(&ready, &made);
                return Err(fault.into());
            }
        }
    }
    for (before, file) in ready.iter().enumerate() {
        if let Err(error) = fs::rename(&file.temporary, &file.target) {
            let moved: Vec<&str> = ready.iter().take(before).map(|file| file.path.as_str()).collect();
            let fault = report::not_written(&file.path, &error, &moved);
            take_back(ready.get(before..).unwrap_or_default(), &made);
            return Err(fault.into());
        }
    }
    Ok(())
}

fn prepare(top: &Path, change: &FileChange, made: &mut Vec<PathBuf>) -> Result<Ready, Fault> {
    let failed = |error: io::Error| report::not_written(&change.path, &error, &[]);
    let (target, is_there) = match target(top, &change.path)? {
        Some(target) => (target, true),
        None => (missing(top, &change.path)?, false),
    };
    let dir = target.parent().unwrap_or(top);
    for parent in dir.ancestors().take_while(|dir| !dir.exists()) {
        made.push(parent.to_owned());
    }
    fs::create_dir_all(dir).map_err(failed)?;
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let temporary = dir.join(format!(".{name}.shiplane-{}", std::process::id()));
    let fill = || {
        let mut opened = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
        opened.write_all(change.after().as_bytes())?;
        if is_there {
            opened.set_permissions(fs::metadata(&target)?.permissions())?;
        }
        opened.sync_all()
    };
    fill().map_err(|error| {
        // What is not there needs no removing.
        fs::remove_file(&temporary).ok();
        failed(error)
    })?;
    Ok(Ready { path: change.path.clone(), temporary, target })
}

/// Where a new file goes: below the deepest directory that is there, links followed.
fn missing(top: &Path, path: &str) -> Result<PathBuf, Fault> {
    let path = Path::new(path);
    for dir in path.ancestors().skip(1) {
        let text = dir.to_str().unwrap_or_default();
        let rest = path.strip_prefix(dir).unwrap_or(path);
        if let Some(base) = target(top, text)? {
            return Ok(base.join(rest));
        }
    }
    Ok(top.join(path))
}

/// Removes what was made on the way; a directory only when it is empty again.
fn take_back(ready: &[Ready], made: &[PathBuf]) {
    for file in ready {
        fs::remove_file(&file.temporary).ok();
    }
    for dir in made {
        fs::remove_dir(dir).ok();
    }
}
