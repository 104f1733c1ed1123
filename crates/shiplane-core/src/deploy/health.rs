//! Is it well there? From what hosts and probes said to findings; nothing is changed by asking.

use serde::{Deserialize, Serialize};

use super::decide::uncertain;
use super::event::Result as Ending;
use super::facts::HostFacts;
use super::journal::History;
use super::release::{Release, Runtime};
use super::restart::not_reloaded;
use super::stamp::Stamp;
use super::standing::{Backup, Room, Running, Standing};
use super::story::{made_live, told};
use crate::backup::median;
use crate::duration::Span;
use crate::report::{Finding, Level};

/// A daily backup is late after this long.
const BACKUP_AGE: Span = Span::seconds(26 * 3600);

/// What was seen of a place: its hosts, and what its public addresses said.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// Its hosts, in order.
    pub hosts: Vec<HostSeen>,
    /// Its probes, each asked once.
    pub probes: Vec<Asked>,
}

/// One host.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HostSeen {
    /// What people call it.
    pub host: String,
    /// What it says of itself.
    pub facts: HostFacts,
    /// What runs there.
    pub standing: Standing,
}

/// One probe.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Asked {
    /// Its name.
    pub name: String,
    /// The status that came, when an answer came.
    pub status: Option<u16>,
    /// How long it took.
    pub seconds: f64,
    /// What is wrong with the answer.
    pub findings: Vec<Finding>,
}

/// One rule about a host.
type Rule = fn(&Runtime, &HostSeen) -> Vec<Finding>;

const RULES: [Rule; 10] = [path, tools, live, unsettled, lock, last_run, containers, images, room, backups];

/// Every finding about the place, hosts first.
pub fn judge(runtime: &Runtime, looked: &Looked) -> Vec<Finding> {
    let many = looked.hosts.len() > 1;
    let of_host = |seen: &HostSeen| -> Vec<Finding> {
        let findings = RULES.iter().flat_map(|rule| rule(runtime, seen));
        let named =
            |finding: Finding| Finding { fact: format!("{}: {}", seen.host, finding.fact), ..finding };
        findings.map(|finding| if many { named(finding) } else { finding }).collect()
    };
    let mut findings: Vec<Finding> = looked.hosts.iter().flat_map(of_host).collect();
    findings.extend(differing(&looked.hosts));
    findings.extend(looked.probes.iter().flat_map(probe));
    findings
}

fn path(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    if seen.facts.path_exists {
        return Vec::new();
    }
    let fact = "the directory is not there";
    vec![Finding::fail("path-missing", fact).help("`ssh-deploy setup` prepares a server")]
}

fn tools(runtime: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    match runtime {
        Runtime::Compose { .. } => super::decide::compose_tools(&seen.facts),
        Runtime::Command(_) => Vec::new(),
    }
}

fn live(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let history = History::of(&seen.facts.journal);
    let Some(live) = history.live else {
        let fact = "no release was deployed here";
        return vec![Finding::warning("nothing-deployed", fact).help("`ssh-deploy deploy` makes the first")];
    };
    let story = told(&seen.facts.journal);
    let since = made_live(&story, &live).map_or(String::new(), |told| {
        let at = told.ended.as_ref().map_or(told.began, |ended| ended.at);
        let who = told.actor.as_deref().map_or(String::new(), |actor| format!(" by {actor}"));
        format!(" since {at}, for {}{who}", age(seen.facts.now, at))
    });
    let mut findings = vec![Finding::ok("live", format!("{} is live{since}", live.label()))];
    if !history.quarantined.is_empty() {
        let short = |commit: &String| commit.get(..8).unwrap_or(commit).to_owned();
        let commits: Vec<String> = history.quarantined.iter().map(short).collect();
        let fact = format!("not deployed again unless forced: {}", commits.join(", "));
        findings.push(Finding::ok("quarantined", fact));
    }
    findings
}

/// How long ago, in a few characters.
pub fn age(now: Stamp, then: Stamp) -> String {
    Span::millis(now.0.saturating_sub(then.0)).brief()
}

fn unsettled(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let ill = |finding: Finding| Finding { level: Level::Fail, ..finding };
    uncertain(&seen.facts).map(ill).into_iter().collect()
}

fn lock(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let Some(holder) = &seen.facts.lock else { return Vec::new() };
    let who = holder.actor.as_deref().unwrap_or("somebody");
    let place = holder.run_url.as_ref().map_or(String::new(), |url| format!(": {url}"));
    let since = age(seen.facts.now, holder.since);
    let fact = format!("run {} by {who} is going on for {since}{place}", holder.run);
    vec![Finding::warning("run-going-on", fact).help("what is seen now may change when it ends")]
}

