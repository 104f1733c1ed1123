//! From an error of the HTTP client to the point at which an attempt failed: by types, never by prose.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use rustls::CertificateError;
use shiplane_core::smoke::FailureKind;

use crate::get::Get;
use crate::marks::{Marks, Reached};

/// Why an attempt ended without a whole answer.
#[derive(Debug)]
pub(crate) struct Stop {
    /// At which point.
    pub(crate) reason: FailureKind,
    /// In a sentence.
    pub(crate) detail: String,
}

/// What the system's errors mean to us.
const MEANINGS: [(ErrorKind, FailureKind); 10] = [
    (ErrorKind::ConnectionRefused, FailureKind::Refused),
    (ErrorKind::ConnectionReset, FailureKind::Reset),
    (ErrorKind::ConnectionAborted, FailureKind::Reset),
    (ErrorKind::BrokenPipe, FailureKind::Reset),
    (ErrorKind::UnexpectedEof, FailureKind::Reset),
    (ErrorKind::HostUnreachable, FailureKind::Unreachable),
    (ErrorKind::TimedOut, FailureKind::Unreachable),
    (ErrorKind::NetworkUnreachable, FailureKind::NoRoute),
    (ErrorKind::NetworkDown, FailureKind::NoRoute),
    (ErrorKind::AddrNotAvailable, FailureKind::NoRoute),
];

/// Where an error of the client belongs.
pub(crate) fn classify(error: &reqwest::Error, marks: &Marks, get: &Get) -> Stop {
    if error.is_dns() {
        let reason = chain(error).find_map(|cause| cause.downcast_ref::<io::Error>());
        return no_address(get, reason);
    }
    if let Some(tls) = chain(error).find_map(|cause| cause.downcast_ref()) {
        return Stop { reason: FailureKind::Tls, detail: tls_words(tls) };
    }
    if error.is_connect() && error.is_timeout() {
        return no_connection(marks, get);
    }
    let by_system = chain(error).filter_map(|cause| cause.downcast_ref::<io::Error>()).find_map(meaning);
    if let Some(reason) = by_system {
        return Stop { reason, detail: system_words(reason, marks, get) };
    }
    match chain(error).find_map(|cause| cause.downcast_ref::<hyper::Error>()) {
        Some(http) if http.is_incomplete_message() => {
            Stop { reason: FailureKind::Reset, detail: cut_words(marks) }
        }
        Some(http) => {
            let detail = format!("what came is not an HTTP answer that can be read: {}", innermost(http));
            Stop { reason: FailureKind::Protocol, detail }
        }
        None => Stop { reason: FailureKind::Protocol, detail: format!("no answer: {}", innermost(error)) },
    }
}

/// The exchange ended without saying how.
pub(crate) fn broken() -> Stop {
    Stop { reason: FailureKind::Protocol, detail: "the exchange broke off within the HTTP client".to_owned() }
}

/// The clock over the whole exchange ran out.
pub(crate) fn out_of_time(marks: &Marks, limit: Duration) -> Stop {
    let limit = seconds(limit);
    let inner = marks.read();
    let (reason, detail) = match (inner.reached(), inner.status) {
        (Reached::Answered, Some(status)) => {
            let bytes = inner.body;
            let detail = format!(
                "status {status} came, but the body was not complete after {limit} ({bytes} bytes so far)"
            );
            (FailureKind::Timeout, detail)
        }
        (Reached::Answered | Reached::Connected, _) => {
            (FailureKind::Timeout, format!("connected, but no answer came within {limit}"))
        }
        (Reached::Start | Reached::Resolved, _) => {
            (FailureKind::Unreachable, format!("no connection came about within {limit}"))
        }
    };
    Stop { reason, detail }
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| beneath(*error))
}

/// An `io::Error` hides the error that it wraps from `source()`: it shows that one's source in its place.
fn beneath<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        Some(wrapped) => Some(wrapped),
        None => error.source(),
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}

fn meaning(error: &io::Error) -> Option<FailureKind> {
    MEANINGS.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, reason)| *reason)
}

fn no_address(get: &Get, reason: Option<&io::Error>) -> Stop {
    let host = get.url.host_str().unwrap_or_default();
    let reason = reason.map_or_else(String::new, |error| format!(": {error}"));
    Stop { reason: FailureKind::Dns, detail: format!("the name `{host}` has no address{reason}") }
}

fn no_connection(marks: &Marks, get: &Get) -> Stop {
    let limit = seconds(get.connect);
    let named = get.url.domain().is_some();
    match marks.read().reached() {
        Reached::Start if named => {
            let detail = format!("the name service did not answer within {limit}");
            Stop { reason: FailureKind::Dns, detail }
        }
        Reached::Start | Reached::Resolved | Reached::Connected | Reached::Answered => {
            let detail = format!("no connection to {} came about within {limit}", place(get));
            Stop { reason: FailureKind::Unreachable, detail }
        }
    }
}

fn system_words(reason: FailureKind, marks: &Marks, get: &Get) -> String {
    let place = place(get);
    match reason {
        FailureKind::Refused => format!("nothing listens on {place}: the connection was refused"),
        FailureKind::NoRoute => format!("this machine has no route to {place}"),
        FailureKind::Unreachable => format!("{place} cannot be reached"),
        FailureKind::Dns
        | FailureKind::Tls
        | FailureKind::Reset
        | FailureKind::Timeout
        | FailureKind::Protocol
        | FailureKind::TooLarge
        | FailureKind::Redirect => cut_words(marks),
    }
}

fn cut_words(marks: &Marks) -> String {
    let inner = marks.read();
    match (inner.reached(), inner.status) {
        (Reached::Answered, Some(status)) => {
            format!(
                "status {status} came, then the connection was cut after {} bytes of the body",
                inner.body
            )
        }
        (Reached::Answered | Reached::Connected, _) => {
            "the connection was cut before an answer came".to_owned()
        }
        (Reached::Start | Reached::Resolved, _) => {
            "the connection was cut while it was being made".to_owned()
        }
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "of rustls' many errors only these need words of ours")]
fn tls_words(error: &rustls::Error) -> String {
    let certificate = match error {
        rustls::Error::InvalidCertificate(certificate) => certificate,
        rustls::Error::InvalidMessage(_) => return "what listens there does not speak TLS".to_owned(),
        other => return format!("no TLS connection came about: {other}"),
    };
    match certificate {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the certificate has expired".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the certificate is not valid yet".to_owned()
        }
        CertificateError::UnknownIssuer => {
            "the certificate is not signed by anyone whom this machine trusts".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            format!("the certificate is for another name: {certificate}")
        }
        other => format!("the certificate is not good: {other}"),
    }
}

fn place(get: &Get) -> String {
    let host = get.url.host_str().unwrap_or_default();
    get.url.port_or_known_default().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        return format!("{} ms", duration.as_millis());
    }
    format!("{:.3} s", duration.as_secs_f64()).replace(".000 s", " s")
}
