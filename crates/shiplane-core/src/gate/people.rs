//! Whether those have approved of whom it is asked: people by name, members of teams, owners by address.

use super::facts::{Facts, Team};
use super::owners::Owner;
use super::policy::Reviewers;
use super::rules::Approvals;

/// People of whom some must have approved.
#[derive(Clone, Debug, Default)]
pub(super) struct Circle {
    logins: Vec<String>,
    teams: Vec<String>,
    emails: Vec<String>,
}

/// Whether a person is of the circle.
enum Membership {
    Is,
    IsNot,
    /// The teams that could tell could not be read, or an address is nobody's that is known.
    NotKnown,
}

/// Who of the circle has approved.
#[derive(Debug)]
pub(super) struct Tally {
    needed: usize,
    /// Whose approval counts, and who is of the circle.
    pub(super) sure: Vec<String>,
    /// Whose approval counts, and who may be of the circle.
    pub(super) open: Vec<String>,
    /// Whose approval may count, and who is or may be of the circle; and what is not known.
    pub(super) uncertain: Vec<(String, String)>,
    /// Who is of the circle and whose approval does not count; and why.
    pub(super) refused: Vec<(String, String)>,
}

/// What the tally comes to.
pub(super) enum Outcome {
    /// Enough, whatever is not known.
    Enough,
    /// It depends on who is of the circle.
    MembersDecide,
    /// It depends on approvals that may count.
    ApprovalsDecide,
    /// Too few, whatever is not known.
    TooFew,
}

impl Circle {
    /// Of the names in a policy: logins, and teams as `@owner/slug`.
    pub(super) fn of_reviewers(reviewers: &Reviewers) -> Self {
        let (teams, logins) = reviewers.any.iter().cloned().partition(|name| name.contains('/'));
        Self { logins, teams, emails: Vec::new() }
    }

    /// Of one team, however it is named.
    pub(super) fn of_team(team: &str) -> Self {
        Self { teams: vec![team.to_owned()], ..Self::default() }
    }

    /// Of the owners of a file.
    pub(super) fn of_owners(owners: &[Owner]) -> Self {
        let mut circle = Self::default();
        for owner in owners {
            match owner {
                Owner::Login(name) => circle.logins.push(name.clone()),
                Owner::Team(name) => circle.teams.push(name.clone()),
                Owner::Email(name) => circle.emails.push(name.clone()),
            }
        }
        circle
    }

    /// The names as they are written, without the one of a person who cannot approve.
    pub(super) fn names_without(&self, login: &str) -> Vec<String> {
        let logins = self.logins.iter().filter(|name| !same(name, login));
        logins.chain(&self.teams).chain(&self.emails).cloned().collect()
    }

    /// The names as they are written.
    pub(super) fn names(&self) -> Vec<String> {
        self.logins.iter().chain(&self.teams).chain(&self.emails).cloned().collect()
    }

    /// Teams that nobody has asked for their members.
    pub(super) fn unasked_teams(&self, facts: &Facts) -> Vec<String> {
        self.teams.iter().filter(|name| team(facts, name).is_none()).cloned().collect()
    }

    /// Teams whose members are not known, each with the reason.
    pub(super) fn unread_teams(&self, facts: &Facts) -> Vec<(String, String)> {
        let unread = |name: &String| match team(facts, name) {
            None => Some((name.clone(), "not in the facts".to_owned())),
            Some(team) => team.unreadable.clone().map(|why| (name.clone(), why)),
        };
        self.teams.iter().filter_map(unread).collect()
    }

    /// Weighs the approvals of the circle.
    pub(super) fn tally(&self, needed: usize, approvals: &Approvals, facts: &Facts) -> Tally {
        let mut tally =
            Tally { needed, sure: Vec::new(), open: Vec::new(), uncertain: Vec::new(), refused: Vec::new() };
        for login in &approvals.counted {
            match self.membership(login, facts) {
                Membership::Is => tally.sure.push(login.clone()),
                Membership::NotKnown => tally.open.push(login.clone()),
                Membership::IsNot => {}
            }
        }
        for person in &approvals.uncertain {
            match self.membership(&person.0, facts) {
                Membership::Is | Membership::NotKnown => tally.uncertain.push(person.clone()),
                Membership::IsNot => {}
            }
        }
        for person in &approvals.refused {
            match self.membership(&person.0, facts) {
                Membership::Is => tally.refused.push(person.clone()),
                Membership::NotKnown | Membership::IsNot => {}
            }
        }
        tally
    }

    fn membership(&self, login: &str, facts: &Facts) -> Membership {
        if self.logins.iter().any(|name| same(name, login)) {
            return Membership::Is;
        }
        let mut answer = if self.emails.is_empty() { Membership::IsNot } else { Membership::NotKnown };
        for name in &self.teams {
            match team(facts, name) {
                Some(team) if team.members.iter().any(|member| same(member, login)) => return Membership::Is,
                Some(team) if team.unreadable.is_none() => {}
                Some(_) | None => answer = Membership::NotKnown,
            }
        }
        answer
    }
}

impl Tally {
    /// What it comes to.
    pub(super) fn outcome(&self) -> Outcome {
        let (sure, open) = (self.sure.len(), self.sure.len() + self.open.len());
        if sure >= self.needed {
            Outcome::Enough
        } else if open >= self.needed {
            Outcome::MembersDecide
        } else if open + self.uncertain.len() >= self.needed {
            Outcome::ApprovalsDecide
        } else {
            Outcome::TooFew
        }
    }
}

/// What is recorded of a team; a record that could be read goes before one that could not.
fn team<'facts>(facts: &'facts Facts, name: &str) -> Option<&'facts Team> {
    let mut named: Vec<&Team> = facts.teams.iter().filter(|team| same(&team.name, name)).collect();
    named.sort_by_key(|team| (team.unreadable.is_some(), &team.members, &team.unreadable));
    named.into_iter().next()
}

/// Names differ in case at most, and in the `@` that people write before them.
fn same(left: &str, right: &str) -> bool {
    let bare = |name| str::strip_prefix(name, '@').unwrap_or(name);
    bare(left).eq_ignore_ascii_case(bare(right))
}
