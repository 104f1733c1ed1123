//! What the services say that are not well.

use std::time::Duration;

use serde_json::Value;
use shiplane_core::deploy::masks::Masks;
use shiplane_core::report::Excerpt;
use shiplane_core::smoke::{Answer, ill};

use super::containers::{Watch, inspect};
use super::site::Site;
use crate::compose::environment_of;
use crate::docker::{docker, setting};
use crate::{masked, process};

/// Lines of each log.
const LINES: usize = 60;

/// Logs that are worth showing at once.
const LOGS: usize = 5;

/// Longest time for one of them; somebody waits for the verdict.
const QUICK: Duration = Duration::from_secs(5);

/// The last lines of every container of these services that is not well; of all of them when each looks well, and
/// something else is wrong. None named are all. Secrets of their environments are hidden.
pub fn logs(site: &Site, services: &[String], one_shot: &[String]) -> Vec<Excerpt> {
    let project = site.project();
    let looked = Watch::default().look(project, services, QUICK);
    let Ok(Answer::Containers { containers, known, .. }) = looked else { return Vec::new() };
    let ends = known.iter().filter(|service| service.once).map(|service| &service.name);
    let ends: Vec<String> = ends.chain(one_shot).cloned().collect();
    let mut named = ill(&containers, &ends);
    if named.is_empty() {
        named = containers.iter().map(|it| (it.id.clone(), it.service.clone())).collect();
    }
    let name = |id: &String| containers.iter().find(|it| it.id == *id).map(|it| it.name.clone());
    let masks = masks(&project.name);
    let read = named.iter().take(LOGS).filter_map(|(id, service)| log((id, service), name(id), &masks));
    read.filter(|excerpt| !excerpt.lines.is_empty()).collect()
}

/// What the containers were started with is as secret as the file that it came from.
fn masks(project: &str) -> Masks {
    let all: Vec<Value> = inspect(project, QUICK).unwrap_or_default();
    let pairs: Vec<(String, String)> = all.iter().flat_map(environment_of).collect();
    Masks::of(&pairs)
}

fn log((id, service): (&str, &str), name: Option<String>, masks: &Masks) -> Option<Excerpt> {
    let command = docker(&["logs", "--tail", &LINES.to_string(), id]);
    let answer = process::ask(&command, setting(QUICK)).ok()?;
    let text =
        answer.output.lines().map(|line| masks.hide(&masked::hide(line))).collect::<Vec<_>>().join("\n");
    let name = name.unwrap_or_else(|| service.to_owned());
    Some(Excerpt::tail(format!("log of {service} ({name})"), &text, LINES))
}
