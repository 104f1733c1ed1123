//! The sample tool as a child process with an emptied environment, and what it left behind.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use tempfile::TempDir;

/// One call of the sample tool.
pub(crate) struct Sample {
    command: Command,
    /// Where the tool runs; outputs and summary lie beside it.
    pub(crate) dir: TempDir,
}

/// What a call left behind.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    /// `GITHUB_OUTPUT`, read as the runner reads it.
    pub(crate) outputs: BTreeMap<String, String>,
    /// `GITHUB_STEP_SUMMARY`.
    pub(crate) summary: String,
}

/// A call with nothing but arguments; output and summary files are there.
pub(crate) fn sample(args: &[&str]) -> Sample {
    let dir = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sample-tool"));
    let (output, summary) = (dir.path().join("output"), dir.path().join("summary"));
    command.args(args).env_clear().current_dir(dir.path());
    command.env("GITHUB_OUTPUT", output).env("GITHUB_STEP_SUMMARY", summary);
    Sample { command, dir }
}

/// As a step in Actions, with the required input given.
pub(crate) fn step(inputs: &[(&str, &str)]) -> Sample {
    sample(&[]).env("GITHUB_ACTIONS", "true").env("SHIPLANE_BASE", "main").envs(inputs)
}

impl Sample {
    /// One more variable.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    /// More variables.
    pub(crate) fn envs(mut self, pairs: &[(&str, &str)]) -> Self {
        self.command.envs(pairs.iter().copied());
        self
    }

    /// A file in the tool's directory.
    pub(crate) fn file(self, name: &str, text: &str) -> Self {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> Left {
        let done = self.command.output().unwrap();
        let read = |name: &str| fs::read_to_string(self.dir.path().join(name)).unwrap_or_default();
        Left {
            code: done.status.code().unwrap(),
            stdout: String::from_utf8(done.stdout).unwrap(),
            stderr: String::from_utf8(done.stderr).unwrap(),
            outputs: as_the_runner_reads(&read("output")),
            summary: read("summary"),
        }
    }
}

impl Left {
    /// What the tool says arrived.
    pub(crate) fn seen(&self) -> BTreeMap<String, String> {
        serde_json::from_str(self.outputs.get("seen").unwrap_or_else(|| panic!("no report: {self:?}")))
            .unwrap()
    }

    /// The workflow commands that the runner would obey, from both streams.
    pub(crate) fn obeyed(&self) -> Vec<String> {
        let streams = [self.stdout.as_str(), self.stderr.as_str()];
        streams
            .iter()
            .flat_map(|text| text.split(['\n', '\r']))
            .filter(|line| is_obeyed(line))
            .map(str::to_owned)
            .collect()
    }
}

/// Whether the runner takes the line for a command: `::` after white space, or `##[` anywhere
/// (actions/runner, `ActionCommand.cs`, `TryParseV2` and `TryParse`).
pub(crate) fn is_obeyed(line: &str) -> bool {
    line.trim_start().starts_with("::") || line.contains("##[")
}

/// The grammar of actions/runner, `FileCommandManager.cs`: whichever of `=` and `<<` comes first decides; a heredoc
/// ends with a line that equals its delimiter; anything else fails the step.
pub(crate) fn as_the_runner_reads(text: &str) -> BTreeMap<String, String> {
    let mut outputs = BTreeMap::new();
    let mut lines = text.split_terminator('\n');
    while let Some(line) = lines.next() {
        let heredoc = line.find("<<").filter(|at| line.find('=').is_none_or(|equals| *at < equals));
        let Some(at) = heredoc else { panic!("not a heredoc: {line}") };
        let (name, delimiter) = (&line[..at], &line[at + 2..]);
        let mut value: Vec<&str> = Vec::new();
        loop {
            match lines.next() {
                Some(line) if line == delimiter => break,
                Some(line) => value.push(line),
                None => panic!("matching delimiter not found: {delimiter}"),
            }
        }
        let before = outputs.insert(name.to_owned(), value.join("\n"));
        assert_eq!(before, None, "{name} is written twice");
    }
    outputs
}
