//! What came of one attempt, as a recorded fact.

mod host;
mod http;
mod reply;

use serde::{Deserialize, Serialize};

pub use host::{ContainerSeen, FileSeen, Ran, ServiceKnown};
pub use http::Answered;
pub use reply::{Certificate, Protocol, Reply};

/// What came of one attempt.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Answer {
    /// No whole answer came.
    Failed(Failure),
    /// A whole HTTP answer came; whether it is the right one is another question.
    Answered(Answered),
    /// What speaks no HTTP answered.
    Replied(Reply),
    /// The containers of a Compose project, as Docker describes them.
    Containers {
        /// Those of the services that were asked for.
        containers: Vec<ContainerSeen>,
        /// The services that the Compose files have; none where there are no files to read.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        known: Vec<ServiceKnown>,
        /// What has changed since the look before, in a few words each.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        changes: Vec<String>,
        /// How long it took to ask.
        timings: Timings,
    },
    /// A program ran to its end.
    Ran(Ran),
    /// A file is there.
    File(FileSeen),
}

/// Why no whole answer came.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// At which point it failed.
    pub reason: FailureKind,
    /// One sentence of fact, without the address.
    pub detail: String,
    /// As far as it came.
    pub timings: Timings,
}

/// At which point an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FailureKind {
    /// The name has no address, or the name service did not answer.
    Dns,
    /// This machine has no route to the address.
    NoRoute,
    /// Nothing answered the attempt to connect, or the host is known to be away.
    Unreachable,
    /// The host answered that nothing listens there.
    Refused,
    /// The certificate is not good, or there is no TLS.
    Tls,
    /// The connection was cut before the answer was complete.
    Reset,
    /// Connected, but the answer was not complete in time.
    Timeout,
    /// What came is not HTTP.
    Protocol,
    /// The headers or the body exceed what is read.
    TooLarge,
    /// More redirects than allowed, or one that may not be followed.
    Redirect,
    /// Docker does not answer this user on the host.
    NoDocker,
    /// The host has no such program, or not where it was looked for.
    ProgramMissing,
    /// The program is there and cannot be started.
    ProgramDenied,
    /// The host has no such file.
    FileMissing,
    /// What is there is no plain file.
    NotAFile,
    /// This user may not look at the file.
    FileDenied,
}

/// Milliseconds from the start of the attempt's parts; a part that was not reached has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// The name look-up; none for an address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_ms: Option<f64>,
    /// From the look-up until the connection stood, TLS included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<f64>,
    /// The part of it that was TLS; none without.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tls_ms: Option<f64>,
    /// From the connection until the headers were there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte_ms: Option<f64>,
    /// The whole exchange.
    pub total_ms: f64,
}

impl Answer {
    /// How long its parts took.
    pub fn timings(&self) -> &Timings {
        match self {
            Self::Failed(failure) => &failure.timings,
            Self::Answered(answered) => &answered.timings,
            Self::Replied(reply) => &reply.timings,
            Self::Containers { timings, .. } => timings,
            Self::Ran(ran) => &ran.timings,
            Self::File(file) => &file.timings,
        }
    }
}
