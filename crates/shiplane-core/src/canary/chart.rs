//! The share of errors and of slow requests over time, as a line of blocks and as a chart.

use super::bound::{number, share};
use super::evidence::{Counts, Evidence, evidence};
use super::facts::Facts;
use super::policy::Policy;
use super::proof::Measure;
use crate::duration::Span;
use crate::report::{Drawing, Language};

/// The most windows that are drawn.
const MOST: u32 = 48;

/// Eight heights.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Both forms; nothing where there is nothing to draw.
pub fn drawings(policy: &Policy, facts: &Facts) -> Vec<Drawing> {
    let evidence = evidence(policy, facts);
    let Some((length, windows)) = windows(policy, &evidence) else { return Vec::new() };
    let mut rows = vec![("errors".to_owned(), shares(&windows, Measure::Errors))];
    if let Some(place) = facts.canary.lines.position(policy.latency.warning) {
        rows.push((
            format!("slower than {}", policy.latency.warning),
            shares(&windows, Measure::Slower(place)),
        ));
    }
    let text: String = rows
        .iter()
        .map(|(name, shares)| format!("{}  {name}, at most {:.2} %\n", line(shares), most(shares)))
        .collect();
    let title = format!("Of 100 requests, in windows of {length}, oldest first");
    let errors = rows.first().map(|(_, shares)| mermaid(policy, shares, length)).unwrap_or_default();
    let mut drawings = vec![Drawing::new(&title, Language::Text, &text)];
    // An axis from 1 to 1 has no length, and Mermaid draws nothing on it.
    if windows.len() > 1 {
        let title = format!("Errors of 100 requests, in windows of {length}");
        drawings.push(Drawing::new(title, Language::Mermaid, &errors));
    }
    drawings
}

/// As many windows as reach back to the first request, made longer where they would be too many.
fn windows(policy: &Policy, evidence: &Evidence<'_>) -> Option<(Span, Vec<Counts>)> {
    let (from, _) = evidence.extent()?;
    let age = u64::try_from(evidence.as_of.seconds() - from.seconds()).ok()?.max(1);
    let shortest = policy.window.0.as_secs().max(1);
    let length = shortest.max(age.div_ceil(u64::from(MOST)).div_ceil(60) * 60);
    let count = u32::try_from(age.div_ceil(length)).ok()?.clamp(1, MOST);
    let length = Span::seconds(length);
    let mut windows = evidence.windows(length, count);
    windows.reverse();
    Some((length, windows))
}

/// Percent; nothing where nothing was counted.
fn shares(windows: &[Counts], measure: Measure) -> Vec<Option<f64>> {
    let share = |counts: &Counts| {
        let (hits, all) = measure.of(counts);
        (all > 0).then(|| share(hits, all) * 100.0)
    };
    windows.iter().map(share).collect()
}

fn most(shares: &[Option<f64>]) -> f64 {
    shares.iter().flatten().copied().fold(0.0, f64::max)
}

fn line(shares: &[Option<f64>]) -> String {
    let most = most(shares);
    let block = |share: f64| {
        // The lowest block is for nothing at all, so that a little can be told from it.
        let height = BLOCKS.iter().enumerate().skip(1).find(|(place, _)| {
            let place = number(u64::try_from(*place).unwrap_or(0));
            share <= most * place / 7.0
        });
        if share <= 0.0 { '▁' } else { height.map_or('█', |(_, block)| *block) }
    };
    shares.iter().map(|share| share.map_or('·', block)).collect()
}

fn mermaid(policy: &Policy, shares: &[Option<f64>], length: Span) -> String {
    let limit = policy.errors.rollback.value.fraction() * 100.0;
    let list = |values: Vec<String>| values.join(", ");
    let bars = list(shares.iter().map(|share| format!("{:.2}", share.unwrap_or(0.0))).collect());
    let limits = list(shares.iter().map(|_| format!("{limit:.2}")).collect());
    let top = most(shares).max(limit * 2.0);
    let count = shares.len();
    format!(
        "xychart-beta\n  title \"errors and their limit\"\n  x-axis \"windows of {length}\" 1 --> {count}\n  y-axis \"% of requests\" 0 --> {top:.2}\n  bar [{bars}]\n  line [{limits}]\n"
    )
}
