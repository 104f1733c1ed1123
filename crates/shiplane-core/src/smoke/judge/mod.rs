//! Whether an answer is the right one, with every reason why not.

mod command;
mod containers;
mod file;
mod http;
mod reply;

use super::answer::{Answer, Failure, FailureKind};
use super::expectation::Expectation;
use crate::report::Finding;

pub(super) use http::json_body;

/// How much of a foreign value stands in a fact, in characters.
const SHOWN: usize = 80;

/// Every reason why the answer is not the right one; none means that it is.
pub fn judge(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    match answer {
        Answer::Failed(failure) => vec![failed(failure)],
        Answer::Answered(answered) => http::judge(expectation, answered),
        Answer::Replied(reply) => reply::judge(expectation, reply),
        Answer::Containers { containers, .. } => containers::judge(&expectation.containers, containers),
        Answer::Ran(ran) => command::judge(expectation, ran),
        Answer::File(file) => file::judge(expectation, file),
    }
}

fn failed(failure: &Failure) -> Finding {
    let fact = &failure.detail;
    match failure.reason {
        FailureKind::Dns => {
            Finding::unknown("dns", fact).help("check the name, and the name service of this machine")
        }
        FailureKind::NoRoute => Finding::unknown("no-route", fact)
            .help("run the check from a machine that reaches this address; hosted runners have no IPv6"),
        FailureKind::Unreachable => Finding::fail("unreachable", fact)
            .help("check that the host is up and that its firewall lets this machine in"),
        FailureKind::Refused => Finding::fail("refused", fact)
            .help("check that the service has started, and that it listens on this address and port"),
        FailureKind::Tls => {
            Finding::fail("tls", fact).help("look at the certificate: openssl s_client -connect HOST:PORT")
        }
        FailureKind::Reset => Finding::fail("reset", fact).help("look at the log of the service for a crash"),
        FailureKind::Timeout => Finding::fail("timeout", fact)
            .help("look at the log of the service; a slow one needs a longer --timeout"),
        FailureKind::Protocol => Finding::fail("bad-answer", fact)
            .help("check the port, and whether it is http or https that is spoken there"),
        FailureKind::TooLarge => {
            Finding::fail("bad-answer", fact).help("probe a page made for it, such as /health")
        }
        FailureKind::Redirect => Finding::fail("bad-answer", fact).help("probe the last address directly"),
    }
}
