//! Every word that the user of `backup` reads.

use serde_json::{Value, json};
use shiplane_core::backup::{Counts, Deed, Done, End, Errand, Kept, Listing, Means, Shown, aged, newest};
use shiplane_core::deploy::Stamp;
use shiplane_core::deploy::health::{age, bytes};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Level, Phase, Report, Verdict};

use super::request::Backup;
use crate::table::table;

/// What is kept.
pub(super) fn listed(request: &Backup, shown: &Shown) -> Report {
    let listing = &shown.listing;
    let findings = on_shelf(request, listing);
    let unknown = findings.iter().any(|finding| finding.level == Level::Unknown);
    let verdict = if unknown {
        Verdict::new("undetermined", Exit::CouldNot)
    } else {
        Verdict::new("listed", Exit::Done)
    };
    let mut report = Report::new(title(request), verdict);
    report.findings = findings;
    let row = |kept: &Kept| {
        let checked = if kept.sha256.is_some() { "yes" } else { "no" };
        vec![kept.name.clone(), age(listing.now, kept.at), bytes(kept.bytes), checked.to_owned()]
    };
    let rows: Vec<Vec<String>> = listing.kept.iter().map(row).collect();
    let head = ["backup", "age", "size", "checked"];
    report.drawings.push(table(&format!("{} on {}", request.shelf.dir, shown.host), &head, &rows));
    let all: Vec<Value> = listing.kept.iter().map(|kept| object(kept, listing.now)).collect();
    report.output("backups", Value::Array(all).to_string());
    tell(&mut report, newest(&listing.kept).or_else(|| listing.kept.first()), listing.now);
    report
}

fn on_shelf(request: &Backup, listing: &Listing) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(why) = &listing.unreadable {
        let help = "look who owns the directory, and whether the deploying user may read it";
        return vec![Finding::unknown("backups-unreadable", why).help(help)];
    }
    if let Some(holder) = &listing.holder {
        let fact = format!("at work with the backups: {}", holder.described(listing.now));
        findings.push(Finding::ok("backup-going-on", fact));
    }
    let Some(newest) = newest(&listing.kept) else {
        let fact = format!("{}: there is no backup that was checked", request.shelf.dir);
        findings.push(Finding::warning("backup-missing", fact).help("`ssh-deploy backup run` makes one"));
        return findings;
    };
    let fact = format!(
        "the newest is {}, {} old, {}",
        newest.name,
        age(listing.now, newest.at),
        bytes(newest.bytes)
    );
    let is_late = u128::from(listing.now.0.saturating_sub(newest.at.0)) > request.shelf.max_age.0.as_millis();
    findings.push(if is_late {
        Finding::warning("backup-old", fact).help("look whether the daily backup still runs")
    } else {
        Finding::ok("backup", fact)
    });
    let (count, keep) = (listing.kept.len(), request.shelf.keep);
    let old = aged(&listing.kept, listing.now, keep).len();
    let oldest = listing.kept.last().map_or(String::new(), |kept| age(listing.now, kept.at));
    let fact = format!(
        "{count} are kept, the oldest for {oldest}; they stay {keep}, and the next run removes {old}"
    );
    findings.push(Finding::ok("backups", fact));
    findings
}

/// Nothing was done: only what would be was asked for.
pub(super) fn planned(request: &Backup, errand: &Errand, shown: &Shown) -> Report {
    let mut report = Report::new(title(request), Verdict::new("planned", Exit::Done));
    report.findings = on_shelf(request, &shown.listing);
    report.excerpts.push(Excerpt { title: "plan".to_owned(), lines: steps(errand) });
    tell(&mut report, None, shown.listing.now);
    report
}

