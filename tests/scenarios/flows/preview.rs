//! Flow c: every pull request runs under an address of its own until it is closed; what is merged goes to production.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::docker::{Docker, ProjectGuard};
use shiplane_testkit::github::{Deployment, PullState, Repo};
use shiplane_testkit::http::Call;
use shiplane_testkit::need::need;
use shiplane_testkit::process::free_port;

use super::stage::{Flow, said};
use crate::scenarios::act::Told;

pub(super) const WORKFLOW: &str = "ci-cd.yml";

/// What a branch asks for in this flow, the two of the preview last.
const CHECKS: [&str; 7] = [
    "ci / Code Quality & Linting",
    "ci / Security Scanning",
    "ci / test (3.9)",
    "ci / test (3.10)",
    "ci / test (3.11)",
    "preview / Deploy to Staging",
    "preview / Run Integration Tests",
];

/// The flow, and its server for previews. What goes first when it goes: the flow with its server, then the containers.
pub(super) struct Staging {
    pub(super) flow: Flow,
    docker: Docker,
    base: PathBuf,
    project: String,
    _previews: Vec<ProjectGuard>,
}

impl Staging {
    /// Made ready as the example's page tells it; the pull requests will have these numbers.
    pub(super) fn open(test: &str, numbers: &[u64]) -> Result<Option<Self>> {
        let Some(docker) = need(test, Docker::available()) else { return Ok(None) };
        let Some(flow) = Flow::open(test, "c")? else { return Ok(None) };
        let base = flow.shop.sshd.home().join("previews");
        let project = flow.shop.site().file_name().context("find the project's name")?;
        let project = project.to_string_lossy().into_owned();
        let guard = |number: &u64| {
            let project = format!("{project}-pr-{number}");
            docker.guard(&project, &format!("shiplane/{project}/*"))
        };
        let previews = numbers.iter().map(guard).collect();
        let first = free_port().min(65_000);
        flow.config(&[
            ("/home/deploy/previews", &base.display().to_string()),
            ("203.0.113.10:{port}", "127.0.0.1:{port}"),
            ("20000-20999", &format!("{first}-{}", first + 9)),
            ("within: 2m", "within: 20s"),
            ("[docker, compose, run, --rm, --no-deps, web, migrate]", "[touch, .shiplane/migrated]"),
        ])?;
        flow.commit("chore: addresses")?;
        let origin = flow.shop.work.git(&["remote", "get-url", "origin"])?;
        let setup = ["setup", "--environment", "staging", "--repository", &origin];
        flow.shop.tool("ssh-deploy", &setup)?.expect(0);
        fs::write(base.join(".env"), "PORT=8080\nPASSWORD=only-here\n").context("fill .env")?;
        Ok(Some(Self { flow, docker, base, project, _previews: previews }))
    }

    /// A branch for a pull request that is open, with its first release; GitHub has seen each of its checks pass.
    pub(super) fn opens(&self, number: u64, release: &AppRelease) -> Result<String> {
        let work = &self.flow.shop.work;
        let base = work.checkout("main")?.head()?;
        let branch = format!("feature/{number}");
        work.branch(&branch)?;
        let commit = self.flow.release(release)?.commit;
        self.github(|repo| {
            repo.branch("main", &base);
            repo.pull(number).by("ada").from(&branch, &commit).into_branch("main", &base);
            repo.commit(&commit).checks_passed(&CHECKS);
        });
        Ok(commit)
    }

    /// The branch's next release.
    fn pushes(&self, number: u64, release: &AppRelease) -> Result<String> {
        let commit = self.flow.release(release)?.commit;
        self.github(|repo| {
            repo.push(&format!("feature/{number}"), &commit).checks_passed(&CHECKS);
        });
        Ok(commit)
    }

    /// What becomes of it when GitHub tells that.
    fn told(&self, action: &str, number: u64) -> Result<Told> {
        let about = self.flow.about((action, number), "main")?;
        self.flow.event("pull_request", WORKFLOW, &about)
    }

