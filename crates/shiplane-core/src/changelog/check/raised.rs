//! The version is raised above the base branch's, by at least as much as the changes ask for.

use semver::Version;

use super::{Ask, Need, Sides, VERSION};
use crate::changelog::bump::{self, Level};
use crate::changelog::versions::{self, Document, Problem, Source};
use crate::config::Zero;
use crate::report::Finding;

/// Whether every version file has the version that the changes ask for.
pub fn version(files: &[Sides], need: &Need, zero: Zero) -> Vec<Finding> {
    let level = match need.ask {
        Ask::Nothing => {
            return vec![Finding::ok(VERSION, format!("no new version is needed: {}", need.because))];
        }
        Ask::Bump(level) => level,
        Ask::Unclear => Level::Patch,
    };
    if files.is_empty() {
        return vec![
            Finding::fail(VERSION, "no file carries a version")
                .help("name the files that do under `changelog.versions`"),
        ];
    }
    let mut reasons = Vec::new();
    let mut carried = Vec::new();
    for file in files {
        match judged(file, need, (level, zero)) {
            Ok((version, reason)) => {
                carried.push((&file.path, version));
                reasons.extend(reason);
            }
            Err(reason) => reasons.push(reason),
        }
    }
    reasons.extend(disagreement(&carried));
    if let ([], Some((_, version))) = (reasons.as_slice(), carried.first()) {
        let paths: Vec<&str> = carried.iter().map(|(path, _)| path.as_str()).collect();
        let fact =
            format!("{version} in {} is raised as much as {} asks for", paths.join(", "), asking(need));
        return vec![Finding::ok(VERSION, fact)];
    }
    reasons
}

/// The least version that will do after `base`.
///
/// A pre-release on the base has promised a version already: it suffices to go on towards it, unless the changes ask
/// for more than it promised.
pub fn required(base: &Version, level: Level, zero: Zero) -> Version {
    let promised = bump::finalized(base);
    let level = bump::effective(&promised, level, zero);
    if base.pre.is_empty() || promise(&promised) < level { bump::raise(&promised, level) } else { promised }
}

/// What a version was raised by, as far as its zeros tell.
fn promise(version: &Version) -> Level {
    match (version.minor, version.patch) {
        (0, 0) => Level::Major,
        (_, 0) => Level::Minor,
        (_, _) => Level::Patch,
    }
}

/// The version that a file carries on the head, and what is wrong with it.
fn judged(
    file: &Sides,
    need: &Need,
    (level, zero): (Level, Zero),
) -> Result<(Version, Option<Finding>), Finding> {
    let path = &file.path;
    let Some(head) = &file.head else {
        return Err(Finding::fail(VERSION, format!("there is no {path}"))
            .help("add it, or take it out of `changelog.versions`"));
    };
    let head = carried(file, head).map_err(|problem| unreadable(path, &problem))?;
    // A base without the file, or without a version in it, sets no mark.
    let Some(base) = file.base.as_ref().and_then(|text| carried(file, text).ok()) else {
        return Ok((head, None));
    };
    let least = required(&base, level, zero);
    let wrong = if head.cmp_precedence(&base).is_lt() {
        Some(format!("{path} says {head}, below the base branch's {base}"))
    } else if head.cmp_precedence(&base).is_eq() {
        Some(format!("{path} says {head}, as on the base branch"))
    } else if bump::finalized(&head).cmp_precedence(&least).is_lt() {
        Some(format!("{path} goes from {base} to {head}, which is too little"))
    } else {
        None
    };
    let reason = wrong.map(|wrong| {
        let raise = bump::effective(&base, level, zero);
        Finding::fail(VERSION, format!("{wrong}; {} asks for {raise}", asking(need)))
            .help(format!("set the version in {path} to {least} or higher"))
            .at(path, None)
    });
    Ok((head, reason))
}

fn carried(file: &Sides, text: &str) -> Result<Version, Problem> {
    let document = Document { path: file.path.clone(), text: text.to_owned() };
    versions::read(&Source { file: document, field: file.field.clone(), companions: Vec::new() })
}

fn unreadable(path: &str, problem: &Problem) -> Finding {
    let fault = problem.fault(path);
    let finding = Finding::fail(VERSION, fault.fact).at(path, None);
    match fault.help {
        Some(help) => finding.help(help),
        None => finding,
    }
}

/// Files that carry one version say the same one.
fn disagreement(carried: &[(&String, Version)]) -> Option<Finding> {
    let (_, first) = carried.first()?;
    if carried.iter().all(|(_, version)| version == first) {
        return None;
    }
    let highest = carried.iter().map(|(_, version)| version).max()?;
    let each: Vec<String> = carried.iter().map(|(path, version)| format!("{path} {version}")).collect();
    let help =
        format!("set all to {highest}, or name only those that belong together under `changelog.versions`");
    Some(Finding::fail(VERSION, format!("the version files do not agree: {}", each.join(", "))).help(help))
}

fn asking(need: &Need) -> &str {
    match need.ask {
        Ask::Bump(_) | Ask::Nothing => &need.because,
        Ask::Unclear => "a change that does not say what it is",
    }
}
