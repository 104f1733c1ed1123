//! Every probe in one line: verdict, tries, and where the time of its last try went.

use shiplane_core::foreign::{clip, one_line};
use shiplane_core::report::{Drawing, Level};

use super::judged::Judged;
use super::shown::certificate;

/// Probes that are drawn.
const MOST: usize = 100;

/// The widest cell, in characters.
const WIDEST: usize = 48;

const HEAD: [&str; 11] = [
    "probe",
    "verdict",
    "tries",
    "waited",
    "dns",
    "connect",
    "tls",
    "first byte",
    "total",
    "version",
    "certificate",
];

/// The table; nothing for one probe that is in order, of which the one finding says it all.
pub(super) fn drawing(judged: &[Judged<'_>]) -> Option<Drawing> {
    if judged.len() < 2 && judged.iter().all(|one| one.level() == Level::Ok) {
        return None;
    }
    let mut rows = vec![HEAD.map(str::to_owned)];
    // What is wrong comes first where not all of it fits.
    let (wrong, right): (Vec<_>, Vec<_>) = judged.iter().partition(|one| !one.is_well());
    let all: Vec<&Judged<'_>> =
        if judged.len() > MOST { wrong.into_iter().chain(right).collect() } else { judged.iter().collect() };
    rows.extend(all.iter().take(MOST).map(|one| row(one)));
    let left_out = judged.len().saturating_sub(MOST);
    let title = match left_out {
        0 => "Probes, with milliseconds of the last try".to_owned(),
        left_out => format!("Probes, with milliseconds of the last try ({left_out} left out)"),
    };
    Some(Drawing::columns(&title, &rows))
}

fn row(one: &Judged<'_>) -> [String; 11] {
    let millis = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
    let timings = one.last().map(|answer| *answer.timings());
    let part = |of: fn(&shiplane_core::smoke::Timings) -> Option<f64>| millis(timings.as_ref().and_then(of));
    let none = || "-".to_owned();
    [
        clip(&one_line(&one.target.name), WIDEST),
        word(one.level()).to_owned(),
        one.observed.map_or_else(none, |observed| observed.tries.to_string()),
        one.observed.map_or_else(none, |observed| format!("{:.1} s", observed.waited.0.as_secs_f64())),
        part(|timings| timings.dns_ms),
        part(|timings| timings.connect_ms),
        part(|timings| timings.tls_ms),
        part(|timings| timings.first_byte_ms),
        part(|timings| Some(timings.total_ms)),
        one.version().unwrap_or_else(none),
        one.last().and_then(certificate).map_or_else(none, |days| format!("{days} days")),
    ]
}

/// A level in the words of a verdict.
pub(super) fn word(level: Level) -> &'static str {
    match level {
        Level::Ok => "ok",
        Level::Warning => "warning",
        Level::Pending | Level::Unknown => "unknown",
        Level::Fail => "unhealthy",
    }
}
