//! A desk at which each of the five can do its work, and be refused, without a server, a container or a network.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use shiplane_testkit::git::{GitRepo, Origin};
use shiplane_testkit::github::{FakeGitHub, Granted, RuleKind, TOKEN};
use shiplane_testkit::process::{Outcome, Run};
use tempfile::TempDir;

use super::outputs::{self, Outputs};
use super::tools;

/// Counters of a canary that is well; not committed.
const SAMPLES: &str = "samples.jsonl";

/// A config that asks of GitHub what it does; not committed.
const PROTECTED: &str = "protected.yml";

/// A config with a place for previews; not committed.
const PREVIEWS: &str = "previews.yml";

/// A repository, a clone of it that releases go to, and GitHub.
pub(crate) struct Desk {
    room: TempDir,
    github: FakeGitHub,
    work: GitRepo,
    commits: [String; 2],
}

/// How a run ended, and what it wrote for the next step.
pub(crate) struct Answer {
    pub(crate) outcome: Outcome,
    pub(crate) outputs: Outputs,
}

impl Desk {
    /// The files as they are in the commit.
    fn take_back(&self) {
        for args in [&["checkout", "--", "package.json"][..], &["clean", "-f", "--", "CHANGELOG.md"]] {
            self.work.git(args).unwrap();
        }
    }

