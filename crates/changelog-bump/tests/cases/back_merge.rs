//! `back-merge`: a hotfix on `main` comes back to `develop`.

use shiplane_testkit::github::{Fault, Mergeable};

use super::hub::Hub;

const ARGS: &[&str] = &["back-merge", "--from", "main", "--into", "develop"];

/// `develop` at the release, and a hotfix on `main`.
fn hotfix() -> Hub {
    let hub = Hub::with(&["fix: totals"]);
    hub.edit(|shop| {
        let old = shop.tags["v1.0.0"].clone();
        shop.branch("develop", &old);
        let head = shop.branches["main"].sha.clone();
        shop.tag("v1.0.1", &head);
    });
    hub
}

#[test]
fn it_is_opened_once_and_nothing_to_merge_is_done() {
    let hub = hotfix();
    let dry = hub.report(&[ARGS, &["--dry-run"]].concat(), 0);
    assert_eq!((dry.verdict().as_str(), hub.edit(|shop| shop.pulls.len())), ("planned", 0));
    let opened = hub.report(ARGS, 0);
    assert_eq!((opened.verdict().as_str(), opened.get("pull-request")), ("opened", "1"));
    assert_eq!(opened.codes(), ["workflows-not-started"]);
    hub.edit(|shop| {
        let pull = &shop.pulls[&1];
        assert_eq!(pull.title, "Merge main back into develop");
        assert!(pull.body.contains("has 1 commit that `develop` does not have"), "{}", pull.body);
    });
    assert_eq!(hub.report(ARGS, 0).verdict(), "open");
    hub.edit(|shop| {
        let head = shop.branches["main"].sha.clone();
        shop.branch("develop", &head);
    });
    assert_eq!(hub.report(ARGS, 0).verdict(), "none");
    assert_eq!(hub.edit(|shop| shop.pulls.len()), 1);
}

#[test]
fn a_tag_gets_a_branch_of_its_own() {
    let hub = hotfix();
    let args = ["back-merge", "--from", "v1.0.1"];
    hub.github.next_on("/repos/example/shop/git/refs", Fault::Truncated);
    assert_eq!(hub.report(&args, 0).verdict(), "opened");
    hub.edit(|shop| {
        assert_eq!(shop.branches["back-merge/v1.0.1"].sha, shop.tags["v1.0.1"]);
        assert_eq!((shop.pulls.len(), shop.pulls[&1].head.branch.as_str()), (1, "back-merge/v1.0.1"));
    });
    assert_eq!(hub.report(&args, 0).verdict(), "open");
}

#[test]
fn a_conflict_is_told_with_the_commands_to_solve_it() {
    let hub = hotfix();
    hub.report(ARGS, 0);
    hub.edit(|shop| {
        shop.pulls.get_mut(&1).unwrap().mergeable(Mergeable::Conflicting);
    });
    let answer = hub.report(ARGS, 0);
    assert_eq!(
        (answer.verdict().as_str(), answer.codes()),
        ("conflict", vec!["back-merge-conflict".to_owned()])
    );
    let help = answer.help("back-merge-conflict");
    assert!(
        help.contains("git switch --no-track -c back-merge/main origin/develop && git merge origin/main"),
        "{help}"
    );
}

#[test]
fn what_is_not_there_is_refused() {
    let hub = hotfix();
    assert_eq!(
        hub.report(&["back-merge", "--from", "main", "--into", "nowhere"], 10).codes(),
        ["branch-missing"]
    );
    assert_eq!(hub.report(&["back-merge", "--from", "v9.9.9"], 10).codes(), ["branch-missing"]);
    hub.run(&["back-merge", "--from", "main", "--into", "main"]).expect(2);
    hub.run(&["back-merge", "--from=-x"]).expect(2);
    hub.github
        .next_on("/repos/example/shop/pulls", Fault::status(403, "Resource not accessible by integration"));
    let answer = hub.report(ARGS, 1);
    assert!(answer.help("permission-missing").contains("pull-requests: read"), "{}", answer.json);
}
