//! The real binary as a child process with an emptied environment, and what it left behind.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// One call of the tool.
pub(crate) struct Tool {
    command: Command,
    dir: TempDir,
}

/// What a call left behind.
#[derive(Debug)]
pub(crate) struct Left {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) dir: TempDir,
}

/// What a call cost besides.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) code: i32,
    pub(crate) report: Value,
    /// The most memory that was seen in use, in KiB.
    pub(crate) memory: u64,
    pub(crate) took: Duration,
}

/// `smoke-check run` with more arguments, in an empty directory.
pub(crate) fn run(args: &[&str]) -> Tool {
    call("run", args)
}

/// A command of `smoke-check` with more arguments, in an empty directory.
pub(crate) fn call(command: &str, args: &[&str]) -> Tool {
    let (name, dir) = (command, tempfile::tempdir().unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_smoke-check"));
    command.env_clear().current_dir(dir.path()).arg(name).args(args);
    Tool { command, dir }
}

impl Tool {
    /// One more variable.
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        self.command.env(name, value.as_ref());
        self
    }

    /// One more argument.
    pub(crate) fn arg(mut self, arg: &str) -> Self {
        self.command.arg(arg);
        self
    }

    /// The config file.
    pub(crate) fn config(self, text: &str) -> Self {
        std::fs::create_dir_all(self.dir.path().join(".github")).unwrap();
        std::fs::write(self.dir.path().join(".github/shiplane.yml"), text).unwrap();
        self
    }

    /// A file that the tool reads.
    pub(crate) fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.path(name), text).unwrap();
        self
    }

    /// A file in the tool's directory.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Runs it to its end.
    pub(crate) fn go(mut self) -> Left {
        let output = self.command.output().unwrap();
        Left {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            dir: self.dir,
        }
    }

    /// Runs it with the report as JSON.
    pub(crate) fn json(mut self) -> (i32, Value) {
        self.command.env("SHIPLANE_FORMAT", "json");
        let left = self.go();
        (left.code, serde_json::from_str(&left.stdout).unwrap_or_else(|error| panic!("{error}: {left:?}")))
    }
}

impl Tool {
    /// Runs it with the report as JSON, and looks at what it costs.
    pub(crate) fn watched(mut self) -> Watched {
        self.command.env("SHIPLANE_FORMAT", "json");
        self.command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let started = Instant::now();
        let mut child = self.command.spawn().unwrap();
        let mut stdout = child.stdout.take().unwrap();
        let reader = std::thread::spawn(move || {
            let mut text = String::new();
            std::io::Read::read_to_string(&mut stdout, &mut text).unwrap();
            text
        });
        let status = format!("/proc/{}/status", child.id());
        let mut memory = 0;
        let code = loop {
            let now = std::fs::read_to_string(&status).unwrap_or_default();
            let peak = now.lines().find_map(|line| line.strip_prefix("VmHWM:")?.trim().strip_suffix(" kB"));
            memory = peak.and_then(|peak| peak.parse().ok()).unwrap_or(memory);
            if let Some(status) = child.try_wait().unwrap() {
                break status.code().unwrap();
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        let took = started.elapsed();
        let report = serde_json::from_str(&reader.join().unwrap()).unwrap();
        Watched { code, report, memory, took }
    }
}

/// The facts of all findings, each with its code.
pub(crate) fn findings(report: &Value) -> Vec<String> {
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    let all = report["findings"].as_array().unwrap();
    all.iter().map(|finding| format!("{}: {}", text(finding, "code"), text(finding, "fact"))).collect()
}

/// The codes of everything that is not in order.
pub(crate) fn codes(report: &Value) -> Vec<&str> {
    report["codes"].as_array().unwrap().iter().map(|code| code.as_str().unwrap()).collect()
}
