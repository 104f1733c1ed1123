//! What is still to be found out before a decision, and what the other steps ask of the same facts.

use super::decide::CAPABLE;
use super::facts::Facts;
use super::ledger::{Choice, Ledger, State};
use super::names::{same, short};
use super::people::{Demand, Right, is_bot, right};
use super::policy::{Approver, Policy};
use super::record::Terms;
use super::votes::Votes;
use crate::gate::time::Time;
use crate::report::Finding;

/// What GitHub is to be asked once the comments are known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Questions {
    /// The commit whose people matter.
    pub commit: Option<String>,
    /// Logins whose permission in the repository matters.
    pub writers: Vec<String>,
    /// Teams, as organization and slug, and logins that may be in them.
    pub teams: Vec<(String, String)>,
    /// Logins that may be in one of the teams.
    pub members: Vec<String>,
    /// Runs that approvals by button name.
    pub runs: Vec<u64>,
}

/// What is to be asked; `also` are people besides those who answered.
pub fn questions(policy: &Policy, facts: &Facts, also: &[String]) -> Questions {
    let ledger = Ledger::read(policy, facts);
    let Choice::Found(request) = ledger.choose(policy, facts.asked.as_deref()) else {
        return Questions::default();
    };
    let demand = Demand::of(policy, request);
    let votes = Votes::read(facts, &ledger, request);
    let named = |login: &str| {
        demand.from.iter().any(|one| matches!(one, Approver::Person(name) if same(name, login)))
    };
    let mut people: Vec<String> = votes.last.values().map(|vote| vote.login.clone()).collect();
    people.extend(also.iter().filter(|one| !votes.last.contains_key(&one.to_lowercase())).cloned());
    people.retain(|login| !is_bot(login) && !named(login));
    let teams: Vec<(String, String)> = demand.from.iter().filter_map(team).collect();
    let runs =
        ledger.grants.iter().filter(|(_, deed)| request.is_meant_by(deed)).filter_map(|(_, deed)| deed.run);
    let writers = if demand.from.is_empty() { people.clone() } else { Vec::new() };
    let members = if teams.is_empty() { Vec::new() } else { people };
    Questions { commit: Some(request.terms.commit.clone()), writers, teams, members, runs: runs.collect() }
}

fn team(approver: &Approver) -> Option<(String, String)> {
    match approver {
        Approver::Team { org, slug } => Some((org.clone(), slug.clone())),
        Approver::Person(_) => None,
    }
}

/// A request that is open already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The comment that stores it.
    pub comment: u64,
    /// Where people see it.
    pub url: String,
    /// What it asks for.
    pub terms: Terms,
    /// When it ends.
    pub ends: Time,
}

/// The open request for the policy's environment: for `facts.asked`, else the newest.
pub fn asked(policy: &Policy, facts: &Facts) -> Option<Asked> {
    let ledger = Ledger::read(policy, facts);
    match ledger.choose(policy, facts.asked.as_deref()) {
        Choice::Found(found) if found.state == State::Open => Some(Asked {
            comment: found.comment.id,
            url: found.comment.url.clone(),
            terms: found.terms.clone(),
            ends: found.ends,
        }),
        Choice::Found(_) | Choice::Missing | Choice::OtherCommits(_) => None,
    }
}

/// The commit whose open request a new one for `commit` takes the place of.
pub fn replaces(policy: &Policy, facts: &Facts, commit: &str) -> Option<String> {
    let ledger = Ledger::read(policy, facts);
    let other = ledger.requests.iter().rfind(|one| {
        one.state == State::Open
            && same(&one.terms.environment, &policy.environment)
            && !same(&one.terms.commit, commit)
    });
    other.map(|one| one.terms.commit.clone())
}

/// Whether someone may close the request: who asked for it, or who may approve it. Otherwise why not.
pub fn may_withdraw(policy: &Policy, facts: &Facts, login: &str) -> Result<(), Finding> {
    let ledger = Ledger::read(policy, facts);
    let Choice::Found(request) = ledger.choose(policy, facts.asked.as_deref()) else {
        let fact = format!("no request for `{}` is open", policy.environment);
        return Err(Finding::fail("approval-missing", fact).help("ask with `approve request`"));
    };
    if request.terms.requester.as_ref().is_some_and(|requester| same(requester, login)) {
        return Ok(());
    }
    let what = format!("withdraw the request for {}", short(&request.terms.commit));
    match right(facts, &Demand::of(policy, request), login) {
        Right::Yes => Ok(()),
        Right::No(why) => Err(Finding::fail("approval-stranger", format!("{login} may not {what}: {why}"))
            .help("whoever asked for it or may approve it can")),
        Right::Unknown(why) => {
            let fact = format!("whether {login} may {what} is not known: {why}");
            Err(Finding::unknown("approvers-unreadable", fact).help(CAPABLE))
        }
    }
}
