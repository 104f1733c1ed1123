//! What differs between two texts, line by line, as edits of the first.

use crate::changelog::edit::{Edit, FileChange};

/// Beyond so many pairs of lines the whole is shown as replaced: no file of a preset comes near.
const PAIRS: usize = 4_000_000;

/// A change from one text to another.
pub(super) fn change(path: &str, before: Option<&str>, after: &str) -> FileChange {
    let edits = match before {
        Some(before) => edits(before, after),
        None => vec![Edit::insert(0, after)],
    };
    FileChange::new(path, before.map(str::to_owned), edits)
}

fn edits(before: &str, after: &str) -> Vec<Edit> {
    let old: Vec<&str> = before.split_inclusive('\n').collect();
    let new: Vec<&str> = after.split_inclusive('\n').collect();
    if old.len().saturating_mul(new.len()) > PAIRS {
        return vec![Edit::replace(0..before.len(), after)];
    }
    let table = common(&old, &new);
    let longest = |i: usize, j: usize| table.get(i).and_then(|row| row.get(j)).copied().unwrap_or(0);
    let (mut i, mut j, mut at) = (0, 0, 0);
    let mut edits = Vec::new();
    loop {
        match (old.get(i), new.get(j)) {
            (None, None) => return edits,
            (Some(gone), Some(come)) if gone == come => {
                at += gone.len();
                i += 1;
                j += 1;
            }
            (Some(gone), come) if come.is_none() || longest(i + 1, j) >= longest(i, j + 1) => {
                edits.push(Edit::replace(at..at + gone.len(), ""));
                at += gone.len();
                i += 1;
            }
            (_, Some(come)) => {
                edits.push(Edit::insert(at, *come));
                j += 1;
            }
            (Some(_), None) => return edits,
        }
    }
}

/// How many lines the rests have in common, from each pair of lines on.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<u32>> {
    let mut table = vec![vec![0_u32; new.len() + 1]];
    for gone in old.iter().rev() {
        let below = table.last().cloned().unwrap_or_default();
        let mut row = vec![0_u32; new.len() + 1];
        for (j, come) in new.iter().enumerate().rev() {
            let cell = |row: &[u32], at: usize| row.get(at).copied().unwrap_or(0);
            let best =
                if gone == come { cell(&below, j + 1) + 1 } else { cell(&below, j).max(cell(&row, j + 1)) };
            if let Some(slot) = row.get_mut(j) {
                *slot = best;
            }
        }
        table.push(row);
    }
    table.reverse();
    table
}
