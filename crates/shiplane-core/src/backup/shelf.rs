//! A place for backups, every default of the config settled.

use serde::{Deserialize, Serialize};

use super::talk::Deed;
use crate::config::{Backup, BackupKind, Environment};
use crate::deploy::Site;
use crate::duration::Span;
use crate::fault::Fault;

/// How long backups stay, unless the config says otherwise.
const KEEP: Span = Span::seconds(30 * 86_400);
/// A daily backup is late after this long, unless the config says otherwise.
const MAX_AGE: Span = Span::seconds(26 * 3600);
/// Longest time for a dump or a restore, unless the config says otherwise.
const TIMEOUT: Span = Span::seconds(3600);
/// A longer name leaves no room for the time and the endings.
const LONGEST_NAME: usize = 100;

/// Where backups are kept, and what makes them. Holds no secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shelf {
    /// Directory on the host.
    pub dir: String,
    /// What the files' names begin with.
    pub name: String,
    /// How long they stay.
    pub keep: Span,
    /// How old the newest may be.
    pub max_age: Span,
    /// Longest time for a dump or a restore.
    pub timeout: Span,
    /// What makes and restores them.
    pub means: Means,
}

/// What makes and restores backups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Means {
    /// The tools of PostgreSQL.
    Postgres {
        /// The Compose service that has them; `None` is the host itself, with the PG* variables of its `.env`.
        service: Option<String>,
        /// The database; `None` is what the container's POSTGRES_DB says.
        database: Option<String>,
        /// Who logs in; `None` is what the container's POSTGRES_USER says.
        user: Option<String>,
    },
    /// Programs with their arguments, run in the environment's directory; no shell is involved.
    Command {
        /// What people call the database.
        database: String,
        /// Writes a dump to its output.
        dump: Vec<String>,
        /// Reads one from its input and puts it in place.
        restore: Vec<String>,
        /// Reads one from its input and puts it where nobody uses it.
        drill: Vec<String>,
        /// What the last line of a whole dump begins with.
        ends_with: Option<String>,
    },
}

impl Shelf {
    /// What a file's name ends with.
    pub fn ending(&self) -> &'static str {
        match self.means {
            Means::Postgres { .. } => ".sql.gz",
            Means::Command { .. } => ".dump.gz",
        }
    }

    /// Whether a drill or a restore can be done; own commands must be there for it.
    pub fn can(&self, deed: &Deed) -> bool {
        match (&self.means, deed) {
            (Means::Postgres { .. }, _) | (_, Deed::Run | Deed::Verify(_)) => true,
            (Means::Command { drill, .. }, Deed::Drill(_)) => !drill.is_empty(),
            (Means::Command { restore, .. }, Deed::Restore { .. }) => !restore.is_empty(),
        }
    }

    /// The database's name, where it is known without asking the host.
    pub fn database(&self) -> Option<&str> {
        match &self.means {
            Means::Postgres { database, .. } => database.as_deref(),
            Means::Command { database, .. } => Some(database),
        }
    }
}

/// The shelf of an environment that has one.
pub fn shelf(
    environment: &Environment,
    (site, project): (&Site, Option<&str>),
) -> Result<Option<Shelf>, Fault> {
    let Some(backup) = &environment.backup else { return Ok(None) };
    let own = project.or_else(|| site.path.rsplit('/').next()).unwrap_or("site");
    let name = match &backup.name {
        Some(name) => named(name)?,
        None => format!("{}_db", plain(own)),
    };
    let keep = backup.keep.unwrap_or(KEEP);
    if keep.0.is_zero() {
        let fact = "`backup.keep` is no time at all";
        return Err(Fault::usage("backup-keep-invalid", fact).help("write how long, such as 30d"));
    }
    Ok(Some(Shelf {
        dir: dir(backup, &site.path)?,
        means: means(backup, environment, &name)?,
        name,
        keep,
        max_age: backup.max_age.unwrap_or(MAX_AGE),
        timeout: backup.timeout.unwrap_or(TIMEOUT),
    }))
}

/// Beside the environment's directory, where no checkout and no upload comes by.
fn dir(backup: &Backup, path: &str) -> Result<String, Fault> {
    let beside =
        || path.rsplit_once('/').map_or_else(String::new, |(parent, _)| parent.to_owned()) + "/backups";
    let dir = match &backup.dir {
        None => beside(),
        Some(dir) if dir.starts_with('/') => dir.trim_end_matches('/').to_owned(),
        Some(dir) => format!("{path}/{}", dir.trim_end_matches('/')),
    };
    if dir.is_empty() || dir.split('/').any(|part| part == "..") {
        let fact = format!("the directory for backups is `{dir}`");
        return Err(Fault::usage("backup-dir-invalid", fact)
            .help("write `backup.dir` as an absolute path without `..`, such as /home/deploy/backups"));
    }
    Ok(dir)
}

/// A name as the config has it: the beginning of file names.
fn named(name: &str) -> Result<String, Fault> {
    if !name.is_empty() && name.len() <= LONGEST_NAME && plain(name) == name {
        return Ok(name.to_owned());
    }
    let fact = format!("`backup.name` is `{name}`, which no file name can begin with");
    Err(Fault::usage("backup-name-invalid", fact)
        .help("write letters, digits, `-` and `_`, such as shop_db; at most 100 of them"))
}

/// What of a text may stand in a file's name.
fn plain(text: &str) -> String {
    let keep = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '-' { c } else { '_' };
    let kept: String = text.chars().take(LONGEST_NAME).map(keep).collect();
    kept.trim_start_matches('-').to_owned()
}

fn means(backup: &Backup, environment: &Environment, name: &str) -> Result<Means, Fault> {
    let wrong = |fact: &str, help: &str| Err(Fault::usage("backup-invalid", fact).help(help));
    let commands = [&backup.dump, &backup.restore, &backup.drill];
    match backup.kind {
        BackupKind::Postgres if commands.iter().any(|words| !words.is_empty()) => wrong(
            "`dump`, `restore` and `drill` are for `kind: command`, and this backup's kind is postgres",
            "write `kind: command`, or leave them out",
        ),
        BackupKind::Postgres if backup.ends_with.is_some() => wrong(
            "`ends-with` is for `kind: command`; the end of a dump of PostgreSQL is known",
            "leave it out",
        ),
        BackupKind::Postgres if backup.service.is_some() && environment.command.is_some() => wrong(
            "`backup.service` names a Compose service, and own commands run in this environment",
            "leave it out: the host's own pg_dump is used, with the PG* variables of its .env",
        ),
        BackupKind::Postgres => {
            let Backup { service, database, user, .. } = backup.clone();
            Ok(Means::Postgres { service, database, user })
        }
        BackupKind::Command if backup.dump.is_empty() => wrong(
            "the backup's kind is command, and it has no `dump`",
            "write the program and its arguments as a list: [mysqldump, --single-transaction, shop]",
        ),
        BackupKind::Command if backup.service.is_some() || backup.user.is_some() => wrong(
            "`service` and `user` are for `kind: postgres`, and this backup's kind is command",
            "write them as arguments of `dump`",
        ),
        BackupKind::Command => {
            let Backup { database, dump, restore, drill, ends_with, .. } = backup.clone();
            let database = database.unwrap_or_else(|| name.to_owned());
            Ok(Means::Command { database, dump, restore, drill, ends_with })
        }
    }
}
