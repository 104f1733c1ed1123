//! What an answer must look like, whether it does, and how long to wait until it does.

mod answer;
mod conclude;
mod expectation;
mod judge;
mod version;
pub mod wait;

pub use answer::{Answer, Answered, Failure, FailureKind, Timings};
pub use conclude::{Observed, conclude};
pub use expectation::{
    Expectation, JsonValue, NamedHeader, StatusRange, StatusSet, VersionAt, VersionExpected,
};
pub use judge::judge;
pub use version::read_version;
