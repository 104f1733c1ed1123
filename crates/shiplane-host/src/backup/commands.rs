//! Programs of the team's own that dump a database and take dumps.

use std::path::PathBuf;
use std::time::Instant;

use shiplane_core::command::Command;
use shiplane_core::report::Finding;

use super::pipe::Program;
use super::trouble::Trouble;

/// Programs with their arguments.
pub(super) struct Commands {
    pub(super) dir: PathBuf,
    pub(super) env: Vec<(String, String)>,
    pub(super) database: String,
    pub(super) dump: Vec<String>,
    pub(super) restore: Vec<String>,
    pub(super) drill: Vec<String>,
}

impl Commands {
    pub(super) fn dump(&self, deadline: Instant) -> Result<Program, Trouble> {
        self.program(&self.dump, "dump", deadline)
    }

    pub(super) fn restore(&self, deadline: Instant) -> Result<Program, Trouble> {
        self.program(&self.restore, "restore", deadline)
    }

    pub(super) fn drill(&self, deadline: Instant) -> Result<Program, Trouble> {
        self.program(&self.drill, "drill", deadline)
    }

    fn program(&self, words: &[String], key: &str, deadline: Instant) -> Result<Program, Trouble> {
        let command = Command::from_words(words).ok_or_else(|| {
            let fact = format!("`backup.{key}` names no program");
            let help =
                "write it in the environment as a list: the program and its arguments, which reads a dump";
            Trouble::refused(Finding::fail("backup-command-missing", fact).help(help))
        })?;
        Ok(Program {
            name: command.program().to_owned(),
            command,
            env: self.env.clone(),
            dir: self.dir.clone(),
            deadline,
        })
    }
}
