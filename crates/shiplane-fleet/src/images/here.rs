//! The Docker of this machine: whether it answers, what an image is, and saving some of them.

use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::Value;
use shiplane_core::deploy::image::Local;
use shiplane_core::fault::Fault;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use super::Held;

/// Longest time for a question.
const QUICK: Duration = Duration::from_secs(60);

/// Whether a daemon answers here.
pub(super) async fn daemon() -> Result<()> {
    let help = "run this where the image was built, or give the image's digest so that the host pulls it";
    let answer = ask(&["version", "--format", "{{.Server.Version}}"]).await;
    match answer {
        Ok(Answer { success: true, .. }) => Ok(()),
        Ok(Answer { errors, .. }) => {
            let fact = format!("no Docker daemon answers on this machine: {errors}");
            Err(Fault::could_not("docker-missing-here", fact).help(help).into())
        }
        Err(error) => {
            let fact = format!("images are to be sent from this machine, and it has no Docker: {error:#}");
            Err(Fault::could_not("docker-missing-here", fact).help(help).into())
        }
    }
}

/// The image of that name; `None` when there is none.
pub(super) async fn image(reference: &str) -> Result<Option<Held>> {
    let answer = ask(&["image", "inspect", reference]).await?;
    if !answer.success {
        return Ok(None);
    }
    let all: Vec<Value> =
        serde_json::from_str(&answer.output).context("read what docker image inspect printed")?;
    let Some(value) = all.first() else { return Ok(None) };
    let text = |pointer: &str| value.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
    let layers = value.pointer("/RootFS/Layers").and_then(Value::as_array).into_iter().flatten();
    Ok(Some(Held {
        local: Local {
            reference: reference.to_owned(),
            id: text("/Id"),
            os: text("/Os"),
            architecture: text("/Architecture"),
        },
        layers: layers.filter_map(Value::as_str).map(str::to_owned).collect(),
    }))
}

/// Starts writing these images to its output. It ends with whoever reads it.
pub(super) fn save(ids: &[&str]) -> Result<Child> {
    docker(&["save"]).args(ids).spawn().context("start docker save")
}

struct Answer {
    success: bool,
    output: String,
    errors: String,
}

async fn ask(words: &[&str]) -> Result<Answer> {
    let ended = timeout(QUICK, docker(words).output()).await.context("wait for docker")?;
    let ended = ended.context("start docker")?;
    Ok(Answer {
        success: ended.status.success(),
        output: String::from_utf8_lossy(&ended.stdout).into_owned(),
        errors: String::from_utf8_lossy(&ended.stderr).trim().to_owned(),
    })
}

fn docker(words: &[&str]) -> Command {
    let mut command = Command::new("docker");
    command.args(words).kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}
