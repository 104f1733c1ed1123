//! Recorded samples and access logs.

use std::path::Path;

use shiplane_core::canary::samples::{self, Recorder};
use shiplane_core::canary::{Facts, Tally, Track, log};
use shiplane_core::gate::time::Time;

use super::lines::{Line, each};
use super::{before, ladder, limits, now, of};
use crate::judge::request::{Began, Log, Reading, Request};

/// Samples are judged as of the last of them, unless told: a record has no other present.
pub(super) fn samples(request: &Request, canary: &Path, baseline: Option<&Path>, reading: &Reading) -> Facts {
    let (mut ours, mut others) = (recorder(request, canary, reading), recorder(request, canary, reading));
    let read = both(request, canary, &mut ours, &mut others);
    let mut compared = others.finish();
    if let Some(path) = baseline {
        let mut recorder = recorder(request, path, reading);
        let mut stray = self::recorder(request, path, reading);
        let read = both(request, path, &mut recorder, &mut stray);
        compared = read.unwrap_or_else(|| recorder.finish());
    }
    let ours = read.unwrap_or_else(|| ours.finish());
    let as_of = request.at.or(ours.newest).unwrap_or_else(now);
    let known = !compared.intervals.is_empty() || !compared.troubles.is_empty();
    of(request, as_of, ours, known.then_some(compared))
}

fn recorder(request: &Request, path: &Path, reading: &Reading) -> Recorder {
    Recorder::new(tally(request, path, reading, known(request)), request.at)
}

/// Reads a file into two versions; what could not be read is returned.
fn both(request: &Request, path: &Path, ours: &mut Recorder, others: &mut Recorder) -> Option<Track> {
    let [_, slow] = limits(request);
    let read = each(path, |line| match line {
        Line::Whole(text) | Line::Open(text) => match samples::parse(text, slow) {
            Some(sample) if sample.baseline => others.add(sample),
            Some(sample) => ours.add(sample),
            None if matches!(line, Line::Open(_)) => {}
            None => ours.unreadable(),
        },
        Line::TooLong => ours.unreadable(),
    });
    read.err().map(|error| unreadable(path, &error))
}

/// A log is judged as of now, unless told: one that ended says nothing of the present.
pub(super) fn logs(request: &Request, canary: &Log, baseline: Option<&Log>, reading: &Reading) -> Facts {
    let as_of = request.at.unwrap_or_else(now);
    let since = match request.began {
        Began::At(began) => Some(began),
        Began::Ago(ago) => Some(before(as_of, ago)),
        Began::Unknown => None,
    };
    let read = |log: &Log, since| {
        let mut tally = tally(request, &log.path, reading, since).within(since, Some(as_of));
        let read = each(&log.path, |line| one(line, log, reading, &mut tally));
        read.err().map_or_else(|| tally.finish(), |error| unreadable(&log.path, &error))
    };
    let compared = baseline.map(|log| read(log, None));
    of(request, as_of, read(canary, since), compared)
}

fn one(line: Line<'_>, log: &Log, reading: &Reading, tally: &mut Tally) {
    let ours = |text: &str| log.contains.as_ref().is_none_or(|part| text.contains(part));
    match line {
        Line::Whole(text) | Line::Open(text) if !ours(text) => {}
        Line::Whole(text) => match log::parse(text, &reading.form) {
            Some(seen) => tally.add(&seen),
            None => tally.unreadable(),
        },
        Line::Open(text) => {
            if let Some(seen) = log::parse(text, &reading.form) {
                tally.add(&seen);
            }
        }
        Line::TooLong => tally.unreadable(),
    }
}

fn known(request: &Request) -> Option<Time> {
    match request.began {
        Began::At(began) => Some(began),
        Began::Ago(_) | Began::Unknown => None,
    }
}

fn tally(request: &Request, path: &Path, reading: &Reading, since: Option<Time>) -> Tally {
    let name = path.display().to_string();
    Tally::new(&name, ladder(request), reading.errors.clone()).within(since, request.at)
}

fn unreadable(path: &Path, error: &std::io::Error) -> Track {
    let name = path.display().to_string();
    Track::unseen(&name, "source-unreadable", &format!("read {name}: {error}"))
}
