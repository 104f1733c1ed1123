//! Who may approve, and who may not because the work is their own.

use super::facts::{Commit, Facts};
use super::ledger::Request;
use super::names::same;
use super::policy::{Approver, Policy};

/// What holds for one request: the policy and the request's own terms, the stricter of each.
#[derive(Debug)]
pub(super) struct Demand {
    /// How many people.
    pub(super) count: usize,
    /// Of whom; anyone who may write when empty.
    pub(super) from: Vec<Approver>,
    /// Whether the author and the requester are out.
    pub(super) deny_author: bool,
}

impl Demand {
    /// Settles what the policy leaves open. Nothing can be approved by nobody.
    pub(super) fn of(policy: &Policy, request: &Request<'_>) -> Self {
        let terms = &request.terms;
        let count = policy.count.unwrap_or(1).max(terms.count).max(1);
        let from = if policy.from.is_empty() { &terms.from } else { &policy.from };
        let deny_author = policy.deny_author.unwrap_or(false) || terms.deny_author;
        Self { count: usize::from(count), from: from.clone(), deny_author }
    }
}

/// Whether someone may approve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Right {
    /// Yes.
    Yes,
    /// No, and why.
    No(String),
    /// It could not be found out, and why.
    Unknown(String),
}

/// Whether someone may approve or deny: named, in a team that is named, or a writer when nobody is named.
pub(super) fn right(facts: &Facts, demand: &Demand, login: &str) -> Right {
    let named = demand.from.iter().any(|one| matches!(one, Approver::Person(name) if same(name, login)));
    if named {
        return Right::Yes;
    }
    if is_bot(login) {
        return Right::No("a bot that is not named".to_owned());
    }
    if demand.from.is_empty() { writes(facts, login) } else { in_a_team(facts, demand, login) }
}

/// Logins of bots end like this.
pub(super) fn is_bot(login: &str) -> bool {
    login.ends_with("[bot]")
}

fn writes(facts: &Facts, login: &str) -> Right {
    let known = facts.permissions.iter().find(|known| same(&known.login, login));
    match known.map(|known| (known.writes, &known.unreadable)) {
        Some((_, Some(why))) => Right::Unknown(why.clone()),
        Some((true, None)) => Right::Yes,
        Some((false, None)) => Right::No("may not write to the repository".to_owned()),
        None => Right::Unknown("the permission was not read".to_owned()),
    }
}

fn in_a_team(facts: &Facts, demand: &Demand, login: &str) -> Right {
    let mut right = Right::No("is not among those who may approve".to_owned());
    for team in demand.from.iter().filter(|one| matches!(one, Approver::Team { .. })) {
        let name = team.to_string();
        let known = facts.memberships.iter().find(|one| same(&one.team, &name) && same(&one.login, login));
        match known.map(|known| (known.member, &known.unreadable)) {
            Some((true, None)) => return Right::Yes,
            Some((false, None)) => {}
            Some((_, Some(why))) => right = Right::Unknown(format!("{name}: {why}")),
            None => right = Right::Unknown(format!("{name}: the membership was not read")),
        }
    }
    right
}

/// The request's commit, if that is the one that was looked at.
pub(super) fn work<'f>(facts: &'f Facts, request: &Request<'_>) -> Option<&'f Commit> {
    facts.commit.as_ref().filter(|commit| same(&commit.id, &request.terms.commit))
}

/// Why the work is someone's own, if it is.
pub(super) fn own_work(facts: &Facts, request: &Request<'_>, login: &str) -> Option<&'static str> {
    let is = |name: &String| same(name, login);
    let commit = work(facts, request);
    let pull = facts.place.as_ref().and_then(|place| place.pull_request.as_ref());
    if commit.and_then(|commit| commit.author.as_ref()).is_some_and(is) {
        return Some("the author of the commit");
    }
    let brought = commit.is_some_and(|commit| commit.brought_by.iter().any(is));
    if brought || pull.is_some_and(|pull| is(&pull.author)) {
        return Some("the author of the pull request");
    }
    request.terms.requester.as_ref().is_some_and(is).then_some("who asked for it")
}
