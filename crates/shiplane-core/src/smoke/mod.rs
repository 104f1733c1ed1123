//! What an answer must look like, whether it does, and how long to wait until it does.

mod answer;
mod conclude;
mod expectation;
mod host_question;
mod judge;
mod version;
pub mod wait;

pub use answer::{
    Answer, Answered, Certificate, ContainerSeen, Failure, FailureKind, FileSeen, Ran, Reply, Timings,
};
pub use conclude::{Observed, conclude};
pub use expectation::{
    ContainersWanted, Expectation, JsonValue, NamedHeader, StatusRange, StatusSet, VersionAt, VersionExpected,
};
pub use host_question::HostQuestion;
pub use judge::judge;
pub use version::read_version;
