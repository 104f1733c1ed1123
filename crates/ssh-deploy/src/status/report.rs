//! Every word that the user of `status` reads.

use serde_json::json;
use shiplane_core::deploy::health::{Asked, HostSeen, Looked, age, brief, bytes, percent};
use shiplane_core::deploy::journal::History;
use shiplane_core::deploy::story::{made_live, told};
use shiplane_core::deploy::{Place, Release, Room, Running};
use shiplane_core::duration::Span;
use shiplane_core::exit::Exit;
use shiplane_core::report::{Drawing, Finding, Level, Report, Verdict};

use crate::outputs;
use crate::table::table;

/// One screen.
pub(super) fn build(place: &Place, looked: &Looked, findings: Vec<Finding>) -> Report {
    let has = |level: Level| findings.iter().any(|finding| finding.level == level);
    let verdict = if has(Level::Fail) {
        Verdict::new("ill", Exit::No)
    } else if has(Level::Unknown) {
        Verdict::new("undetermined", Exit::CouldNot)
    } else if has(Level::Pending) {
        Verdict::new("starting", Exit::No)
    } else {
        Verdict::new("well", Exit::Done)
    };
    let mut report = Report::new(&place.name, verdict);
    let history = looked.hosts.first().map(|seen| History::of(&seen.facts.journal)).unwrap_or_default();
    outputs::tell(&mut report, history.live.as_ref(), history.previous());
    let all: Vec<serde_json::Value> = looked.hosts.iter().map(host).collect();
    report.output("status", json!({ "hosts": all, "probes": looked.probes }).to_string());
    report.findings = findings;
    for seen in &looked.hosts {
        report.drawings.push(overview(seen));
        report.drawings.extend(containers(seen));
    }
    report.drawings.extend(probes(&looked.probes));
    report
}

/// What stands beside one another about a host.
fn overview(seen: &HostSeen) -> Drawing {
    let (facts, history, story) = (&seen.facts, History::of(&seen.facts.journal), told(&seen.facts.journal));
    let label = |release: Option<&Release>| release.map_or("none".to_owned(), Release::label);
    let mut rows = vec![
        ["live".to_owned(), label(history.live.as_ref())],
        ["release".to_owned(), history.live.as_ref().map_or("none".to_owned(), |live| live.id.clone())],
    ];
    let mut row = |name: &str, value: String| rows.push([name.to_owned(), value]);
    if let Some(made) = history.live.as_ref().and_then(|live| made_live(&story, live)) {
        let at = made.ended.as_ref().map_or(made.began, |ended| ended.at);
        row("since", format!("{at}, {} ago", age(facts.now, at)));
        row("by", made.actor.clone().unwrap_or_else(|| "nobody named".to_owned()));
        if let Some(url) = &made.run_url {
            row("run", url.clone());
        }
    }
    row("previous good", label(history.previous()));
    if let Some(last) = story.last() {
        let holds = facts.lock.as_ref().is_some_and(|holder| holder.run == last.run);
        let at = last.ended.as_ref().map_or(last.began, |ended| ended.at);
        let took =
            last.ended.as_ref().map_or(String::new(), |ended| format!(", took {:.1} s", ended.seconds));
        row(
            "last run",
            format!("{} {}, {} ago{took}", last.kind_word(), last.result_word(holds), age(facts.now, at)),
        );
    }
    row("lock", facts.lock.as_ref().map_or("free".to_owned(), |holder| format!("held by {}", holder.run)));
    if let Some(rollout) = &seen.standing.rollout {
        let (label, word) = (rollout.release.label(), rollout.phase.word());
        row("rollout", format!("{label} at {} %, {word} since {}", rollout.percent, rollout.changed));
    }
    let newest = seen.standing.backups.first();
    row(
        "last backup",
        newest.map_or("none".to_owned(), |backup| {
            format!("{}, {} ago, {}", backup.name, age(facts.now, backup.at), bytes(backup.bytes))
        }),
    );
    if let Some(room) = seen.standing.room {
        row("room", free(room));
    }
    let rows: Vec<Vec<String>> = rows.into_iter().map(Vec::from).collect();
    let mut drawing = table(&seen.host, &["what", "value"], &rows);
    drawing.lines.remove(0);
    drawing
}

