//! Whether an answer is the right one, with every reason why not.

mod certificate;
mod command;
mod containers;
mod file;
mod http;
mod on_host;
mod reply;
mod text;

pub use containers::ill;

use super::answer::{Answer, Failure, FailureKind, Timings};
use super::expectation::Expectation;
use crate::report::Finding;

use containers::Picture;

pub(super) use http::json_body;

/// How much of a foreign value stands in a fact, in characters.
const SHOWN: usize = 80;

/// Every reason why the answer is not the right one; none means that it is.
pub fn judge(expectation: &Expectation, answer: &Answer) -> Vec<Finding> {
    match answer {
        Answer::Failed(failure) => vec![failed(failure)],
        Answer::Answered(answered) => http::judge(expectation, answered),
        Answer::Replied(reply) => reply::judge(expectation, reply),
        Answer::Containers { containers, known, changes, .. } => {
            containers::judge(&expectation.containers, &Picture { containers, known, changes })
        }
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
        FailureKind::NoDocker => on_host::no_docker(fact),
        FailureKind::ProgramMissing => on_host::program_missing(fact),
        FailureKind::ProgramDenied => on_host::program_denied(fact),
        FailureKind::FileMissing => on_host::file_missing(fact),
        FailureKind::NotAFile => on_host::not_a_file(fact),
        FailureKind::FileDenied => on_host::file_denied(fact),
    }
}

/// Whether no further waiting makes it right.
pub fn hopeless(expectation: &Expectation, answer: &Answer) -> bool {
    match answer {
        Answer::Containers { containers, known, changes, .. } => {
            containers::hopeless(&expectation.containers, &Picture { containers, known, changes })
        }
        Answer::Failed(_) | Answer::Answered(_) | Answer::Replied(_) | Answer::Ran(_) | Answer::File(_) => {
            false
        }
    }
}

/// Each with the address that gave the answer, where several were asked.
fn at(peer: Option<&str>, findings: Vec<Finding>) -> impl Iterator<Item = Finding> {
    let peer = peer.unwrap_or("an address").to_owned();
    findings.into_iter().map(move |finding| Finding { fact: format!("{peer}: {}", finding.fact), ..finding })
}

fn latency(expectation: &Expectation, timings: &Timings) -> Option<Finding> {
    let budget = expectation.latency?;
    let total = timings.total_ms;
    // Exactly the budget is not a breach.
    if total <= budget.0.as_secs_f64() * 1000.0 {
        return None;
    }
    let fact = format!("answered in {total:.0} ms, expected at most {budget}");
    Some(Finding::fail("too-slow", fact).help("look at the load of the host and at the log of the service"))
}
