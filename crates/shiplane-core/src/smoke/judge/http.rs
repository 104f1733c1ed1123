//! Whether an HTTP answer is the right one.

use serde_json::Value;

use super::{SHOWN, certificate, latency, text};
use crate::foreign::clip;
use crate::report::Finding;
use crate::smoke::answer::Answered;
use crate::smoke::expectation::{Expectation, JsonValue, NamedHeader, VersionExpected};
use crate::smoke::version::{read_version, same};

/// Every reason why the answer is not the right one; none means that it is.
pub(super) fn judge(expectation: &Expectation, answered: &Answered) -> Vec<Finding> {
    if answered.others.is_empty() {
        return one(expectation, answered);
    }
    let all = std::iter::once(answered).chain(&answered.others);
    all.flat_map(|answered| super::at(answered.peer.as_deref(), one(expectation, answered))).collect()
}

fn one(expectation: &Expectation, answered: &Answered) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(status(expectation, answered));
    findings.extend(expectation.version.as_ref().and_then(|version| wrong_version(version, answered)));
    findings.extend(json(&expectation.json, answered));
    findings.extend(body(expectation, answered));
    findings.extend(expectation.headers.iter().filter_map(|header| wrong_header(header, answered)));
    findings.extend(certificate::judge(expectation, answered.certificate.as_ref()));
    findings.extend(latency(expectation, &answered.timings));
    findings
}

fn status(expectation: &Expectation, answered: &Answered) -> Option<Finding> {
    if expectation.status.contains(answered.status) {
        return None;
    }
    let place = answered.header("location").next().filter(|_| (300..400).contains(&answered.status));
    let (to, help) = match place {
        Some(place) => (
            format!(" to {}", clip(place, SHOWN)),
            "probe that address directly, or follow redirects with --follow",
        ),
        None => (String::new(), "read the answer, then the log of the service"),
    };
    let fact = format!("status {}{to}, expected {}", answered.status, expectation.status);
    Some(Finding::fail("wrong-status", fact).help(help))
}

fn wrong_version(expected: &VersionExpected, answered: &Answered) -> Option<Finding> {
    let wanted = clip(&expected.version, SHOWN);
    match read_version(&expected.at, answered) {
        Ok(found) if same(&found, &expected.version) => None,
        Ok(found) => {
            let fact = format!("version {} answers, expected {wanted}", clip(&found, SHOWN));
            let help = "the old version may still be running; check that the release was switched";
            Some(Finding::fail("wrong-version", fact).help(help))
        }
        Err(reason) => {
            let fact = format!("no version in the answer: {reason}; expected {wanted}");
            let help = "check where the service says its version: --version-json or --version-header";
            Some(Finding::fail("version-unreadable", fact).help(help))
        }
    }
}

fn json(expected: &[JsonValue], answered: &Answered) -> Vec<Finding> {
    if expected.is_empty() {
        return Vec::new();
    }
    let help = "read the answer below: the service says what is wrong with it";
    match json_body(answered) {
        Ok(body) => {
            let wrong = expected.iter().filter_map(|one| wrong_value(one, &body));
            wrong.map(|fact| Finding::fail("wrong-json", fact).help(help)).collect()
        }
        Err(reason) => vec![Finding::fail("wrong-json", reason).help(help)],
    }
}

fn wrong_value(expected: &JsonValue, body: &Value) -> Option<String> {
    let JsonValue { pointer, value } = expected;
    let wanted = clip(value, SHOWN);
    // A value that is not there equals nothing, not even null.
    let Some(found) = body.pointer(pointer) else {
        return Some(format!("JSON value `{pointer}` is missing, expected `{wanted}`"));
    };
    if equals(found, value) {
        return None;
    }
    let shown = match found {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            found.to_string()
        }
    };
    Some(format!("JSON value `{pointer}` is `{}`, expected `{wanted}`", clip(&shown, SHOWN)))
}

/// A string equals the text as it is written; all else equals the text read as JSON.
fn equals(found: &Value, text: &str) -> bool {
    if let Value::String(found) = found {
        return found == text;
    }
    match (found, serde_json::from_str::<Value>(text)) {
        (Value::Number(found), Ok(Value::Number(wanted))) => {
            *found == wanted
                || found.as_f64().zip(wanted.as_f64()).is_some_and(|(found, wanted)| found == wanted)
        }
        (found, Ok(wanted)) => *found == wanted,
        (_, Err(_)) => false,
    }
}

/// Text is looked for in what came: an encoded body is not decoded, since a small one can hold a huge text.
fn body(expectation: &Expectation, answered: &Answered) -> Vec<Finding> {
    if expectation.body.is_empty() && expectation.matches.is_empty() {
        return Vec::new();
    }
    if let Some(coding) = coding(answered) {
        let fact = format!("the body is encoded as `{}` although plain was asked for", clip(coding, SHOWN));
        let help = "check what stands before the service: it must honour `Accept-Encoding: identity`";
        return vec![Finding::fail("encoded", fact).help(help)];
    }
    text::judge(expectation, &format!("the body of {} bytes", answered.body.len()), &answered.body)
}

fn coding(answered: &Answered) -> Option<&str> {
    answered.header("content-encoding").find(|coding| !coding.trim().eq_ignore_ascii_case("identity"))
}

fn wrong_header(expected: &NamedHeader, answered: &Answered) -> Option<Finding> {
    let NamedHeader { name, value } = expected;
    let found: Vec<&str> = answered.header(name).map(str::trim).collect();
    if !found.is_empty() && found.iter().all(|one| one == value) {
        return None;
    }
    let wanted = clip(value, SHOWN);
    let fact = if found.is_empty() {
        format!("there is no header `{name}`, expected `{wanted}`")
    } else {
        format!("header `{name}` is `{}`, expected `{wanted}`", clip(&found.join("`, `"), SHOWN))
    };
    let help = "check what stands before the service: proxies add, change and remove headers";
    Some(Finding::fail("wrong-header", fact).help(help))
}

/// The body as JSON, or why it is none.
pub(in crate::smoke) fn json_body(answered: &Answered) -> Result<Value, String> {
    if let Some(coding) = coding(answered) {
        return Err(format!("the body is encoded as `{}` although plain was asked for", clip(coding, SHOWN)));
    }
    if !answered.utf8 {
        return Err("the body is not UTF-8 text".to_owned());
    }
    if answered.body.trim().is_empty() {
        return Err("the body is empty, expected JSON".to_owned());
    }
    serde_json::from_str(&answered.body).map_err(|error| {
        format!("the body is not JSON: wrong at line {} column {}", error.line(), error.column())
    })
}
