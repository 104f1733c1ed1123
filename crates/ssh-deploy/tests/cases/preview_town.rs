//! A host for previews behind a real sshd, and a repository at GitHub.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};
use shiplane_testkit::app::{AppRelease, sample_app_static, write_release};
use shiplane_testkit::github::{Deployment, FakeGitHub, TOKEN};
use shiplane_testkit::ground::{Ground, report};
use shiplane_testkit::http::Call;
use shiplane_testkit::process::{Outcome, Run, free_port};

const PROGRAM: &str = env!("CARGO_BIN_EXE_ssh-deploy");

/// A host for previews, and a repository at GitHub.
pub(crate) struct Town {
    pub(crate) ground: Ground,
    pub(crate) github: FakeGitHub,
    ports: u16,
}

impl Town {
    pub(crate) fn new(test: &str, more: &str) -> Option<Self> {
        let ground = Ground::new(test, PROGRAM)?;
        let town = Self { ground, github: FakeGitHub::start(), ports: free_port().min(65_000) };
        town.config(more);
        fs::write(town.base().join(".env"), "SECRET=only-here\nPORT=1\n").unwrap();
        Some(town)
    }

    /// The same with Compose in place of own commands.
    pub(crate) fn with_compose(test: &str, project: &str) -> Option<Self> {
        let town = Self::new(test, "")?;
        let (host, base, first) = (town.ground.host(), town.base(), town.ports);
        town.ground.config(&format!(
            "version: 1\nproject: {project}\nenvironments:\n  preview:\n    kind: preview\n    hosts: [\"{host}\"]\n    \
             path: {}\n    url: \"http://127.0.0.1:{{port}}\"\n    ports: {first}-{}\n    compose: docker-compose.yml\n    \
             smoke: [web]\nprobes: {{ web: {{ http: \"{{url}}/health\", within: 20s }} }}\n",
            base.display(),
            first + 99,
        ));
        Some(town)
    }

    fn config(&self, more: &str) {
        let (host, base, first) = (self.ground.host(), self.base(), self.ports);
        let words = |verb: &str| {
            let home = self.ground.sshd.home();
            let pid = home.join("pr-{number}.pid").display().to_string();
            let log = home.join("pr-{number}.log").display().to_string();
            let words = match verb {
                "stop" => vec!["./sample-app", "stop", "--pid-file", &pid],
                _ => vec!["./sample-app", "restart", "--port", "{port}", "--pid-file", &pid, "--log", &log],
            };
            serde_json::to_string(&words).unwrap()
        };
        self.ground.config(&format!(
            "version: 1\nproject: Shop\nenvironments:\n  production:\n    hosts: [\"{host}\"]\n    path: /srv/shop\n  \
             preview:\n    kind: preview\n    hosts: [\"{host}\"]\n    path: {base}\n    \
             url: \"http://127.0.0.1:{{port}}\"\n    ports: {first}-{last}\n    {more}\n    command:\n      \
             restart: {restart}\n      stop: {stop}\n    smoke: [web]\nprobes:\n  web:\n    \
             http: \"{{url}}/version\"\n    version: {{ json: /version }}\n    within: 5s\n",
            base = base.display(),
            last = first + 99,
            restart = words("restart"),
            stop = words("stop"),
        ));
    }

    pub(crate) fn base(&self) -> PathBuf {
        self.ground.site()
    }

    pub(crate) fn dir(&self, number: u64) -> PathBuf {
        self.base().join(format!("pr-{number}"))
    }

    /// A commit on a branch of its own, with a pull request that is open.
    pub(crate) fn pull(&self, number: u64, release: &AppRelease) -> String {
        let branch = format!("feature-{number}");
        self.ground.work.git(&["checkout", "-q", "-B", &branch]).unwrap();
        write_release(self.ground.work.dir(), release).unwrap();
        let commit = self.ground.work.commit(&format!("feat: {}", release.version())).unwrap();
        // As GitHub shows it: under the pull request's name, and on no branch.
        let name = format!("+HEAD:refs/pull/{number}/head");
        self.ground.work.git(&["push", "-q", "origin", &name]).unwrap();
        self.github.edit(|world| {
            world.repo("example", "shop").pull(number).from(&branch, &commit).into_branch("main", "m1");
        });
        commit
    }

    pub(crate) fn preview(&self, words: &[&str]) -> Run {
        self.ground.tool(&[&["preview"], words].concat())
    }

    /// In a run of the pull request.
    pub(crate) fn in_run(&self, action: &str, (number, commit): (u64, &str), words: &[&str]) -> Outcome {
        self.run_of(self.event(action, (number, commit), "example/shop"), words).run().unwrap()
    }

    pub(crate) fn event(&self, action: &str, (number, commit): (u64, &str), from: &str) -> Value {
        json!({ "action": action, "pull_request": {
            "number": number, "user": { "login": "ada" },
            "head": { "sha": commit, "repo": { "full_name": from } },
            "base": { "repo": { "full_name": "example/shop" } },
        } })
    }

    pub(crate) fn run_of(&self, event: Value, words: &[&str]) -> Run {
        let file = self.ground.dir.path().join("event.json");
        fs::write(&file, event.to_string()).unwrap();
        self.at_github(self.preview(words))
            .env("GITHUB_EVENT_NAME", "pull_request")
            .env("GITHUB_EVENT_PATH", &file)
            .env("GITHUB_SHA", "f".repeat(40))
    }

    pub(crate) fn at_github(&self, run: Run) -> Run {
        run.env("GITHUB_API_URL", self.github.url())
            .env("GITHUB_GRAPHQL_URL", self.github.graphql_url())
            .env("GITHUB_REPOSITORY", "example/shop")
            .env("GITHUB_TOKEN", TOKEN)
    }

    pub(crate) fn comments(&self, number: u64) -> Vec<String> {
        self.github.edit(|world| {
            let repo = world.repo("example", "shop");
            repo.comments.iter().filter(|it| it.issue == number).map(|it| it.body.clone()).collect()
        })
    }

    /// Commit, address and last state of the deployments of a preview.
    pub(crate) fn deployments(&self, number: u64) -> Vec<(String, String, String)> {
        let task = format!("preview:{number}");
        self.github.edit(|world| {
            let repo = world.repo("example", "shop");
            let ours = repo.deployments.iter().filter(|it| it.task == task);
            let last =
                |it: &Deployment| it.statuses.last().map(|(state, _)| state.clone()).unwrap_or_default();
            ours.map(|it| (it.sha.clone(), it.url.clone(), last(it))).collect()
        })
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        let home = self.ground.sshd.home();
        for entry in fs::read_dir(&home).into_iter().flatten().flatten() {
            if entry.path().extension().is_some_and(|it| it == "pid") {
                let stop = Run::new(sample_app_static().unwrap()).args(["stop", "--pid-file"]);
                drop(stop.arg(entry.path()).run());
            }
        }
    }
}

pub(crate) fn output(outcome: &Outcome, name: &str) -> String {
    report(outcome)["outputs"][name].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn answers(url: &str) -> Option<String> {
    let reply = Call::get(&format!("{url}/version")).send().ok()?;
    reply.header("x-version").map(str::to_owned)
}
