//! Probes from wherever they are asked: from here, and on hosts, where our worker does the waiting.

mod asker;
mod client;
mod errand;
mod worker;

use std::cell::RefCell;
use std::collections::BTreeMap;

use futures_util::future::{join, join_all};
use shiplane_core::deploy::Question;
use shiplane_core::fault::Fault;
use shiplane_core::report::Excerpt;
use shiplane_http::{From, Named, Outcome, Proof};
use shiplane_remote::{Attached, Reach};

pub use worker::called_as_worker;

use client::ask_there;

/// The ways to the hosts that are asked themselves.
#[derive(Clone, Debug, Default)]
pub struct Ways {
    /// One for each host that a probe is asked from.
    pub reaches: Vec<Reach>,
    /// What is known of the place where releases go.
    pub ground: Option<Question>,
}

/// What came of one probe.
#[derive(Debug)]
pub struct Seen {
    /// How waiting ended, or why nothing could be found out.
    pub result: Result<Outcome, Fault>,
    /// Logs of the services that are not well.
    pub logs: Vec<Excerpt>,
}

impl Seen {
    fn unknown(fault: Fault) -> Self {
        Self { result: Err(fault), logs: Vec::new() }
    }
}

/// Asks all probes side by side, in their order. Hosts are contacted only where a probe is asked on one.
pub async fn observe(probes: &[Named], ways: &Ways, on_line: impl FnMut(&str)) -> Vec<Seen> {
    let on_line = RefCell::new(on_line);
    let hear = |line: &str| on_line.borrow_mut()(line);
    let there = join_all(hosts(probes).into_iter().map(async |(host, mine)| {
        let seen = match ways.reaches.iter().find(|reach| reach.given == host) {
            Some(reach) => visit(reach, (&pick(probes, &mine), ways.ground.as_ref()), hear).await,
            None => failed(mine.len(), &no_way(&host)),
        };
        mine.into_iter().zip(seen).collect::<Vec<_>>()
    }));
    let (here, there) = join(ask_here(probes, hear), there).await;
    in_order(here.into_iter().chain(there.into_iter().flatten()))
}

/// The same as a proof, over a connection that stands; every probe that is asked on a host is asked on this one.
pub(crate) async fn prove_there(
    attached: &Attached,
    (probes, ground): (&[Named], &Question),
    on_line: impl FnMut(&str),
) -> Proof {
    let on_line = RefCell::new(on_line);
    let hear = |line: &str| on_line.borrow_mut()(line);
    let mine: Vec<usize> = hosts(probes).into_values().flatten().collect();
    let there = async {
        if mine.is_empty() {
            return Vec::new();
        }
        ask_there(attached, (&pick(probes, &mine), Some(ground)), hear).await
    };
    let (here, there) = join(ask_here(probes, hear), there).await;
    as_proof(probes, in_order(here.into_iter().chain(mine.iter().copied().zip(there))))
}

/// The same as a proof, over connections of its own.
pub async fn prove(probes: &[Named], ways: &Ways, on_line: impl FnMut(&str)) -> Proof {
    as_proof(probes, observe(probes, ways, on_line).await)
}

fn as_proof(probes: &[Named], seen: Vec<Seen>) -> Proof {
    let (mut results, mut logs) = (Vec::new(), Vec::<Excerpt>::new());
    for (named, seen) in probes.iter().zip(seen) {
        results.push((named.name.clone(), seen.result));
        for log in seen.logs {
            // Several probes may tell of the same service.
            if !logs.iter().any(|other| other.title == log.title) {
                logs.push(log);
            }
        }
    }
    Proof::of(probes, results, logs)
}

/// The hosts that are asked, each with the places of its probes.
fn hosts(probes: &[Named]) -> BTreeMap<String, Vec<usize>> {
    let mut hosts = BTreeMap::<String, Vec<usize>>::new();
    for (at, named) in probes.iter().enumerate() {
        match &named.from {
            From::Here => {}
            From::Host(host) => hosts.entry(host.clone()).or_default().push(at),
        }
    }
    hosts
}

fn pick<'a>(probes: &'a [Named], places: &[usize]) -> Vec<&'a Named> {
    places.iter().filter_map(|at| probes.get(*at)).collect()
}

async fn ask_here(probes: &[Named], hear: impl Fn(&str) + Copy) -> Vec<(usize, Seen)> {
    let from_here = probes.iter().enumerate().filter(|(_, named)| named.from == From::Here);
    let one = async |(at, named): (usize, &Named)| {
        (at, Seen { result: shiplane_http::observe(named, hear).await, logs: Vec::new() })
    };
    join_all(from_here.map(one)).await
}

/// Goes to a host, asks there, and says goodbye. What stops us is told of every probe.
async fn visit(
    reach: &Reach,
    (probes, ground): (&[&Named], Option<&Question>),
    hear: impl Fn(&str),
) -> Vec<Seen> {
    let attached = match client::attach(reach).await {
        Ok(attached) => attached,
        Err(fault) => return failed(probes.len(), &fault),
    };
    let seen = ask_there(&attached, (probes, ground), hear).await;
    attached.close().await;
    seen
}

fn failed(count: usize, fault: &Fault) -> Vec<Seen> {
    std::iter::repeat_with(|| Seen::unknown(fault.clone())).take(count).collect()
}

fn no_way(host: &str) -> Fault {
    Fault::could_not("host-not-asked", format!("there is no way to {host}"))
        .help("name the host with --ssh-host, or under `hosts:` of the environment")
}

fn in_order(seen: impl Iterator<Item = (usize, Seen)>) -> Vec<Seen> {
    let sorted: BTreeMap<usize, Seen> = seen.collect();
    sorted.into_values().collect()
}
