//! Flow a: features meet on `develop` after fast tests, go to `main` after all of them, and from there to production.

use anyhow::Result;
use shiplane_testkit::app::AppRelease;
use shiplane_testkit::github::Repo;

use super::stage::{Flow, said};

const FAST: [&str; 3] = ["ci / lint", "ci / test (sqlite, local)", "ci / test (sqlite, s3)"];
const MORE: [&str; 2] = ["ci / test (postgresql, local)", "ci / test (postgresql, s3)"];

const OLD: &str = "# Changelog\n\n## [Unreleased]\n\n## [1.0.0] - 2026-01-05\n\n### Added\n\n- The shop\n";
const NEW: &str = "# Changelog\n\n## [Unreleased]\n\n## [1.1.0] - 2026-01-06\n\n### Added\n\n- Carts\n\n## [1.0.0] - 2026-01-05\n\n### Added\n\n- The shop\n";

#[test]
fn a_feature_meets_fast_tests_and_a_promotion_all_of_them_and_every_reason() -> Result<()> {
    let Some(flow) = Flow::open("flow a, gate", "a")? else { return Ok(()) };
    let base = flow.shop.work.head()?;
    flow.shop.work.git(&["branch", "develop"])?;
    flow.shop.work.branch("feature/carts")?.write("carts", "1")?;
    let feature = flow.commit("feat: carts")?;
    flow.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.pull(7).by("ada").from("feature/carts", &feature).into_branch("develop", &base);
        repo.commit(&feature).checks_passed(&FAST);
    });

    let told = flow.pull_request("ci.yml", 7, "develop")?;
    assert_eq!((told.result("job"), told.result("test")), (Some("success"), Some("success")), "{told}");
    assert_eq!(cells(&told), ["sqlite on local", "sqlite on s3"], "{told}");
    said(&told, &[("gate", "blocked")]);
    assert_eq!(told.outputs("gate")["codes"], "approvals", "{told}");
    flow.github.edit(|world| {
        world.repo("example", "shop").pull(7).approve("grace");
    });
    let told = flow.review("ci.yml", 7, "develop")?;
    assert_eq!((told.result("job"), told.result("test")), (None, None), "a review runs no tests: {told}");
    said(&told, &[("gate", "pass")]);

    flow.shop.work.git(&["branch", "--move", "feature/carts", "develop", "--force"])?;
    flow.github.edit(|world| promotion(world.repo("example", "shop"), (&base, &feature)));
    let told = flow.pull_request("ci.yml", 8, "main")?;
    assert_eq!(
        cells(&told),
        ["postgresql on local", "postgresql on s3", "sqlite on local", "sqlite on s3"],
        "{told}"
    );
    said(&told, &[("gate", "blocked")]);
    let codes = told.outputs("gate")["codes"].clone();
    for code in ["changelog", "version", "required-reviewers", "check-failed"] {
        assert!(codes.split(',').any(|said| said == code), "{code} is not among {codes}");
    }
    Ok(())
}

/// Nobody who leads has looked, one cell is red, and nothing says what changes.
fn promotion(repo: &mut Repo, (base, head): (&str, &str)) {
    repo.pull(8).by("ada").from("develop", head).into_branch("main", base).approve("grace");
    let commit = repo.commit(head).message("feat: carts");
    commit.checks_passed(&MORE[1..]);
    commit.check(MORE[0]).conclude("failure");
    for side in [base, head] {
        repo.file(side, "CHANGELOG.md", OLD).file(side, "package.json", &package("1.0.0"));
    }
}

#[test]
fn a_hotfix_goes_straight_to_main_and_a_release_that_breaks_goes_back() -> Result<()> {
    let Some(flow) = Flow::open("flow a, release", "a")? else { return Ok(()) };
    let base = flow.shop.work.head()?;
    let files = [("CHANGELOG.md", OLD), ("package.json", &package("1.0.0"))];
    flow.github.edit(|world| {
        let repo = world.repo("example", "shop");
        repo.lands("main", &base, ("feat: a flow", &files)).branch("develop", &base);
    });
    let told = flow.push("deploy.yml")?;
    said(&told, &[("deploy", "deployed"), ("smoke", "ok")]);
    assert!(told.says("tested with sqlite on local"), "{told}");
    said(&told, &[("release", "released")]);
    flow.github.edit(|world| assert!(world.repo("example", "shop").tags.contains_key("v1.0.0")));

    flow.shop.work.branch("hotfix/1.1.0")?;
    let broken = flow.release(&AppRelease::broken_home("1.1.0"))?;
    flow.github.edit(|world| hotfix(world.repo("example", "shop"), (&base, &broken.commit)));
    said(&flow.pull_request("ci.yml", 9, "main")?, &[("gate", "pass")]);

    flow.shop.work.checkout("main")?.git(&["merge", "--quiet", "--ff-only", "hotfix/1.1.0"])?;
    flow.shop.work.push()?;
    let told = flow.push("deploy.yml")?;
    said(&told, &[("deploy", "deployed"), ("smoke", "unhealthy"), ("rollback", "rolled-back")]);
    assert_eq!((told.result("deploy"), told.result("release")), (Some("failure"), None), "{told}");
    assert_eq!(flow.answers()?, "1.0.0");
    flow.keeps_its_secrets(&told)
}

fn hotfix(repo: &mut Repo, (base, head): (&str, &str)) {
    repo.pull(9).by("ada").from("hotfix/1.1.0", head).into_branch("main", base).approve("lead");
    let commit = repo.commit(head).message("feat: release 1.1.0");
    commit.checks_passed(&FAST).checks_passed(&MORE);
    repo.file(base, "CHANGELOG.md", OLD).file(base, "package.json", &package("1.0.0"));
    repo.file(head, "CHANGELOG.md", NEW).file(head, "package.json", &package("1.1.0"));
    repo.pull(9).changes("CHANGELOG.md", "MODIFIED").changes("package.json", "MODIFIED");
}

fn package(version: &str) -> String {
    format!("{{\n  \"name\": \"sample-app\",\n  \"version\": \"{version}\"\n}}\n")
}

/// What the cells of the matrix printed, sorted: they ran side by side.
fn cells(told: &crate::scenarios::act::Told) -> Vec<String> {
    let mut cells = told.printed("tested with ");
    cells.sort();
    cells
}