    pub(super) fn github<T>(&self, edit: impl FnOnce(&mut Repo) -> T) -> T {
        self.flow.github.edit(|world| edit(world.repo("example", "shop")))
    }

    fn comments(&self, number: u64) -> Vec<String> {
        self.github(|repo| {
            repo.comments.iter().filter(|it| it.issue == number).map(|it| it.body.clone()).collect()
        })
    }

    /// Commit, address and last state of the deployments of a preview.
    fn deployments(&self, number: u64) -> Vec<(String, String, String)> {
        let last = |it: &Deployment| it.statuses.last().map(|(state, _)| state.clone()).unwrap_or_default();
        self.github(|repo| {
            let ours = repo.deployments.iter().filter(|it| it.task == format!("preview:{number}"));
            ours.map(|it| (it.sha.clone(), it.url.clone(), last(it))).collect()
        })
    }

    /// The containers and images of a preview.
    fn things(&self, number: u64) -> Result<[usize; 2]> {
        let project = format!("{}-pr-{number}", self.project);
        let label = format!("label=com.docker.compose.project={project}");
        let images = format!("reference=shiplane/{project}/*");
        let count = |words: &[&str]| -> Result<usize> {
            Ok(self.docker.docker(words).ok()?.stdout.split_whitespace().count())
        };
        Ok([
            count(&["ps", "--all", "--quiet", "--filter", &label])?,
            count(&["images", "--quiet", "--filter", &images])?,
        ])
    }
}

/// The version that answers at an address; none where nobody does.
fn answers(url: &str) -> Option<String> {
    let reply = Call::get(&format!("{url}/version")).send().ok()?;
    let reply: Value = serde_json::from_str(&reply.body).ok()?;
    reply["version"].as_str().map(str::to_owned)
}

#[test]
fn a_pull_request_has_an_address_of_its_own_until_it_is_closed() -> Result<()> {
    let Some(staging) = Staging::open("flow c, preview", &[7])? else { return Ok(()) };
    let first = staging.opens(7, &AppRelease::good("1.1.0"))?;

    let told = staging.told("opened", 7)?;
    for job in ["Code Quality & Linting", "Security Scanning"] {
        assert!(told.says(&format!("name:{job}")), "{job} did not run: {told}");
    }
    let mut cells = told.printed("tested with Python ");
    cells.sort();
    assert_eq!(cells, ["3.10", "3.11", "3.9"], "{told}");
    said(&told, &[("preview", "deployed")]);
    let url = told.outputs("preview")["url"].clone();
    assert_eq!(answers(&url).as_deref(), Some("1.1.0"), "{told}");
    assert_eq!(told.result("integration"), Some("success"), "{told}");
    assert_eq!(told.printed("tested against "), [format!("{url}/health")], "{told}");
    let comments = staging.comments(7);
    let [comment] = comments.as_slice() else { panic!("{comments:?}") };
    assert!(comment.contains(&url) && comment.contains(&first[..8]), "{comment}");
    assert_eq!(staging.deployments(7), [(first.clone(), url.clone(), "success".to_owned())]);
    said(&told, &[("gate", "blocked")]);
    assert_eq!((told.result("gate"), told.outputs("gate")["codes"].as_str()), (Some("failure"), "approvals"));

    staging.github(|repo| {
        repo.pull(7).approve("grace");
    });
    let told = staging.flow.review(WORKFLOW, 7, "main")?;
    said(&told, &[("gate", "pass")]);
    for job in ["plan", "job", "test", "preview", "integration", "deploy"] {
        assert_eq!(told.result(job), None, "a review asks the gate alone: {told}");
    }

    let second = staging.pushes(7, &AppRelease::good("1.2.0"))?;
    staging.github(|repo| {
        repo.pull(7).approve("grace");
    });
    let told = staging.told("synchronize", 7)?;
    said(&told, &[("preview", "deployed"), ("gate", "pass")]);
    assert_eq!((told.outputs("preview")["url"].as_str(), answers(&url).as_deref()), (&*url, Some("1.2.0")));
    let comments = staging.comments(7);
    let [comment] = comments.as_slice() else { panic!("{comments:?}") };
    assert!(comment.contains(&second[..8]) && !comment.contains(&first[..8]), "{comment}");

    staging.github(|repo| repo.pull(7).state = PullState::Closed);
    let told = staging.told("closed", 7)?;
    said(&told, &[("preview", "removed")]);
    assert_eq!((told.result("job"), told.result("integration"), told.result("gate")), (None, None, None));
    assert_eq!((staging.things(7)?, staging.base.join("pr-7").exists()), ([0, 0], false), "{told}");
    assert_eq!(answers(&url), None);
    assert!(staging.comments(7)[0].contains("gone"), "{:?}", staging.comments(7));
    let states: Vec<String> = staging.deployments(7).into_iter().map(|it| it.2).collect();
    assert_eq!(states, ["inactive", "inactive"]);
    staging.flow.keeps_its_secrets(&told)
}

