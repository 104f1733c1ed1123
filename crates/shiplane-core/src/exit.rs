//! The exit codes, one list for all five tools; a public contract.

use serde::{Deserialize, Serialize};

/// How a run ended, for the shell that started it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Exit {
    /// Done, passed, healthy, or healthy with a warning.
    Done,
    /// Could not find out or could not do it; nothing was changed.
    CouldNot,
    /// Asked wrongly: usage or config; nothing was contacted.
    Usage,
    /// Found out, and the answer is no; the old version serves untouched.
    No,
    /// Failed, and the previous state was restored.
    Restored,
    /// Failed, and restoring failed too: look now.
    Broken,
}

impl Exit {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 6] =
        [Self::Done, Self::CouldNot, Self::Usage, Self::No, Self::Restored, Self::Broken];

    /// The number the process ends with.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::CouldNot => 1,
            Self::Usage => 2,
            Self::No => 10,
            Self::Restored => 11,
            Self::Broken => 12,
        }
    }

    /// What the number means, in one line.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Done => "done, pass, ok or warning",
            Self::CouldNot => "could not find out or could not do it; nothing was changed",
            Self::Usage => "asked wrongly (usage or config); nothing was contacted",
            Self::No => "the answer is no: blocked, unhealthy or refused; the old version serves untouched",
            Self::Restored => "failed, and the previous state was restored",
            Self::Broken => "failed, and restoring failed too: look now",
        }
    }
}
