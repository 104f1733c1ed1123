//! Flags, environment and config settled into what is asked.

use shiplane_action::Call;
use shiplane_core::backup::{Deed, Errand, Shelf};
use shiplane_core::config::Config;
use shiplane_core::fault::Fault;

use super::cli::{BackupArgs, Step};
use crate::place::Look;

/// Something about backups, every default settled.
#[derive(Debug)]
pub(super) struct Backup {
    pub(super) look: Look,
    pub(super) shelf: Shelf,
    pub(super) task: Task,
    pub(super) dry_run: bool,
}

/// What is asked.
#[derive(Debug)]
pub(super) enum Task {
    /// To show what is there.
    List,
    /// To do something.
    Errand(Box<Errand>),
}

impl Backup {
    pub(super) fn resolve(args: BackupArgs, config: &Config, call: &Call) -> anyhow::Result<Self> {
        let mut look = Look::resolve(&args.host, args.facts.clone(), (config, call))?;
        // Like a migration: the database of a place is reached from its first host.
        look.reaches.truncate(1);
        let shelf = look.place.backup.clone().ok_or_else(|| {
            let fact = format!("{} has no `backup` in the config", look.place.name);
            Fault::usage("backup-not-configured", fact)
                .help("write `backup: { kind: postgres, service: db }` in the environment")
        })?;
        let deed = deed(&args, &shelf)?;
        let task = deed.map_or(Task::List, |deed| {
            Task::Errand(Box::new(Errand {
                place: look.question(),
                shelf: shelf.clone(),
                deed,
                actor: call.context.actor.clone(),
                run_url: call.context.run_url.clone(),
            }))
        });
        Ok(Self { look, shelf, task, dry_run: args.dry_run })
    }
}

fn deed(args: &BackupArgs, shelf: &Shelf) -> Result<Option<Deed>, Fault> {
    let name = args.name.clone();
    match (args.step, name) {
        (Step::Run | Step::List, Some(name)) => {
            let fact = format!("`{name}` names a backup, and this step takes none");
            Err(Fault::usage("backup-name-unused", fact).help("leave it out"))
        }
        (Step::List, None) => Ok(None),
        (Step::Run, None) => Ok(Some(Deed::Run)),
        (Step::Verify, name) => Ok(Some(Deed::Verify(name))),
        (Step::Drill, name) => configured(shelf, Deed::Drill(name), "drill").map(Some),
        (Step::Restore, None) => {
            let fact = "a restore puts one certain backup in the place of the database, and none is named";
            Err(Fault::usage("backup-name-missing", fact)
                .help("`backup list` shows them; give one's name behind `restore`"))
        }
        (Step::Restore, Some(name)) => {
            let confirm = confirmed(args, shelf)?;
            configured(shelf, Deed::Restore { name, confirm, force: args.force }, "restore").map(Some)
        }
    }
}

/// A restore is not asked for by accident.
fn confirmed(args: &BackupArgs, shelf: &Shelf) -> Result<String, Fault> {
    let database = shelf.database();
    let Some(confirm) = args.confirm.clone() else {
        let fact = "a restore replaces the database, and nobody has confirmed which";
        let named = database.unwrap_or("DATABASE");
        return Err(Fault::usage("confirm-missing", fact).help(format!("add --confirm {named}")));
    };
    match database {
        Some(database) if database != confirm => {
            let fact = format!("the database here is {database}, and {confirm} was confirmed");
            Err(Fault::usage("confirm-differs", fact).help("look whether this is the right environment"))
        }
        Some(_) | None => Ok(confirm),
    }
}

/// Own commands can do what they are written for.
fn configured(shelf: &Shelf, deed: Deed, key: &str) -> Result<Deed, Fault> {
    if shelf.can(&deed) {
        return Ok(deed);
    }
    let fact = format!("`backup.{key}` names no program");
    Err(Fault::usage("backup-command-missing", fact)
        .help("write it in the environment as a list: a program and its arguments that read a dump from their input"))
}
