//! `mode`: titles or labels of pull requests say what changed.

use shiplane_testkit::github::{Fault, Repo};

use super::hub::{Hub, step};
use super::run::Answer;

/// Marks the newest commit as brought by this pull request.
fn brought(hub: &Hub, number: u64, (title, labels): (&str, &[&str])) {
    let head = hub.head();
    hub.edit(|shop: &mut Repo| {
        let pull = shop.pull(number).title(title).merged_as(&head);
        for label in labels {
            pull.label(label);
        }
    });
}

#[test]
fn titles_as_github_has_them_now() {
    let hub = Hub::with(&["wip"]);
    brought(&hub, 7, ("feat(ui): carts", &[]));
    let answer = hub.report(&["next", "--mode", "pr-title", "--explain"], 0);
    assert_eq!((answer.get("version"), answer.get("bump")), ("1.1.0", "minor"), "{}", answer.json);
    assert!(answer.get("notes").contains("- ui: carts (#7)"), "{}", answer.get("notes"));
    assert!(
        answer.json.to_string().contains("wip (by #7 feat(ui): carts): minor, `feat`"),
        "{}",
        answer.json
    );
    assert_eq!(hub.report(&["next"], 0).get("bump"), "none");

    hub.project.repo.write(".github/shiplane.yml", "changelog:\n  mode: pr-title\n").unwrap();
    assert_eq!(hub.report(&["next"], 0).get("version"), "1.1.0");
    assert_eq!(hub.report(&["next", "--mode", "conventional"], 0).get("bump"), "none");
}

#[test]
fn labels_and_what_they_mean_here() {
    let hub = Hub::with(&["Add carts"]);
    brought(&hub, 7, ("Add carts", &["area/feature", "ui"]));
    let answer = hub.report(&["next", "--mode", "labels"], 0);
    assert_eq!((answer.get("bump"), answer.codes()), ("none", vec!["commit-unlabelled".to_owned()]));
    assert_eq!(hub.report(&["next", "--mode", "labels", "--unknown", "refuse"], 10).codes().len(), 2);
    let config = "changelog:\n  mode: labels\n  labels:\n    area/feature: minor\n";
    hub.project.repo.write(".github/shiplane.yml", config).unwrap();
    assert_eq!(hub.report(&["next"], 0).get("version"), "1.1.0");
    hub.edit(|shop| {
        shop.pull(7).label("skip-changelog");
    });
    assert_eq!(hub.report(&["next"], 0).get("bump"), "none");
}

#[test]
fn what_cannot_be_found_out_is_not_passed_over() {
    let hub = Hub::with(&["feat: carts"]);
    let without = step(&hub.project, &hub.github, &["next", "--mode", "pr-title", "--format", "json"]);
    let outcome = without.env("GITHUB_TOKEN", "").run().unwrap();
    outcome.expect(1);
    assert!(outcome.stdout.contains("pulls-unknown"), "{outcome}");
    for _ in 0..4 {
        hub.github.next_on("/graphql", Fault::bad_gateway());
    }
    assert_eq!(hub.report(&["next", "--mode", "pr-title"], 1).codes(), ["github-unavailable"]);
    // A commit that was not pushed.
    let hub = Hub::with(&["feat: carts"]);
    hub.project.commits(&["fix: here alone"]);
    assert_eq!(hub.report(&["next", "--mode", "labels"], 1).codes(), ["commit-not-at-github"]);
}

#[test]
fn without_a_token_first_lines_will_do_where_all_of_them_tell() {
    let hub = Hub::with(&["feat: carts (#7)", "fix: totals (#8)"]);
    let args = ["next", "--mode", "pr-title"];
    let run = |args: &[&str]| step(&hub.project, &hub.github, args).env("GITHUB_TOKEN", "").run().unwrap();
    let answer = Answer::of(&[&["--format", "json"], &args[..]].concat(), run, 0);
    assert_eq!(answer.get("version"), "1.1.0");
    assert!(hub.github.requests().is_empty());
}

#[test]
fn facts_decide_again_without_github() {
    let hub = Hub::with(&["wip"]);
    brought(&hub, 7, ("fix: totals", &[]));
    let facts = hub.project.home.path().join("facts.json");
    let facts = facts.to_str().unwrap();
    hub.report(&["next", "--mode", "pr-title", "--save-facts", facts], 0);
    hub.github.forget_requests();
    assert_eq!(hub.report(&["next", "--mode", "pr-title", "--facts", facts], 0).get("version"), "1.0.1");
    assert!(hub.github.requests().is_empty());
    // A record without what the mode needs decides nothing.
    hub.report(&["next", "--save-facts", facts], 0);
    assert_eq!(hub.report(&["next", "--mode", "labels", "--facts", facts], 1).codes(), ["pulls-unread"]);
}

#[test]
fn a_pull_request_is_checked_as_the_release_will_read_it() {
    let hub = Hub::with(&[]);
    hub.project.repo.git(&["checkout", "--quiet", "-b", "feature"]).unwrap();
    hub.project.commits(&["wip"]);
    let check = |args: &[&str], code: i32| {
        hub.report(&[&["check", "--base", "main"], args].concat(), code).get("bump").to_owned()
    };
    assert_eq!(check(&["--mode", "labels", "--labels", "chore", "--title", "feat: a"], 0), "none");
    assert_eq!(check(&["--mode", "labels", "--labels", "feature,ui"], 10), "minor");
    assert_eq!(check(&["--mode", "pr-title", "--title", "docs: a"], 0), "none");
    assert_eq!(check(&["--mode", "pr-title", "--title", "Add a"], 10), "unclear");
    assert_eq!(check(&["--paths", "!VERSION", "--title", "feat: a"], 0), "none");
    assert_eq!(check(&["--unknown", "patch", "--title", "Add a"], 10), "patch");
    hub.project.repo.write(".github/shiplane.yml", "changelog:\n  types:\n    docs: minor\n").unwrap();
    assert_eq!(check(&["--title", "docs: a"], 10), "minor");
    assert!(hub.github.requests().is_empty());
}
