//! Git fixtures are the same from run to run.

use anyhow::Result;
use shiplane_testkit::git::{GitRepo, Origin};

fn story(dir: &std::path::Path) -> Result<GitRepo> {
    let repo = GitRepo::init(dir)?;
    repo.write("a.txt", "1")?.commit("feat: one")?;
    repo.tag("v1.0.0")?.branch("feature/two")?;
    repo.write("deep/er/b.txt", "2")?.commit("feat: two")?;
    repo.checkout("main")?.merge("feature/two")?;
    Ok(repo)
}

#[test]
fn the_same_story_has_the_same_commits() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let (one, other) = (story(&dir.path().join("one"))?, story(&dir.path().join("other"))?);
    assert_eq!(one.head()?, other.head()?);
    let log = one.git(&["log", "--format=%an %ae %s", "--first-parent"])?;
    assert_eq!(log, "Dev dev@example.org Merge branch 'feature/two'\nDev dev@example.org feat: one");
    assert_eq!(one.git(&["describe", "--tags"])?.split('-').next(), Some("v1.0.0"));
    Ok(())
}

#[test]
fn an_origin_takes_commits_and_tags() -> Result<()> {
    let dir = tempfile::tempdir()?;
    let origin = Origin::create(dir.path().join("origin.git"))?;
    let work = origin.clone_to(dir.path().join("work"))?;
    let first = work.write("a.txt", "1")?.commit("feat: one")?;
    work.tag("v1.0.0")?.push()?;
    assert_eq!((origin.resolve("main")?, origin.resolve("v1.0.0")?), (first.clone(), first.clone()));
    assert_eq!(origin.clone_to(dir.path().join("again"))?.head()?, first);
    assert!(origin.resolve("none").is_err());
    Ok(())
}
