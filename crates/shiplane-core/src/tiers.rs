//! From a tier of the config to the jobs that its matrix makes.

use serde::ser::{Serialize, Serializer};

use crate::config::{Matrix, Tier};
use crate::fault::Fault;

/// A matrix makes at most so many jobs (docs, "Running variations of jobs in a workflow").
const JOB_LIMIT: usize = 256;

/// More combinations are not even looked through for those that are excluded.
const COMBINATION_LIMIT: usize = 65_536;

/// One job of a matrix: the value of each axis, in the order of the axes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell(Vec<(String, String)>);

/// A matrix as GitHub reads it: every job written out, so that nothing is multiplied a second time.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct JobMatrix {
    /// The jobs.
    pub include: Vec<Cell>,
}

impl Cell {
    /// What GitHub puts after the job's name: `(sqlite, local)`.
    pub fn name(&self) -> String {
        let values: Vec<&str> = self.0.iter().map(|(_, value)| value.as_str()).collect();
        format!("({})", values.join(", "))
    }

    fn is(&self, axis: &str, value: &str) -> bool {
        self.0.iter().any(|(name, own)| name == axis && own == value)
    }
}

impl Serialize for Cell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(axis, value)| (axis, value)))
    }
}

/// The jobs of a tier, each once, the last axis changing fastest. A tier without axes has none.
pub fn jobs(name: &str, tier: &Tier) -> Result<JobMatrix, Fault> {
    known_exclusions(name, tier)?;
    let combinations =
        tier.matrix.0.iter().try_fold(1_usize, |all, (_, values)| all.checked_mul(values.len()));
    if combinations.is_none_or(|all| all > COMBINATION_LIMIT) {
        return Err(too_many(name, &format!("more than {COMBINATION_LIMIT} combinations")));
    }
    let mut cells = combined(&tier.matrix);
    cells.retain(|cell| !is_excluded(tier, cell));
    match cells.len() {
        0 if !tier.matrix.0.is_empty() => {
            let fact = format!("`tiers.{name}.exclude` leaves no job of the matrix");
            Err(Fault::usage("matrix-empty", fact).help("exclude less, or leave `matrix` out"))
        }
        count if count > JOB_LIMIT => Err(too_many(name, &format!("{count} jobs"))),
        _ => Ok(JobMatrix { include: cells }),
    }
}

fn combined(matrix: &Matrix) -> Vec<Cell> {
    if matrix.0.is_empty() {
        return Vec::new();
    }
    matrix.0.iter().fold(vec![Cell::default()], |cells, (axis, values)| {
        let with = |cell: &Cell, value: &String| {
            Cell(cell.0.iter().cloned().chain([(axis.clone(), value.clone())]).collect())
        };
        cells.iter().flat_map(|cell| values.iter().map(move |value| with(cell, value))).collect()
    })
}

/// One that matches in part is a match (docs, "Excluding matrix configurations").
fn is_excluded(tier: &Tier, cell: &Cell) -> bool {
    tier.exclude.iter().any(|partial| partial.iter().all(|(axis, value)| cell.is(axis, value)))
}

/// An exclusion that fits nothing is a slip of the pen, and the job that it meant would run.
fn known_exclusions(name: &str, tier: &Tier) -> Result<(), Fault> {
    let axes = &tier.matrix.0;
    for (index, partial) in tier.exclude.iter().enumerate() {
        let place = format!("`tiers.{name}.exclude[{index}]`");
        if partial.is_empty() {
            let fact = format!("{place} names no axis, and would exclude every job");
            return Err(Fault::usage("exclude-empty", fact).help("name at least one axis and its value"));
        }
        for (axis, value) in partial {
            let values = axes.iter().find(|(known, _)| known == axis).map(|(_, values)| values);
            let Some(values) = values else {
                let known: Vec<&str> = axes.iter().map(|(known, _)| known.as_str()).collect();
                let fact = format!("{place} names axis `{axis}`, which the matrix does not have");
                return Err(Fault::usage("exclude-unknown", fact).help(listed(&known)));
            };
            if !values.contains(value) {
                let fact = format!("{place} names `{value}`, which is no value of axis `{axis}`");
                let known: Vec<&str> = values.iter().map(String::as_str).collect();
                return Err(Fault::usage("exclude-unknown", fact).help(listed(&known)));
            }
        }
    }
    Ok(())
}

fn listed(known: &[&str]) -> String {
    format!("known are: {}", if known.is_empty() { "none".to_owned() } else { known.join(", ") })
}

fn too_many(name: &str, amount: &str) -> Fault {
    let fact =
        format!("the matrix of tier `{name}` makes {amount}; GitHub runs at most {JOB_LIMIT} of a matrix");
    Fault::usage("matrix-too-large", fact).help("take values out, or exclude combinations")
}