    /// Pull request 7 may not be merged, 8 may; production is a directory of this machine, with two releases.
    pub(crate) fn open() -> Result<Self> {
        let room = tempfile::Builder::new().prefix("shiplane-desk-").tempdir().context("make a room")?;
        let origin = Origin::create(room.path().join("origin.git"))?;
        let work = GitRepo::init(room.path().join("work"))?;
        work.git(&["remote", "add", "origin", &origin.dir().display().to_string()])?;
        work.write("package.json", "{\n  \"name\": \"shop\",\n  \"version\": \"1.0.0\"\n}\n")?;
        let first = work.commit("feat: begin")?;
        work.tag("v1.0.0")?;
        let second = work.commit("feat: go on")?;
        work.push()?;
        origin.clone_to(room.path().join("site"))?;
        let config = format!(
            "version: 1
branches: {{ main: {{ from: [develop], approvals: 1, checks: [lint], tier: full }} }}
tiers: {{ full: {{ matrix: {{ database: [sqlite, postgres] }} }} }}
environments: {{ here: {{ hosts: [local], path: {}, command: {{ restart: [\"true\"] }},
  backup: {{ kind: command, dump: [git, --version] }},
                        rollout: {{ driver: env-file }} }} }}
",
            room.path().join("site").display()
        );
        let samples =
            "{\"at\": 0, \"requests\": 0, \"errors\": 0}\n{\"at\": 60, \"requests\": 1000, \"errors\": 0}\n";
        work.write(SAMPLES, samples)?;
        work.write(PROTECTED, "branches: { main: { from: [develop], approvals: 1, checks: [lint] } }\n")?;
        let base = room.path().join("site").display().to_string();
        let previews = format!(
            "environments: {{ pr: {{ kind: preview, hosts: [local], path: {base}, url: 'http://pr-{{number}}.example', \
             command: {{ restart: ['true'] }} }} }}\n"
        );
        work.write(PREVIEWS, previews)?;
        work.write(".github/workflows/ci.yml", "on: pull_request\njobs: { lint: {} }\n")?;
        // Not committed: it has the room's name in it, and the commits of two desks must be the same.
        work.write(".github/shiplane.yml", config)?;
        let github = FakeGitHub::start();
        github.edit(|world| {
            let repo = world.repo("example", "shop");
            repo.pull(7).by("ada").from("develop", &second).into_branch("main", &first);
            repo.pull(8).by("ada").from("develop", &second).into_branch("main", &first).approve("grace");
            repo.commit(&second).checks_passed(&["lint"]);
            repo.run(("CI", "ci.yml"), ("develop", &second), &["lint"]);
            repo.issue(9);
            repo.settings.ruleset("main", "main", &rules());
            world.granted = Granted::all();
        });
        let desk = Self { room, github, work, commits: [first, second] };
        desk.deploy_twice()?;
        Ok(desk)
    }

    /// A call that ends well, for every command that there is.
    pub(crate) fn good(&self, tool: &str, command: &str) -> Vec<String> {
        let url = self.github.url();
        let own: &[&str] = match (tool, command) {
            ("branch-gate", "check") => &["--pull-request", "8"],
            ("branch-gate", "plan") => &["--base", "main"],
            ("branch-gate", "status") => &["--branch", "develop", "--workflows", "CI"],
            ("branch-gate", "init") => {
                fs::create_dir_all(self.room.path().join("fresh/.git")).unwrap();
                &["--preset", "server", "--directory", "../fresh"]
            }
            ("branch-gate", "audit") => &["--config", PROTECTED],
            ("branch-gate", "approve") => {
                &["request", "--environment", "here", "--commit", &self.commits[1], "--issue", "9"]
            }
            ("changelog-bump", "check") => &["--base", "HEAD"],
            // At GitHub, `develop` is where the clone is, and knows nothing of what `bump` has written.
            ("changelog-bump", "release") => {
                self.take_back();
                &["--dry-run", "--branch", "develop"]
            }
            ("changelog-bump", "pr") => {
                self.take_back();
                &["--dry-run", "--base", "develop"]
            }
            ("changelog-bump", "back-merge") => &["--dry-run", "--from", "main"],
            ("smoke-check", "run") => &["--url", &url, "--status", "401"],
            ("smoke-check", "judge") => &["--samples", SAMPLES],
            ("smoke-check", "watch") => &["--url", &url, "--status", "401", "--for", "300ms", "--rate", "10"],
            ("ssh-deploy", "backup") => &["run"],
            ("ssh-deploy", "deploy") => &["--commit", &self.commits[1], "--release-version", "1.1.0"],
            ("ssh-deploy", "logs") => &["--run", "last"],
            ("ssh-deploy", "preview") => &["list", "--config", PREVIEWS],
            ("ssh-deploy", "rollout") => &["status"],
            ("ssh-deploy", "setup") => &["--dry-run"],
            // By then `rollback to` has been there, so what was live is the one that can be gone back to.
            ("rollback", "rehearse" | "manual") => &["1.1.0"],
            ("rollback", "revert-pr") => {
                &["--commit", &self.commits[1], "--base", "main", "--repository", "example/shop"]
            }
            _ => &[],
        };
        [&[command], own].concat().into_iter().map(str::to_owned).collect()
    }

    /// A call that finds out that the answer is no, for every tool that can say no.
    pub(crate) fn refused(&self, tool: &str) -> Option<Vec<String>> {
        let url = self.github.url();
        let words: &[&str] = match tool {
            "branch-gate" => &["check", "--pull-request", "7"],
            "rollback" => &["to", "9.9.9"],
            "smoke-check" => &["run", "--url", &url, "--status", "200"],
            "ssh-deploy" => &["deploy", "--commit", &self.commits[1], "--deploy-path", "/nowhere/at/all"],
            _ => return None,
        };
        Some(words.iter().map(|word| (*word).to_owned()).collect())
    }

    /// Two releases, so that there is a way back.
    fn deploy_twice(&self) -> Result<()> {
        for (commit, version) in self.commits.iter().zip(["1.0.0", "1.1.0"]) {
            let args = ["deploy", "--commit", commit, "--release-version", version];
            self.ask("ssh-deploy", &args.map(str::to_owned), &BTreeSet::new())?.outcome.expect(0);
        }
        Ok(())
    }

    /// Runs a tool as a step would, with some variables that are there and hold nothing.
    pub(crate) fn ask(&self, tool: &str, args: &[String], empty: &BTreeSet<String>) -> Result<Answer> {
        let file = self.output_file();
        let run = tools::tool(tool)?.args(args).dir(self.work.dir()).env("HOME", self.room.path());
        let run = empty.iter().fold(run, |run, variable| run.env(variable, ""));
        let outcome = self.at_github(run).env("GITHUB_OUTPUT", &file).run()?;
        let outputs = outputs::read(&file)?;
        fs::remove_file(&file).context("remove the outputs")?;
        Ok(Answer { outcome, outputs })
    }

    /// Runs a tool whose config names an address that wants to hear of everything.
    pub(crate) fn heard(&self, (tool, args): (&str, &[String]), address: &str) -> Result<Outcome> {
        let config =
            fs::read_to_string(self.work.dir().join(".github/shiplane.yml")).context("read config")?;
        let on = "[failure, broken, recovery, rollback, warning, success]";
        let notify = format!("notify: [{{ on: {on}, webhook: {{ url-env: ALERT_WEBHOOK }} }}]\n");
        self.work.write("heard.yml", config + &notify)?;
        let run = tools::tool(tool)?.args(args).args(["--config", "heard.yml"]).dir(self.work.dir());
        self.at_github(run.env("HOME", self.room.path()).env("ALERT_WEBHOOK", address)).run()
    }

    fn at_github(&self, run: Run) -> Run {
        run.env("GITHUB_REPOSITORY", "example/shop")
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_API_URL", self.github.url())
            .env("GITHUB_GRAPHQL_URL", self.github.graphql_url())
    }

    fn output_file(&self) -> PathBuf {
        self.room.path().join("outputs")
    }
}

/// What protects `main` as the config asks.
fn rules() -> Vec<RuleKind> {
    let reviews = RuleKind::PullRequest {
        approvals: 1,
        dismiss_stale: true,
        code_owners: false,
        last_push_approval: false,
        conversations: true,
    };
    let other = ["deletion", "non_fast_forward"].map(|name| RuleKind::Other(name.to_owned()));
    [reviews, RuleKind::checks(&["lint"])].into_iter().chain(other).collect()
}
