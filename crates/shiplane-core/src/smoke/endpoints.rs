//! A list of endpoints, one a line, and what was seen of them: `[METHOD] PATH [STATUS]`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::expectation::StatusSet;
use crate::fault::Fault;
use crate::foreign::clip;
use crate::report::Finding;

/// Lines that are read.
const MOST_LINES: usize = 100_000;

/// Bytes of a line that are read.
const LONGEST: usize = 4096;

/// The methods that a line may name.
const METHODS: [&str; 7] = ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"];

/// Endpoints that are told one by one; the rest is counted.
pub const SHOWN: usize = 20;

/// How much of a path stands in a fact, in characters.
const PATH_SHOWN: usize = 80;

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Such as `GET`.
    pub method: String,
    /// What follows the host, with its query.
    pub path: String,
    /// Its own right status codes; none means those of the probe.
    pub status: StatusSet,
    /// Counted from 1.
    pub line: u64,
}

/// What was seen of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// The file.
    pub file: String,
    /// Endpoints in it.
    pub declared: u64,
    /// Those that answered as expected.
    pub right: u64,
    /// Those that were not asked any more, because nothing answered at all.
    pub not_asked: u64,
    /// The first that failed, in the order of the list.
    pub failing: Vec<Failing>,
    /// All that failed, by class.
    pub classes: BTreeMap<String, u64>,
}

/// An endpoint that did not answer as expected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failing {
    /// Such as `GET`.
    pub method: String,
    /// What follows the host.
    pub path: String,
    /// Its line in the file.
    pub line: u64,
    /// Every reason.
    pub findings: Vec<Finding>,
}

/// Reads the list. What cannot be read is a mistake of the one who wrote it: nothing is passed over.
pub fn parse(file: &str, bytes: &[u8]) -> Result<Vec<Endpoint>, Fault> {
    let wrong = |line: u64, why: &str| {
        let help = "write one endpoint a line: [METHOD] PATH [STATUS], such as GET /orders 200";
        Fault::usage("endpoint-invalid", format!("{file} line {line}: {why}")).at(file, Some(line)).help(help)
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let mut endpoints: Vec<Endpoint> = Vec::new();
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    let mut number = 0_u64;
    for line in bytes.split(|byte| *byte == b'\n') {
        number += 1;
        if endpoints.len() >= MOST_LINES || number > 2 * u64::try_from(MOST_LINES).unwrap_or(u64::MAX) {
            return Err(wrong(number, "the list is longer than 100000 endpoints"));
        }
        if line.len() > LONGEST {
            return Err(wrong(number, "the line is longer than 4096 bytes"));
        }
        let text = std::str::from_utf8(line).map_err(|_| wrong(number, "the line is not UTF-8 text"))?;
        let Some(endpoint) = endpoint(text, number).map_err(|why| wrong(number, &why))? else { continue };
        let key = (endpoint.method.clone(), endpoint.path.clone());
        match known.get(&key).and_then(|place| endpoints.get(*place)) {
            Some(before) if before.status != endpoint.status => {
                let why = format!(
                    "{} {} stands in line {} with another status",
                    key.0,
                    clip(&key.1, PATH_SHOWN),
                    before.line
                );
                return Err(wrong(number, &why));
            }
            Some(_) => {}
            None => {
                known.insert(key, endpoints.len());
                endpoints.push(endpoint);
            }
        }
    }
    if endpoints.is_empty() {
        let fault = Fault::usage("endpoints-missing", format!("{file} names no endpoint"));
        return Err(fault.help("write one endpoint a line: [METHOD] PATH [STATUS]"));
    }
    Ok(endpoints)
}

/// One line; nothing for a blank one and for a comment.
fn endpoint(text: &str, line: u64) -> Result<Option<Endpoint>, String> {
    if text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r')) {
        return Err("there is a control character in it".to_owned());
    }
    let words: Vec<&str> = text.split_whitespace().take_while(|word| !word.starts_with('#')).collect();
    let (method, rest) = match words.as_slice() {
        [] => return Ok(None),
        [first, rest @ ..] => match METHODS.iter().find(|method| method.eq_ignore_ascii_case(first)) {
            Some(method) => (*method, rest),
            None => ("GET", words.as_slice()),
        },
    };
    let [path, rest @ ..] = rest else { return Err("there is no path".to_owned()) };
    check(path)?;
    let status = match rest {
        [] => StatusSet::default(),
        [codes] => StatusSet(codes.split(',').map(str::parse).collect::<Result<_, _>>()?),
        [_, more, ..] => return Err(format!("`{}` is one word too many", clip(more, PATH_SHOWN))),
    };
    Ok(Some(Endpoint { method: method.to_owned(), path: (*path).to_owned(), status, line }))
}

/// A path below the address, and nothing that leads elsewhere.
fn check(path: &str) -> Result<(), String> {
    let shown = clip(path, PATH_SHOWN);
    if path.contains("://") && !path.starts_with('/') {
        return Err(format!("`{shown}` is a whole address; write what follows the host only"));
    }
    if path.starts_with("//") {
        return Err(format!("`{shown}` begins with two slashes, which names another host"));
    }
    if !path.starts_with('/') {
        return Err(format!("`{shown}` is neither a method nor a path that begins with a slash"));
    }
    let place = path.split('?').next().unwrap_or(path);
    if path.contains('\\') || place.split('/').any(|part| matches!(part, ".." | "%2e%2e" | "%2E%2E")) {
        return Err(format!("`{shown}` leads out of the address with `..` or a backslash"));
    }
    Ok(())
}

impl Coverage {
    /// `198 of 200 declared endpoints answer as expected`.
    pub fn told(&self) -> String {
        let noun = if self.declared == 1 { "endpoint answers" } else { "endpoints answer" };
        format!("{} of {} declared {noun} as expected", self.right, self.declared)
    }

    /// The whole, then each that fails, up to a bound, then a count of the rest.
    pub fn findings(&self) -> Vec<Finding> {
        if self.right == self.declared && self.declared > 0 {
            return Vec::new();
        }
        let mut found: Vec<Finding> = vec![self.summary()];
        for failing in self.failing.iter().take(SHOWN) {
            let name = format!("{} {}", failing.method, clip(&failing.path, PATH_SHOWN));
            found.extend(failing.findings.iter().map(|one| {
                let fact = format!("{name}: {}", one.fact);
                let help = one.help.clone().unwrap_or_default();
                Finding { level: one.level, ..Finding::fail(&one.code, fact) }
                    .help(help)
                    .at(&self.file, Some(failing.line))
            }));
        }
        found
    }

    fn summary(&self) -> Finding {
        let classes: Vec<String> =
            self.classes.iter().map(|(class, count)| format!("{class}: {count}")).collect();
        let mut fact = self.told();
        if !classes.is_empty() {
            fact = format!("{fact}; {}", classes.join(", "));
        }
        let failed: u64 = self.classes.values().sum();
        let shown = u64::try_from(self.failing.len().min(SHOWN)).unwrap_or(u64::MAX);
        if failed > shown {
            fact = format!("{fact}; the first {shown} that fail follow");
        }
        if self.not_asked > 0 {
            fact = format!("{fact}; {} were not asked, because nothing answered", self.not_asked);
        }
        let finding = Finding::fail("endpoints-failing", fact);
        let unknown = self.failing.iter().flat_map(|one| &one.findings);
        // What could not be found out of any of them is no proof that they fail.
        let level = unknown.map(|one| one.level).min_by_key(|level| *level != crate::report::Level::Fail);
        Finding { level: level.unwrap_or(finding.level), ..finding }
            .help("look at the endpoints below, or correct the list")
    }
}
