//! What the host says about itself. Looks only; changes nothing.

use std::path::Path;
use std::thread;
use std::time::{SystemTime, UNIX_EPOCH};

use rustix::fs::{Access, access};
use shiplane_core::deploy::journal::Entry;
use shiplane_core::deploy::{Checkout, HostFacts, Question, Runtime, Stamp, Strategy, Tools};

use crate::git::Git;
use crate::state::StateDir;
use crate::{checkup, compose, journal, lock};

/// The host's clock.
pub(crate) fn now() -> Stamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Stamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
}

/// Answers the client's question; the host's health is looked at meanwhile, when that was asked.
pub(crate) fn gather(question: &Question) -> anyhow::Result<HostFacts> {
    thread::scope(|scope| {
        let asked = question.checkup.as_ref();
        let checkup = asked.map(|inquiry| scope.spawn(|| checkup::examine(question, inquiry)));
        let facts = look(question)?;
        Ok(HostFacts { checkup: checkup.and_then(|it| it.join().ok()), ..facts })
    })
}

fn look(question: &Question) -> anyhow::Result<HostFacts> {
    let path = Path::new(&question.site.path);
    let state = StateDir::new(&question.site.state_dir);
    let path_exists = path.is_dir();
    let here = if path_exists { path } else { Path::new("/") };
    let git = Git { path: here };
    // Only releases that come by git are measured by what git says of the path.
    let uses_git = question.strategy == Strategy::Git;
    let checkout = if path_exists && uses_git { git.state()? } else { Checkout::Missing };
    let is_readable = matches!(checkout, Checkout::Unborn | Checkout::At(_));
    let (files, is_compose) = match &question.runtime {
        // Uploaded Compose files lie in the release.
        Runtime::Compose { .. } if matches!(question.strategy, Strategy::Files(_)) => (&[][..], true),
        Runtime::Compose { files, .. } => (files.as_slice(), true),
        Runtime::Command(_) => (&[][..], false),
    };
    let (seen, journal) = record(&state)?;
    // What docker is asked takes the longest, and git need not wait for it.
    let (docker, facts) = thread::scope(|scope| {
        let docker =
            scope.spawn(|| is_compose.then(|| (compose::daemon(here), compose::known(here, &state))));
        let facts = || {
            Ok(HostFacts {
                now: now(),
                path_exists,
                writable: path_exists && access(path, Access::WRITE_OK | Access::EXEC_OK).is_ok(),
                has_origin: is_readable && git.has_origin(),
                under_way: if is_readable { git.under_way() } else { None },
                dirty: if is_readable { git.dirty()? } else { Vec::new() },
                checkout,
                missing_files: files.iter().filter(|file| !path.join(file).exists()).cloned().collect(),
                tools: Tools { git: git.version(), docker: None, compose: None },
                lock: seen.held,
                left: seen.left,
                journal,
                checkup: None,
            })
        };
        let facts: anyhow::Result<HostFacts> = facts();
        (docker.join().ok().flatten(), facts)
    });
    let (facts, (docker, compose)) = (facts?, docker.unwrap_or_default());
    Ok(HostFacts { tools: Tools { docker, compose, ..facts.tools }, ..facts })
}

/// The lock and the journal as they were at one moment: a run that begins or ends between two looks would seem to have
/// been cut off.
fn record(state: &StateDir) -> anyhow::Result<(lock::Seen, Vec<Entry>)> {
    let holder = |seen: &lock::Seen| seen.held.as_ref().map(|holder| holder.run.clone());
    let mut seen = lock::look(state)?;
    loop {
        let journal = journal::read(&state.journal())?;
        let again = lock::look(state)?;
        if holder(&seen) == holder(&again) {
            return Ok((again, journal));
        }
        seen = again;
    }
}
