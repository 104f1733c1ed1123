//! Backups of the site's database: made beside the old ones, read through, tried out, put in place.
//!
//! Backups have a lock of their own: a deploy goes on beside them. Only a restore takes the deploys' lock as well.

mod commands;
mod drill;
mod dump;
mod pipe;
mod read;
mod restore;
mod say;
mod server;
mod shelf;
mod trouble;

use std::io::BufRead as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use shiplane_core::backup::{Counts, Deed, Done, End, Errand, Kept, Listing, Look, Means, Noted};
use shiplane_core::deploy::journal::{Entry, History, What};
use shiplane_core::deploy::{Holder, Stamp, locked, release_id};
use shiplane_core::report::Finding;

use crate::facts::now;
use crate::lock::{self, Attempt, Claim, Lock};
use crate::state::{self, StateDir};
use crate::{groups, journal, masked};
use commands::Commands;
use server::Server;
use trouble::Trouble;

/// What came of a deed.
#[derive(Debug, Default)]
struct Outcome {
    findings: Vec<Finding>,
    backup: Option<Kept>,
    counts: Option<Counts>,
    removed: Vec<String>,
}

/// One errand, from its first word to its last.
struct Work {
    errand: Errand,
    state: StateDir,
    dir: PathBuf,
    run: String,
    at: Stamp,
    began: Instant,
}

/// Who makes dumps and takes them.
enum Maker {
    Postgres(Server),
    Command(Commands),
}

/// Reads an errand from the first line of the input, does it, and says how it ended. The input stays open as long as
/// somebody listens.
pub(crate) fn carry_out() -> anyhow::Result<ExitCode> {
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line).context("read an errand")?;
    let errand: Errand = serde_json::from_str(&line).context("read an errand")?;
    // Over SSH it is a session's leader already; what is left of a session is found and ended by whoever comes next.
    rustix::process::setsid().ok();
    say::notice_when_nobody_listens();
    let done = Work::new(errand).go();
    say::done(done);
    Ok(ExitCode::SUCCESS)
}

/// What lies on the shelf, and who is busy with it.
pub(crate) fn list(look: &Look) -> anyhow::Result<Listing> {
    let own = lock_room(&StateDir::new(&look.site.state_dir));
    let holder = lock::look(&own)?.held;
    let (kept, unreadable) = match shelf::list(&look.shelf) {
        Ok(kept) => (kept, None),
        Err(error) => (Vec::new(), Some(format!("{error:#}"))),
    };
    Ok(Listing { now: now(), kept, holder, unreadable })
}

/// The lock of backups lies in a room of its own, so that no deploy stumbles over it.
fn lock_room(state: &StateDir) -> StateDir {
    StateDir::new(state.path().join("backup"))
}

impl Work {
    fn new(errand: Errand) -> Self {
        let (state, dir) = (StateDir::new(&errand.place.site.state_dir), PathBuf::from(&errand.shelf.dir));
        let at = now();
        let run = release_id(at, word(&errand.deed));
        Self { errand, state, dir, run, at, began: Instant::now() }
    }

    fn go(&self) -> Done {
        let ended = self.deed();
        let (end, outcome, failure) = match ended {
            Ok(outcome) => (End::Good, outcome, None),
            Err(Trouble { end, failure, outcome }) => (end, *outcome, Some(failure)),
        };
        let Outcome { mut findings, backup, counts, removed } = outcome;
        let mut excerpts = Vec::new();
        let why = failure.as_ref().map(|failure| failure.finding.code.clone());
        if let Some(failure) = failure {
            findings.push(*failure.finding);
            excerpts = failure.excerpts;
        }
        let noted = Noted {
            deed: word(&self.errand.deed).to_owned(),
            end,
            backup: backup.as_ref().map(|kept| kept.name.clone()),
            bytes: backup.as_ref().map_or(0, |kept| kept.bytes),
            seconds: self.began.elapsed().as_secs_f64(),
            removed: removed.len(),
            counts,
            why,
        };
        if end != End::Refused && !matches!(self.errand.deed, Deed::Verify(_)) {
            findings.extend(self.note(noted));
        }
        Done { end, findings, excerpts, backup, counts, removed, now: now() }
    }

    fn deed(&self) -> Result<Outcome, Trouble> {
        if let Deed::Verify(name) = &self.errand.deed {
            return read::verify(self, name.as_deref());
        }
        let site = &self.errand.place.site;
        if !Path::new(&site.path).is_dir() {
            let fact = format!("{} is not there", site.path);
            let finding = Finding::fail("path-missing", fact).help("`ssh-deploy setup` prepares a server");
            return Err(Trouble::refused(finding));
        }
        let live = journal::read(&self.state.journal()).ok().and_then(|entries| History::of(&entries).live);
        masked::learn(site, live.as_ref());
        let _own = self.lock()?;
        shelf::prepare(&self.errand.shelf)?;
        let maker = Maker::find(self)?;
        match &self.errand.deed {
            Deed::Run => self.make(&maker),
            Deed::Drill(name) => drill::drill(self, &maker, name.as_deref()),
            Deed::Restore { name, confirm, .. } => {
                let _deploys = self.lock_deploys()?;
                restore::restore(self, &maker, (name, confirm))
            }
            Deed::Verify(name) => read::verify(self, name.as_deref()),
        }
    }

