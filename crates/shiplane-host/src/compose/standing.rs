//! What runs of a Compose project beside what should, and what its containers do not know yet.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use anyhow::Context as _;
use serde_json::Value;
use shiplane_core::command::Command;
use shiplane_core::deploy::{Expected, Release, Running, Stale, Standing, compose, env_file};

use super::containers::container;
use super::{Compose, QUICK};
use crate::process;
use crate::runtime::environment;

impl Compose {
    /// Looks at the project; a project that cannot be read still has containers.
    pub(crate) fn standing(&self, live: Option<&Release>) -> anyhow::Result<Standing> {
        let env = live.map(environment).unwrap_or_default();
        let mut standing = Standing::default();
        let rendered = match self.render(&env) {
            Ok(rendered) => rendered,
            Err(failure) => {
                let mut lines = failure.excerpts.iter().flat_map(|excerpt| &excerpt.lines);
                let last = lines.rfind(|line| !line.trim().is_empty());
                let last = last.map_or(String::new(), |line| format!(": {line}"));
                standing.unknown = Some(format!("{}{last}", failure.finding.fact));
                String::new()
            }
        };
        let services = compose::services(&rendered).unwrap_or_default();
        let project = self.project_of(live, &rendered);
        let inspected = self.inspected(&project, QUICK)?;
        let now = SystemTime::now();
        standing.containers = inspected.iter().filter_map(|value| running(value, now)).collect();
        standing.containers.sort_by(|one, other| one.name.cmp(&other.name));
        if let Some(live) = live {
            let image = |name: &str| self.image_id(&compose::image(&project, name, &live.id));
            let built = services.iter().filter(|service| service.built);
            standing.images = built.filter_map(|it| Some((it.name.clone(), image(&it.name)?))).collect();
        }
        standing.services = services
            .into_iter()
            .map(|service| Expected { name: service.name, expected: service.expected })
            .collect();
        standing.stale = self.stale(live, &inspected);
        Ok(standing)
    }

    /// The project's name, even when its files cannot be read any more.
    pub(crate) fn project_of(&self, live: Option<&Release>, rendered: &str) -> String {
        if !rendered.is_empty() {
            return self.project(rendered);
        }
        let kept = live.map(|live| self.rendered_file(&live.id));
        self.project(&kept.and_then(|file| fs::read_to_string(file).ok()).unwrap_or_default())
    }

    /// The project's name, by what can be read right now.
    pub(crate) fn project_now(&self, live: Option<&Release>) -> String {
        let env = live.map(environment).unwrap_or_default();
        self.project_of(live, &self.render(&env).unwrap_or_default())
    }

    /// What the daemon says of every container of the project, the ended ones included.
    pub(crate) fn inspected(&self, project: &str, limit: Duration) -> anyhow::Result<Vec<Value>> {
        let label = format!("label=com.docker.compose.project={project}");
        let filters = ["--filter", &label, "--filter", "label=com.docker.compose.oneoff=False"];
        let list = Command::new("docker").args(["ps", "--all", "--quiet", "--no-trunc"]).args(filters);
        let listed = process::ask(&list, self.setting(&[], limit))?;
        anyhow::ensure!(listed.success(), "docker ps: {}", listed.how());
        let ids: Vec<&str> = listed.stdout.split_whitespace().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        // One of them may be gone by now, which makes docker inspect fail and still tell the others.
        let asked = Command::new("docker").args(["inspect", "--type", "container"]).args(ids);
        let answer = process::ask(&asked, self.setting(&[], limit))?;
        serde_json::from_str(&answer.stdout).context("read what docker inspect printed")
    }

    /// A container keeps the environment and the files that it was made with.
    fn stale(&self, live: Option<&Release>, inspected: &[Value]) -> Stale {
        let mut stale = Stale::default();
        let env = self.ground.path.join(".env");
        let older = |file: &Path| -> Vec<&Value> {
            let changed = fs::metadata(file).and_then(|about| about.modified()).ok();
            let made = |value: &&Value| moment(value.pointer("/Created").and_then(Value::as_str)?);
            let is_older = |value: &&Value| matches!((changed, made(value)), (Some(changed), Some(made)) if made < changed);
            inspected.iter().filter(is_older).collect()
        };
        let without_env = older(&env);
        if let (false, Ok(now)) = (without_env.is_empty(), fs::read(&env)) {
            let now = String::from_utf8_lossy(&now);
            let kept = live.map(|live| self.ground.state.release(&live.id).join("env"));
            match kept.and_then(|file| fs::read(file).ok()) {
                Some(then) => stale.keys = env_file::changed(&String::from_utf8_lossy(&then), &now),
                None => {
                    stale.keys = differing(&now, &without_env);
                    stale.unnamed = stale.keys.is_empty();
                }
            }
        }
        let mut old: Vec<&Value> =
            if stale.unnamed || !stale.keys.is_empty() { without_env } else { Vec::new() };
        let edited = crate::git::Git { path: &self.ground.path }.dirty().ok();
        for file in self.own_files() {
            let is_edited = edited.as_ref().is_none_or(|edited| edited.contains(&file));
            let without = older(&self.dir().join(&file));
            if is_edited && !without.is_empty() {
                stale.files.push(file);
                old.extend(without);
            }
        }
        stale.services = old.into_iter().filter_map(service).collect();
        stale.services.sort();
        stale.services.dedup();
        stale
    }
}

fn service(value: &Value) -> Option<String> {
    value.pointer("/Config/Labels/com.docker.compose.service")?.as_str().map(str::to_owned)
}

/// The keys and values that a container was made with.
pub(crate) fn environment_of(container: &Value) -> Vec<(String, String)> {
    let lines = container.pointer("/Config/Env").and_then(Value::as_array);
    let pair =
        |line: &Value| line.as_str()?.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
    lines.into_iter().flatten().filter_map(pair).collect()
}

/// Keys of `.env` that a container has with another value.
fn differing(env: &str, containers: &[&Value]) -> Vec<String> {
    let has: Vec<(String, String)> = containers.iter().flat_map(|it| environment_of(it)).collect();
    let other = |(key, value): &&(String, String)| has.iter().any(|(name, old)| name == key && old != value);
    let mut keys: Vec<String> =
        env_file::pairs(env).iter().filter(other).map(|(key, _)| key.clone()).collect();
    keys.sort();
    keys.dedup();
    keys
}

fn running(value: &Value, now: SystemTime) -> Option<Running> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (container, started) = (container(value)?, text("/State/StartedAt"));
    let uptime = moment(&started).filter(|_| container.status == "running");
    Some(Running {
        name: text("/Name").trim_start_matches('/').to_owned(),
        created: text("/Created"),
        uptime: uptime.and_then(|then| now.duration_since(then).ok()).map(|since| since.as_secs()),
        started,
        container,
    })
}

/// A time in the daemon's words.
fn moment(text: &str) -> Option<SystemTime> {
    let millis = shiplane_core::deploy::Stamp::parse(text)?.0;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis))
}
