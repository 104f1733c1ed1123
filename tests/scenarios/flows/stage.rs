//! A flow as a team has it: its repository, its server and its GitHub, with act in the runner's place.
//!
//! What is put in the place of what a team's files say: the commit of the product, addresses that only a test has, and
//! `$/`, which act does not know; GitHub's own actions are the stand-ins of `tests/fixtures/flows`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::github::{FakeGitHub, TOKEN};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::Run;

use crate::scenarios::act::{self, Told};
use crate::scenarios::shop::{Made, Shop};
use crate::scenarios::tools;

/// The commit of the product that the team has chosen.
const COMMIT: &str = "5eed5eed5eed5eed5eed5eed5eed5eed5eed5eed";

/// How long a run may take where others build and test at the same time.
const PATIENCE: Duration = Duration::from_secs(600);

/// GitHub's own actions as the flows name them, each with its stand-in.
const STAND_INS: [(&str, &str); 3] = [
    ("actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd", "checkout"),
    ("actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405", "setup-python"),
    ("actions/cache@0400d5f644dc74513175e3cd8d07132dd4860809", "cache"),
];

/// A team with its flow.
pub(super) struct Flow {
    pub(super) shop: Shop,
    pub(super) github: FakeGitHub,
    act: PathBuf,
    published: String,
    secrets: Vec<(String, String)>,
}

impl Flow {
    /// The flow of that letter with its first release committed; `None` where a part is missing.
    pub(super) fn open(test: &str, letter: &str) -> Result<Option<Self>> {
        let Some(act) = need(test, act::available()) else { return Ok(None) };
        let Some(shop) = Shop::open(test, &AppRelease::good("1.0.0"))? else { return Ok(None) };
        copy(&example(letter), shop.work.dir())?;
        make_images_its_own(shop.work.dir())?;
        let published = publish(&shop.room().join("published"))?;
        fs::create_dir(shop.room().join("cache")).context("make a place for the cache")?;
        shop.work.git(&["remote", "add", "github", "https://github.com/example/shop.git"])?;
        let secrets = secrets(&shop)?;
        let flow = Self { shop, github: FakeGitHub::start(), act, published, secrets };
        flow.localise()?;
        flow.fill_env()?;
        flow.commit("feat: a flow")?;
        Ok(Some(flow))
    }

    /// What a person does once: each key of the example gets a value on the server.
    fn fill_env(&self) -> Result<()> {
        let mut env = self.shop.read_there(".env")?;
        for name in [".env.example", ".env.production.example"] {
            let text = fs::read_to_string(self.shop.work.dir().join(name)).unwrap_or_default();
            for key in text.lines().filter_map(|line| line.split_once('=').map(|(key, _)| key)) {
                if !env.lines().any(|line| line.starts_with(&format!("{key}="))) {
                    env.push_str(&format!("{key}=only-here\n"));
                }
            }
        }
        self.shop.write_there(".env", &env)
    }

    /// Puts the product's commit into the workflows, and this machine's addresses into the config.
    fn localise(&self) -> Result<()> {
        let github = self.shop.work.dir().join(".github");
        for file in fs::read_dir(github.join("workflows")).context("read the workflows")? {
            rewrite(&file?.path(), &[("@COMMIT # vX.Y.Z", &format!("@{COMMIT} # v1.2.3"))])?;
        }
        let (user, ssh) = (self.shop.sshd.user(), self.shop.sshd.port());
        let host = format!("{user}@127.0.0.1:{ssh}");
        let (site, port) = (self.shop.site().display().to_string(), format!(":{}/", self.shop.port()));
        let project = self.shop.site().file_name().context("find the project's name")?;
        let project = format!("project: {}", project.to_string_lossy());
        let config = [
            ("project: shop", project.as_str()),
            ("deploy@203.0.113.10", &host),
            ("deploy@203.0.113.20", &host),
            ("/home/deploy/shop", &site),
            (":3000/", &port),
            (":5000/", &port),
            (":8080/", &port),
        ];
        rewrite(&github.join("shiplane.yml"), &config)
    }

    /// One more secret that the team has.
    pub(super) fn secret(&mut self, name: &str, value: &str) {
        self.secrets.push((name.to_owned(), value.to_owned()));
    }

    /// More of what is true here alone, in the config.
    pub(super) fn config(&self, changes: &[(&str, &str)]) -> Result<()> {
        rewrite(&self.shop.work.dir().join(".github/shiplane.yml"), changes)
    }

    /// Commits all there is on the present branch, and pushes it.
    pub(super) fn commit(&self, message: &str) -> Result<String> {
        let commit = self.shop.work.commit(message)?;
        self.shop.work.push()?;
        Ok(commit)
    }