fn steps(errand: &Errand) -> Vec<String> {
    let own = ["lock the backups", "remove what runs that were cut off have left"];
    let postgres = matches!(errand.shelf.means, Means::Postgres { .. });
    let rest: &[&str] = match (&errand.deed, postgres) {
        (Deed::Verify(_), _) => return vec!["check the backup: its hash, its packing, its end".to_owned()],
        (Deed::Run, _) => {
            &["dump the database", "check the backup", "give it its name", "remove old backups"]
        }
        (Deed::Drill(_), true) => &[
            "check the backup",
            "restore it into a database that nobody uses",
            "count tables and rows",
            "drop that database",
        ],
        (Deed::Drill(_), false) => &["check the backup", "give it to the drill's command"],
        (Deed::Restore { .. }, true) => &[
            "lock deploys out",
            "check the backup",
            "save what is there as another backup",
            "restore into a new database",
            "count tables and rows",
            "exchange the databases (undo: exchange them again); the old one is kept",
        ],
        (Deed::Restore { .. }, false) => &[
            "lock deploys out",
            "check the backup",
            "save what is there as another backup",
            "give the backup to the restore's command (no undo but the saved one)",
        ],
    };
    own.iter().chain(rest).map(|step| (*step).to_owned()).collect()
}

/// It was done, or tried.
pub(super) fn carried_out(request: &Backup, errand: &Errand, (done, phases): (Done, Vec<Phase>)) -> Report {
    let word = match (done.end, &errand.deed) {
        (End::Good, Deed::Run) => "saved",
        (End::Good, Deed::Verify(_)) => "whole",
        (End::Good, Deed::Drill(_)) => "restorable",
        (End::Good, Deed::Restore { .. }) => "replaced",
        (End::Failed, Deed::Verify(_)) => "bad",
        (End::Failed, Deed::Run | Deed::Drill(_) | Deed::Restore { .. }) => "failed",
        (End::Refused | End::Restored | End::Broken, _) => done.end.word(),
    };
    let mut report = Report::new(title(request), Verdict::new(word, done.end.exit()));
    if let (End::Good, Deed::Run, Some(kept)) = (done.end, &errand.deed, &done.backup) {
        report.findings.push(saved(kept, &phases));
    }
    if !done.removed.is_empty() {
        let (count, keep) = (done.removed.len(), request.shelf.keep);
        let fact =
            format!("removed, because they were older than {keep}: {count}: {}", done.removed.join(", "));
        report.findings.push(Finding::ok("backups-removed", fact));
    }
    tell(&mut report, done.backup.as_ref(), done.now);
    if let Some(Counts { tables, rows }) = done.counts {
        report.output("tables", tables.to_string());
        report.output("rows", rows.to_string());
    }
    report.findings.extend(done.findings);
    report.excerpts = done.excerpts;
    report.phases = phases;
    report
}

fn saved(kept: &Kept, phases: &[Phase]) -> Finding {
    let seconds: f64 = phases.iter().map(|phase| phase.seconds).sum();
    let sha256 = kept.sha256.as_deref().unwrap_or("not known");
    let fact = format!(
        "{} has {}, made and checked in {seconds:.1} s, SHA-256 {sha256}",
        kept.name,
        bytes(kept.bytes)
    );
    Finding::ok("backup-saved", fact)
}

/// What a later step can use.
fn tell(report: &mut Report, kept: Option<&Kept>, now: Stamp) {
    let text = |part: fn(&Kept) -> String| kept.map(part).unwrap_or_default();
    report.output("backup", text(|kept| kept.name.clone()));
    report.output("backup-bytes", text(|kept| kept.bytes.to_string()));
    report.output("backup-sha256", text(|kept| kept.sha256.clone().unwrap_or_default()));
    report.output("backup-age", kept.map(|kept| seconds(now, kept).to_string()).unwrap_or_default());
}

fn seconds(now: Stamp, kept: &Kept) -> u64 {
    now.0.saturating_sub(kept.at.0) / 1000
}

fn object(kept: &Kept, now: Stamp) -> Value {
    json!({
        "name": kept.name,
        "at": kept.at.to_string(),
        "age-seconds": seconds(now, kept),
        "bytes": kept.bytes,
        "checked": kept.sha256.is_some(),
        "sha256": kept.sha256,
    })
}

fn title(request: &Backup) -> String {
    format!("backups of {}", request.look.place.name)
}
