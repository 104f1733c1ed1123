//! Prepares this server, part by part: each is looked for first, and made in one step when it is missing.

mod access;
mod files;
mod programs;

use std::path::{Path, PathBuf};

use shiplane_core::command::Command;
use shiplane_core::deploy::{Part, PartState, Prepared, SetupQuestion};

use crate::process::{self, Finished, Setting};
use std::time::Duration;

/// Longest time for a question.
const QUICK: Duration = Duration::from_secs(60);

/// Longest time for installing or fetching.
const LONG: Duration = Duration::from_secs(600);

/// What a look at a part says.
enum Look {
    /// It is there.
    Ready(String),
    /// It is missing, and this is what makes it.
    Missing(String),
    /// It is missing, and only somebody else can make it.
    ByOthers(String, Vec<String>),
    /// It is not asked for.
    Unneeded,
}

/// A part of a prepared server: how to look for it, and how to make it.
struct Piece {
    name: &'static str,
    look: fn(&Server) -> Look,
    make: fn(&Server) -> anyhow::Result<String>,
}

/// In this order: each stands on those before it.
const PIECES: [Piece; 10] = [
    Piece { name: "directory", look: files::directory, make: files::make_directory },
    Piece { name: "git", look: programs::git, make: programs::install_git },
    Piece { name: "docker", look: programs::docker, make: programs::install_docker },
    Piece { name: "compose", look: programs::compose, make: programs::install_compose },
    Piece { name: "docker-group", look: programs::group, make: programs::join_group },
    Piece { name: "state-directory", look: files::state, make: files::make_state },
    Piece { name: "git-host-keys", look: access::host_keys, make: access::pin_host_keys },
    Piece { name: "deploy-key", look: access::key, make: access::make_key },
    Piece { name: "clone", look: access::clone, make: access::make_clone },
    Piece { name: "env-file", look: files::env, make: files::make_env },
];

/// What is asked for, and who we are here.
struct Server {
    question: SetupQuestion,
    /// How commands of an administrator begin; `None` when this user may give none.
    admin: Option<Vec<String>>,
    user: String,
}

/// Looks for every part, and makes what is missing unless only a look was asked for. Whoever stands on a part that is
/// missing is still looked at, and not made.
pub(crate) fn prepare(question: SetupQuestion) -> anyhow::Result<Prepared> {
    let dry_run = question.dry_run;
    let server = Server { admin: admin(), user: answer("id", &["-un"]).unwrap_or_default(), question };
    let (mut parts, mut broken) = (Vec::new(), false);
    for piece in &PIECES {
        let (state, fact, by_hand) = match (piece.look)(&server) {
            Look::Unneeded => continue,
            Look::Ready(fact) => (PartState::Ready, fact, Vec::new()),
            Look::Missing(fact) if dry_run || broken => (PartState::WouldDo, fact, Vec::new()),
            Look::Missing(_) => match (piece.make)(&server) {
                Ok(fact) => (PartState::Done, fact, Vec::new()),
                Err(error) => (PartState::Failed, format!("{error:#}"), Vec::new()),
            },
            Look::ByOthers(fact, lines) => (PartState::Missing, fact, lines),
        };
        broken |= matches!(state, PartState::Missing | PartState::Failed);
        parts.push(Part { name: piece.name.to_owned(), state, fact, by_hand });
    }
    Ok(Prepared { parts, deploy_key: access::public_key(&server) })
}

/// Root needs no help; others may have `sudo` without a password, which is never asked for.
fn admin() -> Option<Vec<String>> {
    if answer("id", &["-u"]).as_deref() == Some("0") {
        return Some(Vec::new());
    }
    answer("sudo", &["-n", "true"]).map(|_| vec!["sudo".to_owned(), "-n".to_owned()])
}

/// What a program printed, when it ended well.
fn answer(program: &str, args: &[&str]) -> Option<String> {
    let finished = ask(&Command::new(program).args(args.iter().copied()), QUICK).ok()?;
    finished.success().then(|| finished.stdout.trim().to_owned())
}

fn ask(command: &Command, limit: Duration) -> anyhow::Result<Finished> {
    let env = [("DEBIAN_FRONTEND", "noninteractive"), ("GIT_TERMINAL_PROMPT", "0"), ("LC_ALL", "C")];
    let env: Vec<(String, String)> = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    process::ask(command, Setting { dir: Path::new("/"), env: &env, limit })
}

/// Runs a program that must end well.
fn must(command: &Command, limit: Duration) -> anyhow::Result<String> {
    let finished = ask(command, limit)?;
    let last = finished.output.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    anyhow::ensure!(finished.success(), "{}: {}: {last}", command.program(), finished.how());
    Ok(finished.stdout)
}

impl Server {
    fn path(&self) -> &Path {
        Path::new(&self.question.site.path)
    }

    fn state(&self) -> PathBuf {
        PathBuf::from(&self.question.site.state_dir)
    }

    /// A command as an administrator gives it here; without the right to, as one would type it.
    fn as_admin(&self, words: &[&str]) -> Command {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let prefix = self.admin.clone().unwrap_or_else(|| vec!["sudo".to_owned()]);
        Command::from_words(&[prefix, words].concat()).unwrap_or_else(|| Command::new("false"))
    }

    /// Missing, and ours to make when we may; else the line for somebody who may.
    fn for_admin(&self, fact: String, words: &[&str]) -> Look {
        match &self.admin {
            Some(_) => Look::Missing(fact),
            None => Look::ByOthers(fact, vec![self.as_admin(words).line()]),
        }
    }
}
