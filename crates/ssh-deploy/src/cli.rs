//! The command line: names, types and help; no logic.

use clap::{CommandFactory as _, Parser, Subcommand};
use shiplane_action::Shared;

use crate::backup::BackupArgs;
use crate::deploy::DeployArgs;
use crate::doctor::DoctorArgs;
use crate::history::HistoryArgs;
use crate::logs::LogsArgs;
use crate::preview::PreviewArgs;
use crate::restart::RestartArgs;
use crate::rollout::RolloutArgs;
use crate::setup::SetupArgs;
use crate::status::StatusArgs;
use crate::unlock::UnlockArgs;

/// The whole command line, for parsing, help and generators.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Put exactly this version on that server, and prove that it is the one answering
#[derive(Parser, Debug)]
#[command(name = "ssh-deploy", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) shared: Shared,
}

#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Back the database up on the host, see what is kept, try it out, put it back
    #[command(after_help = "Examples:\n  \
        ssh-deploy backup run --environment production\n  \
        ssh-deploy backup drill                     restores the newest beside the database, counts, drops it\n  \
        ssh-deploy backup restore shop_db_20260105T060000Z.sql.gz --confirm shop\n\n\
        Needs `backup:` in the environment. A backup gets its name only when the dump ended well, is whole and\n\
        was read back; older ones go only after that. A deploy goes on beside it; a restore keeps deploys out,\n\
        saves what is there, and exchanges the databases only when the new one is whole.")]
    Backup(Box<BackupArgs>),
    /// Deploy a commit: build beside what runs, switch, prove; restore what was there when the proof fails
    #[command(after_help = "Example:\n  \
        ssh-deploy deploy --environment production --commit \"$(git rev-parse HEAD)\" \\\n    \
        --release-version 1.4.0\n\n\
        The host needs Docker with Compose or own commands; for `strategy: git` also git and a clone of the\n\
        repository in the directory. Nothing is installed on it; this binary goes there once and works\n\
        detached, so that a lost connection stops nothing.")]
    Deploy(Box<DeployArgs>),
    /// Look at everything that could stand in a deploy's way: secrets, key, network, host, project
    #[command(after_help = "Example:\n  \
        ssh-deploy doctor --environment production\n\n\
        Nothing is changed on the host: the one thing that goes there is this binary, into ~/.cache/shiplane.\n\
        Each check is a line with its cause and what to do; those behind a stage that failed are not passed.\n\
        Ends with 0 when all is well, 10 when something stands in the way, 1 when something is not known.")]
    Doctor(Box<DoctorArgs>),
    /// Show what was deployed and rolled back on the host, newest first
    #[command(after_help = "Example:\n  ssh-deploy history --environment production --since 30d")]
    History(Box<HistoryArgs>),
    /// Show what the services on the host said last, line by line
    #[command(after_help = "Examples:\n  \
        ssh-deploy logs web --since 1h --environment production\n  \
        ssh-deploy logs --run last                  what the last deploy said on the host\n\n\
        Values of the host's .env that look like secrets are taken out before they leave it. A deploy\n\
        that is going on is no obstacle.")]
    Logs(Box<LogsArgs>),
    /// Put every pull request up at a place of its own, and remove it when that is closed
    #[command(after_help = "Examples:\n  \
        ssh-deploy preview up --number 12 --commit \"$(git rev-parse HEAD)\"\n  \
        ssh-deploy preview down --number 12\n  \
        ssh-deploy preview gc --dry-run\n\n\
        In a run of a pull request number and commit are those of the event. What `deploy` takes, `up` takes, too.\n\
        The environment has `kind: preview` and a `url:`; its `path` is the directory that all previews lie in.")]
    Preview(Box<PreviewArgs>),
    /// Start again what is live, under the lock, and watch until it is well
    #[command(after_help = "Examples:\n  \
        ssh-deploy restart web --environment production\n  \
        ssh-deploy restart --recreate               reads .env again; builds nothing\n\n\
        A plain restart keeps the containers, with the .env that they were made with. When it changed\n\
        since, the keys are named.")]
    Restart(Box<RestartArgs>),
    /// Give a new version its users share by share: what the numbers say decides, and the host keeps how far it is
    #[command(after_help = "Examples:\n  \
        ssh-deploy rollout start --environment production --release-version 1.4.0\n  \
        ssh-deploy rollout tick --environment production --verdict ok      from a schedule\n  \
        ssh-deploy rollout set 25 --reason \"more users before the weekend\"\n\n\
        No job waits for it. A tick with `ok` promotes when the stage's time is over, `warning` pauses until\n\
        somebody says `resume`, `rollback` takes all users away at once; anything else promotes nothing.")]
    Rollout(Box<RolloutArgs>),
    /// Prepare a server for deploys; what is there already stays as it is
    #[command(after_help = "Example:\n  \
        ssh-deploy setup --environment production --repository git@github.com:owner/shop.git --dry-run\n\n\
        Works as the deploying user, and as root where that user is root or has sudo without a password;\n\
        else the lines for an administrator are shown. Running it twice changes nothing.")]
    Setup(Box<SetupArgs>),
    /// Show on one screen what is live, what runs, and whether it is well
    #[command(after_help = "Example:\n  ssh-deploy status --environment production")]
    Status(Box<StatusArgs>),
    /// Show who holds the lock, and free it when its run is gone or stands still
    #[command(after_help = "Example:\n  ssh-deploy unlock --environment production")]
    Unlock(Box<UnlockArgs>),
}