fn last_run(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let story = told(&seen.facts.journal);
    let Some((told, ended)) = story.last().and_then(|told| Some((told, told.ended.as_ref()?))) else {
        return Vec::new();
    };
    let (kind, label, ago) = (told.kind_word(), told.release.label(), age(seen.facts.now, ended.at));
    let fact = |how: &str| {
        format!("the last run, a {kind} of {label}, {how} {ago} ago after {:.1} s", ended.seconds)
    };
    vec![match ended.result {
        Ending::Good => Finding::ok("last-run", fact("ended well")),
        Ending::Refused => Finding::warning("last-run-refused", fact("was refused, with nothing switched,")),
        Ending::Restored => Finding::warning("last-run-restored", fact("failed and was taken back")),
        Ending::Broken => Finding::fail("last-run-broken", fact("failed, and so did the way back,"))
            .help("`rollback to` starts the recorded release again"),
    }]
}

fn containers(runtime: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let Standing { services, containers, unknown, .. } = &seen.standing;
    match runtime {
        Runtime::Command(_) => return Vec::new(),
        Runtime::Compose { .. } if seen.facts.tools.docker.is_none() => return Vec::new(),
        Runtime::Compose { .. } => {}
    }
    let mut findings: Vec<Finding> = unknown
        .iter()
        .map(|why| {
            Finding::unknown("compose-invalid", why).help("the Compose files on the host must be valid")
        })
        .collect();
    findings.extend(containers.iter().filter_map(ill));
    let has = |name: &str| containers.iter().any(|running| running.container.service == name);
    for service in services.iter().filter(|service| service.expected && !has(&service.name)) {
        let fact = format!("{} has no container", service.name);
        findings.push(Finding::fail("service-missing", fact).help("`restart --recreate` makes it"));
    }
    if findings.is_empty() && !containers.is_empty() {
        findings.push(Finding::ok(
            "containers",
            format!("{} containers are as they should be", containers.len()),
        ));
    }
    findings.extend(not_reloaded(&seen.standing));
    findings
}

/// What is wrong with one container. A one-shot service that ended with 0 has done its work.
fn ill(running: &Running) -> Option<Finding> {
    let container = &running.container;
    let (service, status) = (&container.service, container.status.as_str());
    let help = format!("`ssh-deploy logs {service}` shows what it said");
    let fail = |fact: String| Some(Finding::fail("container-ill", fact).help(&help));
    match (status, container.health.as_deref()) {
        ("running", Some("unhealthy")) => fail(format!("{service} is unhealthy")),
        ("running", Some("starting")) => {
            Some(Finding::pending("container-starting", format!("{service} is starting")))
        }
        ("running", Some(_) | None) => None,
        ("exited", _) if container.exit_code == 0 => None,
        ("created", _) => {
            Some(Finding::pending("container-starting", format!("{service} is not started yet")))
        }
        ("exited" | "dead", _) => fail(format!("{service} ended with exit code {}", container.exit_code)),
        ("restarting", _) => fail(format!(
            "{service} keeps dying: started again {} times, last exit code {}",
            container.restarts, container.exit_code
        )),
        (other, _) => fail(format!("{service} is {other}")),
    }
}

/// Whether what runs is what the live release was built as.
fn images(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let Standing { images, containers, .. } = &seen.standing;
    let mut findings = Vec::new();
    for (service, image) in images {
        let other =
            containers.iter().map(|it| &it.container).find(|it| it.service == *service && it.image != *image);
        if let Some(other) = other.filter(|_| seen.facts.lock.is_none()) {
            let fact = format!(
                "{service} runs image {}, and the live release's is {}",
                brief(&other.image),
                brief(image)
            );
            let help = "somebody started it by hand; `restart --recreate` starts the live release's image";
            findings.push(Finding::fail("image-differs", fact).help(help));
        }
    }
    findings
}

/// An image's id as people know it.
pub fn brief(image: &str) -> &str {
    let id = image.strip_prefix("sha256:").unwrap_or(image);
    id.get(..12).unwrap_or(id)
}

fn room(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let Some(room) = seen.standing.room else { return Vec::new() };
    let Room { disk_free, disk_total, inodes_free, inodes_total, memory_free, memory_total } = room;
    let rows = [
        ("disk", disk_free, disk_total, (10, 2)),
        ("inodes", inodes_free, inodes_total, (10, 2)),
        ("memory", memory_free, memory_total, (5, 1)),
    ];
    rows.into_iter().filter_map(|(what, free, total, limits)| scarce(what, (free, total), limits)).collect()
}

