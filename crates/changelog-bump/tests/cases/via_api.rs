//! `--via-api`: what a shallow clone lacks is read from GitHub.

use shiplane_testkit::process::Outcome;

use super::hub::{Hub, step};
use super::run::{Answer, Project};

/// A clone of the newest commit alone, without tags.
fn shallow(hub: &Hub) -> Project {
    let home = tempfile::TempDir::new().unwrap();
    let url = format!("file://{}", hub.project.repo.dir().display());
    let repo = shiplane_testkit::git::GitRepo::init(home.path().join("repo")).unwrap();
    repo.git(&["fetch", "--quiet", "--depth", "1", "--no-tags", &url, "HEAD"]).unwrap();
    repo.git(&["reset", "--quiet", "--hard", "FETCH_HEAD"]).unwrap();
    Project { home, repo }
}

fn report(hub: &Hub, clone: &Project, args: &[&str], code: i32) -> Answer {
    let run = |args: &[&str]| -> Outcome { step(clone, &hub.github, args).run().unwrap() };
    Answer::of(&[&["--format", "json"], args].concat(), run, code)
}

#[test]
fn it_says_what_a_whole_clone_says() {
    let hub = Hub::with(&["feat: carts", "fix: totals\n\nRefs: #3", "docs: words"]);
    let clone = shallow(&hub);
    let missing = report(&hub, &clone, &["next"], 1);
    assert_eq!(missing.codes(), ["history-shallow"]);
    assert!(missing.json.to_string().contains("--via-api"), "{}", missing.json);
    assert!(hub.github.requests().is_empty());

    let answer = report(&hub, &clone, &["next", "--via-api"], 0);
    let whole = hub.report(&["next"], 0);
    assert_eq!(answer.outputs, whole.outputs);
    assert!(answer.codes().is_empty(), "{:?}", answer.codes());
    let notes = report(&hub, &clone, &["notes", "--via-api"], 0);
    assert!(notes.get("notes").contains("- carts"), "{}", notes.json);
    hub.github.forget_requests();
    report(&hub, &clone, &["next", "--via-api"], 0);
    // Is the commit there, which tags, and what is since the highest.
    assert_eq!(hub.github.requests().len(), 3, "{:?}", hub.github.requests());
}

#[test]
fn tags_on_other_branches_and_pre_releases_count_as_with_git() {
    let hub = Hub::with(&["feat: carts", "fix: totals"]);
    let middle = hub.project.repo.git(&["rev-parse", "HEAD~1"]).unwrap();
    hub.project.repo.git(&["tag", "v1.1.0-rc.1", middle.trim()]).unwrap();
    hub.edit(|shop| {
        shop.lands("other", "ffffffffffffffffffffffffffffffffffffffff", ("feat: elsewhere", &[]));
        shop.commit("ffffffffffffffffffffffffffffffffffffffff").parents = vec![shop.tags["v1.0.0"].clone()];
        shop.tag("v9.0.0", "ffffffffffffffffffffffffffffffffffffffff");
        shop.tag("v1.1.0-rc.1", middle.trim());
    });
    let clone = shallow(&hub);
    for args in [&["next", "--via-api"][..], &["next", "--via-api", "--pre", "rc"]] {
        let plain: Vec<&str> = args.iter().copied().filter(|it| *it != "--via-api").collect();
        assert_eq!(report(&hub, &clone, args, 0).outputs, hub.report(&plain, 0).outputs, "{args:?}");
    }
}

#[test]
fn without_any_tag_all_of_the_history_is_read() {
    let hub = Hub::with(&["feat: carts"]);
    let clone = shallow(&hub);
    let args = ["next", "--via-api", "--tag-prefix", "none-"];
    let answer = report(&hub, &clone, &args, 0);
    assert_eq!(answer.get("notes"), hub.report(&["next", "--tag-prefix", "none-"], 0).get("notes"));
}

#[test]
fn what_is_not_at_github_or_not_read_over_the_api_is_said() {
    let hub = Hub::with(&["feat: carts"]);
    let clone = shallow(&hub);
    let in_part = report(&hub, &clone, &["next", "--via-api", "--paths", "app"], 2);
    assert_eq!(in_part.codes(), ["via-api-in-part"]);
    clone.commits(&["fix: here alone"]);
    assert_eq!(report(&hub, &clone, &["next", "--via-api"], 1).codes(), ["commit-not-at-github"]);
    // A whole clone needs nobody.
    hub.github.forget_requests();
    assert_eq!(hub.report(&["next", "--via-api"], 0).get("version"), "1.1.0");
    assert!(hub.github.requests().is_empty());
}
