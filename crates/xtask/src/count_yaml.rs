//! `count-yaml`: how much of YAML, of shell and of others' actions a team takes on with each flow.

use std::collections::BTreeSet;

use anyhow::bail;
use shiplane_core::config::yaml::{self, Node, Value};

use crate::repo::Repo;
use crate::say;

/// Where the flows lie, each in a folder of one letter.
pub const PRESETS: &str = "crates/branch-gate/presets/";

/// The workflows of all flows together, in lines.
const LIMIT: usize = 200;

/// What one flow asks of a team.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Files.
    pub files: usize,
    /// Lines of workflows that are neither blank nor a comment.
    pub yaml: usize,
    /// Such lines of the config, which holds the team's rules, hosts and probes.
    pub config: usize,
    /// Lines of shell inside `run:`.
    pub shell: usize,
    /// Actions and reusable workflows of others, without their pins.
    pub others: BTreeSet<String>,
}

impl Count {
    /// Adds a file.
    pub fn add(&mut self, file: &str, text: &str) -> anyhow::Result<()> {
        self.files += 1;
        let filled = |line: &&str| !line.is_empty() && !line.starts_with('#');
        let lines = text.lines().map(str::trim).filter(filled).count();
        if file.ends_with("/shiplane.yml") {
            self.config += lines;
        } else {
            self.yaml += lines;
        }
        match yaml::read(text) {
            Ok(root) => root.iter().for_each(|root| self.walk(root)),
            Err(error) => bail!("{error}"),
        }
        Ok(())
    }

    fn walk(&mut self, node: &Node) {
        match &node.value {
            Value::Scalar { .. } => {}
            Value::Sequence(items) => items.iter().for_each(|item| self.walk(item)),
            Value::Mapping(pairs) => {
                for (key, value) in pairs {
                    match (key.text(), value.text()) {
                        // What is given to an action is no step, whatever its name.
                        (Some("with" | "env"), _) => {}
                        (Some("run"), Some(script)) => {
                            self.shell += script.lines().filter(|line| !line.trim().is_empty()).count();
                        }
                        (Some("uses"), Some(action)) => self.others.extend(other(action)),
                        _ => self.walk(value),
                    }
                }
            }
        }
    }

    fn join(&mut self, more: &Self) {
        self.files += more.files;
        self.yaml += more.yaml;
        self.config += more.config;
        self.shell += more.shell;
        self.others.extend(more.others.iter().cloned());
    }
}

/// The name of an action that is neither ours nor the repository's own.
fn other(action: &str) -> Option<String> {
    let name = action.split('@').next().unwrap_or_default();
    (!name.starts_with("shiplane/shiplane") && !name.starts_with("./")).then(|| name.to_owned())
}

/// Prints the table; fails where the flows are more than what was promised.
pub(crate) fn run(repo: &Repo) -> anyhow::Result<()> {
    let mut total = Count::default();
    say::line(
        &row(["flow", "files", "workflows", "config", "shell", "actions of others"].map(str::to_owned)),
    );
    for letter in ["a", "b", "c", "d", "e"] {
        let folder = format!("{PRESETS}{letter}/");
        let mut count = Count::default();
        for file in repo.files()?.iter().filter(|file| file.starts_with(&folder) && file.ends_with(".yml")) {
            count.add(file, &repo.read(file)?).map_err(|error| error.context(file.clone()))?;
        }
        say::line(&told(letter, &count));
        if count.files == 0 {
            bail!("flow {letter} has no files under {folder}");
        }
        total.join(&count);
    }
    say::line(&told("all", &total));
    judge(&total)
}

/// Fails above the limit and with any shell.
pub fn judge(total: &Count) -> anyhow::Result<()> {
    if total.shell > 0 {
        bail!("the flows have {} lines of shell; there is to be none", total.shell);
    }
    if total.yaml > LIMIT {
        bail!("the workflows have {} lines of YAML, and {LIMIT} are the limit", total.yaml);
    }
    Ok(())
}

fn told(name: &str, count: &Count) -> String {
    let others: Vec<&str> = count.others.iter().map(String::as_str).collect();
    let others = if others.is_empty() { "none".to_owned() } else { others.join(", ") };
    let [files, yaml, config, shell] =
        [count.files, count.yaml, count.config, count.shell].map(|number| number.to_string());
    row([name.to_owned(), files, yaml, config, shell, others])
}

fn row([flow, files, yaml, config, shell, others]: [String; 6]) -> String {
    format!("{flow:<6}{files:>6}{yaml:>11}{config:>8}{shell:>7}  {others}")
}
