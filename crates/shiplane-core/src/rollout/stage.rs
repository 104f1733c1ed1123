//! The stages: those that a team gets without writing any, and what others have to be.

use crate::config::{Hold, Stage};
use crate::duration::Span;
use crate::fault::Fault;

/// More stages are a mistake.
const MOST: usize = 24;

const HOUR: u64 = 3600;

/// Nobody, a tenth, a quarter, half, all; the last one is watched for two days.
pub fn defaults() -> Vec<Stage> {
    let stage = |at: u8, name: &str, least: u64, most: u64| Stage {
        at,
        hold: Hold { least: Span::seconds(least * HOUR), most: Span::seconds(most * HOUR) },
        name: Some(name.to_owned()),
        approval: None,
    };
    vec![
        stage(0, "validation", 1, 2),
        stage(10, "canary", 2, 4),
        stage(25, "expand", 4, 8),
        stage(50, "validate at scale", 8, 24),
        stage(100, "full release", 48, 48),
    ]
}

/// From nobody to everybody, each stage more than the one before it.
pub(super) fn checked(stages: &[Stage]) -> Result<Vec<Stage>, Fault> {
    let wrong = |fact: String| {
        let help =
            "begin with `at: 0`, end with `at: 100`, and let every stage have more users than the last";
        Err(Fault::usage("rollout-stages-invalid", fact).help(help))
    };
    if stages.is_empty() {
        return Ok(defaults());
    }
    if stages.len() > MOST {
        return wrong(format!("the rollout has {} stages, more than {MOST}", stages.len()));
    }
    let shares: Vec<u8> = stages.iter().map(|stage| stage.at).collect();
    match (shares.first(), shares.last()) {
        (Some(0), Some(100)) => {}
        (first, last) => {
            let (first, last) = (first.copied().unwrap_or_default(), last.copied().unwrap_or_default());
            return wrong(format!("the rollout goes from {first} to {last} percent"));
        }
    }
    match shares.iter().zip(shares.iter().skip(1)).find(|(one, next)| one >= next) {
        Some((one, next)) => wrong(format!("in the rollout {next} percent come after {one} percent")),
        None => Ok(stages.to_vec()),
    }
}

impl Stage {
    /// For people: the share, and the name.
    pub fn label(&self) -> String {
        match &self.name {
            Some(name) => format!("{} % ({name})", self.at),
            None => format!("{} %", self.at),
        }
    }
}
