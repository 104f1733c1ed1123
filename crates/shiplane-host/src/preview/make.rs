//! Makes room for a preview: its directory, its port, its `.env`, and what a deploy begins with.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use anyhow::Context as _;
use rustix::fs::{Access, access};
use shiplane_core::preview::{Made, Make, Record, reserve};
use shiplane_core::report::Finding;

use super::{Look, STATE, begin, look, place, records, state_of, write};
use crate::facts::now;
use crate::state;
use crate::tree;

/// The same twice changes nothing but the commit and the time of the last push.
pub(crate) fn make(ask: &Make) -> anyhow::Result<Made> {
    let base = super::base(&ask.at)?;
    if let Some(finding) = unusable(&base) {
        return Ok(Made { findings: vec![finding], ..Made::default() });
    }
    let _lock = super::lock(&base)?;
    let (known, others) = records(&base)?;
    let dir = place(&ask.at);
    let was_there = match look(&dir, ask.at.number)? {
        Look::Nothing => false,
        Look::Ours(_) => true,
        Look::Others(why) => return Ok(refused(unmarked(&why))),
    };
    if let (false, [first, ..]) = (was_there, others.as_slice()) {
        // It may have been given any port.
        return Ok(refused(unmarked(first)));
    }
    let record = match reserve(&known, ask, (now(), is_free)) {
        Ok(record) => record,
        Err(finding) => return Ok(refused(finding)),
    };
    if !ask.dry_run {
        if !was_there {
            appear(&base, &dir, &record)?;
        }
        if let Some(finding) = begin::fill(ask, (&base, &dir), &record)? {
            return Ok(Made { preview: Some(record), was_there, findings: vec![finding] });
        }
        write(&dir, &record)?;
    }
    Ok(Made { preview: Some(record), was_there, findings: Vec::new() })
}

fn refused(finding: Finding) -> Made {
    Made { findings: vec![finding], ..Made::default() }
}

pub(super) fn unmarked(why: &str) -> Finding {
    Finding::fail("preview-unmarked", format!("{why}, and it is called like a preview; it stays as it is"))
        .help("look into it on the host, and move it away or remove it by hand")
}

fn unusable(base: &Path) -> Option<Finding> {
    let shown = base.display();
    if !base.is_dir() {
        let fact = format!("{shown} is no directory on the host");
        return Some(Finding::fail("path-missing", fact).help("`ssh-deploy setup` prepares it"));
    }
    if access(base, Access::WRITE_OK | Access::EXEC_OK).is_err() {
        let fact = format!("{shown} cannot be written by this user");
        return Some(
            Finding::fail("path-not-writable", fact).help("give the directory to the deploying user"),
        );
    }
    None
}

/// The directory gets its name with the record in it already: without one nobody would take it for ours.
fn appear(base: &Path, dir: &Path, record: &Record) -> anyhow::Result<()> {
    let new = state_of(base).path().join(format!("new-{}", record.number.directory()));
    tree::remove(&new)?;
    state::make(&new)?;
    fs::set_permissions(&new, fs::Permissions::from_mode(0o755))
        .with_context(|| format!("set mode of {}", new.display()))?;
    state::make(&new.join(STATE))?;
    write(&new, record)?;
    fs::rename(&new, dir).with_context(|| format!("make {}", dir.display()))?;
    fs::File::open(base).and_then(|base| base.sync_all()).with_context(|| format!("sync {}", base.display()))
}

/// Whether nobody listens there. What listens on one address only is in the way of all of them, too.
fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok()
}
