//! The site's `.env`: there, private, complete. Names of keys only.

use super::super::facts::Checkout;
use super::checkup::{EnvFile, Learned};
use super::{Patient, not_known};
use crate::report::Finding;
use crate::words::{count, list};

/// The file, when there is one that could be read.
fn file<'a>(patient: &Patient<'a>) -> Option<&'a EnvFile> {
    match &patient.checkup.env {
        Learned::Known(Some(file)) => Some(file),
        Learned::Known(None) | Learned::NotAsked | Learned::Unknown(_) => None,
    }
}

/// The keys that the example names.
fn wanted<'a>(patient: &Patient<'a>) -> &'a [String] {
    match &patient.checkup.example {
        Learned::Known(Some(keys)) => keys,
        Learned::Known(None) | Learned::NotAsked | Learned::Unknown(_) => &[],
    }
}

fn path(patient: &Patient<'_>) -> String {
    format!("{}/.env", patient.question.site.path)
}

pub(super) fn present(patient: &Patient<'_>) -> Vec<Finding> {
    let path = path(patient);
    match &patient.checkup.env {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![
            not_known("env-unreadable", &path, why)
                .help("on the host: give the file to the deploying user, mode 600"),
        ],
        Learned::Known(Some(env)) => {
            let finding = Finding::ok("env", format!("{path} sets {}", count(env.keys.len(), "key")));
            vec![finding]
        }
        Learned::Known(None) => {
            let mut missing: Vec<String> = wanted(patient).to_vec();
            if let Learned::Known(project) = &patient.checkup.project {
                missing.extend(project.blank.iter().filter(|name| !wanted(patient).contains(name)).cloned());
            }
            if missing.is_empty() {
                return Vec::new();
            }
            let fact = format!("{path} is not there, and these are needed from it: {}", list(&missing));
            vec![Finding::fail("env-missing", fact).help(format!(
                "on the host: write {path} with these keys, mode 600; it is never sent from here"
            ))]
        }
    }
}

pub(super) fn tracked(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(env) = file(patient) else { return Vec::new() };
    let path = path(patient);
    vec![if env.tracked {
        let help = "`git rm --cached .env`, add it to .gitignore, and change every secret that it held";
        Finding::fail("env-tracked", format!("git has {path}: every clone holds its secrets")).help(help)
    } else {
        Finding::ok("env-untracked", "git does not have the .env")
    }]
}

pub(super) fn private(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(env) = file(patient) else { return Vec::new() };
    let path = path(patient);
    vec![if env.world_readable {
        let fact = format!("everybody on the host may read {path}");
        Finding::warning("env-world-readable", fact).help(format!("on the host: chmod 600 {path}"))
    } else {
        Finding::ok("env-private", "others on the host may not read the .env")
    }]
}

pub(super) fn example(patient: &Patient<'_>) -> Vec<Finding> {
    let example = patient.question.checkup.as_ref().and_then(|inquiry| inquiry.env_example.as_deref());
    let example = example.unwrap_or("the example");
    match &patient.checkup.example {
        Learned::NotAsked => return Vec::new(),
        Learned::Unknown(why) => return vec![not_known("env-example-unreadable", example, why)],
        // What is to be deployed was not fetched yet, so nobody knows what it brings.
        Learned::Known(None) if patient.facts.checkout == Checkout::Unborn => return Vec::new(),
        Learned::Known(None) => {
            let fact =
                format!("{example}, which names the keys of .env, is neither in the commit nor on the host");
            return vec![
                Finding::warning("env-example-missing", fact)
                    .help("check `env-example:` of the environment; it is relative to the site's path"),
            ];
        }
        Learned::Known(Some(_)) => {}
    }
    let Some(env) = file(patient) else { return Vec::new() };
    let keys = wanted(patient);
    let missing: Vec<String> = keys.iter().filter(|key| !env.keys.contains(key)).cloned().collect();
    vec![if missing.is_empty() {
        Finding::ok(
            "env-complete",
            format!("the .env has all {} that {example} names", count(keys.len(), "key")),
        )
    } else {
        let fact = format!(
            "{} lacks {} of {example}: {}",
            path(patient),
            count(missing.len(), "key"),
            list(&missing)
        );
        Finding::fail("env-keys-missing", fact).help("on the host: add them to the file")
    }]
}

/// A key that is there and holds nothing is what an unset secret looks like.
pub(super) fn empty(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(env) = file(patient) else { return Vec::new() };
    if env.empty.is_empty() {
        return Vec::new();
    }
    let fact = format!(
        "{} has {} without a value: {}",
        path(patient),
        count(env.empty.len(), "key"),
        list(&env.empty)
    );
    vec![Finding::warning("env-empty", fact).help("fill them in, or take them out when they are not needed")]
}

pub(super) fn twice(patient: &Patient<'_>) -> Vec<Finding> {
    let Some(env) = file(patient) else { return Vec::new() };
    if env.twice.is_empty() {
        return Vec::new();
    }
    let fact =
        format!("{} sets these more than once: {}; the last one counts", path(patient), list(&env.twice));
    vec![Finding::warning("env-twice", fact).help("keep one line for each")]
}