    /// The team's next release, pushed on the present branch.
    pub(super) fn release(&self, release: &AppRelease) -> Result<Made> {
        self.shop.release(release)
    }

    /// A release that is live before the story begins.
    pub(super) fn deploys(&self, environment: &str, made: &Made) -> Result<()> {
        let host = format!("{}@127.0.0.1:{}", self.shop.sshd.user(), self.shop.sshd.port());
        let (site, commit) = (self.shop.site().display().to_string(), made.commit.as_str());
        let place = ["--ssh-host", &host, "--deploy-path", &site, "--environment", environment];
        self.shop.tool("ssh-deploy", &[&["deploy", "--commit", commit][..], &place].concat())?.expect(0);
        Ok(())
    }

    /// The version that answers at the public address.
    pub(super) fn answers(&self) -> Result<String> {
        let reply = Call::get(&format!("{}/version", self.shop.url())).send()?;
        let reply: Value = serde_json::from_str(&reply.body).context("read the version")?;
        Ok(reply["version"].as_str().unwrap_or_default().to_owned())
    }

    /// No line holds the private key or the token in clear.
    pub(super) fn keeps_its_secrets(&self, told: &Told) -> Result<()> {
        let key = self.shop.sshd.client_key().private_text()?;
        for secret in key.lines().filter(|line| !line.starts_with('-')).chain([TOKEN]) {
            ensure!(told.lines_with(secret).is_empty(), "a secret was printed");
        }
        Ok(())
    }

    /// `push` of the present branch.
    pub(super) fn push(&self, workflow: &str) -> Result<Told> {
        let (branch, commit) = (self.branch()?, self.shop.work.head()?);
        let event = json!({
            "ref": format!("refs/heads/{branch}"), "after": commit, "forced": false,
            "pusher": { "name": "ada" }, "sender": { "login": "ada" },
        });
        self.event("push", workflow, &event)
    }

    /// `push` of a new tag at the present commit.
    pub(super) fn tag(&self, workflow: &str, tag: &str) -> Result<Told> {
        let commit = self.shop.work.tag(tag)?.head()?;
        let event =
            json!({ "ref": format!("refs/tags/{tag}"), "after": commit, "sender": { "login": "ada" } });
        self.event("push", workflow, &event)
    }

    /// `pull_request` from the present branch.
    pub(super) fn pull_request(&self, workflow: &str, number: u64, base: &str) -> Result<Told> {
        self.event("pull_request", workflow, &self.about(("synchronize", number), base)?)
    }

    /// `pull_request_review` of the same.
    pub(super) fn review(&self, workflow: &str, number: u64, base: &str) -> Result<Told> {
        self.event("pull_request_review", workflow, &self.about(("submitted", number), base)?)
    }

    /// What GitHub tells of a pull request from the present branch.
    pub(super) fn about(&self, (action, number): (&str, u64), base: &str) -> Result<Value> {
        let (head, commit) = (self.branch()?, self.shop.work.head()?);
        let base_commit = self.shop.work.git(&["rev-parse", base])?;
        Ok(json!({
            "action": action,
            "number": number,
            "pull_request": {
                "number": number,
                "head": { "ref": head, "sha": commit, "repo": { "full_name": "example/shop", "fork": false } },
                "base": { "ref": base, "sha": base_commit, "repo": { "full_name": "example/shop" } },
            },
        }))
    }

    /// `workflow_dispatch` with what a person typed.
    pub(super) fn dispatch(&self, workflow: &str, inputs: &Value) -> Result<Told> {
        let branch = self.branch()?;
        self.event(
            "workflow_dispatch",
            workflow,
            &json!({ "ref": format!("refs/heads/{branch}"), "inputs": inputs }),
        )
    }

    /// `schedule`.
    pub(super) fn schedule(&self, workflow: &str) -> Result<Told> {
        self.event("schedule", workflow, &json!({ "schedule": "*/30 * * * *" }))
    }

    fn branch(&self) -> Result<String> {
        self.shop.work.git(&["branch", "--show-current"])
    }