fn scarce(what: &str, (free, total): (u64, u64), (low, none): (u64, u64)) -> Option<Finding> {
    let percent = percent(free, total)?;
    let fact = format!("{percent} % of {what} is free");
    let help = "make room: old images, logs and backups are the usual suspects";
    if percent < none {
        Some(Finding::fail(&format!("{what}-full"), fact).help(help))
    } else if percent < low {
        Some(Finding::warning(&format!("{what}-low"), fact).help(help))
    } else {
        None
    }
}

/// Rounded down; nothing of nothing is not known.
pub fn percent(part: u64, whole: u64) -> Option<u64> {
    u64::try_from(u128::from(part) * 100 / u128::from(whole.max(1))).ok().filter(|_| whole > 0)
}

fn backups(_: &Runtime, seen: &HostSeen) -> Vec<Finding> {
    let Standing { backups, backup_due, backups_unreadable, .. } = &seen.standing;
    if let Some(why) = backups_unreadable {
        let help = "look who owns the directory, and whether the deploying user may read it";
        return vec![Finding::unknown("backups-unreadable", why).help(help)];
    }
    let Some((newest, older)) = backups.split_first() else {
        return backup_due.map(no_backup).into_iter().collect();
    };
    let (ago, size) = (age(seen.facts.now, newest.at), bytes(newest.bytes));
    let fact = format!("the newest backup is {}, {ago} old, {size}", newest.name);
    let median = median(older.iter().map(|backup: &Backup| backup.bytes)).unwrap_or_default();
    // What a deploy keeps of the release before it is as old as the deploy, and as large as the release.
    if backup_due.is_none() && is_snapshot(&newest.name) {
        return vec![Finding::ok("backup", fact)];
    }
    if newest.bytes < median / 2 {
        let fact = format!("{fact}; those before it have {}", bytes(median));
        return vec![Finding::warning("backup-small", fact).help("look whether it is whole")];
    }
    if seen.facts.now.0.saturating_sub(newest.at.0) / 1000 > backup_due.unwrap_or(BACKUP_AGE).0.as_secs() {
        let help = "look whether the daily backup still runs";
        return vec![Finding::warning("backup-old", fact).help(help)];
    }
    vec![Finding::ok("backup", fact)]
}

/// A shelf was configured, and nothing is on it.
fn no_backup(due: Span) -> Finding {
    let fact = format!("there is no backup, and the newest may be {due} old");
    Finding::warning("backup-missing", fact).help("`ssh-deploy backup run` makes one")
}

/// `v1.4.0-20260105T100000Z`.
fn is_snapshot(name: &str) -> bool {
    name.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
}

/// A size for people.
pub fn bytes(count: u64) -> String {
    let units: [(u64, &str); 3] = [(1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB")];
    match units.into_iter().find(|(unit, _)| count >= *unit) {
        Some((unit, name)) => {
            let tenths = u128::from(count) * 10 / u128::from(unit);
            format!("{}.{} {name}", tenths / 10, tenths % 10)
        }
        None => format!("{count} B"),
    }
}

/// Hosts of one place serve one release.
fn differing(hosts: &[HostSeen]) -> Option<Finding> {
    let live = |seen: &HostSeen| History::of(&seen.facts.journal).live;
    let same = |one: &Option<Release>, other: &Option<Release>| match (one, other) {
        (Some(one), Some(other)) => one.commit == other.commit && one.version == other.version,
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
    };
    let (first, rest) = hosts.split_first()?;
    let of_first = live(first);
    if rest.iter().all(|seen| same(&live(seen), &of_first)) {
        return None;
    }
    let label = |seen: &HostSeen| live(seen).map_or("nothing".to_owned(), |live| live.label());
    let all: Vec<String> = hosts.iter().map(|seen| format!("{} has {}", seen.host, label(seen))).collect();
    let help = "deploy again, or roll back, so that all serve the same";
    Some(Finding::fail("hosts-differ", all.join("; ")).help(help))
}

fn probe(asked: &Asked) -> Vec<Finding> {
    let (name, seconds) = (&asked.name, asked.seconds);
    if asked.findings.is_empty() {
        let status = asked.status.map_or(String::new(), |status| format!("HTTP {status} "));
        return vec![Finding::ok("probe", format!("{name}: {status}in {seconds:.3} s"))];
    }
    let named = |finding: &Finding| Finding { fact: format!("{name}: {}", finding.fact), ..finding.clone() };
    asked.findings.iter().map(named).collect()
}
