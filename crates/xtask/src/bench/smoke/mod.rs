//! `bench smoke`: smoke-check against curl, on a server of ours in this process, and against servers that lie.

mod cost;
mod hostile;
mod lag;
mod load;
mod server;

use anyhow::{Context as _, bail};

use super::tools::Tools;
use crate::say;

/// One measurement.
struct Part {
    name: &'static str,
    about: &'static str,
    measure: fn(&str, u32) -> anyhow::Result<()>,
}

const PARTS: [Part; 5] = [
    Part { name: "one", about: "one check against curl, whole process", measure: load::one },
    Part { name: "endpoints", about: "200 endpoints against curl --parallel", measure: load::two_hundred },
    Part {
        name: "requests",
        about: "10,000 requests, 50 at once, against curl --parallel",
        measure: load::ten_thousand,
    },
    Part { name: "lag", about: "from ready to returned, at default settings", measure: lag::measure },
    Part { name: "hostile", about: "memory and time over the deadline", measure: hostile::measure },
];

/// Measures one part, or all.
pub(super) fn run(tools: &Tools<'_>, part: Option<&str>, turns: u32) -> anyhow::Result<()> {
    let wanted = |known: &&Part| part.is_none_or(|part| part == known.name);
    let parts: Vec<&Part> = PARTS.iter().filter(wanted).collect();
    if parts.is_empty() {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("`bench smoke` has no such part; there are: {}", known.join(", "));
    }
    let binary = tools.binary("smoke-check")?;
    for part in parts {
        say::line(&format!("smoke {}: {}", part.name, part.about));
        (part.measure)(&binary, turns)?;
    }
    Ok(())
}

/// A number beside its goal.
fn tell(what: &str, found: f64, goal: f64, unit: &str) {
    let word = if found <= goal { "kept" } else { "missed" };
    say::line(&format!("  {what}: {found:.2}{unit}, goal {goal}{unit}: {word}"));
}

/// The middle one.
fn median(mut values: Vec<f64>) -> anyhow::Result<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().context("nothing was measured")
}
