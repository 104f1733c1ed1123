//! What an answer must look like, whether it does, and how long to wait until it does.

mod alert_rule;
mod answer;
mod conclude;
mod course;
pub mod endpoints;
mod expectation;
mod host_question;
mod incident;
mod judge;
mod memory;
mod pattern;
mod seen;
mod version;
pub mod wait;

pub use alert_rule::AlertRule;
pub use answer::{
    Answer, Answered, Certificate, ContainerSeen, Failure, FailureKind, FileSeen, Protocol, Ran, Reply,
    ServiceKnown, Timings,
};
pub use conclude::{Observed, Young, conclude, many_failures};
pub use course::{Course, Part, class};
pub use expectation::{
    ContainersWanted, Expectation, JsonValue, NamedHeader, StatusRange, StatusSet, VersionAt, VersionExpected,
};
pub use host_question::HostQuestion;
pub use incident::{Standing, State, Vigilance, follow, not_kept};
pub use judge::{hopeless, ill, judge};
pub use memory::{FILE_LIMIT, Health, Memory, Open, Past, Recalled, recall};
pub use pattern::Pattern;
pub use seen::seen;
pub use version::read_version;
