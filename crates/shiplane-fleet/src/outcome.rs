//! What came of it: on each host, and on all of them together.

use anyhow::anyhow;
use serde_json::json;
use shiplane_core::deploy::{Outcome, Release, Result as Ending, of};
use shiplane_core::fault::Fault;
use shiplane_core::report::{Drawing, Excerpt, Finding, Phase};
use shiplane_http::Proof;

use crate::company::Company;
use crate::member::{Member, Standing};

/// What was done, and what came of it.
#[derive(Debug)]
pub struct Deed {
    /// How it ended, on all hosts together.
    pub outcome: Outcome,
    /// What the public addresses said, when it came to that.
    pub proof: Option<Proof>,
    /// In the order in which they ended, host by host.
    pub phases: Vec<Phase>,
    /// How it ended on each.
    pub hosts: Vec<HostDeed>,
}

/// How it ended on one host.
#[derive(Clone, Debug, PartialEq)]
pub struct HostDeed {
    /// What people call it.
    pub host: String,
    /// What was live there.
    pub before: Option<Release>,
    /// What is live there now, as far as is known.
    pub after: Option<Release>,
    /// How its run ended; `None` when nobody could find out.
    pub result: Option<Ending>,
    /// From the first step to the last word.
    pub seconds: f64,
}

/// How a run ended, or why nobody knows.
type End = anyhow::Result<Outcome>;

impl Deed {
    /// Whether it was told to stop, and nothing was changed.
    pub fn was_interrupted(&self) -> bool {
        let is_refused = self.outcome.result == Ending::Refused;
        is_refused && self.outcome.findings.iter().any(|finding| finding.code == "interrupted")
    }

    /// Ends the connections and puts together what was heard on them.
    pub(crate) async fn of(company: Company<'_>) -> anyhow::Result<Self> {
        let Company { members, common, proof, mut view, .. } = company;
        let is_alone = members.len() < 2;
        let asks_hosts = members.iter().any(|member| !member.probes.is_empty());
        let (mut ends, mut hosts, mut phases, mut proofs) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for mut member in members {
            phases.append(&mut member.view.phases);
            proofs.extend(member.proof.take());
            let (deed, end) = part_with(member).await;
            ends.push(end);
            hosts.push(deed);
        }
        phases.append(&mut view.phases);
        let mut outcome = match (is_alone, ends.pop()) {
            (true, Some(end)) => end?,
            (_, last) => together(&hosts, ends.into_iter().chain(last)),
        };
        if !is_alone && !common.is_empty() && !asks_hosts {
            outcome.findings.push(hosts_not_asked());
        }
        let proof = proofs.into_iter().chain(proof).reduce(Proof::and);
        Ok(Self { outcome, proof, phases, hosts })
    }

    /// A row for each host; nothing where there is one.
    pub fn table(&self) -> Option<Drawing> {
        if self.hosts.len() < 2 {
            return None;
        }
        let name = |release: &Option<Release>| release.as_ref().map_or("none".to_owned(), Release::label);
        let mut rows = vec![["host", "before", "after", "result", "seconds"].map(str::to_owned)];
        rows.extend(self.hosts.iter().map(|one| {
            let after = if one.result.is_some() { name(&one.after) } else { "unknown".to_owned() };
            let seconds = format!("{:.1}", one.seconds);
            [one.host.clone(), name(&one.before), after, one.word().to_owned(), seconds]
        }));
        Some(Drawing::columns("hosts", &rows))
    }

    /// The hosts as JSON, for a step of the workflow: host, release, result.
    pub fn hosts_output(&self) -> String {
        let one = |one: &HostDeed| {
            let part = |part: fn(&Release) -> &String| one.after.as_ref().map(part);
            json!({
                "host": one.host,
                "release": part(|release| &release.id),
                "commit": part(|release| &release.commit),
                "version": one.after.as_ref().and_then(|release| release.version.as_ref()),
                "result": one.word(),
            })
        };
        serde_json::Value::from_iter(self.hosts.iter().map(one)).to_string()
    }
}

