//! What the daemon shows of a project: containers, their images, their logs.

use anyhow::{Context as _, bail};
use serde_json::Value;
use shiplane_core::command::Command;
use shiplane_core::deploy::settle::Container;
use shiplane_core::report::Excerpt;

use super::{Compose, QUICK, own_check};
use crate::process::{self, Finished, Setting};

/// Lines of a service's log that explain why it did not come up.
const LOG: usize = 100;

impl Compose {
    pub(super) fn containers(&self, project: &str) -> anyhow::Result<Vec<Container>> {
        let label = format!("label=com.docker.compose.project={project}");
        let once = "label=com.docker.compose.oneoff=False".to_owned();
        let list = Command::new("docker").args(["ps", "--all", "--quiet", "--no-trunc", "--filter"]);
        let listed =
            process::ask(&list.arg(label).args(["--filter".to_owned(), once]), self.setting(&[], QUICK))?;
        if !listed.success() {
            bail!("docker ps: {}: {}", listed.how(), listed.output.trim());
        }
        let ids: Vec<&str> = listed.stdout.split_whitespace().collect();
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let inspected =
            process::ask(&Command::new("docker").arg("inspect").args(ids), self.setting(&[], QUICK))?;
        let all: Vec<Value> =
            serde_json::from_str(&inspected.stdout).context("read what docker inspect printed")?;
        Ok(all.iter().filter_map(container).collect())
    }

    /// The last lines of what a container printed: gold when it did not come up.
    pub(super) fn log(&self, container: &Container) -> Option<Excerpt> {
        let command = Command::new("docker").args(["logs", "--tail", &LOG.to_string(), &container.id]);
        let answer = process::ask(&command, self.setting(&[], QUICK)).ok()?;
        Some(Excerpt::tail(format!("log of {}", container.service), &answer.output, LOG))
    }

    /// The id of an image, when it is on the host.
    pub(crate) fn image_id(&self, image: &str) -> Option<String> {
        let command = Command::new("docker").args(["image", "inspect", "--format", "{{.Id}}", image]);
        let answer = process::ask(&command, self.setting(&[], QUICK)).ok().filter(Finished::success)?;
        Some(answer.stdout.trim().to_owned())
    }
}

pub(super) fn container(value: &Value) -> Option<Container> {
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    Some(Container {
        id: text("/Id")?,
        service: text("/Config/Labels/com.docker.compose.service")?,
        image: text("/Image")?,
        status: text("/State/Status")?,
        health: text("/State/Health/Status").filter(|health| health != "none"),
        exit_code: value.pointer("/State/ExitCode").and_then(Value::as_i64).unwrap_or_default(),
        restarts: value.pointer("/RestartCount").and_then(Value::as_u64).unwrap_or_default(),
        image_name: text("/Config/Image").unwrap_or_default(),
        started: text("/State/StartedAt").unwrap_or_default(),
        error: error(value, text("/State/Error").unwrap_or_default()),
        check: own_check::command(value),
    })
}

/// What the daemon says went wrong. That the kernel ended it for want of memory stands elsewhere.
fn error(value: &Value, said: String) -> String {
    let short = value.pointer("/State/OOMKilled").and_then(Value::as_bool).unwrap_or_default();
    if short { "it was out of memory".to_owned() } else { said }
}

/// The daemon's version, when it answers this user.
pub(crate) fn daemon(dir: &std::path::Path) -> Option<String> {
    let question = Command::new("docker").args(["version", "--format", "{{.Server.Version}}"]);
    let answer =
        process::ask(&question, Setting { dir, env: &[], limit: QUICK }).ok().filter(Finished::success)?;
    Some(answer.stdout.trim().to_owned()).filter(|version| !version.is_empty())
}
