//! What others said, bounded and harmless, and how long its parts took.

use shiplane_core::foreign;
use shiplane_core::report::Excerpt;
use shiplane_core::smoke::{Answer, Answered, Certificate, Timings, seen};

/// Lines of an answer's body that are shown.
const BODY_LINES: usize = 20;

/// Headers of an answer that are shown.
const HEADERS: usize = 20;

const DAY: i64 = 24 * 3600;

/// A right answer in a few words.
pub(super) fn healthy(answer: Option<&Answer>) -> String {
    let Some(answer) = answer else { return "in order".to_owned() };
    let total = answer.timings().total_ms;
    match answer {
        Answer::Answered(_) | Answer::Replied(_) => seen(answer),
        Answer::Containers { containers, .. } => {
            let noun = if containers.len() == 1 { "container is" } else { "containers are" };
            format!("{} {noun} in order", containers.len())
        }
        Answer::Ran(_) => format!("ended well after {total:.0} ms"),
        Answer::File(file) => {
            file.age.map_or_else(|| "in order".to_owned(), |age| format!("written {} ago", age.brief()))
        }
        Answer::Failed(_) => "in order".to_owned(),
    }
}

/// Where the time went.
pub(super) fn split(timings: &Timings) -> String {
    let parts = [
        ("name look-up", timings.dns_ms),
        ("connect", timings.connect_ms),
        ("TLS", timings.tls_ms),
        ("first byte", timings.first_byte_ms),
        ("total", Some(timings.total_ms)),
    ];
    let known =
        parts.into_iter().filter_map(|(name, millis)| millis.map(|millis| format!("{name} {millis:.1} ms")));
    known.collect::<Vec<_>>().join(", ")
}

/// Days that the certificate is still good for, where there is one.
pub(super) fn certificate(answer: &Answer) -> Option<i64> {
    let certificate: &Certificate = match answer {
        Answer::Answered(answered) => answered.certificate.as_ref()?,
        Answer::Replied(reply) => reply.certificate.as_ref()?,
        Answer::Failed(_) | Answer::Containers { .. } | Answer::Ran(_) | Answer::File(_) => return None,
    };
    Some(certificate.not_after.saturating_sub(certificate.seen).div_euclid(DAY))
}

/// The answer itself; nothing where none came.
pub(super) fn excerpt(name: &str, answer: &Answer) -> Option<Excerpt> {
    let title = foreign::one_line(&format!("last answer of {name}"));
    let lines = match answer {
        Answer::Answered(answered) => quoted(answered),
        Answer::Replied(reply) => first_lines(&reply.said),
        Answer::Ran(ran) => foreign::tail(&ran.output, BODY_LINES),
        Answer::File(file) => foreign::tail(&file.tail, BODY_LINES),
        Answer::Failed(_) | Answer::Containers { .. } => Vec::new(),
    };
    (!lines.is_empty()).then_some(Excerpt { title, lines })
}

fn quoted(answered: &Answered) -> Vec<String> {
    let from = answered.peer.as_ref().map_or_else(String::new, |peer| format!(" ({peer})"));
    let mut lines = foreign::lines(&format!("HTTP {} from {}{from}", answered.status, answered.url));
    for (name, value) in answered.headers.iter().take(HEADERS) {
        lines.push(foreign::one_line(&format!("{name}: {value}")));
    }
    lines.push(String::new());
    lines.extend(first_lines(&answered.body));
    lines
}

fn first_lines(text: &str) -> Vec<String> {
    let first: Vec<&str> = text.lines().take(BODY_LINES).collect();
    let left_out = text.lines().count().saturating_sub(BODY_LINES);
    let note = (left_out > 0).then(|| format!("({left_out} more lines left out)"));
    foreign::lines(&first.join("\n")).into_iter().take(BODY_LINES).chain(note).collect()
}
