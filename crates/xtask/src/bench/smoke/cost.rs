//! What a process costs: CPU by bash's `time`, memory by GNU time. Neither adds more than a fork to either side.

use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// Milliseconds of CPU, user and system, of one run; measured over `count` in a row, which must all end with `status`.
pub(super) fn cpu(command: &[String], count: u32, status: i32) -> anyhow::Result<f64> {
    let script = format!(
        "TIMEFORMAT='%U %S'; time for run in {{1..{count}}}; do \"$@\" >/dev/null 2>/dev/null; [ $? = {status} ] || echo wrong >&2; done"
    );
    let out = Command::new("bash")
        .args(["-c", &script, "bash"])
        .args(command)
        .stdin(Stdio::null())
        .output()
        .context("start bash")?;
    let text = String::from_utf8_lossy(&out.stderr);
    if text.contains("wrong") {
        bail!("{} does not end with {status}", command.join(" "));
    }
    let line = text.lines().last().context("read the time")?;
    let seconds: Vec<f64> = line.split_whitespace().filter_map(|part| part.parse().ok()).collect();
    match seconds.as_slice() {
        [user, system] => Ok((user + system) * 1000.0 / f64::from(count)),
        _ => bail!("`{line}` is no time"),
    }
}

/// The most memory of one run in MB.
pub(super) fn memory(command: &[String]) -> anyhow::Result<f64> {
    let out = Command::new("time")
        .args(["-f", "%M"])
        .args(command)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .output()
        .context("start GNU time")?;
    let text = String::from_utf8_lossy(&out.stderr);
    let line = text.lines().last().context("read the memory")?;
    let kilobytes: f64 = line.trim().parse().with_context(|| format!("`{line}` is no size"))?;
    Ok(kilobytes / 1024.0)
}

/// Words as a command.
pub(super) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
