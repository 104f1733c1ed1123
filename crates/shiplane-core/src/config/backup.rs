//! `backup:` what of an environment is kept beside its releases, where, and for how long.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::duration::Span;

/// How a database is backed up on the environment's first host.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub struct Backup {
    /// Who knows how to dump and to restore: PostgreSQL, by its own tools, or commands; postgres by default
    pub kind: BackupKind,
    /// Compose service whose container has PostgreSQL and its tools; without it the host's own are used
    pub service: Option<String>,
    /// The database; by default what the container's POSTGRES_DB says
    pub database: Option<String>,
    /// Who logs in to it; by default what the container's POSTGRES_USER says
    pub user: Option<String>,
    /// Of `kind: command`: a program with its arguments that writes the dump to its output
    pub dump: Vec<String>,
    /// Of `kind: command`: a program with its arguments that reads a dump from its input and puts it in place
    pub restore: Vec<String>,
    /// Of `kind: command`: the same for a drill, into a place that nobody uses
    pub drill: Vec<String>,
    /// Of `kind: command`: what the last line of a whole dump begins with
    pub ends_with: Option<String>,
    /// How long backups stay; 30d by default; the newest that was checked is never removed
    pub keep: Option<Span>,
    /// Directory on the host; `backups` beside the environment's `path` by default
    pub dir: Option<String>,
    /// What the files' names begin with; the project's name and `_db` by default
    pub name: Option<String>,
    /// How old the newest may be before `status` warns; 26h by default
    pub max_age: Option<Span>,
    /// Longest time for a dump or a restore; 1h by default
    pub timeout: Option<Span>,
}

/// Who knows how to dump and to restore.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BackupKind {
    /// PostgreSQL, by pg_dump and psql.
    #[default]
    Postgres,
    /// Programs of the team's own.
    Command,
}
