//! `pr`: one release pull request, kept up to date.

use shiplane_testkit::github::{Fault, Person, PullState};

use super::hub::Hub;

const BRANCH: &str = "release/next";

/// A commit that went to `main` on both sides.
fn merges(hub: &Hub, message: &str) {
    hub.project.commits(&[message]);
    let head = hub.head();
    hub.edit(|shop| {
        shop.lands("main", &head, (message, &[]));
    });
}

#[test]
fn it_is_opened_once_renewed_and_closed() {
    let hub = Hub::with(&["fix: totals"]);
    let opened = hub.report(&["pr", "--label", "release"], 0);
    assert_eq!((opened.verdict().as_str(), opened.get("pull-request")), ("proposed", "1"), "{}", opened.json);
    hub.edit(|shop| {
        let pull = &shop.pulls[&1];
        assert_eq!(
            (pull.title.as_str(), pull.labels.as_slice()),
            ("Release 1.0.1", &["release".to_owned()][..])
        );
        let head = shop.branches[BRANCH].sha.clone();
        assert_eq!(shop.commits[&head].parents, [hub.project.repo.head().unwrap()]);
        assert_eq!(shop.files_of(&head)["VERSION"], "1.0.1\n");
        assert_eq!(shop.files_of(&shop.branches["main"].sha)["VERSION"], "1.0.0\n");
    });
    assert_eq!(hub.report(&["pr", "--label", "release"], 0).verdict(), "unchanged");

    merges(&hub, "feat: carts");
    let renewed = hub.report(&["pr"], 0);
    assert_eq!((renewed.verdict().as_str(), renewed.get("pull-request")), ("proposed", "1"));
    hub.edit(|shop| {
        let pull = &shop.pulls[&1];
        assert_eq!(
            (pull.title.as_str(), pull.state, shop.pulls.len()),
            ("Release 1.1.0", PullState::Open, 1)
        );
        assert!(
            pull.body.contains("### Added\n\n- carts") && pull.body.contains("- totals"),
            "{}",
            pull.body
        );
        let head = &shop.branches[BRANCH].sha;
        assert_eq!(shop.commits[head].parents, [hub.project.repo.head().unwrap()]);
    });
    // Released by hand: nothing is left to propose.
    hub.project.repo.tag("v1.1.0").unwrap();
    let closed = hub.report(&["pr"], 0);
    assert_eq!(
        (closed.verdict().as_str(), hub.edit(|shop| shop.pulls[&1].state)),
        ("closed", PullState::Closed)
    );
    assert_eq!(hub.report(&["pr"], 0).verdict(), "none");
}

#[test]
fn what_people_wrote_in_the_notes_stays() {
    let hub = Hub::with(&["fix: totals", "fix: taxes"]);
    hub.report(&["pr"], 0);
    hub.edit(|shop| {
        let pull = shop.pulls.get_mut(&1).unwrap();
        // One entry is reworded, one is taken out, a paragraph comes in.
        let lines = pull.body.lines().filter(|line| !line.starts_with("- taxes"));
        let reworded = |line| match line {
            line if str::starts_with(line, "- totals") => "- Totals are right again\n\nA word of thanks.",
            line => line,
        };
        pull.body = lines.map(reworded).collect::<Vec<_>>().join("\n");
    });
    merges(&hub, "feat: carts");
    hub.report(&["pr"], 0);
    let body = hub.edit(|shop| shop.pulls[&1].body.clone());
    for part in ["- Totals are right again", "A word of thanks.", "- carts", "**1.1.0**"] {
        assert!(body.contains(part), "{part}\n{body}");
    }
    for part in ["- taxes", "- totals"] {
        assert!(!body.contains(part), "{part}\n{body}");
    }
    assert_eq!(hub.report(&["pr"], 0).verdict(), "unchanged");
}

#[test]
fn commits_of_others_on_the_branch_are_told_and_kept() {
    let hub = Hub::with(&["fix: totals"]);
    hub.report(&["pr"], 0);
    let theirs = "c".repeat(40);
    hub.edit(|shop| {
        shop.lands(BRANCH, &theirs, ("docs: better words", &[("README.md", "hi")]));
        shop.commit(&theirs).by(Person::known("ada"));
    });
    merges(&hub, "feat: carts");
    let kept = hub.report(&["pr"], 0);
    assert_eq!((kept.verdict().as_str(), kept.codes()), ("kept", vec!["branch-edited".to_owned()]));
    assert!(kept.json.to_string().contains("cccccccccc by ada (docs: better words)"), "{}", kept.json);
    assert_eq!(hub.edit(|shop| shop.branches[BRANCH].sha.clone()), theirs);
    hub.report(&["pr", "--overwrite"], 0);
    assert_eq!(
        hub.edit(|shop| shop.commits[&shop.branches[BRANCH].sha].message.lines().next().unwrap().to_owned()),
        "chore(release): 1.1.0"
    );
}

#[test]
fn a_commit_pushed_between_look_and_write_is_not_lost() {
    let hub = Hub::with(&["fix: totals"]);
    hub.report(&["pr"], 0);
    merges(&hub, "feat: carts");
    fn push(world: &mut shiplane_testkit::github::World) {
        let shop = world.repo("example", "shop");
        shop.lands(BRANCH, &"c".repeat(40), ("docs: better words", &[]));
    }
    hub.github.next_on("/repos/example/shop/git/trees", Fault::Meanwhile(push));
    let kept = hub.report(&["pr"], 0);
    assert_eq!(kept.verdict(), "kept", "{}", kept.json);
    assert_eq!(hub.edit(|shop| shop.branches[BRANCH].sha.clone()), "c".repeat(40));
}

#[test]
fn an_old_checkout_and_a_forbidden_pull_request_are_told() {
    let hub = Hub::with(&["fix: totals"]);
    let forbidden = "GitHub Actions is not permitted to create or approve pull requests.";
    hub.github.after(8, Fault::status(403, forbidden));
    let answer = hub.report(&["pr"], 1);
    assert_eq!(answer.codes()[0], "pull-requests-disabled", "{}", answer.json);
    assert!(answer.help("pull-requests-disabled").contains("Settings > Actions > General"));
    hub.edit(|shop| {
        shop.lands("main", &"d".repeat(40), ("feat: newer", &[]));
    });
    assert_eq!(hub.report(&["pr"], 10).codes(), ["branch-moved"]);
    hub.report(&["pr", "--branch=-x"], 2);
    hub.report(&["pr", "--branch", "main"], 10);
    let dry = hub.report(&["pr", "--dry-run"], 10);
    assert_eq!(dry.codes(), ["branch-moved"]);
}

#[test]
fn a_merged_release_is_left_to_the_release() {
    let hub = Hub::with(&["feat: carts"]);
    hub.project.run(&["bump", "--date", "2026-03-01"]).expect(0);
    hub.project.commits(&["chore(release): 1.1.0"]);
    let head = hub.head();
    hub.edit(|shop| {
        shop.lands("main", &head, ("chore(release): 1.1.0", &[]));
    });
    let answer = hub.report(&["pr"], 0);
    assert_eq!(answer.verdict(), "none");
    assert!(answer.json.to_string().contains("release-written"), "{}", answer.json);
}
