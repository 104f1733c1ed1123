//! Whether a request is approved, with every reason.

use super::facts::Facts;
use super::ledger::{Choice, Ledger, Request, State};
use super::names::{list, same, short};
use super::people::{Demand, Right, own_work, right, work};
use super::policy::{Approver, Policy};
use super::votes::{Votes, Word, look_into};
use crate::gate::time::Time;
use crate::report::Finding;

/// The answer, with what a later step needs of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// Every reason.
    pub findings: Vec<Finding>,
    /// The commit that the request names; the one to deploy.
    pub commit: Option<String>,
    /// Where people see the request.
    pub url: Option<String>,
    /// Logins whose approval counts.
    pub approved_by: Vec<String>,
    /// When the request ends.
    pub ends: Option<Time>,
}

/// Judges; asks nothing.
pub fn decide(policy: &Policy, facts: &Facts) -> Decision {
    let ledger = Ledger::read(policy, facts);
    let mut decision = Decision { findings: unread(facts, &ledger), ..Decision::default() };
    decision.findings.extend(ledger.forged.iter().map(|comment| {
        let fact = format!("{} wrote a machine block, and only {} may", comment.author, facts.identity);
        Finding::warning("approval-forged", fact).help(look_into(comment))
    }));
    // What was not read may be the very request that is missed.
    let all_read = facts.unread.is_empty() && ledger.broken.is_empty();
    match ledger.choose(policy, facts.asked.as_deref()) {
        Choice::Missing | Choice::OtherCommits(_) if !all_read => {}
        Choice::Missing => decision.findings.push(missing(policy)),
        Choice::OtherCommits(commits) => {
            let asked = short(facts.asked.as_deref().unwrap_or_default());
            let known: Vec<String> = commits.iter().map(|commit| short(commit)).collect();
            decision.findings.push(other_commit(format!("{asked} was not asked for; {} was", list(&known))));
        }
        Choice::Found(request) => judge(&mut decision, (policy, facts), (&ledger, request)),
    }
    decision
}

fn judge(
    decision: &mut Decision,
    (policy, facts): (&Policy, &Facts),
    (ledger, request): (&Ledger<'_>, &Request<'_>),
) {
    decision.commit = Some(request.terms.commit.clone());
    decision.url = Some(request.comment.url.clone());
    decision.ends = Some(request.ends);
    decision.findings.extend(standing(facts, request));
    let demand = Demand::of(policy, request);
    let votes = Votes::read(facts, ledger, request);
    decision.findings.extend(votes.remarks.iter().cloned());
    let tally = Tally::of(facts, (&demand, request), &votes);
    decision.findings.extend(tally.remarks.iter().cloned());
    decision.findings.push(tally.outcome(facts, (&demand, request)));
    decision.approved_by = tally.counted;
}

/// What stands against the request itself, whoever approved it.
fn standing(facts: &Facts, request: &Request<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let commit = short(&request.terms.commit);
    let anew = "ask anew with `approve request`";
    match &request.state {
        State::Open => {}
        State::Edited => {
            let fact = format!("the request for {commit} was edited after it was written");
            findings.push(Finding::fail("approval-edited", fact).help(anew));
        }
        State::Withdrawn(by) => {
            let fact = format!("{by} withdrew the request for {commit}");
            findings.push(Finding::fail("approval-denied", fact).help(anew));
        }
        State::Replaced(by) => {
            let fact = format!("the request for {commit} was replaced by one for {}", short(by));
            findings.push(other_commit(fact));
        }
        State::Expired => {
            let fact = format!("the request for {commit} ended at {}", request.ends);
            findings.push(Finding::fail("approval-expired", fact).help(anew));
        }
    }
    let pull = facts.place.as_ref().and_then(|place| place.pull_request.as_ref());
    if let Some(pull) = pull.filter(|pull| pull.open && !same(&pull.head, &request.terms.commit)) {
        let fact = format!("the request is for {commit}, and the pull request is at {}", short(&pull.head));
        findings.push(other_commit(fact));
    }
    if facts.seen_at.is_none() {
        let fact =
            format!("whether the request for {commit} has ended is not known: the server told no time");
        findings.push(Finding::unknown("approval-unreadable", fact));
    }
    findings
}

fn other_commit(fact: String) -> Finding {
    Finding::fail("approval-other-commit", fact)
        .help("an approval is for one commit alone; ask for this one with `approve request`")
}

fn missing(policy: &Policy) -> Finding {
    let fact = format!("no approval for `{}` has been asked for", policy.environment);
    let help = format!("run `branch-gate approve request --environment {}` first", policy.environment);
    Finding::fail("approval-missing", fact).help(help)
}

