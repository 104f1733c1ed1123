//! What holds for every rule about people: order never matters, an unreadable team never helps, one fact is one reason.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use shiplane_core::gate::facts::{ChangedFile, CodeOwnersFile, FileReviewers, Review, ReviewState, Team};
use shiplane_core::gate::policy::{Exclude, Reviewers, Stale};
use shiplane_core::gate::{self, Facts, Policy, needs};
use shiplane_core::report::Level;

use super::gate::case;
use super::gate_properties::{reasons, review, word};

const GREEN: &str = "people-everything-asked-and-given";

const OWNERS: &str =
    "*.rs @example/leads @grace\n*.sql @example/DATA\n/docs/ docs@example.com\n/docs/free\n*.md @ada\n";

fn team() -> impl Strategy<Value = Team> {
    let names = select(&["@example/leads", "@Example/Leads", "@example/data", "@example/seniors"][..]);
    let members = subsequence(vec!["ada", "Grace", "linus", "helper[bot]"], 0..3);
    (names, members, any::<bool>()).prop_map(|(name, members, read)| Team {
        name: name.to_owned(),
        members: members.into_iter().filter(|_| read).map(str::to_owned).collect(),
        unreadable: (!read).then(|| "Not Found".to_owned()),
    })
}

fn file() -> impl Strategy<Value = ChangedFile> {
    let paths =
        || select(&["src/a.rs", "db/a.sql", "docs/a.txt", "docs/free/a.txt", "README.md", "Makefile"][..]);
    (paths(), proptest::option::of(paths())).prop_map(|(path, previous)| ChangedFile {
        path: path.to_owned(),
        previous: previous.map(str::to_owned),
    })
}

fn reviewers() -> impl Strategy<Value = Reviewers> {
    let names = vec!["grace", "@linus", "@example/leads", "@example/seniors"];
    (subsequence(names, 1..3), 1..3_u8)
        .prop_map(|(any, at_least)| Reviewers { any: any.into_iter().map(str::to_owned).collect(), at_least })
}

fn file_reviewers() -> impl Strategy<Value = FileReviewers> {
    let patterns = subsequence(vec!["*", "!docs/", "**/*.sql", "src/*"], 1..4);
    (patterns, 0..2_u8).prop_map(|(patterns, at_least)| FileReviewers {
        patterns: patterns.into_iter().map(str::to_owned).collect(),
        team: "@example/data".to_owned(),
        at_least,
    })
}

prop_compose! {
    fn policy()(
        reviewers in proptest::collection::vec(reviewers(), 0..3),
        file_reviewers in proptest::collection::vec(file_reviewers(), 0..2),
        stale in select(vec![Stale::Head, Stale::Diff, Stale::Keep]),
        asked in any::<(bool, bool, bool)>(),
        approvals in 0..3_u8,
    ) -> Policy {
        let (mut policy, _) = case(GREEN);
        (policy.last_push_approval, policy.code_owners) = (asked.0, asked.1);
        policy.exclude = if asked.2 { vec![Exclude::Contributor] } else { Vec::new() };
        (policy.reviewers, policy.file_reviewers) = (reviewers, file_reviewers);
        (policy.stale, policy.approvals) = (stale, approvals);
        policy
    }
}

prop_compose! {
    fn situation()(
        policy in policy(),
        reviews in proptest::collection::vec(review(), 0..6),
        teams in proptest::collection::vec(team(), 0..5),
        files in proptest::option::of(proptest::collection::vec(file(), 0..5)),
        pusher in select(&[None, Some("ada"), Some("GRACE")][..]),
        known in any::<(bool, bool)>(),
    ) -> (Policy, Facts) {
        let (_, mut facts) = case(GREEN);
        (facts.reviews, facts.teams, facts.files) = (reviews, teams, files);
        facts.head_pushed_by = pusher.map(str::to_owned);
        let path = Some("CODEOWNERS".to_owned());
        facts.code_owners = known.0.then(|| CodeOwnersFile { path, text: OWNERS.to_owned() });
        if known.1 {
            facts.head_seen_at = None;
        }
        (policy, facts)
    }
}

fn stir<T>(list: &mut [T], turn: usize, flip: bool) {
    if !list.is_empty() {
        list.rotate_left(turn % list.len());
    }
    if flip {
        list.reverse();
    }
}