impl HostDeed {
    /// The result in a word.
    pub fn word(&self) -> &'static str {
        match self.result {
            Some(Ending::Good) => "good",
            Some(Ending::Refused) => "unchanged",
            Some(Ending::Restored) => "restored",
            Some(Ending::Broken) => "broken",
            None => "unknown",
        }
    }
}

/// What is known of a host in the end. After this its connection is closed.
async fn part_with(member: Member<'_>) -> (HostDeed, End) {
    let Member { attached, planned, standing, may_have_switched, seconds, .. } = member;
    let before = planned.plan.live.clone();
    let end = match standing {
        Standing::Ended(outcome) => Ok(*outcome),
        Standing::Lost(error) => Err(error),
        Standing::Ready | Standing::Held | Standing::Switched | Standing::Proven => {
            Err(anyhow!("the run on {} has not said how it ended", planned.host))
        }
    };
    let (result, after) = match &end {
        Ok(outcome) => (Some(outcome.result), outcome.live.clone()),
        // Without the word it cannot have switched.
        Err(_) if !may_have_switched => (Some(Ending::Refused), before.clone()),
        Err(_) => (None, None),
    };
    attached.close().await;
    (HostDeed { host: planned.host.clone(), before, after, result, seconds }, end)
}

/// All hosts as one: good when all are, broken when they differ or nobody can tell.
fn together(hosts: &[HostDeed], ends: impl Iterator<Item = End>) -> Outcome {
    let any = |result: Option<Ending>| hosts.iter().any(|host| host.result == result);
    let differ = any(Some(Ending::Good)) && hosts.iter().any(|host| host.result != Some(Ending::Good));
    let result = if any(None) || any(Some(Ending::Broken)) || differ {
        Ending::Broken
    } else if any(Some(Ending::Restored)) {
        Ending::Restored
    } else if any(Some(Ending::Refused)) {
        Ending::Refused
    } else {
        Ending::Good
    };
    let (mut findings, mut excerpts) = (Vec::new(), Vec::new());
    if differ || any(None) {
        findings.push(hosts_differ(hosts));
    }
    for (host, end) in hosts.iter().zip(ends) {
        match end {
            Ok(outcome) => {
                findings.extend(outcome.findings.into_iter().map(|finding| of(&host.host, finding)));
                let titled = |excerpt: Excerpt| Excerpt {
                    title: format!("{}: {}", host.host, excerpt.title),
                    ..excerpt
                };
                excerpts.extend(outcome.excerpts.into_iter().map(titled));
            }
            Err(error) => findings.push(of(&host.host, lost(&error))),
        }
    }
    let live = hosts.first().and_then(|host| host.after.clone());
    Outcome { result, findings, excerpts, live }
}

fn lost(error: &anyhow::Error) -> Finding {
    match error.chain().find_map(|cause| cause.downcast_ref::<Fault>()) {
        Some(fault) => {
            let finding = Finding::unknown(fault.code, &fault.fact);
            fault.help.iter().fold(finding, |finding, help| finding.help(help))
        }
        None => Finding::unknown("host-lost", format!("{error:#}")),
    }
}

/// Exactly which host is on what.
fn hosts_differ(hosts: &[HostDeed]) -> Finding {
    let name = |release: &Option<Release>| release.as_ref().map_or("nothing".to_owned(), Release::label);
    let one = |host: &HostDeed| match host.result {
        Some(_) => format!("{} has {}", host.host, name(&host.after)),
        None => {
            format!("{} is unknown (without a word it goes back to {})", host.host, name(&host.before))
        }
    };
    let words: Vec<String> = hosts.iter().map(one).collect();
    Finding::fail("hosts-differ", format!("not every host has the same release: {}", words.join(", ")))
        .help("look at the hosts that are named here, then run the command again or `rollback to`")
}

fn hosts_not_asked() -> Finding {
    let fact = "no probe asks the hosts one by one, so a bad release shows only when all of them have it";
    Finding::warning("host-not-proven", fact)
        .help("write `{host}` in the address of a probe, as in http: \"http://{host}:8080/version\"")
}