#[test]
fn a_commit_that_breaks_leaves_the_one_before_in_its_place_and_the_clock_removes_what_was_left() -> Result<()>
{
    let Some(staging) = Staging::open("flow c, broken", &[8])? else { return Ok(()) };
    let broken = staging.opens(8, &AppRelease::unhealthy("1.1.0"))?;
    let told = staging.told("opened", 8)?;
    assert_eq!(told.result("preview"), Some("failure"), "{told}");
    let comments = staging.comments(8);
    let [comment] = comments.as_slice() else { panic!("{comments:?}") };
    assert!(comment.contains(&broken[..8]) && comment.contains("did not come up"), "{comment}");
    assert_eq!(staging.things(8)?[0], 0, "{told}");

    let good = staging.pushes(8, &AppRelease::good("1.2.0"))?;
    let told = staging.told("synchronize", 8)?;
    said(&told, &[("preview", "deployed")]);
    let url = told.outputs("preview")["url"].clone();

    let broken = staging.pushes(8, &AppRelease::unhealthy("1.3.0"))?;
    let told = staging.told("synchronize", 8)?;
    said(&told, &[("preview", "restored")]);
    assert_eq!((told.result("preview"), told.result("integration")), (Some("failure"), None), "{told}");
    assert_eq!(answers(&url).as_deref(), Some("1.2.0"), "{told}");
    let comments = staging.comments(8);
    let [comment] = comments.as_slice() else { panic!("{comments:?}") };
    for part in [&broken[..8], "did not come up", "`not-running`", &good[..8], "still serves", &url] {
        assert!(comment.contains(part), "{part} in {comment}");
    }
    assert!(!comment.contains("compose-old"), "a warning is no reason: {comment}");

    staging.github(|repo| repo.pull(8).state = PullState::Closed);
    let told = staging.flow.schedule(WORKFLOW)?;
    said(&told, &[("preview", "removed")]);
    assert_eq!((told.result("gate"), told.result("deploy")), (None, None), "{told}");
    assert_eq!((staging.things(8)?, staging.base.join("pr-8").exists()), ([0, 0], false), "{told}");
    assert!(staging.comments(8)[0].contains("its pull request is closed"), "{:?}", staging.comments(8));
    Ok(())
}

#[test]
fn a_fork_gets_no_preview_and_is_not_blocked_by_that() -> Result<()> {
    let Some(staging) = Staging::open("flow c, fork", &[13])? else { return Ok(()) };
    let commit = staging.opens(13, &AppRelease::good("1.1.0"))?;
    staging.github(|repo| {
        repo.pull(13).approve("grace");
        for check in &mut repo.commit(&commit).checks[5..] {
            check.conclude("skipped");
        }
    });
    let mut about = staging.flow.about(("opened", 13), "main")?;
    about["pull_request"]["head"]["repo"] = json!({ "full_name": "mallory/shop", "fork": true });

    let told = staging.flow.event("pull_request", WORKFLOW, &about)?;

    assert_eq!((told.result("test"), told.result("preview")), (Some("success"), None), "{told}");
    said(&told, &[("gate", "pass")]);
    assert!(!staging.base.join("pr-13").exists() && staging.comments(13).is_empty(), "{told}");
    Ok(())
}
