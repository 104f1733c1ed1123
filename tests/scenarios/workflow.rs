//! A team's workflow, run by the real `act` through the five actions as they are published, on real parts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Result;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::github::{FakeGitHub, TOKEN};
use shiplane_testkit::need::need;
use shiplane_testkit::process::Run;

use super::act::{self, Told};
use super::client::Client;
use super::shop::{Made, Shop};
use super::tools;

const WORKFLOW: &str = include_str!("../fixtures/workflow/release.yml");

/// The steps of the workflow that are an action of ours, each with its tool.
const STEPS: [(&str, &str); 6] = [
    ("refused", "branch-gate"),
    ("gate", "branch-gate"),
    ("bump", "changelog-bump"),
    ("deploy", "ssh-deploy"),
    ("smoke", "smoke-check"),
    ("rollback", "rollback"),
];

#[test]
fn a_workflow_gates_bumps_deploys_checks_and_rolls_back_through_the_five_actions() -> Result<()> {
    let test = "workflow in act";
    let Some(act) = need(test, act::available()) else { return Ok(()) };
    let Some(shop) = Shop::open(test, &AppRelease::good("1.0.0"))? else { return Ok(()) };
    let (first, second) = two_releases(&shop)?;
    let client = Client::of(&shop.url());
    let github = github(&first, &second);

    let told = Told::by(&run(act, &shop, &github)?)?;

    assert!(told.succeeded("release"), "{told}");
    the_gate_refuses_and_the_next_step_hears_of_it(&told);
    the_rest_goes_its_way(&told, (&first, &second));
    secrets_stay_secret(&told, &shop)?;
    let seen = client.look()?;
    println!("{test}: {seen}");
    seen.expect(&["1.0.0", "1.1.0", "1.0.0"], Duration::from_secs(15));
    let story = ["adopted", "deploy 1.1.0", "good", "rollback nameless", "good"];
    assert_eq!(shop.story()?, story);
    Ok(())
}

/// One release that is tagged and runs as people have started it, and the next one, which is only committed.
fn two_releases(shop: &Shop) -> Result<(Made, Made)> {
    let first = shop.first("1.0.0")?;
    shop.work.tag("v1.0.0")?;
    shop.compose(&["up", "-d", "--build"])?;
    shop.work.write(".github/workflows/release.yml", WORKFLOW)?;
    Ok((first, shop.release(&AppRelease::good("1.1.0"))?))
}

/// Pull request 7 lacks an approval and a check, 8 lacks nothing.
fn github(first: &Made, second: &Made) -> FakeGitHub {
    let github = FakeGitHub::start();
    github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.branch("main", &first.commit);
        let broken = "d".repeat(40);
        let refused = repo.pull(7);
        refused.by("ada").from("develop", &broken).into_branch("main", &first.commit).approve("grace");
        repo.commit(&broken).check("lint").conclude("failure");
        let ready = repo.pull(8);
        ready.by("ada").from("develop", &second.commit).into_branch("main", &first.commit);
        ready.approve("grace").approve("linus");
        repo.commit(&second.commit).checks_passed(&["lint"]);
    });
    github
}

/// `workflow_dispatch` in the team's checkout, with what GitHub would know: secrets, variables, its own address.
fn run(act: PathBuf, shop: &Shop, github: &FakeGitHub) -> Result<Run> {
    let published = publish(&shop.room().join("published"))?;
    let run = act::event(act, "workflow_dispatch")?;
    let run = run.args(["--input", "refused=7", "--input", "ready=8"]);
    let run = run.args(["--env".to_owned(), format!("GITHUB_API_URL={}", github.url())]);
    let run = run.args(["--env".to_owned(), format!("GITHUB_GRAPHQL_URL={}", github.graphql_url())]);
    let run = run.args(["--local-repository".to_owned(), format!("example/shiplane@v1={published}")]);
    let run = run.args(["--var".to_owned(), format!("KNOWN_HOSTS={}", shop.sshd.known_hosts())]);
    let run = run.args(["-s", "GITHUB_TOKEN", "-s", "DEPLOY_KEY"]).env("GITHUB_TOKEN", TOKEN);
    let run = run.env("DEPLOY_KEY", shop.sshd.client_key().private_text()?);
    Ok(run.env("HOME", shop.room()).dir(shop.work.dir()))
}

/// What a runner gets of our repository at a tag, without what lies about in a checkout: act copies all of it for
/// every step, and here nothing is to be built.
fn publish(to: &Path) -> Result<String> {
    std::fs::create_dir(to)?;
    Run::new("cp").args(["-R", "actions", "action.yml", "Cargo.toml"]).arg(to).dir(tools::checkout()).ok()?;
    Ok(to.display().to_string())
}

fn the_gate_refuses_and_the_next_step_hears_of_it(told: &Told) {
    let refused = told.outputs("refused");
    assert_eq!(refused["verdict"], "blocked", "{told}");
    assert_eq!(refused["codes"], "approvals,check-failed");
    assert_eq!(told.errors("refused"), ["approvals", "check-failed"]);
    let heard = told.outputs("heard");
    let words = ["verdict", "codes", "outcome", "approvals"].map(|name| heard[name].as_str());
    assert_eq!(words, ["blocked", "approvals,check-failed", "failure", "1"]);
}

fn the_rest_goes_its_way(told: &Told, (first, second): (&Made, &Made)) {
    let expected: [(&str, &[(&str, &str)]); 5] = [
        ("gate", &[("verdict", "pass"), ("codes", ""), ("head-sha", &second.commit)]),
        ("bump", &[("verdict", "written"), ("version", "1.1.0"), ("bump", "minor"), ("tag", "v1.1.0")]),
        ("deploy", &[("verdict", "deployed"), ("version", "1.1.0"), ("commit", &second.commit)]),
        ("smoke", &[("verdict", "ok"), ("version", "1.1.0"), ("failed", "")]),
        ("rollback", &[("verdict", "rolled-back"), ("commit", &first.commit)]),
    ];
    for (step, outputs) in expected {
        let written = told.outputs(step);
        for (name, value) in outputs {
            assert_eq!(written.get(*name).map(String::as_str), Some(*value), "{name} of {step}: {written:?}");
        }
        assert_eq!(told.errors(step), Vec::<&str>::new(), "{step}");
    }
    assert_eq!(told.outputs("rollback")["left"], told.outputs("deploy")["release"]);
}

/// What a step gets it has hidden before it says anything else, and nobody prints it.
fn secrets_stay_secret(told: &Told, shop: &Shop) -> Result<()> {
    let key = shop.sshd.client_key().private_text()?;
    for (step, tool) in STEPS {
        assert!(told.summary(step)?.starts_with(&format!("## {tool}: ")), "{step}");
        assert!(told.masks(step).contains(&TOKEN), "{step} did not hide the token");
    }
    for step in ["deploy", "rollback"] {
        assert!(told.masks(step).contains(&key.trim()), "{step} did not hide the key");
    }
    for secret in key.lines().filter(|line| !line.starts_with('-')).chain([TOKEN]) {
        assert_eq!(told.lines_with(secret), Vec::<String>::new());
    }
    Ok(())
}