    /// A new backup, and then the end of those that are too old.
    fn make(&self, maker: &Maker) -> Result<Outcome, Trouble> {
        let before = shelf::list(&self.errand.shelf)?;
        let kept = dump::make(self, maker)?;
        let mut outcome = Outcome { backup: Some(kept.clone()), ..Outcome::default() };
        outcome.findings.extend(dump::remarks(&kept, &before));
        let removed = say::phase("remove old backups", || {
            let removed = shelf::remove_aged(&self.errand.shelf, now())?;
            let note = format!("{} removed", removed.len());
            Ok((removed, note))
        });
        match removed {
            Ok(removed) => outcome.removed = removed,
            // The new one is there; that is what was asked for.
            Err(trouble) => {
                let fact = format!("old backups could not be removed: {}", trouble.failure.finding.fact);
                let help = "look who owns them, and whether the directory may be written";
                outcome.findings.push(Finding::warning("backups-not-removed", fact).help(help));
            }
        }
        Ok(outcome)
    }

    /// One at a time.
    fn lock(&self) -> Result<Lock, Trouble> {
        self.state.prepare()?;
        let own = lock_room(&self.state);
        state::make(own.path())?;
        match lock::take(&own, self.holder(), (Claim::Polite, 0))? {
            Attempt::Held(lock, _) => Ok(*lock),
            Attempt::Taken(holder) => {
                let fact = format!("another is at work with the backups: {}", holder.described(now()));
                let help = "wait until it has ended, and run it again";
                Err(Trouble::refused(Finding::fail("backup-going-on", fact).help(help)))
            }
        }
    }

    /// While a database is exchanged nothing is deployed.
    fn lock_deploys(&self) -> Result<Lock, Trouble> {
        let least = journal::last_fence(&self.state.journal())?;
        match lock::take(&self.state, self.holder(), (Claim::Polite, least))? {
            Attempt::Held(lock, _) => Ok(*lock),
            Attempt::Taken(holder) => Err(Trouble::refused(locked(&holder, now()))),
        }
    }

    fn holder(&self) -> Holder {
        Holder {
            run: self.run.clone(),
            since: self.at,
            actor: self.errand.actor.clone(),
            run_url: self.errand.run_url.clone(),
            phase: Some(word(&self.errand.deed).to_owned()),
            ..Holder::default()
        }
    }

    /// What tells the programs of this run from others.
    fn mark(&self) -> (String, String) {
        (groups::VARIABLE.to_owned(), self.run.clone())
    }

    /// Until when a dump or a restore that begins now must have ended.
    fn deadline(&self) -> Instant {
        Instant::now() + self.errand.shelf.timeout.0
    }

    /// Writes it into the journal; a backup is one even when that fails.
    fn note(&self, noted: Noted) -> Option<Finding> {
        let Errand { actor, run_url, .. } = self.errand.clone();
        let what = What::Backup(noted);
        // The fence counts holders of the deploys' lock.
        let entry = Entry { at: now(), run: self.run.clone(), what, fence: 0, actor, run_url, reason: None };
        let error = journal::append(&self.state.journal(), &entry).err()?;
        let fact = format!("the journal could not be told: {error:#}");
        let help = "`ssh-deploy doctor` shows what is full or not writable";
        Some(Finding::warning("not-recorded", fact).help(help))
    }
}

impl Maker {
    fn find(work: &Work) -> Result<Self, Trouble> {
        match &work.errand.shelf.means {
            Means::Postgres { .. } => Ok(Self::Postgres(Server::find(work)?)),
            Means::Command { dump, restore, drill, database, .. } => {
                let dir = work.errand.place.site.path.clone().into();
                let (dump, restore, drill) = (dump.clone(), restore.clone(), drill.clone());
                let env = vec![work.mark()];
                Ok(Self::Command(Commands { dir, env, database: database.clone(), dump, restore, drill }))
            }
        }
    }

    /// Ends what a program that was killed may have left in the database.
    fn clear(&self) {
        match self {
            Self::Postgres(server) => server.clear(),
            Self::Command(_) => {}
        }
    }

    /// What people call the database.
    fn database(&self) -> &str {
        match self {
            Self::Postgres(server) => &server.database,
            Self::Command(commands) => &commands.database,
        }
    }
}

fn word(deed: &Deed) -> &'static str {
    match deed {
        Deed::Run => "backup",
        Deed::Verify(_) => "verify",
        Deed::Drill(_) => "drill",
        Deed::Restore { .. } => "restore",
    }
}
