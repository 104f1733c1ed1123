//! A shop with one pull request on a fake GitHub, a config, and the real binary run against them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::{Value, json};
use shiplane_testkit::github::{FakeGitHub, TOKEN};
use shiplane_testkit::process::{Outcome, Run};
use tempfile::TempDir;

const CONFIG: &str = "\
branches:
  develop:
    from: ['feature/*']
    approvals: 2
    checks: [lint, 'test (sqlite, local)']
  main:
    from: [develop, 'hotfix/*']
";

/// Everything that a run needs.
pub(crate) struct Setting {
    pub(crate) github: FakeGitHub,
    pub(crate) dir: TempDir,
}

impl Setting {
    /// A pull request that is fine by the config's rules.
    pub(crate) fn new() -> Self {
        let github = FakeGitHub::start();
        github.edit(|world| {
            let shop = world.repo("example", "shop");
            let pull = shop.pull(7).by("ada").from("feature/login", "d1").into_branch("develop", "m1");
            pull.approve("grace").approve("linus");
            shop.commit("d1").checks_passed(&["lint", "test (sqlite, local)"]);
        });
        let dir = TempDir::new().unwrap();
        std::fs::write(dir.path().join("shiplane.yml"), CONFIG).unwrap();
        Self { github, dir }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// As on a laptop, in a checkout without a config: only what is typed.
    pub(crate) fn bare(&self, args: &[&str]) -> Run {
        Run::new(env!("CARGO_BIN_EXE_branch-gate"))
            .args(args)
            .dir(self.dir.path())
            .env("GITHUB_API_URL", self.github.url())
            .env("GITHUB_GRAPHQL_URL", self.github.graphql_url())
    }

    /// `check` of pull request 7 by the rules of the config.
    pub(crate) fn check(&self, args: &[&str]) -> Run {
        let args: Vec<&str> = [&["check", "--config", "shiplane.yml"], args].concat();
        self.bare(&args)
            .env("SHIPLANE_TOKEN", TOKEN)
            .env("SHIPLANE_REPOSITORY", "example/shop")
            .env("SHIPLANE_PULL_REQUEST", "7")
            .env("GITHUB_OUTPUT", self.path("output"))
            .env("GITHUB_STEP_SUMMARY", self.path("summary"))
    }

    /// As in a job on an event, with everything that the runner sets and no inputs but the config.
    pub(crate) fn job(&self, event: &str, payload: &Value) -> Run {
        std::fs::write(self.path("event.json"), payload.to_string()).unwrap();
        self.bare(&["check", "--config", "shiplane.yml"])
            .env("GITHUB_ACTIONS", "true")
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_REPOSITORY", "example/shop")
            .env("GITHUB_EVENT_NAME", event)
            .env("GITHUB_EVENT_PATH", self.path("event.json"))
            .env("GITHUB_OUTPUT", self.path("output"))
    }

    /// The outputs of the last run.
    pub(crate) fn outputs(&self) -> BTreeMap<String, String> {
        let text = std::fs::read_to_string(self.path("output")).unwrap();
        std::fs::remove_file(self.path("output")).unwrap();
        let mut lines = text.lines();
        let mut outputs = BTreeMap::new();
        while let Some((name, delimiter)) = lines.next().and_then(|line| line.split_once("<<")) {
            let value: Vec<&str> = lines.by_ref().take_while(|line| *line != delimiter).collect();
            outputs.insert(name.to_owned(), value.join("\n"));
        }
        outputs
    }
}

pub(crate) fn payload() -> Value {
    json!({ "action": "submitted", "pull_request": { "number": 7, "head": { "sha": "d1" } } })
}

/// What the queue's event says of a commit that it made for pull request 7.
pub(crate) fn queued(commit: &str) -> Value {
    let name = format!("refs/heads/gh-readonly-queue/develop/pr-7-{}", "0".repeat(40));
    json!({ "action": "checks_requested", "merge_group": { "head_sha": commit, "head_ref": name } })
}

/// How it ended. The token is in nothing that it printed but the line that has the runner hide it.
pub(crate) fn run(run: &Run) -> (i32, Outcome) {
    let outcome = run.run().unwrap();
    let mut lines = outcome.stdout.lines().chain(outcome.stderr.lines());
    assert!(!lines.any(|line| line.contains(TOKEN) && !line.starts_with("::add-mask::")), "{outcome:?}");
    (outcome.status.code().unwrap(), outcome)
}

pub(crate) fn expect(code: i32, process: &Run) -> Outcome {
    let (ended, outcome) = run(process);
    assert_eq!(ended, code, "{}\n{}\n{}", outcome.line, outcome.stdout, outcome.stderr);
    outcome
}
