//! `revert-pr`: real git, a real remote, and a GitHub that keeps what it was told.

use shiplane_testkit::git::{GitRepo, Origin};
use shiplane_testkit::github::{FakeGitHub, Fault, TOKEN};
use shiplane_testkit::ground::{finding, report, verdict};
use shiplane_testkit::process::{Outcome, Run};
use tempfile::TempDir;

use super::server::PROGRAM;

/// A repository with a good commit and a bad one, its remote, and GitHub.
struct Shop {
    dir: TempDir,
    work: GitRepo,
    github: FakeGitHub,
    good: String,
    bad: String,
}

impl Shop {
    fn open() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let work = GitRepo::init(dir.path().join("work")).unwrap();
        let origin = Origin::create(dir.path().join("origin.git")).unwrap();
        work.git(&["remote", "add", "origin", &origin.dir().to_string_lossy()]).unwrap();
        work.git(&["checkout", "-q", "-B", "main"]).unwrap();
        work.write("shop.txt", "good\n").unwrap();
        let good = work.commit("feat: good").unwrap();
        work.write("shop.txt", "bad\n").unwrap();
        let bad = work.commit("feat: bad").unwrap();
        work.git(&["push", "-q", "origin", "main"]).unwrap();
        let github = FakeGitHub::start();
        github.edit(|world| {
            world.repo("example", "shop");
        });
        Self { dir, work, github, good, bad }
    }

    fn run(&self, words: &[&str]) -> Outcome {
        Run::new(PROGRAM)
            .args(["revert-pr", "--base", "main"])
            .args(words)
            .dir(self.work.dir())
            .env("HOME", self.dir.path())
            .env("GITHUB_REPOSITORY", "example/shop")
            .env("GITHUB_TOKEN", TOKEN)
            .env("GITHUB_API_URL", self.github.url())
            .env("GITHUB_GRAPHQL_URL", self.github.graphql_url())
            .env("GITHUB_ACTOR", "ada")
            .env("SHIPLANE_FORMAT", "json")
            .run()
            .unwrap()
    }

    fn remote(&self, what: &[&str]) -> String {
        self.work.git(&["fetch", "-q", "--prune", "origin"]).unwrap();
        self.work.git(what).unwrap().trim().to_owned()
    }

    fn branches(&self) -> String {
        self.remote(&["for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/origin/revert"])
    }

    fn pulls(&self) -> Vec<(u64, String, String)> {
        self.github.edit(|world| {
            let pulls = world.repo("example", "shop").pulls.values();
            pulls.map(|pull| (pull.number, pull.title.clone(), pull.head.branch.clone())).collect()
        })
    }
}

#[test]
fn a_bad_commit_is_taken_back_once_however_often_it_is_asked() {
    let shop = Shop::open();
    let name = format!("revert/{}", &shop.bad[..8]);
    let run = shop.run(&["--commit", &shop.bad[..9], "--reason", "checkout fails"]);
    run.expect(0);
    assert_eq!(verdict(&run), ("opened".to_owned(), vec![]), "{run}");
    assert_eq!(
        (shop.branches(), shop.remote(&["show", &format!("origin/{name}:shop.txt")])),
        (name.clone(), "good".to_owned())
    );
    let outputs = report(&run)["outputs"].clone();
    assert_eq!((&outputs["branch"], &outputs["pull-request"]), (&name.clone().into(), &"1".into()));
    assert_eq!(shop.pulls(), [(1, "Revert \"feat: bad\"".to_owned(), name.clone())]);
    let first = shop.remote(&["rev-parse", &format!("origin/{name}")]);

    let again = shop.run(&["--commit", &shop.bad, "--reason", "checkout fails"]);
    again.expect(0);
    assert!(
        finding(&again, "pull-request")["fact"].as_str().unwrap().contains("was open already"),
        "{again}"
    );
    assert_eq!(shop.remote(&["rev-parse", &format!("origin/{name}")]), first);

    shop.run(&["--commit", &shop.bad, "--reason", "now known: tax"]).expect(0);
    shop.work.write("other.txt", "more\n").unwrap();
    shop.work.commit("feat: more").unwrap();
    shop.work.git(&["push", "-q", "origin", "main"]).unwrap();
    let moved = shop.run(&["--commit", &shop.bad]);
    moved.expect(0);
    assert!(finding(&moved, "branch")["fact"].as_str().unwrap().contains("brought up to date"), "{moved}");
    assert_eq!(shop.pulls().len(), 1);
    assert_eq!(shop.work.git(&["status", "--porcelain"]).unwrap(), "");
    assert!(!format!("{}{}", run.stdout, run.stderr).contains(TOKEN));
}

