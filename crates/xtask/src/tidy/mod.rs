//! `tidy`: what the compiler cannot check. Every offence at once, each with its place and what to do.

pub mod architecture;
pub mod imports;
pub mod settings;
pub mod sources;
pub mod workflows;

use std::fmt;

use anyhow::bail;

use crate::repo::Repo;
use crate::say;

/// Something that is not as this house wants it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offence {
    /// Path from the top of the repository.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
    /// What to do.
    pub todo: String,
}

impl Offence {
    /// An offence in a line of a file.
    pub fn new(file: &str, line: usize, (what, todo): (impl Into<String>, impl Into<String>)) -> Self {
        Self { file: file.to_owned(), line, what: what.into(), todo: todo.into() }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}; {}", self.file, self.line, self.what, self.todo)
    }
}

/// Checks the whole repository.
pub fn run(repo: &Repo) -> anyhow::Result<()> {
    let files = repo.files()?;
    let mut offences = crates(repo)?;
    offences.extend(settings::check(&repo.read(settings::ROOT)?, &repo.read(settings::CORE)?));
    offences.extend(files.iter().filter_map(|file| sources::misnamed(file)));
    for file in files.iter().filter(|file| is_checked(file)) {
        let text = repo.read(file)?;
        if file.ends_with(".rs") {
            offences.extend(sources::check(file, &text));
        } else {
            offences.extend(workflows::check(file, &text));
        }
    }
    for offence in &offences {
        say::line(&offence.to_string());
    }
    match offences.len() {
        0 => Ok(()),
        1 => bail!("1 thing is not tidy"),
        count => bail!("{count} things are not tidy"),
    }
}

/// The crates and their imports, against the tables of ARCHITECTURE.md.
fn crates(repo: &Repo) -> anyhow::Result<Vec<Offence>> {
    let tables = architecture::read(&repo.read(architecture::FILE)?);
    let crates = imports::gather(repo)?;
    Ok(imports::check(&tables, &crates))
}

/// Rust sources and YAML files. Fixtures are what a test wants them to be.
fn is_checked(file: &str) -> bool {
    [".rs", ".yml", ".yaml"].iter().any(|end| file.ends_with(end)) && !file.contains("/fixtures/")
}
