//! What came, in a few words.

use super::answer::{Answer, Answered, Certificate, Protocol, Reply};

/// What came, in a few words: `status 200 in 3.1 ms`.
pub fn seen(answer: &Answer) -> String {
    let what = match answer {
        Answer::Answered(answered) => http(answered),
        Answer::Replied(reply) => said(reply),
        Answer::Failed(_) | Answer::Containers { .. } | Answer::Ran(_) | Answer::File(_) => {
            return "in order".to_owned();
        }
    };
    format!("{what} in {:.1} ms", answer.timings().total_ms)
}

fn http(answered: &Answered) -> String {
    let certificate = answered.certificate.as_ref().map_or_else(String::new, good_for);
    format!("status {}{}{certificate}", answered.status, everywhere(answered.others.len()))
}

fn said(reply: &Reply) -> String {
    let what = match reply.protocol {
        Protocol::Tcp => "takes connections".to_owned(),
        Protocol::Tls => {
            format!("speaks TLS{}", reply.certificate.as_ref().map_or_else(String::new, good_for))
        }
        Protocol::Dns => format!("has {}", reply.addresses.join(", ")),
        Protocol::Redis => "answers a PING".to_owned(),
        Protocol::Postgres => "takes connections".to_owned(),
    };
    format!("{what}{}", everywhere(reply.others.len()))
}

fn everywhere(others: usize) -> String {
    if others == 0 { String::new() } else { format!(" at each of {} addresses", others + 1) }
}

fn good_for(certificate: &Certificate) -> String {
    format!(", certificate good for {} days", certificate.days_left())
}
