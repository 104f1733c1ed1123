//! nginx: an upstream with weights in a file of ours, a test of the configuration, a reload.
//!
//! nginx knows no weight of 0 (docs, `ngx_http_upstream_module`), so a server that gets nobody is `down`.

use std::path::Path;

use anyhow::{Context as _, bail};
use shiplane_core::config::Servers;

use super::program;
use crate::replaced;

/// What the file begins with; a file that does not is somebody else's.
const HEAD: &str = "# Written by `ssh-deploy rollout`; what is changed here by hand is lost.";

/// Both servers, and how nginx hears of a change.
#[derive(Clone, Copy, Debug)]
pub(super) struct Proxy<'a> {
    pub(super) file: &'a Path,
    pub(super) upstream: &'a str,
    pub(super) servers: &'a Servers,
    pub(super) test: &'a [String],
    pub(super) reload: &'a [String],
}

impl Proxy<'_> {
    /// The old file is there again when the new one does not pass the test, or nginx does not take it.
    pub(super) fn set(&self, percent: u8) -> anyhow::Result<()> {
        let old = replaced::read(self.file)?;
        if let Some(old) = &old
            && !old.trim_ascii().is_empty()
            && !old.starts_with(HEAD.as_bytes())
        {
            bail!("{} was not written by a rollout, so it is left alone", self.file.display());
        }
        let dir = self.file.parent().context("find the file's directory")?;
        replaced::write(self.file, self.text(percent).as_bytes())?;
        program::run(self.test, dir).and_then(|_| program::run(self.reload, dir)).map(drop).inspect_err(
            |_| {
                match old {
                    Some(old) => replaced::write(self.file, &old).ok(),
                    None => std::fs::remove_file(self.file).ok(),
                };
            },
        )
    }

    /// By the weights in the file. Without one nobody has the new version.
    pub(super) fn read(&self) -> anyhow::Result<u8> {
        let Some(bytes) = replaced::read(self.file)? else { return Ok(0) };
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if text.trim().is_empty() {
            return Ok(0);
        }
        let weight = |server: &str| -> Option<u32> {
            let mut lines = text.lines().map(str::trim);
            let line = lines.find_map(|line| line.strip_prefix("server ")?.strip_prefix(server))?;
            let words: Vec<&str> = line.trim_end_matches(';').split_whitespace().collect();
            if words.contains(&"down") {
                return Some(0);
            }
            words.iter().find_map(|word| word.strip_prefix("weight="))?.parse().ok()
        };
        let weights = weight(&self.servers.stable).zip(weight(&self.servers.canary));
        let share = weights.and_then(|(stable, canary)| (canary * 100).checked_div(stable + canary));
        let share = share.and_then(|share| u8::try_from(share).ok());
        share.with_context(|| format!("{} has no weights of both servers", self.file.display()))
    }

    fn text(&self, percent: u8) -> String {
        let line = |server: &str, weight: u8| match weight {
            0 => format!("    server {server} down;\n"),
            weight => format!("    server {server} weight={weight};\n"),
        };
        let stable = line(&self.servers.stable, 100_u8.saturating_sub(percent));
        let canary = line(&self.servers.canary, percent);
        format!("{HEAD}\nupstream {} {{\n{stable}{canary}}}\n", self.upstream)
    }
}