fn free(room: Room) -> String {
    let share =
        |free: u64, total: u64| percent(free, total).map_or("?".to_owned(), |percent| format!("{percent} %"));
    let Room { disk_free, disk_total, inodes_free, inodes_total, memory_free, memory_total } = room;
    format!(
        "disk {}, inodes {}, memory {} free",
        share(disk_free, disk_total),
        share(inodes_free, inodes_total),
        share(memory_free, memory_total)
    )
}

fn containers(seen: &HostSeen) -> Option<Drawing> {
    let all = &seen.standing.containers;
    let rows: Vec<Vec<String>> = all.iter().map(|running| container(seen, running)).collect();
    let head = ["service", "state", "health", "up", "restarts", "image", "container"];
    (!rows.is_empty()).then(|| table(&format!("containers on {}", seen.host), &head, &rows))
}

fn container(seen: &HostSeen, running: &Running) -> Vec<String> {
    let it = &running.container;
    let wanted = seen.standing.images.iter().find(|(service, _)| *service == it.service);
    let image = match wanted {
        Some((_, image)) if *image == it.image => "the release's".to_owned(),
        Some(_) => format!("another: {}", brief(&it.image)),
        None => brief(&it.image).to_owned(),
    };
    let state =
        if it.status == "running" { it.status.clone() } else { format!("{} {}", it.status, it.exit_code) };
    vec![
        it.service.clone(),
        state,
        it.health.clone().unwrap_or_else(|| "-".to_owned()),
        running.uptime.map_or("-".to_owned(), |seconds| Span::seconds(seconds).brief()),
        it.restarts.to_string(),
        image,
        running.name.clone(),
    ]
}

fn probes(probes: &[Asked]) -> Option<Drawing> {
    let row = |asked: &Asked| {
        let status = asked.status.map_or("no answer".to_owned(), |status| format!("HTTP {status}"));
        let word = if asked.findings.is_empty() { "right" } else { "wrong" };
        vec![asked.name.clone(), status, format!("{:.3} s", asked.seconds), word.to_owned()]
    };
    let rows: Vec<Vec<String>> = probes.iter().map(row).collect();
    (!rows.is_empty()).then(|| table("public addresses", &["probe", "status", "time", "answer"], &rows))
}

/// Everything about a host, for programs; times as RFC 3339.
fn host(seen: &HostSeen) -> serde_json::Value {
    let (facts, history, story) = (&seen.facts, History::of(&seen.facts.journal), told(&seen.facts.journal));
    let made = history.live.as_ref().and_then(|live| made_live(&story, live));
    let last = story.last();
    let is_running = |run: &str| facts.lock.as_ref().is_some_and(|holder| holder.run == run);
    let backups = seen
        .standing
        .backups
        .iter()
        .map(|backup| json!({ "name": backup.name, "at": backup.at.to_string(), "bytes": backup.bytes }));
    json!({
        "host": seen.host,
        "now": facts.now.to_string(),
        "live": history.live,
        "since": made.map(|told| told.ended.as_ref().map_or(told.began, |ended| ended.at).to_string()),
        "actor": made.and_then(|told| told.actor.clone()),
        "run-url": made.and_then(|told| told.run_url.clone()),
        "previous": history.previous(),
        "quarantined": history.quarantined,
        "unsettled": history.unsettled,
        "lock": facts.lock.as_ref().map(|holder| json!({
            "run": holder.run, "since": holder.since.to_string(), "actor": holder.actor, "run-url": holder.run_url,
        })),
        "last-run": last.map(|told| json!({
            "run": told.run,
            "kind": told.kind_word(),
            "result": told.result_word(is_running(&told.run)),
            "began": told.began.to_string(),
            "ended": told.ended.as_ref().map(|ended| ended.at.to_string()),
            "seconds": told.ended.as_ref().map(|ended| ended.seconds),
        })),
        "services": seen.standing.services,
        "containers": seen.standing.containers,
        "images": seen.standing.images,
        "stale": seen.standing.stale,
        "rollout": seen.standing.rollout,
        "room": seen.standing.room,
        "backups": backups.collect::<Vec<_>>(),
    })
}
