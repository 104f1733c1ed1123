//! The story: a promotion, a release, a bad release, and the way back.

use std::time::Instant;

use anyhow::Result;
use shiplane_testkit::app::AppRelease;

use super::stage::Stage;
use super::teller::Teller;

/// Tells it.
pub(super) fn tell(stage: &Stage, teller: &Teller) -> Result<()> {
    teller.step(1, "Version 1.0.0 runs on the server");
    deploy(stage, teller, ("1.0.0", &stage.work.head()?, 0))?;
    promotion(stage, teller)?;
    let version = release(stage, teller)?;
    broken(stage, teller)?;
    let seconds = way_back(stage, teller, &version)?;
    teller.step(9, "The host's journal tells it all");
    teller.run("ssh-deploy history", &stage.tool("ssh-deploy").arg("history"), 0)?;
    teller.say(&format!(
        "\nFrom the failure that smoke-check found to version {version} restored: {seconds:.1} s."
    ));
    Ok(())
}

/// A pull request is refused with all its reasons, gets what it lacks, and passes.
fn promotion(stage: &Stage, teller: &Teller) -> Result<()> {
    let head = stage.work.head()?;
    stage.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.branch("main", &"b".repeat(40));
        repo.branch("develop", &head);
        let pull = repo.pull(7);
        pull.title("Offer gift cards").by("ada").from("develop", &head).into_branch("main", &"b".repeat(40));
        pull.approve("grace");
        pull.thread("src/cart.rs", 42, "What if the cart is empty?");
        let commit = repo.commit(&head);
        commit.check("lint").conclude("success");
        commit.check("test (sqlite, local)").conclude("failure");
    });
    teller.step(2, "May develop be merged into main? Not yet, and here is every reason");
    let call = "branch-gate check --pull-request 7";
    let gate = stage.tool("branch-gate").args(["check", "--pull-request", "7"]);
    teller.run(call, &gate, 10)?;
    stage.github.edit(|world| {
        let repo = world.repo("example", "shop");
        let pull = repo.pull(7);
        pull.approve("linus");
        pull.resolve_all();
        repo.commit(&head).check("test (sqlite, local)").conclude("success");
    });
    teller.step(3, "The test is fixed, the question answered, the second approval given");
    teller.run(call, &gate, 0)?;
    Ok(())
}

/// The version is read from the commits, the changelog written, the release deployed and proven.
fn release(stage: &Stage, teller: &Teller) -> Result<String> {
    stage.work.write("gift-cards.txt", "gift cards\n")?;
    stage.work.commit("feat: offer gift cards")?;
    teller.step(4, "The commits say which version comes next; the changelog writes itself");
    teller.run("changelog-bump bump", &stage.tool("changelog-bump").arg("bump"), 0)?;
    let version = stage.output("version")?;
    let commit = stage.release(&AppRelease::good(&version))?;
    teller.step(5, "It is deployed, and proves at its public address that it is the one answering");
    deploy(stage, teller, (&version, &commit, 0))?;
    smoke(stage, teller, (&version, 0))?;
    Ok(version)
}

/// A release whose health check fails never becomes the live one.
fn broken(stage: &Stage, teller: &Teller) -> Result<()> {
    teller
        .step(6, "A release that is not healthy is caught by its own deploy, and the old one is live again");
    let commit = stage.release(&AppRelease::unhealthy("1.2.0"))?;
    deploy(stage, teller, ("1.2.0", &commit, 11))
}

/// A release that looks healthy and is not, and the way back from it; the seconds that took.
fn way_back(stage: &Stage, teller: &Teller, good: &str) -> Result<f64> {
    teller
        .step(7, "A release that says it is healthy, but whose home page fails, is found by the smoke check");
    let commit = stage.release(&AppRelease::broken_home("1.3.0"))?;
    deploy(stage, teller, ("1.3.0", &commit, 0))?;
    smoke(stage, teller, ("1.3.0", 10))?;
    let failed = Instant::now();
    teller.step(8, "Back to the release that was good: no build, no registry, no GitHub");
    teller.run("rollback to", &stage.tool("rollback").arg("to"), 0)?;
    let seconds = failed.elapsed().as_secs_f64();
    smoke(stage, teller, (good, 0))?;
    Ok(seconds)
}

fn deploy(stage: &Stage, teller: &Teller, (version, commit, expected): (&str, &str, i32)) -> Result<()> {
    let args = ["deploy", "--commit", commit, "--release-version", version];
    let call = format!("ssh-deploy deploy --commit {:.8} --release-version {version}", commit);
    teller.run(&call, &stage.tool("ssh-deploy").args(args), expected)?;
    Ok(())
}

fn smoke(stage: &Stage, teller: &Teller, (version, expected): (&str, i32)) -> Result<()> {
    let args = ["run", "--probe", "web,home", "--expect-version", version];
    let call = format!("smoke-check run --probe web,home --expect-version {version}");
    teller.run(&call, &stage.tool("smoke-check").args(args), expected)?;
    Ok(())
}
