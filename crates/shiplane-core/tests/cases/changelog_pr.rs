//! The words of the release pull request, and whose commits are on its branch.

use semver::Version;
use shiplane_core::changelog::pr::body::{LONGEST, renew, write};
use shiplane_core::changelog::pr::{Offer, Others, Plan, Seen, Standing, Step, Wish, message, plan};
use shiplane_core::changelog::release::{BranchSeen, CommitSeen};

const NOTES: &str = "### Added\n\n- carts\n\n### Fixed\n\n- taxes\n- totals";

fn shown(body: &str) -> &str {
    let (_, from) = body.split_once("<!-- shiplane:notes").unwrap();
    let (_, from) = from.split_once("-->\n").unwrap();
    from.split_once("\n<!-- /shiplane:notes -->").unwrap().0
}

#[test]
fn the_same_notes_make_the_same_words() {
    let body = write("1.1.0", NOTES);
    assert_eq!(shown(&body), NOTES);
    assert_eq!(renew(&body, "1.1.0", NOTES), body);
    assert_eq!(renew(&body.replace('\n', "\r\n"), "1.1.0", NOTES), body);
    assert!(renew("somebody emptied it", "1.1.0", NOTES).contains("- carts"));
}

#[test]
fn entries_come_and_go_and_what_people_did_stays() {
    let body = write("1.1.0", NOTES);
    let more = "### Added\n\n- carts\n- wishes\n\n### Fixed\n\n- totals";
    assert_eq!(shown(&renew(&body, "1.1.0", more)), more);
    let edited = body.replace("- taxes\n", "").replace("- totals", "- Totals are right\n\nThanks!");
    let renewed = renew(&edited, "1.1.0", &NOTES.replace("- carts", "- carts\n- wishes"));
    assert_eq!(
        shown(&renewed),
        "### Added\n\n- carts\n- wishes\n\n### Fixed\n\n- Totals are right\n\nThanks!"
    );
    // What was taken out does not come back with the next change either.
    assert_eq!(
        shown(&renew(&renewed, "1.1.0", &NOTES.replace("- carts", "- carts\n- wishes"))),
        shown(&renewed)
    );
}

#[test]
fn notes_of_others_stay_inside_call_nobody_and_fit() {
    let hostile = "### Added\n\n- <!-- /shiplane:notes --> @ada and ada@example.org";
    let body = write("1.1.0", hostile);
    assert_eq!(body.matches("<!-- /shiplane:notes -->").count(), 1);
    assert!(!body.contains("@ada"), "{body}");
    assert_eq!(renew(&body, "1.1.0", hostile), body);
    let long: String = (0..4000).map(|at| format!("- entry {at} {}\n", "x".repeat(50))).collect();
    let body = write("1.1.0", &long);
    assert!(body.chars().count() <= LONGEST && body.contains("The rest is in the changelog."));
    assert!(renew(&body, "1.1.1", &long).chars().count() <= LONGEST);
}

fn wish(others: Others) -> Wish {
    let version = Version::new(1, 1, 0);
    let offer = Offer { title: "Release 1.1.0".to_owned(), notes: NOTES.to_owned(), version };
    Wish {
        offer: Some(offer),
        branch: "release/next".to_owned(),
        base: "main".to_owned(),
        head: "aaa".to_owned(),
        label: None,
        others,
    }
}

fn ours(parent: &str) -> CommitSeen {
    let (headline, body) = message(&Version::new(1, 1, 0), parent);
    CommitSeen {
        id: "bbb".to_owned(),
        parents: vec![parent.to_owned()],
        message: format!("{headline}\n\n{body}"),
        tree: "tree".to_owned(),
        committer: "GitHub".to_owned(),
        author: "github-actions[bot]".to_owned(),
    }
}

fn standing(since: Vec<CommitSeen>, others: Others) -> Option<Option<String>> {
    let branch = Some(BranchSeen { head: "bbb".to_owned(), since });
    let seen = Seen { base: Some("aaa".to_owned()), branch, pull: None };
    match plan(&wish(others), &seen) {
        Plan::Work(work) => work.steps.into_iter().find_map(|step| match step {
            Step::Build(Standing::At { tree, .. }) => Some(tree),
            Step::Build(Standing::Absent)
            | Step::Open(_)
            | Step::Edit(..)
            | Step::Label(_)
            | Step::Close(_) => None,
        }),
        Plan::Refused(findings) => panic!("{findings:?}"),
    }
}

#[test]
fn a_branch_is_ours_as_long_as_nobody_else_committed_on_it() {
    let update = CommitSeen {
        parents: vec!["bbb".to_owned(), "aaa".to_owned()],
        message: "Merge branch 'main' into release/next".to_owned(),
        committer: "GitHub".to_owned(),
        ..CommitSeen::default()
    };
    let amended = CommitSeen { committer: "Ada".to_owned(), ..ours("aaa") };
    let forged = CommitSeen { parents: vec!["zzz".to_owned()], ..ours("aaa") };
    let theirs =
        CommitSeen { message: "docs: words".to_owned(), committer: "GitHub".to_owned(), ..ours("aaa") };
    let tree = Some(Some("tree".to_owned()));
    assert_eq!(standing(vec![ours("aaa")], Others::Keep), tree);
    assert_eq!(standing(vec![ours("old")], Others::Keep), Some(None));
    assert_eq!(standing(vec![ours("aaa"), update], Others::Keep), Some(None));
    for other in [amended, forged, theirs] {
        assert_eq!(standing(vec![ours("aaa"), other.clone()], Others::Keep), None, "{other:?}");
        assert_eq!(standing(vec![ours("aaa"), other], Others::Overwrite), Some(None));
    }
}