fn unread(facts: &Facts, ledger: &Ledger<'_>) -> Vec<Finding> {
    let parts = facts.unread.iter().map(|unread| {
        let fact = format!("the {} could not be read in full: {}", unread.what, unread.why);
        let finding = Finding::unknown("approval-unreadable", fact);
        match &unread.permission {
            Some(permission) => finding.help(format!("grant the job `{permission}`")),
            None => finding,
        }
    });
    let blocks = ledger.broken.iter().map(|comment| {
        let fact = format!("a record of {} cannot be read", facts.identity);
        Finding::unknown("approval-unreadable", fact).help(look_into(comment))
    });
    parts.chain(blocks).collect()
}

/// Whose answers count, whose may, and what is to be said of the others.
#[derive(Debug, Default)]
struct Tally {
    counted: Vec<String>,
    uncertain: Vec<String>,
    taken_back: Vec<String>,
    remarks: Vec<Finding>,
}

impl Tally {
    fn of(facts: &Facts, (demand, request): (&Demand, &Request<'_>), votes: &Votes) -> Self {
        let mut tally = Self::default();
        for vote in votes.last.values() {
            let own = demand.deny_author.then(|| own_work(facts, request, &vote.login)).flatten();
            let right = right(facts, demand, &vote.login);
            match &vote.word {
                Word::Yes => tally.approval(&vote.login, own, right),
                Word::Unproven(why) => match right {
                    Right::Yes | Right::Unknown(_) => {
                        tally.approval(&vote.login, own, Right::Unknown(why.clone()));
                    }
                    Right::No(_) => tally.approval(&vote.login, own, right),
                },
                Word::TakenBack => tally.taken_back.push(vote.login.clone()),
                Word::No => tally.denial(&vote.login, right),
            }
        }
        tally
    }

    fn approval(&mut self, login: &str, own: Option<&'static str>, right: Right) {
        let whose = |what: &str| format!("the approval of {login} does not count: {what}");
        match (own, right) {
            (Some(own), _) => {
                let finding = Finding::warning("approval-self", whose(own));
                self.remarks.push(finding.help("somebody else has to approve"));
            }
            (None, Right::Yes) => self.counted.push(login.to_owned()),
            (None, Right::No(why)) => self.remarks.push(Finding::warning("approval-stranger", whose(&why))),
            (None, Right::Unknown(why)) => self.uncertain.push(format!("{login} ({why})")),
        }
    }

    fn denial(&mut self, login: &str, right: Right) {
        self.remarks.push(match right {
            Right::Yes => Finding::fail("approval-denied", format!("{login} said no"))
                .help("ask why; the same person can still approve, or ask anew for another commit"),
            Right::No(why) => {
                Finding::warning("approval-stranger", format!("the no of {login} does not count: {why}"))
            }
            Right::Unknown(why) => {
                let fact = format!("{login} said no, and whether they may is not known: {why}");
                Finding::unknown("approvers-unreadable", fact).help(CAPABLE)
            }
        });
    }

    fn outcome(&self, facts: &Facts, (demand, request): (&Demand, &Request<'_>)) -> Finding {
        let commit = &request.terms.commit;
        let (sure, needed) = (self.counted.len(), demand.count);
        let whom = if sure == 0 { String::new() } else { format!(": {}", list(&self.counted)) };
        let noun = if needed == 1 { "approval" } else { "approvals" };
        let tally = format!("{sure} of {needed} {noun} of {}{whom}", short(commit));
        let unnamed =
            demand.deny_author && work(facts, request).and_then(|commit| commit.author.as_ref()).is_none();
        if sure > needed || (sure == needed && !unnamed) {
            return Finding::ok("approval", tally);
        }
        if sure == needed {
            let fact = format!("{tally}; whether one of them is the commit's author is not known");
            let help = "get one more approval, or have the author's e-mail added to their account";
            return Finding::unknown("approval-author-unknown", fact).help(help);
        }
        if sure + self.uncertain.len() >= needed {
            let fact = format!("{tally}; not certain: {}", list(&self.uncertain));
            return Finding::unknown("approvers-unreadable", fact).help(CAPABLE);
        }
        let mut fact = format!("{tally}; waits for {}", self.waits_for(demand));
        if !self.uncertain.is_empty() {
            fact.push_str(&format!("; not certain: {}", list(&self.uncertain)));
        }
        if !self.taken_back.is_empty() {
            fact.push_str(&format!("; taken back by a later review: {}", list(&self.taken_back)));
        }
        Finding::pending("approval-pending", fact).help(format!("comment `/approve {}`", short(commit)))
    }

    /// Those who are named and have not been counted; a team may have others left.
    fn waits_for(&self, demand: &Demand) -> String {
        let counted = |login: &String| self.counted.iter().any(|one| same(one, login));
        let left = demand.from.iter().filter(|one| !matches!(one, Approver::Person(login) if counted(login)));
        let left: Vec<String> = left.map(ToString::to_string).collect();
        match (demand.from.is_empty(), left.is_empty()) {
            (true, _) => "people who may write".to_owned(),
            (false, true) => "more people than are named".to_owned(),
            (false, false) => list(&left),
        }
    }
}

/// What makes teams readable.
pub(super) const CAPABLE: &str =
    "give a token that may read members of the organization, or name the people instead of the team";