#[test]
fn a_merge_goes_as_a_whole_and_a_range_newest_first() {
    let shop = Shop::open();
    shop.work.git(&["checkout", "-q", "-b", "feature"]).unwrap();
    shop.work.write("feature.txt", "one\n").unwrap();
    shop.work.commit("feat: one").unwrap();
    shop.work.git(&["checkout", "-q", "main"]).unwrap();
    shop.work.git(&["merge", "-q", "--no-ff", "-m", "Merge feature", "feature"]).unwrap();
    shop.work.git(&["push", "-q", "origin", "main"]).unwrap();
    let merge = shop.work.head().unwrap();
    let run = shop.run(&["--commit", &merge]);
    run.expect(0);
    let tree = format!("origin/revert/{}", &merge[..8]);
    assert_eq!(shop.remote(&["ls-tree", "--name-only", &tree]), "shop.txt");

    let run = shop.run(&["--commit", &merge, "--range", &shop.good]);
    run.expect(0);
    let name = format!("revert/{}-and-1-more", &merge[..8]);
    assert_eq!(shop.remote(&["show", &format!("origin/{name}:shop.txt")]), "good");
    let lines = report(&run)["excerpts"][0]["lines"].clone();
    assert!(
        lines[0].as_str().unwrap().ends_with("Merge feature")
            && lines[1].as_str().unwrap().ends_with("feat: bad")
    );
}

#[test]
fn a_conflict_is_told_with_the_files_and_nothing_is_pushed() {
    let shop = Shop::open();
    shop.work.write("shop.txt", "worse\n").unwrap();
    shop.work.commit("feat: worse").unwrap();
    shop.work.git(&["push", "-q", "origin", "main"]).unwrap();
    let run = shop.run(&["--commit", &shop.bad]);
    run.expect(10);
    assert_eq!(verdict(&run), ("refused".to_owned(), vec!["revert-conflict".to_owned()]), "{run}");
    assert!(finding(&run, "revert-conflict")["fact"].as_str().unwrap().ends_with("shop.txt"), "{run}");
    assert_eq!((shop.branches().as_str(), shop.pulls().len()), ("", 0));
}

#[test]
fn what_cannot_be_done_is_said_before_anything_is_pushed() {
    let shop = Shop::open();
    let unknown = shop.run(&["--commit", "ffffffff"]);
    unknown.expect(10);
    assert_eq!(verdict(&unknown).1, ["commit-not-found"]);
    shop.work.git(&["checkout", "-q", "-b", "aside"]).unwrap();
    shop.work.write("aside.txt", "x\n").unwrap();
    let aside = shop.work.commit("feat: aside").unwrap();
    let elsewhere = shop.run(&["--commit", &aside]);
    elsewhere.expect(10);
    assert_eq!(verdict(&elsewhere).1, ["commit-not-on-branch"]);
    let planned = shop.run(&["--commit", &shop.bad, "--dry-run"]);
    planned.expect(0);
    assert_eq!(verdict(&planned).0, "planned");
    assert_eq!((shop.branches().as_str(), shop.pulls().len()), ("", 0));

    shop.github.next(Fault::status(403, "Resource not accessible by integration"));
    let forbidden = shop.run(&["--commit", &shop.bad]);
    forbidden.expect(1);
    assert_eq!(verdict(&forbidden).1, ["permission-missing"], "{forbidden}");
    let help = finding(&forbidden, "permission-missing")["help"].as_str().unwrap().to_owned();
    assert!(help.contains("contents: write, pull-requests: write"), "{help}");
    shop.run(&["--commit", &shop.bad]).expect(0);
    assert_eq!(shop.pulls().len(), 1, "the next run goes on where that one stopped");
}

#[test]
fn a_branch_that_people_work_on_is_left_to_them() {
    let shop = Shop::open();
    shop.run(&["--commit", &shop.bad]).expect(0);
    let name = format!("revert/{}", &shop.bad[..8]);
    shop.work.git(&["fetch", "-q", "origin"]).unwrap();
    shop.work.git(&["checkout", "-q", "-b", "mine", &format!("origin/{name}")]).unwrap();
    shop.work.write("note.txt", "by a person\n").unwrap();
    shop.work.commit("docs: note").unwrap();
    shop.work.git(&["push", "-q", "origin", &format!("mine:{name}")]).unwrap();
    let run = shop.run(&["--commit", &shop.bad]);
    run.expect(0);
    assert_eq!(verdict(&run).1, ["branch-kept"], "{run}");
    assert_eq!(shop.remote(&["show", &format!("origin/{name}:note.txt")]), "by a person");
}
