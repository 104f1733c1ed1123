//! What a demand on certain people comes to, in words.

use super::approvals::{approvals, asking, reasons, uncertain_help};
use super::words::{count, list, quoted};
use crate::gate::facts::Facts;
use crate::gate::people::{Circle, Outcome, Tally};
use crate::gate::policy::Policy;
use crate::report::Finding;

/// Some of these people must have approved.
pub(super) struct Asked {
    /// Of the rule that asks.
    pub(super) code: &'static str,
    /// Of whom.
    pub(super) circle: Circle,
    /// How many of them.
    pub(super) needed: usize,
    /// Which files it is about, with a space before it; empty when all.
    pub(super) concern: String,
    /// What else helps where it is not known who is meant.
    pub(super) instead: Option<&'static str>,
}

/// The one finding that comes of it.
pub(super) fn judged(policy: &Policy, facts: &Facts, asked: &Asked) -> Finding {
    let tally = asked.circle.tally(asked.needed, &approvals(policy, facts), facts);
    let so_far = so_far(asked, &tally);
    match tally.outcome() {
        Outcome::Enough => Finding::ok(asked.code, so_far),
        Outcome::MembersDecide => members_decide(facts, asked, &tally),
        Outcome::ApprovalsDecide => {
            let fact = format!("{so_far}; not certain: {}", reasons(&doubts(&tally)));
            Finding::unknown(asked.code, fact).help(uncertain_help(policy, facts))
        }
        Outcome::TooFew => too_few(facts, asked, &tally),
    }
}

fn so_far(asked: &Asked, tally: &Tally) -> String {
    let (sure, needed) = (tally.sure.len(), count(asked.needed, "approval"));
    let whom = if sure == 0 { String::new() } else { format!(": {}", list(&tally.sure)) };
    format!("{sure} of {needed} by {}{}{whom}", any_of(&asked.circle.names()), asked.concern)
}

fn doubts(tally: &Tally) -> Vec<(String, String)> {
    let open = tally.open.iter().map(|login| (login.clone(), "may be one of them".to_owned()));
    open.chain(tally.uncertain.iter().cloned()).collect()
}

fn members_decide(facts: &Facts, asked: &Asked, tally: &Tally) -> Finding {
    let whether = format!("{}; whether {} may give it is not known", so_far(asked, tally), list(&tally.open));
    let unread = asked.circle.unread_teams(facts);
    if unread.is_empty() {
        let fact = format!("{whether}, as owners are named by e-mail address");
        let finding = Finding::unknown(asked.code, fact);
        return asked.instead.into_iter().fold(finding, Finding::help);
    }
    let teams: Vec<(String, String)> = unread.into_iter().map(|(name, why)| (quoted(&name), why)).collect();
    let fact = format!("{whether}, as members of a team are not known: {}", reasons(&teams));
    let token = "give the gate an app's token with `members: read`; the job's own cannot read teams";
    let help = asked.instead.map_or(token.to_owned(), |instead| format!("{token}. Or {instead}"));
    Finding::unknown("team-unreadable", fact).help(help)
}

fn too_few(facts: &Facts, asked: &Asked, tally: &Tally) -> Finding {
    let mut others = tally.refused.clone();
    others.extend(doubts(tally));
    let so_far = so_far(asked, tally);
    let fact = match others.as_slice() {
        [] => so_far,
        others => format!("{so_far}; not counted: {}", reasons(others)),
    };
    let author = &facts.pull_request.author;
    let able = asked.circle.names_without(author);
    let help = if able.is_empty() {
        format!("name somebody besides {author}, whose own change this is")
    } else {
        let missing = count(asked.needed.saturating_sub(tally.sure.len()), "more approval");
        asking(facts, &any_of(&able), &missing)
    };
    Finding::fail(asked.code, fact).help(help)
}

/// `` `grace` or `@example/leads` ``
pub(super) fn any_of(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quoted(name)).collect();
    match quoted.as_slice() {
        [] => "nobody".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} or {last}", most.join(", ")),
    }
}
