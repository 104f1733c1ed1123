//! Own commands, for systemd units and plain processes: a directory for every release, and a link to the live one.

use std::path::PathBuf;

use shiplane_core::command::Command;
use shiplane_core::config;
use shiplane_core::deploy::{Release, Strategy};
use shiplane_core::report::Finding;
use shiplane_core::rollback::Piece;

use crate::failure::Failure;
use crate::process::{self, Setting};
use crate::record;
use crate::run::backup_of;
use crate::runtime::{Ground, OnLine, Runs, environment};
use crate::shown;

/// The link to the live release, inside the site's path.
pub(crate) const LINK: &str = "current";

/// Runs releases by the commands of the config.
#[derive(Debug)]
pub(crate) struct CommandRuntime {
    ground: Ground,
    commands: config::CommandRuntime,
}

impl CommandRuntime {
    pub(crate) fn new(ground: Ground, commands: config::CommandRuntime) -> Self {
        Self { ground, commands }
    }

    fn tree(&self, release: &Release) -> PathBuf {
        self.ground.state.release(&release.id).join("tree")
    }

    fn start(
        &self,
        dir: &std::path::Path,
        env: &[(String, String)],
        on_line: OnLine<'_>,
    ) -> Result<(), Failure> {
        let Some(command) = Command::from_words(&self.commands.restart) else { return Ok(()) };
        let setting = Setting { dir, env, limit: self.ground.limits.switch.0 };
        let finished = process::run(&command, setting, on_line)?;
        if finished.success() {
            Ok(())
        } else {
            Err(Failure::program("restart-failed", "the restart command", &finished))
        }
    }

    /// Stops what the link points to; says whether anybody told us how.
    fn stop(&self, on_line: OnLine<'_>) -> Result<bool, Failure> {
        let Some(command) = Command::from_words(&self.commands.stop) else { return Ok(false) };
        let link = self.link();
        // When not even the link was made, nothing was started from it.
        let dir = if link.is_dir() { &link } else { &self.ground.path };
        let setting = Setting { dir, env: &[], limit: self.ground.limits.switch.0 };
        let finished = process::run(&command, setting, on_line)?;
        if finished.success() {
            return Ok(true);
        }
        Err(Failure::program("stop-failed", "the stop command", &finished)
            .help("stop the process by hand, or deploy a good release"))
    }

    fn link(&self) -> PathBuf {
        self.ground.path.join(self.name())
    }

    /// What the live release appears as.
    fn name(&self) -> &str {
        match &self.ground.strategy {
            Strategy::Files(shown) => &shown.to,
            Strategy::Git | Strategy::Image { .. } => LINK,
        }
    }

    fn point_to(&self, release: &Release) -> anyhow::Result<()> {
        shown::point(&self.ground.path, self.name(), &self.tree(release))
    }
}

impl Runs for CommandRuntime {
    fn build(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        let Some(command) = Command::from_words(&self.commands.build) else { return Ok(()) };
        let (dir, env) = (self.tree(release), environment(release));
        let setting = Setting { dir: &dir, env: &env, limit: self.ground.limits.build.0 };
        let finished = process::run(&command, setting, on_line)?;
        if finished.success() {
            Ok(())
        } else {
            Err(Failure::program("build-failed", "the build command", &finished))
        }
    }

    fn ready(&self, release: &Release) -> Result<(), Failure> {
        let tree = self.tree(release);
        if tree.is_dir() {
            return Ok(());
        }
        let fact = format!("the directory {} of release {} is gone", tree.display(), release.label());
        Err(Failure::new(Finding::fail("release-missing", fact).help("deploy that commit again")))
    }

    fn migrate(&self, release: &Release, words: &[String], on_line: OnLine<'_>) -> Result<(), Failure> {
        let Some(command) = Command::from_words(words) else { return Ok(()) };
        let (dir, env) = (self.tree(release), environment(release));
        let setting = Setting { dir: &dir, env: &env, limit: self.ground.limits.build.0 };
        let finished = process::run(&command, setting, on_line)?;
        if finished.success() {
            return Ok(());
        }
        Err(Failure::program("migrate-failed", "the migration", &finished)
            .help("the release before still runs; mend the migration and deploy again"))
    }

    fn switch(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.point_to(release)?;
        self.start(&self.tree(release), &environment(release), on_line)
    }

    fn restart(&self, release: &Release, on_line: OnLine<'_>) -> Result<(), Failure> {
        self.start(&self.link(), &environment(release), on_line)
    }

    /// A process of others tells us nothing; the proof at the public address is what counts.
    fn settle(&self, _: &Release, _: OnLine<'_>) -> Result<(), Failure> {
        Ok(())
    }

    fn clear(&self, on_line: OnLine<'_>) -> Result<(), Failure> {
        let stopped = self.stop(on_line)?;
        shown::clear(&self.ground.path, self.name())?;
        // Files that a web server reads: with the link gone, nothing of the release is left running.
        if self.commands.restart.is_empty() {
            return Ok(());
        }
        if stopped {
            return Ok(());
        }
        let fact =
            "there was no earlier release to go back to, and how to stop the new one is not configured";
        let help =
            "stop the process by hand, or deploy a good one; `stop` in `command` does it the next time";
        Err(Failure::new(Finding::fail("nothing-to-restore", fact).help(help)))
    }

    fn adopt(&self, _: &Release) -> Result<bool, Failure> {
        Ok(false)
    }

    /// Its directory is all that a release leaves, and that lies in the state directory.
    fn prune(&self, _: &[String], _: OnLine<'_>) -> Result<u64, Failure> {
        Ok(0)
    }

    fn remarks(&self) -> Vec<Finding> {
        Vec::new()
    }

    fn images(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    fn pieces(&self, release: &Release, _: &[(String, String)]) -> (Vec<Piece>, u64) {
        let here = self.tree(release).is_dir();
        let remedy = backup_of(&self.ground.state, release)
            .map(|_| "its files come back from their backup".to_owned());
        let mut pieces = vec![Piece { what: "its directory".to_owned(), here, remedy }];
        if let Some((recorded, now)) =
            record::counted(&self.ground.state.release(&release.id)).filter(|_| here)
        {
            let what = format!("its files: {recorded} were recorded, {now} are there");
            pieces.push(Piece { what, here: now >= recorded, remedy: None });
        }
        (pieces, 0)
    }

    fn by_hand(&self, release: &Release) -> Vec<String> {
        let (tree, link) = (self.tree(release).display().to_string(), self.link().display().to_string());
        let values = environment(release).into_iter().map(|(name, value)| format!("{name}={value}"));
        let restart = Command::new("env").args(values).args(&self.commands.restart).line();
        let point = Command::new("ln").args(["-sfn", &tree, &link]).line();
        if self.commands.restart.is_empty() {
            return vec![point];
        }
        vec![point, Command::new("cd").arg(&tree).line(), restart]
    }
}
