//! The policy in force: the most restrictive of every demand, in whatever order the sources come.

use proptest::prelude::*;
use proptest::sample::select;
use shiplane_core::gate::facts::{FileReviewers, Protection};
use shiplane_core::gate::policy::{Conversations, OtherChecks, RequiredCheck, Stale};
use shiplane_core::gate::{self, Facts, Policy};

use super::gate::case;

fn with(protection: Vec<Protection>) -> Facts {
    let (_, mut facts) = case("everything-in-order");
    facts.protection = protection;
    facts
}

fn in_force(policy: &Policy, protection: Protection) -> Policy {
    gate::in_force(policy, &with(vec![protection]))
}

fn pinned(name: &str, app: &str) -> RequiredCheck {
    RequiredCheck { name: name.to_owned(), app: Some(app.to_owned()) }
}

#[test]
fn without_protection_the_policy_is_as_it_was() {
    let (policy, _) = case("everything-in-order");
    assert_eq!(gate::in_force(&policy, &with(Vec::new())), policy);
    assert_eq!(in_force(&policy, Protection::default()), policy);
}

#[test]
fn every_demand_of_github_holds() {
    let policy = Policy { conversations: Conversations::Ignore, stale: Stale::Keep, ..Policy::default() };
    let reviewers =
        FileReviewers { patterns: vec!["*.sql".to_owned()], team: "@o/dba".to_owned(), at_least: 1 };
    let protection = Protection {
        approvals: Some(3),
        dismiss_stale: true,
        last_push_approval: true,
        code_owners: true,
        conversations: true,
        up_to_date: true,
        locked: true,
        checks: vec![RequiredCheck::named("lint")],
        file_reviewers: vec![reviewers.clone()],
        ..Protection::default()
    };
    let expected = Policy {
        approvals: 3,
        stale: Stale::Diff,
        last_push_approval: true,
        code_owners: true,
        conversations: Conversations::Resolved,
        up_to_date: true,
        locked: true,
        checks: vec![RequiredCheck::named("lint")],
        other_checks: OtherChecks::MustPass,
        file_reviewers: vec![reviewers],
        ..policy.clone()
    };
    assert_eq!(in_force(&policy, protection), expected);
}

#[test]
fn github_never_asks_for_less_than_the_policy() {
    let policy = Policy { approvals: 2, stale: Stale::Head, up_to_date: true, ..Policy::default() };
    let less = Protection { approvals: Some(0), dismiss_stale: true, ..Protection::default() };
    assert_eq!(in_force(&policy, less), policy);
}

#[test]
fn the_names_of_the_policy_stay_first_and_pins_stay_apart() {
    let policy =
        Policy { checks: vec![RequiredCheck::named("zeta"), pinned("lint", "ci")], ..Policy::default() };
    let checks =
        vec![RequiredCheck::named("lint"), pinned("lint", "-1"), pinned("lint", "ci"), pinned("a", "9")];
    let judged = in_force(&policy, Protection { checks, ..Protection::default() });
    let expected =
        [RequiredCheck::named("zeta"), pinned("lint", "ci"), pinned("a", "9"), RequiredCheck::named("lint")];
    assert_eq!(judged.checks, expected);
    assert_eq!(judged.other_checks, OtherChecks::Ignore);
}

#[test]
fn up_to_date_without_a_check_of_its_own_is_void() {
    let strict = Protection { up_to_date: true, ..Protection::default() };
    let other = Protection { checks: vec![RequiredCheck::named("lint")], ..Protection::default() };
    assert!(!gate::in_force(&Policy::default(), &with(vec![strict.clone(), other.clone()])).up_to_date);
    let both = Protection { up_to_date: true, ..other };
    assert!(gate::in_force(&Policy::default(), &with(vec![strict, both])).up_to_date);
}

#[test]
fn what_is_asked_elsewhere_is_of_the_policy_in_force() {
    let (mut policy, _) = case("everything-in-order");
    policy.checks.clear();
    let checks = vec![RequiredCheck::named("build"), pinned("build", "ci")];
    let facts = with(vec![Protection { checks, ..Protection::default() }]);
    assert_eq!(gate::missing_checks(&policy, &facts), ["build"]);
    assert_eq!(gate::approvals(&policy, &facts).counted, ["grace", "linus"]);
}

fn required() -> impl Strategy<Value = RequiredCheck> {
    let apps = select(&[None, Some("ci"), Some("15368"), Some("-1")][..]);
    (select(&["lint", "test", "build"][..]), apps)
        .prop_map(|(name, app)| RequiredCheck { name: name.to_owned(), app: app.map(str::to_owned) })
}

prop_compose! {
    fn protection()(
        approvals in proptest::option::of(0..4_u8),
        yes in proptest::array::uniform6(any::<bool>()),
        checks in proptest::collection::vec(required(), 0..4),
        teams in proptest::collection::vec(select(&["@o/a", "@o/b"][..]), 0..3),
    ) -> Protection {
        let [dismiss_stale, last_push_approval, code_owners, conversations, up_to_date, locked] = yes;
        let reviewers = |team: &str| FileReviewers { patterns: vec!["*".to_owned()], team: team.to_owned(), at_least: 1 };
        Protection {
            approvals, dismiss_stale, last_push_approval, code_owners, conversations, up_to_date, locked, checks,
            file_reviewers: teams.into_iter().map(reviewers).collect(),
            ..Protection::default()
        }
    }
}

fn policy() -> impl Strategy<Value = Policy> {
    let stale = select(vec![Stale::Head, Stale::Diff, Stale::Keep]);
    (0..4_u8, proptest::collection::vec(required(), 0..3), stale).prop_map(|(approvals, checks, stale)| {
        Policy { approvals, checks, stale, conversations: Conversations::Ignore, ..Policy::default() }
    })
}

proptest! {
    #[test]
    fn neither_order_nor_repetition_of_the_sources_matters(
        policy in policy(),
        sources in proptest::collection::vec(protection(), 0..4),
        turn in 0..4_usize,
    ) {
        let facts = with(sources.clone());
        let once = gate::in_force(&policy, &facts);
        prop_assert_eq!(&gate::in_force(&once, &facts), &once);
        let mut turned = sources.clone();
        turned.reverse();
        if !turned.is_empty() {
            turned.rotate_left(turn % sources.len());
        }
        turned.extend(sources);
        prop_assert_eq!(&gate::in_force(&policy, &with(turned)), &once);
    }

    #[test]
    fn more_protection_never_makes_a_pass(policy in policy(), source in protection()) {
        let word = |facts: &Facts| gate::verdict(&gate::evaluate(&policy, facts)).word;
        let before = word(&with(Vec::new()));
        prop_assert!(before == "pass" || word(&with(vec![source])) != "pass");
    }
}
