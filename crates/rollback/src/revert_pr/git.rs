//! Git in the checkout of the workflow. The token reaches it in the environment alone.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use shiplane_core::fault::Fault;
use shiplane_core::foreign;
use shiplane_core::secret::Secret;

/// Hooks, signing and pagers of whoever owns the checkout are not ours to run. A transfer that stands still ends.
const SETTINGS: [&str; 6] = [
    "core.hooksPath=/dev/null",
    "commit.gpgSign=false",
    "core.quotePath=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=30",
    "advice.detachedHead=false",
];

/// Who commits a revert. By it a branch of ours is known again.
pub(super) const COMMITTER: &str = "rollback@shiplane.invalid";

/// A checkout.
#[derive(Clone, Debug)]
pub(super) struct Git {
    pub(super) directory: PathBuf,
    /// Where the token goes, and it; `None` where the remote is not reached over HTTPS.
    pub(super) header: Option<(String, Secret)>,
    pub(super) author: String,
}

impl Git {
    /// The same repository, another working tree.
    pub(super) fn at(&self, directory: &Path) -> Self {
        Self { directory: directory.to_owned(), ..self.clone() }
    }

    /// The part of the remote's address that the token is for.
    pub(super) fn server(&self) -> Option<String> {
        let url = self.text(&["remote", "get-url", "origin"]).ok()?;
        let rest = url.strip_prefix("https://")?;
        let host = rest.split('/').next()?.rsplit('@').next()?;
        Some(format!("https://{host}/"))
    }

    /// Whether it went well.
    pub(super) fn does(&self, args: &[&str]) -> Result<bool, Fault> {
        Ok(self.run(args)?.status.success())
    }

    /// What it printed.
    pub(super) fn text(&self, args: &[&str]) -> Result<String, Fault> {
        let output = self.run(args)?;
        if !output.status.success() {
            return Err(self.failed(args, &output));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
    }

    pub(super) fn run(&self, args: &[&str]) -> Result<Output, Fault> {
        let mut command = Command::new("git");
        command.arg("--no-pager").arg("-C").arg(&self.directory);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting])).args(args);
        let fixed = [
            ("LC_ALL", "C"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_EDITOR", "true"),
            ("GIT_AUTHOR_NAME", self.author.as_str()),
            ("GIT_AUTHOR_EMAIL", COMMITTER),
            ("GIT_COMMITTER_NAME", "Shiplane"),
            ("GIT_COMMITTER_EMAIL", COMMITTER),
        ];
        command.envs(fixed).stdin(Stdio::null());
        if let Some((server, token)) = &self.header {
            let basic = STANDARD.encode(format!("x-access-token:{}", token.expose()));
            let key = format!("http.{server}.extraheader");
            // An empty value takes away what the checkout action left there: two of them are refused by GitHub.
            command.env("GIT_CONFIG_COUNT", "2").env("GIT_CONFIG_KEY_0", &key).env("GIT_CONFIG_VALUE_0", "");
            command.env("GIT_CONFIG_KEY_1", &key);
            command.env("GIT_CONFIG_VALUE_1", format!("AUTHORIZATION: basic {basic}"));
        }
        command.output().map_err(|error| {
            Fault::could_not("git-missing", format!("git cannot be started: {error}")).help("install git")
        })
    }

    pub(super) fn failed(&self, args: &[&str], output: &Output) -> Fault {
        let words = String::from_utf8_lossy(&output.stderr);
        if words.contains("not a git repository") {
            let fact = format!("{} is in no git repository", self.directory.display());
            return Fault::usage("repository-missing", fact)
                .help("check the repository out first, with fetch-depth: 0");
        }
        let command = args.first().copied().unwrap_or_default();
        let status = output.status.code().map_or("a signal".to_owned(), |code| format!("status {code}"));
        let fact = format!("git {command} ended with {status}: {}", foreign::one_line(words.trim()));
        let help = match command {
            "push" => {
                "the job needs `permissions: contents: write`, and no rule may forbid branches `revert/*`"
            }
            "fetch" => "the job needs `permissions: contents: read`, and the branch must exist",
            _ => "run it by hand in the checkout to see more",
        };
        Fault::could_not(if command == "push" { "push-failed" } else { "git-failed" }, fact).help(help)
    }
}
