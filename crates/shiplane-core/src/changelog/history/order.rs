//! Newest first and children before parents, one line of history after the other, whatever the clocks said.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::Commit;

/// Object names are hashes already; eight of their digits tell them apart well enough.
#[derive(Default)]
struct Digits(u64);

impl Hasher for Digits {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes.iter().rev().take(8) {
            // A digit's own bits are the lower ones; the map looks at the upper ones, too.
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23);
        }
    }

    /// The mark behind each text tells nothing.
    fn write_u8(&mut self, _: u8) {}
}

/// The order of `git log --topo-order`, without git having to hold its answer back until it knows all.
pub fn sorted(mut commits: Vec<Commit>) -> Vec<Commit> {
    let order = order(&commits);
    // Where each commit of the present list is to stand.
    let mut places: Vec<usize> = vec![0; order.len()];
    for (to, from) in order.into_iter().enumerate() {
        if let Some(place) = places.get_mut(from) {
            *place = to;
        }
    }
    // Each exchange brings one commit to its place for good; no second list is held beside the first.
    for at in 0..places.len() {
        while let Some(to) = places.get(at).copied().filter(|to| *to != at) {
            commits.swap(at, to);
            places.swap(at, to);
        }
    }
    commits
}

fn order(commits: &[Commit]) -> Vec<usize> {
    let places: HashMap<&str, usize, BuildHasherDefault<Digits>> =
        commits.iter().enumerate().map(|(at, commit)| (commit.id.as_str(), at)).collect();
    let parents = |at: usize| {
        let names = commits.get(at).map(|commit| commit.parents.as_slice()).unwrap_or_default();
        names.iter().filter_map(|name| places.get(name.as_str()).copied())
    };
    let mut children = vec![0_usize; commits.len()];
    for parent in (0..commits.len()).flat_map(parents) {
        if let Some(count) = children.get_mut(parent) {
            *count += 1;
        }
    }
    let tips = children.iter().enumerate().rev().filter(|(_, count)| **count == 0);
    let mut ready: Vec<usize> = tips.map(|(at, _)| at).collect();
    let mut order = Vec::with_capacity(commits.len());
    while let Some(at) = ready.pop() {
        order.push(at);
        for parent in parents(at) {
            let Some(count) = children.get_mut(parent) else { continue };
            *count = count.saturating_sub(1);
            if *count == 0 {
                ready.push(parent);
            }
        }
    }
    order
}
