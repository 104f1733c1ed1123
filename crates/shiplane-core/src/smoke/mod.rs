//! What an answer must look like, whether it does, and how long to wait until it does.

mod alert_rule;
mod answer;
mod conclude;
mod expectation;
mod host_question;
mod incident;
mod judge;
mod memory;
mod version;
pub mod wait;

pub use alert_rule::AlertRule;
pub use answer::{
    Answer, Answered, Certificate, ContainerSeen, Failure, FailureKind, FileSeen, Ran, Reply, Timings,
};
pub use conclude::{Observed, conclude};
pub use expectation::{
    ContainersWanted, Expectation, JsonValue, NamedHeader, StatusRange, StatusSet, VersionAt, VersionExpected,
};
pub use host_question::HostQuestion;
pub use incident::{Course, State, Vigilance, follow, not_kept};
pub use judge::judge;
pub use memory::{FILE_LIMIT, Health, Memory, Open, Past, Recalled, recall};
pub use version::read_version;