proptest! {
    #[test]
    fn the_order_of_reviews_teams_and_files_never_matters(
        (policy, facts) in situation(),
        turn in 0..6_usize,
        flip in any::<bool>(),
    ) {
        let mut stirred = facts.clone();
        stir(&mut stirred.reviews, turn, flip);
        stir(&mut stirred.teams, turn, flip);
        stir(stirred.files.as_deref_mut().unwrap_or_default(), turn, flip);
        prop_assert_eq!(gate::evaluate(&policy, &facts), gate::evaluate(&policy, &stirred));
        prop_assert_eq!(needs(&policy, &facts), needs(&policy, &stirred));
    }

    #[test]
    fn an_unreadable_team_never_makes_a_pass((policy, facts) in situation(), other in team(), at in 0..5_usize) {
        let before = word(&policy, &facts);
        let unreadable = Some("Not Found".to_owned());
        let mut more = facts.clone();
        more.teams.push(Team { members: Vec::new(), unreadable: unreadable.clone(), ..other });
        prop_assert!(before == "pass" || word(&policy, &more) != "pass");
        let mut less = facts;
        if let Some(team) = less.teams.get_mut(at) {
            (team.members, team.unreadable) = (Vec::new(), unreadable);
        }
        prop_assert!(before == "pass" || word(&policy, &less) != "pass");
    }

    #[test]
    fn who_approves_though_nobody_counts_it_never_makes_a_pass((policy, facts) in situation(), new in review()) {
        let mut facts = facts;
        facts.reviews.retain(|review| review.author != "ada");
        let before = word(&policy, &facts);
        for author in ["ada", "ghost", "stranger[bot]"] {
            let mut more = facts.clone();
            more.reviews.push(Review {
                author: author.to_owned(),
                state: ReviewState::Approved,
                ..new.clone()
            });
            prop_assert!(before == "pass" || word(&policy, &more) != "pass", "{author}");
        }
    }

    #[test]
    fn whatever_team_decides_is_asked_for((policy, facts) in situation()) {
        let open = needs(&policy, &facts);
        let decides = gate::evaluate(&policy, &facts).into_iter().any(|finding| finding.fact.contains("not in the facts"));
        prop_assert_eq!(decides, !open.teams.is_empty());
    }

    #[test]
    fn a_team_that_was_asked_in_vain_is_not_asked_again((policy, facts) in situation()) {
        let mut asked = facts.clone();
        for name in needs(&policy, &facts).teams {
            asked.teams.push(Team { name, members: Vec::new(), unreadable: Some("Not Found".to_owned()) });
        }
        prop_assert_eq!(needs(&policy, &asked).teams, [""; 0]);
    }
}

/// One fact, and the one reason that must come of it.
type Flip = (fn(&mut Facts), &'static str);

#[test]
fn one_fact_flipped_is_one_reason_more() {
    let flips: [Flip; 12] = [
        (|facts| facts.head_pushed_by = None, "last-push-approval"),
        (|facts| facts.reviews[1].same_diff = Some(false), "approvals required-reviewers code-owners"),
        (|facts| facts.reviews[1].same_diff = None, "approvals required-reviewers code-owners"),
        (|facts| facts.teams[0].members = vec!["margaret".to_owned()], "required-reviewers"),
        (|facts| facts.teams[0].members = vec!["ada".to_owned()], "required-reviewers"),
        (|facts| unread(&mut facts.teams[0]), "team-unreadable"),
        (|facts| drop(facts.teams.remove(0)), "team-unreadable"),
        (|facts| unread(&mut facts.teams[1]), "team-unreadable"),
        (|facts| facts.files.as_mut().unwrap()[1].previous = Some("old.sql".to_owned()), ""),
        (|facts| facts.code_owners.as_mut().unwrap().text.push_str("*.rs @margaret\n"), "code-owners"),
        (|facts| facts.code_owners = None, "code-owners"),
        (|facts| facts.files = None, "code-owners"),
    ];
    let (policy, facts) = case(GREEN);
    assert_eq!(reasons(&policy, &facts), BTreeSet::new());
    for (at, (flip, expected)) in flips.into_iter().enumerate() {
        let mut facts = facts.clone();
        flip(&mut facts);
        let expected = expected.split_whitespace().map(str::to_owned).collect();
        assert_eq!(reasons(&policy, &facts), expected, "flip {at}");
    }
}

#[test]
fn of_two_records_of_one_approval_the_more_doubtful_counts_in_either_order() {
    let (policy, facts) = case("stale-diff-approval-of-the-same-diff");
    for (doubt, expected) in [(None, "undetermined"), (Some(false), "blocked"), (Some(true), "pass")] {
        let mut other = facts.reviews[0].clone();
        other.same_diff = doubt;
        let mut both = facts.clone();
        both.reviews.push(other);
        assert_eq!(word(&policy, &both), expected);
        both.reviews.reverse();
        assert_eq!(word(&policy, &both), expected);
    }
}

fn unread(team: &mut Team) {
    (team.members, team.unreadable) = (Vec::new(), Some("Not Found".to_owned()));
}

#[test]
fn a_hundred_sets_of_owners_are_a_hundred_reasons_of_bounded_length() {
    let (policy, mut facts) = case("code-owners-missing");
    let numbers = 0..100;
    let line = |n| format!("/{n}/ @owner{n} @{}\n", "x".repeat(300));
    let text = numbers.clone().map(line).collect();
    facts.code_owners = Some(CodeOwnersFile { path: Some("CODEOWNERS".to_owned()), text });
    let path = |n| ChangedFile { path: format!("{n}/{}", "y".repeat(300)), previous: None };
    facts.files = Some(numbers.map(path).collect());
    let findings = gate::evaluate(&policy, &facts);
    let missing: Vec<_> = findings.iter().filter(|finding| finding.level == Level::Fail).collect();
    assert_eq!(missing.len(), 100);
    assert!(missing.iter().all(|finding| finding.fact.chars().count() <= 501));
}
