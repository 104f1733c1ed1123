//! What is asked for before it is judged: what the policy needs, once, and nothing else.

use shiplane_core::gate::facts::{Commit, FileReviewers, Landed, MergeGroup, ReleaseFile, Section, Unread};
use shiplane_core::gate::policy::{Demand, Exclude, Reviewers, Stale};
use shiplane_core::gate::{Facts, Needs, Policy, needs};

use super::gate::{case, folders, read};

fn cut_off(facts: &mut Facts, section: Section) {
    facts.unread.push(Unread { section, why: "cut off".to_owned(), permissions: Vec::new() });
}

fn texts(list: &[&str]) -> Vec<String> {
    list.iter().map(|&text| text.to_owned()).collect()
}

#[test]
fn a_plain_policy_needs_nothing_more() {
    let (policy, facts) = case("everything-in-order");
    assert_eq!(needs(&policy, &facts), Needs::default());
    assert!(needs(&policy, &facts).is_empty());
}

#[test]
fn the_distance_to_the_base_is_asked_where_it_can_matter() {
    let (mut policy, facts) = case("everything-in-order");
    policy.up_to_date = true;
    let asks = |change: fn(&mut Facts)| {
        let mut facts = facts.clone();
        change(&mut facts);
        needs(&policy, &facts)
    };
    assert_eq!(asks(|_| {}), Needs { behind: true, ..Needs::default() });
    assert!(asks(|facts| facts.pull_request.behind_by = Some(3)).is_empty());
    assert!(asks(|facts| facts.merge_group = Some(MergeGroup { commit: "9e0".to_owned() })).is_empty());
    assert!(asks(|facts| facts.landed = Some(Landed { commit: "9e0".to_owned() })).is_empty());
    assert!(asks(|facts| cut_off(facts, Section::BehindBy)).is_empty());
}

#[test]
fn files_and_code_owners_are_asked_for_the_rules_about_them() {
    let (mut policy, mut facts) = case("everything-in-order");
    policy.code_owners = true;
    assert_eq!(needs(&policy, &facts), Needs { files: true, code_owners: true, ..Needs::default() });
    facts.files = Some(Vec::new());
    assert_eq!(needs(&policy, &facts), Needs { code_owners: true, ..Needs::default() });
    cut_off(&mut facts, Section::CodeOwners);
    assert!(needs(&policy, &facts).is_empty());
    facts.files = None;
    cut_off(&mut facts, Section::Files);
    assert!(needs(&policy, &facts).is_empty());
}

#[test]
fn files_are_asked_for_teams_that_must_approve_and_not_for_teams_that_are_told() {
    let (mut policy, facts) = case("everything-in-order");
    let demand =
        |at_least| FileReviewers { patterns: texts(&["*"]), team: "@example/data".to_owned(), at_least };
    policy.file_reviewers = vec![demand(0)];
    assert!(needs(&policy, &facts).is_empty());
    policy.file_reviewers.push(demand(1));
    assert_eq!(needs(&policy, &facts), Needs { files: true, ..Needs::default() });
}

#[test]
fn changelog_and_version_are_asked_for_with_the_messages_that_they_follow_from() {
    let (mut policy, mut facts) = case("everything-in-order");
    policy.release.versions = texts(&["package.json", "Cargo.toml"]);
    assert!(needs(&policy, &facts).is_empty());
    policy.changelog = Demand::Required;
    let open = needs(&policy, &facts);
    assert_eq!((open.release_files, open.messages), (texts(&["CHANGELOG.md"]), true));
    policy.release.file = "docs/NEWS.md".to_owned();
    policy.version = Demand::Required;
    let open = needs(&policy, &facts);
    assert_eq!(open.release_files, texts(&["Cargo.toml", "docs/NEWS.md", "package.json"]));
    policy.changelog = Demand::Ignore;
    assert_eq!(needs(&policy, &facts).release_files, texts(&["Cargo.toml", "package.json"]));

    facts.commits[0].message = "feat: log in".to_owned();
    assert!(!needs(&policy, &facts).messages);
    let empty = Commit { message: String::new(), ..facts.commits[0].clone() };
    facts.commits.push(empty);
    assert!(needs(&policy, &facts).messages);
    cut_off(&mut facts, Section::Commits);
    assert!(!needs(&policy, &facts).messages);

    let mut told = facts.clone();
    told.release_files = Some(vec![ReleaseFile { path: "x".to_owned(), base: None, left: None, head: None }]);
    assert!(needs(&policy, &told).is_empty());
    cut_off(&mut facts, Section::ReleaseFiles);
    assert!(needs(&policy, &facts).is_empty());
}

