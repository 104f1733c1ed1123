//! What is left on a host of each release, and whether that is enough to go back to it.

use serde::{Deserialize, Serialize};

use crate::deploy::journal::{Entry, History, What};
use crate::deploy::{Question, Release, Stamp, stays};
use crate::duration::Span;
use crate::report::Finding;

/// What the client wants to know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartsQuestion {
    /// Where, and what runs there.
    pub question: Question,
    /// Of these.
    pub releases: Vec<Wanted>,
}

/// A release, and what the journal knows of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    /// It.
    pub release: Release,
    /// Its images by service, as the daemon named them when it was live.
    pub images: Vec<(String, String)>,
}

/// What is left of a release. Looked at only; nothing was changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Parts {
    /// The release.
    pub id: String,
    /// Everything that it needs to run again.
    pub pieces: Vec<Piece>,
    /// Bytes of the files that are kept for it.
    pub file_bytes: u64,
    /// Bytes of its images; layers that releases share are counted in each.
    pub image_bytes: u64,
    /// Whether its commit is in the host's clone.
    pub commit: bool,
    /// The steps by hand that make it live, quoted for a shell.
    pub by_hand: Vec<String>,
    /// What is in cold storage of it, where the journal knows of something.
    pub cold: Option<ColdCopy>,
}

/// What is in cold storage of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColdCopy {
    /// Since when.
    pub since: Stamp,
    /// Bytes of its archives.
    pub bytes: u64,
    /// Why it cannot be had, as far as can be seen without fetching it.
    pub trouble: Option<String>,
}

/// One thing that a release needs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Piece {
    /// In words.
    pub what: String,
    /// Whether it is there and as it was recorded.
    pub here: bool,
    /// What can be done when it is not; `None` when nothing can.
    pub remedy: Option<String>,
}

/// The question about these releases, with what the journal knows of each.
pub fn ask_for(releases: &[Release], journal: &[Entry], question: &Question) -> PartsQuestion {
    let images = |release: &Release| {
        let of = |entry: &Entry| {
            let What::Ended { images, .. } = &entry.what else { return None };
            (entry.run == release.id).then(|| images.clone())
        };
        journal.iter().rev().find_map(of).unwrap_or_default()
    };
    let wanted = |release: &Release| Wanted { release: release.clone(), images: images(release) };
    PartsQuestion { question: question.clone(), releases: releases.iter().map(wanted).collect() }
}

/// What stands against going back to a release, and what would have to be mended first.
pub fn sound(release: &Release, parts: &Parts) -> Vec<Finding> {
    let label = release.label();
    if parts.pieces.is_empty() {
        let fact = format!("nothing is known of what {label} needs");
        return vec![Finding::unknown("parts-unknown", fact).help("look at the host: .shiplane/releases")];
    }
    let judge = |piece: &Piece| match (&piece.remedy, piece.here) {
        (_, true) => Finding::ok("part", piece.what.clone()),
        (Some(remedy), false) => {
            Finding::warning("part-mendable", format!("missing: {}", piece.what)).help(remedy.clone())
        }
        (None, false) => Finding::fail("part-missing", format!("missing: {}", piece.what))
            .help("deploy that commit again, or choose another release: `rollback list`"),
    };
    parts.pieces.iter().map(judge).collect()
}

/// Whether something is missing that nothing on the host can replace.
pub fn blocked(parts: &Parts) -> bool {
    parts.pieces.is_empty() || parts.pieces.iter().any(|piece| !piece.here && piece.remedy.is_none())
}

/// One line of the list.
pub fn line(release: &Release, parts: &Parts, (history, age, days): (&History, Option<Span>, u32)) -> String {
    let previous = history.previous().is_some_and(|previous| previous.id == release.id);
    let live = history.live.as_ref().is_some_and(|live| live.id == release.id);
    let quarantined = history.quarantined.contains(&release.commit);
    let marks = [(live, "live"), (previous, "previous"), (quarantined, "quarantined")];
    let mut marks: Vec<&str> = marks.iter().filter(|(is, _)| *is).map(|(_, mark)| *mark).collect();
    let gone = parts.pieces.iter().filter(|piece| !piece.here).count();
    let cold = parts.cold.as_ref();
    marks.extend(cold.map(|_| "cold"));
    let state = match (gone, blocked(parts), cold) {
        (0, false, _) => "complete".to_owned(),
        (_, false, Some(cold)) => format!("in cold storage since {} ({})", cold.since, size(cold.bytes)),
        (gone, false, None) => format!("{gone} parts to be mended"),
        (gone, true, _) => format!("{gone} parts missing"),
    };
    let aged = age.is_some_and(|age| age.0.as_secs() > u64::from(days) * 86_400)
        && !stays(history, 0).iter().any(|kept| kept.id == release.id);
    marks.extend(aged.then_some("aged"));
    let age = age.map_or("unknown".to_owned(), Span::brief);
    let marks = if marks.is_empty() { String::new() } else { format!(" [{}]", marks.join(", ")) };
    format!(
        "{} {}, {age} old, images {}, files {}, {state}{marks}",
        release.id,
        release.label(),
        size(parts.image_bytes),
        size(parts.file_bytes)
    )
}

/// For people, in the largest unit that leaves a number above one.
fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KiB", bytes / 1024),
        1_048_576..1_073_741_824 => format!("{} MiB", bytes / 1_048_576),
        _ => format!("{} GiB", bytes / 1_073_741_824),
    }
}
