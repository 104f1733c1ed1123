//! In which order several hosts are switched: the first one alone, the others in waves behind it.

use std::ops::Range;

use crate::fault::Fault;

/// How several hosts are switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waves {
    /// How many at the same time, after the first.
    pub max_parallel: usize,
    /// Whether the first failure ends it; otherwise the later waves go on, so that every failure is seen.
    pub fail_fast: bool,
}

impl Default for Waves {
    fn default() -> Self {
        Self { max_parallel: 1, fail_fast: true }
    }
}

impl Waves {
    /// From what was asked for; what is absent has its default.
    pub fn new(max_parallel: Option<u32>, fail_fast: Option<bool>) -> Result<Self, Fault> {
        let default = Self::default();
        let count = max_parallel.map(usize::try_from).transpose().ok().flatten();
        if max_parallel == Some(0) {
            let fact = "max-parallel is 0, and no host could ever be switched";
            return Err(Fault::usage("max-parallel-invalid", fact).help("give 1 or more"));
        }
        Ok(Self {
            max_parallel: count.unwrap_or(default.max_parallel),
            fail_fast: fail_fast.unwrap_or(default.fail_fast),
        })
    }

    /// The hosts of each wave, by their place in the list. The first host goes alone: it has to prove the release.
    pub fn of(&self, hosts: usize) -> Vec<Range<usize>> {
        let first = 0..hosts.min(1);
        let starts = (1..hosts).step_by(self.max_parallel.max(1));
        let later = starts.map(|start| start..hosts.min(start.saturating_add(self.max_parallel.max(1))));
        std::iter::once(first).chain(later).filter(|wave| !wave.is_empty()).collect()
    }
}