#[test]
fn diffs_are_asked_for_approvals_that_only_a_diff_can_save() {
    let asks = |name: &str| {
        let (policy, facts) = case(name);
        needs(&policy, &facts).diffs
    };
    assert!(asks("stale-diff-when-the-diff-is-not-known"));
    for told in [
        "stale-diff-approval-of-the-same-diff",
        "stale-diff-approval-of-another-diff",
        "stale-diff-approval-of-the-head-needs-no-diff",
        "stale-diff-sent-before-the-head-but-naming-it",
        "stale-keep-approval-of-an-earlier-commit",
        "approvals-of-an-earlier-commit",
    ] {
        assert!(!asks(told), "{told}");
    }
    let (mut policy, mut facts) = case("stale-diff-approval-of-the-same-diff");
    policy.exclude = vec![Exclude::Contributor];
    cut_off(&mut facts, Section::Commits);
    assert!(!needs(&policy, &facts).diffs, "the diff is known, whatever else is not");

    let (mut policy, mut facts) = case("stale-diff-when-the-diff-is-not-known");
    let mut newer = facts.reviews[0].clone();
    newer.submitted_at = "2026-01-05T12:00:00Z".parse().ok();
    newer.commit = Some("c0ffee1".to_owned());
    facts.reviews.push(newer);
    assert!(!needs(&policy, &facts).diffs, "the newer approval is of the head");
    facts.reviews.pop();
    facts.reviews[0].writer = false;
    assert!(!needs(&policy, &facts).diffs);
    facts.reviews[0].writer = true;
    policy.approvals = 0;
    assert!(!needs(&policy, &facts).diffs, "nobody's approval is asked for");
    policy.stale = Stale::Diff;
    policy.last_push_approval = true;
    assert!(needs(&policy, &facts).diffs);
}

#[test]
fn teams_are_asked_only_where_they_can_turn_the_answer() {
    let asks = |name: &str| {
        let (policy, facts) = case(name);
        needs(&policy, &facts).teams
    };
    assert_eq!(asks("team-not-recorded-and-it-decides"), texts(&["@example/leads"]));
    for settled in [
        "team-unreadable-and-it-decides",
        "team-unreadable-but-a-named-person-approved",
        "team-unreadable-and-nobody-approved",
        "reviewers-of-a-team-in-other-case",
        "file-reviewers-when-no-file-matches",
        "people-everything-asked-and-nothing-given",
    ] {
        assert_eq!(asks(settled), [""; 0], "{settled}");
    }
    let (policy, mut facts) = case("team-unreadable-but-a-named-person-approved");
    facts.teams.clear();
    assert_eq!(needs(&policy, &facts).teams, [""; 0], "who is named has approved");
    let (mut policy, facts) = case("team-not-recorded-and-it-decides");
    policy.reviewers = vec![Reviewers { any: texts(&["@example/leads"]), at_least: 2 }];
    assert_eq!(needs(&policy, &facts).teams, [""; 0], "one approval is too few, whoever gave it");
}

#[test]
fn teams_of_files_and_of_code_owners_are_asked_for() {
    let (policy, mut facts) = case("file-reviewers-when-a-file-matches");
    facts.teams.clear();
    assert_eq!(needs(&policy, &facts).teams, texts(&["@example/data"]));
    let (policy, mut facts) = case("code-owners-of-a-team");
    facts.teams.clear();
    assert_eq!(needs(&policy, &facts).teams, texts(&["@Example/leads"]));
    cut_off(&mut facts, Section::CodeOwners);
    assert_eq!(needs(&policy, &facts).teams, [""; 0]);
}

#[test]
fn what_was_asked_once_is_not_asked_in_a_circle() {
    for folder in folders() {
        let (policy, facts) = read(&folder);
        let open = needs(&policy, &facts);
        assert!(open.clone().without(&open).is_empty(), "{}", folder.display());
        assert_eq!(open.clone().without(&Needs::default()), open);
    }
    let all = Needs { files: true, teams: texts(&["@a/b", "@a/c"]), ..Needs::default() };
    let asked = Needs { files: true, teams: texts(&["@a/b"]), ..Needs::default() };
    assert_eq!(all.without(&asked), Needs { teams: texts(&["@a/c"]), ..Needs::default() });
}

#[test]
fn the_default_policy_needs_nothing() {
    let (_, facts) = case("everything-in-order");
    assert!(needs(&Policy::default(), &facts).is_empty());
}