    /// Any event, with what GitHub tells of it.
    pub(super) fn event(&self, event: &str, workflow: &str, payload: &Value) -> Result<Told> {
        let room = self.shop.room();
        let file = self.shop.work.dir().join(".github/workflows").join(workflow);
        let named = fs::read_to_string(&file).with_context(|| format!("read {workflow}"))?;
        // Only what the team's file names: the text of any other secret would be hidden from its outputs, too.
        let named = |name: &str| name == "GITHUB_TOKEN" || named.contains(&format!("secrets.{name}"));
        let secrets = self.secrets.iter().filter(|(name, _)| named(name));
        // Secrets travel in a file: what stands in act's own environment, every step would see.
        let secrets: serde_json::Map<String, Value> =
            secrets.map(|(name, value)| (name.clone(), json!(value))).collect();
        let mut run = act::event(self.act.clone(), event)?.within(PATIENCE);
        for (option, name, text) in [
            ("--secret-file", "secrets.yml", json!(secrets)),
            ("--eventpath", "event.json", with_repository(payload)),
        ] {
            let file = room.join(name);
            fs::write(&file, text.to_string()).with_context(|| format!("write {name}"))?;
            run = run.arg(option).arg(file);
        }
        let workflow = format!(".github/workflows/{workflow}");
        run = run.args(["--workflows", &workflow, "--remote-name", "github", "--actor", "ada"]);
        for (name, value) in [
            ("GITHUB_API_URL", self.github.url()),
            ("GITHUB_GRAPHQL_URL", self.github.graphql_url()),
            ("FLOW_ORIGIN", self.shop.work.dir().display().to_string()),
            ("FLOW_CACHE", room.join("cache").display().to_string()),
        ] {
            run = run.args(["--env".to_owned(), format!("{name}={value}")]);
        }
        run = run.args(["--var".to_owned(), format!("SSH_KNOWN_HOSTS={}", self.shop.sshd.known_hosts())]);
        run = run.args([
            "--local-repository".to_owned(),
            format!("shiplane/shiplane@{COMMIT}={}", self.published),
        ]);
        for (name, stand_in) in STAND_INS {
            let dir = tools::checkout().join("tests/fixtures/flows").join(stand_in);
            run = run.args(["--local-repository".to_owned(), format!("{name}={}", dir.display())]);
        }
        Told::by(&run.env("HOME", room).dir(self.shop.work.dir()))
    }
}

/// Insists on the verdicts of steps.
#[track_caller]
pub(super) fn said(told: &Told, verdicts: &[(&str, &str)]) {
    for (step, verdict) in verdicts {
        let said = told.outputs(step);
        assert_eq!(said.get("verdict").map(String::as_str), Some(*verdict), "{step}: {told}");
    }
}

/// Every event names the repository.
fn with_repository(payload: &Value) -> Value {
    let mut payload = payload.clone();
    payload["repository"] = json!({
        "full_name": "example/shop", "name": "shop", "default_branch": "main",
        "html_url": "https://github.com/example/shop", "owner": { "login": "example" },
    });
    payload
}

fn secrets(shop: &Shop) -> Result<Vec<(String, String)>> {
    let named = [
        ("GITHUB_TOKEN", TOKEN.to_owned()),
        ("SSH_HOST", "127.0.0.1".to_owned()),
        ("SSH_USERNAME", shop.sshd.user().to_owned()),
        ("SSH_PORT", shop.sshd.port().to_string()),
        ("SSH_PRIVATE_KEY", shop.sshd.client_key().private_text()?),
        ("DEPLOY_PATH", shop.site().display().to_string()),
    ];
    Ok(named.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

/// Where the example is.
pub(super) fn example(letter: &str) -> PathBuf {
    tools::checkout().join("tests/flows").join(letter)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    Run::new("cp").args(["-R", "."]).arg(to).dir(from).ok().map(drop)
}

/// An image with the same steps would be the cache of this one, and a neighbour may remove it meanwhile.
fn make_images_its_own(work: &Path) -> Result<()> {
    let label = format!("FROM scratch\nLABEL flow.work={:?}", work.display().to_string());
    rewrite(&work.join("Dockerfile"), &[("FROM scratch", &label)])
}

/// What a runner gets of the product at its commit; act has to be told what `$/` stands for.
fn publish(to: &Path) -> Result<String> {
    fs::create_dir(to).context("make a place for the product")?;
    let parts = ["-R", "actions", "action.yml", "Cargo.toml", ".github"];
    Run::new("cp").args(parts).arg(to).dir(tools::checkout()).ok()?;
    let here = format!("uses: shiplane/shiplane/$1@{COMMIT}");
    for file in fs::read_dir(to.join(".github/workflows")).context("read the product's workflows")? {
        let file = file?.path();
        let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
        let lines = text.lines().map(|line| match line.split_once("uses: $/") {
            Some((before, rest)) => format!("{before}{}\n", here.replace("$1", rest)),
            None => format!("{line}\n"),
        });
        fs::write(&file, lines.collect::<String>()).with_context(|| format!("write {}", file.display()))?;
    }
    Ok(to.display().to_string())
}

fn rewrite(file: &Path, changes: &[(&str, &str)]) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| format!("read {}", file.display()))?;
    let text = changes.iter().fold(text, |text, (old, new)| text.replace(old, new));
    fs::write(file, text).with_context(|| format!("write {}", file.display()))
}
