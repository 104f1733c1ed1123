//! From an error of an exchange to the point at which an attempt failed: by types, never by prose.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::time::Duration;

use rustls::CertificateError;
use shiplane_core::smoke::FailureKind;

use crate::marks::{Marks, Reached};
use crate::place::Place;
use crate::wire::{HEADER_BYTES, HEADER_FIELDS};

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

/// Where an error of the exchange belongs.
pub(crate) fn of_exchange(error: &hyper::Error, marks: &Marks, place: &Place) -> Stop {
    if error.is_parse_too_large() {
        let detail = format!(
            "the headers are too large: at most {HEADER_BYTES} bytes in {HEADER_FIELDS} fields are taken"
        );
        return Stop { reason: FailureKind::TooLarge, detail };
    }
    if error.is_incomplete_message() {
        return Stop { reason: FailureKind::Reset, detail: cut_words(marks) };
    }
    match chain(error).find_map(|cause| cause.downcast_ref::<io::Error>()) {
        Some(system) if meaning(system).is_some() => of_system(system, marks, place),
        Some(_) | None => {
            let detail = format!("what came is not an HTTP answer that can be read: {}", innermost(error));
            Stop { reason: FailureKind::Protocol, detail }
        }
    }
}

/// Where an error of the system belongs.
pub(crate) fn of_system(error: &io::Error, marks: &Marks, place: &Place) -> Stop {
    match meaning(error) {
        Some(reason) => Stop { reason, detail: system_words(reason, marks, place) },
        None => Stop { reason: FailureKind::Protocol, detail: format!("no answer: {error}") },
    }
}

/// Where an error of the TLS handshake belongs.
pub(crate) fn of_handshake(error: &io::Error, marks: &Marks, place: &Place) -> Stop {
    match chain(error).find_map(|cause| cause.downcast_ref()) {
        Some(tls) => Stop { reason: FailureKind::Tls, detail: tls_words(tls) },
        None => of_system(error, marks, place),
    }
}

/// The clock over the whole exchange ran out.
pub(crate) fn out_of_time(marks: &Marks, place: &Place, limit: Duration) -> Stop {
    let inner = marks.read();
    if matches!(inner.reached(), Reached::Start | Reached::Resolved | Reached::Opened) {
        return no_connection(marks, place, limit);
    }
    let limit = seconds(limit);
    let detail = match inner.status {
        Some(status) => {
            let bytes = inner.body;
            format!(
                "status {status} came, but the body was not complete after {limit} ({bytes} bytes so far)"
            )
        }
        None => format!("connected, but no answer came within {limit}"),
    };
    Stop { reason: FailureKind::Timeout, detail }
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

/// What an error of the system means, where it means something to us.
pub(crate) fn meaning(error: &io::Error) -> Option<FailureKind> {
    MEANINGS.iter().find(|(kind, _)| *kind == error.kind()).map(|(_, reason)| *reason)
}

/// The name has none.
pub(crate) fn no_address(place: &Place, reason: Option<&io::Error>) -> Stop {
    let reason = reason.map_or_else(String::new, |error| format!(": {error}"));
    Stop { reason: FailureKind::Dns, detail: format!("the name `{}` has no address{reason}", place.host) }
}

/// The clock over the making of the connection ran out.
pub(crate) fn no_connection(marks: &Marks, place: &Place, limit: Duration) -> Stop {
    let limit = seconds(limit);
    match marks.read().reached() {
        Reached::Start if place.is_named() => {
            let detail = format!("the name service did not answer within {limit}");
            Stop { reason: FailureKind::Dns, detail }
        }
        Reached::Opened => {
            let detail = format!("{place} takes connections, but no TLS came about within {limit}");
            Stop { reason: FailureKind::Unreachable, detail }
        }
        Reached::Start | Reached::Resolved | Reached::Connected | Reached::Answered => {
            let detail = format!("no connection to {place} came about within {limit}");
            Stop { reason: FailureKind::Unreachable, detail }
        }
    }
}

fn system_words(reason: FailureKind, marks: &Marks, place: &Place) -> String {
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
        | FailureKind::Redirect
        | FailureKind::NoDocker
        | FailureKind::ProgramMissing
        | FailureKind::ProgramDenied
        | FailureKind::FileMissing
        | FailureKind::NotAFile
        | FailureKind::FileDenied => cut_words(marks),
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
        (Reached::Start | Reached::Resolved | Reached::Opened, _) => {
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

/// As people write it.
pub(crate) fn seconds(duration: Duration) -> String {
    if duration < Duration::from_secs(1) {
        return format!("{} ms", duration.as_millis());
    }
    format!("{:.3} s", duration.as_secs_f64()).replace(".000 s", " s")
}
