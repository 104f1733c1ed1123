//! A run as cases of a test, for tools that know those.

use super::judged::Judged;
use super::shown::{certificate, split};
use crate::files::{Case, Ending};

/// One case for every probe, and one for every endpoint that is told by name.
pub(super) fn of(judged: &[Judged<'_>]) -> Vec<Case> {
    judged.iter().flat_map(|one| std::iter::once(probe(one)).chain(endpoints(one))).collect()
}

fn probe(one: &Judged<'_>) -> Case {
    let mut properties = Vec::new();
    if let Some(observed) = one.observed {
        properties.push(("tries", observed.tries.to_string()));
        properties.push(("waited-ms", observed.waited.0.as_millis().to_string()));
        properties.extend(observed.coverage.as_ref().map(|coverage| ("coverage", coverage.told())));
    }
    properties.extend(one.last().map(|answer| ("last-try", split(answer.timings()))));
    properties.extend(one.version().map(|version| ("version", version)));
    properties.extend(one.last().and_then(certificate).map(|days| ("certificate-days", days.to_string())));
    let output = one.excerpt().map(|excerpt| excerpt.lines.join("\n")).unwrap_or_default();
    Case {
        name: one.target.name.clone(),
        class: "smoke-check.run".to_owned(),
        seconds: one.observed.map_or(0.0, |observed| observed.waited.0.as_secs_f64()),
        ending: Ending::of(&one.findings),
        properties,
        output,
    }
}

fn endpoints(one: &Judged<'_>) -> Vec<Case> {
    let Some(coverage) = one.observed.and_then(|observed| observed.coverage.as_ref()) else {
        return Vec::new();
    };
    let failing = coverage.failing.iter().map(|failing| Case {
        name: format!("{} {}", failing.method, failing.path),
        class: format!("smoke-check.run.{}", one.target.name),
        seconds: 0.0,
        ending: Ending::of(&failing.findings),
        properties: vec![("place", format!("{}:{}", coverage.file, failing.line))],
        output: String::new(),
    });
    failing.collect()
}
