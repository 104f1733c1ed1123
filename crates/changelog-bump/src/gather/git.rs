//! The one door to git: exact arguments, no settings of the user's that change what is printed, every status read.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Output, Stdio};
use std::thread;

use anyhow::Context as _;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::raw;

/// Settings that would change what git prints.
const SETTINGS: [&str; 3] =
    ["log.showSignature=false", "core.quotePath=false", "i18n.logOutputEncoding=UTF-8"];

/// As much as a pipe holds.
const CHUNK: usize = 64 * 1024;

/// Git in one directory.
pub(super) struct Git {
    directory: PathBuf,
}

/// Where we are.
pub(super) struct Here {
    /// The top of the working tree.
    pub(super) root: PathBuf,
    /// Older history is missing.
    pub(super) shallow: bool,
}

impl Git {
    pub(super) fn at(directory: &Path) -> Self {
        Self { directory: directory.to_owned() }
    }

    pub(super) fn here(&self) -> anyhow::Result<Here> {
        let text = self.text(&["rev-parse", "--is-shallow-repository", "--show-toplevel"])?;
        let (shallow, root) = text.split_once('\n').context("read where the repository is")?;
        Ok(Here { root: PathBuf::from(root.trim_end_matches('\n')), shallow: shallow == "true" })
    }

    /// What a command prints that has to end with 0.
    pub(super) fn text(&self, args: &[&str]) -> anyhow::Result<String> {
        self.bytes(args).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }

    /// The same, where it need not be text.
    fn bytes(&self, args: &[&str]) -> anyhow::Result<Vec<u8>> {
        let output = self.run(args)?;
        if output.status.success() {
            return Ok(output.stdout);
        }
        Err(self.failed(args, output.status, &output.stderr).into())
    }

    /// Hears each record that ends with a NUL while git still tells, so that both work at once.
    pub(super) fn records(
        &self,
        args: &[&str],
        mut hear: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut command = self.command(args);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(|error| missing(&error))?;
        let mut words = child.stderr.take().context("hear git's errors")?;
        // Git stands still when nobody takes what it says, on either stream.
        let words = thread::spawn(move || {
            let mut said = Vec::new();
            words.read_to_end(&mut said).map(|_| said)
        });
        let mut told = BufReader::with_capacity(CHUNK, child.stdout.take().context("hear git")?);
        let mut record = Vec::new();
        while told.read_until(0, &mut record).context("hear git")? > 0 {
            let text = record.strip_suffix(&[0]).unwrap_or(&record);
            if !text.is_empty() {
                hear(text)?;
            }
            record.clear();
        }
        let status = child.wait().context("wait for git")?;
        let words = words.join().ok().and_then(Result::ok).unwrap_or_default();
        if status.success() { Ok(()) } else { Err(self.failed(args, status, &words).into()) }
    }

    /// The answer of a command that says yes with 0 and no with 1; anything else is an error.
    pub(super) fn ask(&self, args: &[&str]) -> anyhow::Result<bool> {
        let output = self.run(args)?;
        match output.status.code() {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            _ => Err(self.failed(args, output.status, &output.stderr).into()),
        }
    }

    /// The commit of this name; `None` when there is none.
    pub(super) fn commit(&self, name: &str) -> anyhow::Result<Option<String>> {
        let wanted = format!("{name}^{{commit}}");
        self.told(&["rev-parse", "--verify", "--quiet", &wanted])
    }

    /// The newest commit that the present one and this one share; `None` when there is none.
    pub(super) fn fork_point(&self, commit: &str) -> anyhow::Result<Option<String>> {
        self.told(&["merge-base", commit, "HEAD"])
    }

    /// A setting; `None` when it is not made.
    pub(super) fn setting(&self, name: &str) -> anyhow::Result<Option<String>> {
        self.told(&["config", "--get", name])
    }

    /// What a command prints that says with 1 that there is nothing; anything else but 0 is an error.
    fn told(&self, args: &[&str]) -> anyhow::Result<Option<String>> {
        let output = self.run(args)?;
        match output.status.code() {
            Some(0) => Ok(Some(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())),
            Some(1) => Ok(None),
            _ => Err(self.failed(args, output.status, &output.stderr).into()),
        }
    }

    /// A file as it was in a commit; `None` when it was not there.
    pub(super) fn file(&self, commit: &str, path: &str) -> anyhow::Result<Option<String>> {
        let entry = self.text(&["ls-tree", "-z", commit, "--", path])?;
        // `<mode> blob <id>\t<path>`
        let id = entry.split('\t').next().and_then(|head| head.split(' ').nth(2));
        match id.filter(|_| entry.contains(" blob ")) {
            Some(id) => self.bytes(&["cat-file", "blob", id]).map(|bytes| Some(raw::decode(bytes))),
            None => Ok(None),
        }
    }

    fn run(&self, args: &[&str]) -> anyhow::Result<Output> {
        self.command(args).output().map_err(|error| missing(&error).into())
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new("git");
        command.arg("--no-pager").arg("-C").arg(&self.directory);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting])).args(args);
        // Without lazy fetching, what is missing in a partial clone is an error and not a download.
        let fixed = [
            ("LC_ALL", "C"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("GIT_NO_LAZY_FETCH", "1"),
            // Into a pipe git flushes after every commit, unless told not to (git-scm.com/docs/git, GIT_FLUSH).
            ("GIT_FLUSH", "0"),
        ];
        command.envs(fixed).stdin(Stdio::null());
        command
    }

    /// Git's own words decide nothing but the advice.
    fn failed(&self, args: &[&str], status: ExitStatus, words: &[u8]) -> Fault {
        let words = String::from_utf8_lossy(words);
        let directory = self.directory.display();
        if words.contains("detected dubious ownership") {
            let fact = "git refuses the repository, because another user owns it";
            // Git knows the path that it wants to hear, and says the whole command.
            let advice = words.lines().map(str::trim).find(|line| line.starts_with("git config "));
            return Fault::could_not("repository-not-trusted", fact)
                .help(advice.unwrap_or("git config --global --add safe.directory \"$PWD\""));
        }
        if words.contains("not a git repository") || words.contains("cannot change to") {
            return Fault::usage("repository-missing", format!("{directory} is not in a git repository"))
                .help("check the repository out first, or name its place with --directory");
        }
        if words.contains("must be run in a work tree") {
            let fact = format!("{directory} is a bare repository, which has no files to read");
            return Fault::usage("repository-bare", fact).help("check it out: git worktree add ../tree");
        }
        let command = args.first().copied().unwrap_or_default();
        let status = status.code().map_or("a signal".to_owned(), |code| format!("status {code}"));
        Fault::could_not(
            "git-failed",
            format!("git {command} ended with {status}: {}", foreign::one_line(&words)),
        )
    }
}

fn missing(error: &std::io::Error) -> Fault {
    Fault::could_not("git-missing", format!("git cannot be started: {error}"))
        .help("install git, version 2.31 or later")
}
