//! What splits the users, every default settled.

use serde::{Deserialize, Serialize};

use crate::config::{DriverName, Rollout, Servers};
use crate::fault::Fault;

/// What splits the users.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Driver {
    /// HAProxy, by weights over its runtime API.
    Haproxy {
        /// A path, or `address:port`.
        socket: String,
        /// The backend that both servers are in.
        backend: String,
        /// Their names.
        servers: Servers,
    },
    /// nginx, by weights in a file.
    Nginx {
        /// Written by us, included by nginx' configuration.
        file: String,
        /// What the upstream is called.
        upstream: String,
        /// Addresses.
        servers: Servers,
        /// Tests the configuration.
        test: Vec<String>,
        /// Makes the file count.
        reload: Vec<String>,
    },
    /// The application, by ROLLOUT in `.env`.
    EnvFile {
        /// Makes the file count; may be nothing.
        reload: Vec<String>,
    },
    /// Own programs.
    Command {
        /// Sets the share.
        set: Vec<String>,
        /// Prints it.
        get: Vec<String>,
    },
}

impl Driver {
    /// Only keys of the driver that is named count; others would be promises that nobody keeps.
    pub(super) fn of(rollout: &Rollout) -> Result<Self, Fault> {
        unused(rollout)?;
        match rollout.driver {
            DriverName::Haproxy => Ok(Self::Haproxy {
                socket: needed(rollout, "socket", rollout.socket.as_ref())?,
                backend: needed(rollout, "backend", rollout.backend.as_ref())?,
                servers: servers(rollout)?,
            }),
            DriverName::Nginx => Ok(Self::Nginx {
                file: absolute(needed(rollout, "file", rollout.file.as_ref())?)?,
                upstream: needed(rollout, "upstream", rollout.upstream.as_ref())?,
                servers: servers(rollout)?,
                test: rollout.test.clone().unwrap_or_else(|| words(&["nginx", "-t"])),
                reload: rollout.reload.clone().unwrap_or_else(|| words(&["nginx", "-s", "reload"])),
            }),
            DriverName::EnvFile => Ok(Self::EnvFile { reload: rollout.reload.clone().unwrap_or_default() }),
            DriverName::Command => {
                let set = needed(rollout, "set", rollout.set.as_ref())?;
                if !set.iter().any(|word| word.contains("{percent}")) {
                    let fact = "the rollout's `set` does not say where the share goes";
                    return Err(Fault::usage("rollout-set-invalid", fact)
                        .help("write {percent} among its arguments: [split.sh, \"{percent}\"]"));
                }
                Ok(Self::Command { set, get: needed(rollout, "get", rollout.get.as_ref())? })
            }
        }
    }

    /// Whether the new version runs beside the old one, as an environment of its own.
    pub fn splits_servers(&self) -> bool {
        match self {
            Self::Haproxy { .. } | Self::Nginx { .. } => true,
            Self::EnvFile { .. } | Self::Command { .. } => false,
        }
    }

    /// Whether the split is somewhere else than in what a release brings.
    pub fn is_beside(&self) -> bool {
        match self {
            Self::Haproxy { .. } | Self::Nginx { .. } | Self::Command { .. } => true,
            Self::EnvFile { .. } => false,
        }
    }

    /// For people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Haproxy { .. } => "haproxy",
            Self::Nginx { .. } => "nginx",
            Self::EnvFile { .. } => "env-file",
            Self::Command { .. } => "command",
        }
    }
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn word(driver: DriverName) -> &'static str {
    match driver {
        DriverName::Haproxy => "haproxy",
        DriverName::Nginx => "nginx",
        DriverName::EnvFile => "env-file",
        DriverName::Command => "command",
    }
}

fn needed<T: Clone>(rollout: &Rollout, key: &str, value: Option<&T>) -> Result<T, Fault> {
    value.cloned().ok_or_else(|| {
        let driver = word(rollout.driver);
        Fault::usage(
            "rollout-key-missing",
            format!("the rollout's driver is `{driver}`, and `{key}` is not there"),
        )
        .help(format!("write `{key}:` under `rollout:`"))
    })
}

/// One word each: they go into a command of HAProxy's, or a line of nginx'.
fn servers(rollout: &Rollout) -> Result<Servers, Fault> {
    let servers = needed(rollout, "servers", rollout.servers.as_ref())?;
    let backend = rollout.backend.iter().chain(&rollout.upstream);
    for name in [&servers.stable, &servers.canary].into_iter().chain(backend) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "_-.:[]/".contains(c);
        if name.is_empty() || !name.chars().all(plain) {
            let fact = format!("`{name}` is no name or address of a server");
            return Err(Fault::usage("rollout-server-invalid", fact)
                .help("use letters, digits and _ - . : [ ] / only"));
        }
    }
    if servers.stable == servers.canary {
        let fact = format!("`{}` is both servers of the rollout", servers.stable);
        return Err(Fault::usage("rollout-server-invalid", fact).help("name two different ones"));
    }
    Ok(servers)
}

fn absolute(file: String) -> Result<String, Fault> {
    if file.starts_with('/') && !file.split('/').any(|part| part == "..") {
        return Ok(file);
    }
    Err(Fault::usage("rollout-file-invalid", format!("`{file}` is no absolute path"))
        .help("begin with / and leave out `..`: /etc/nginx/conf.d/shop-upstream.conf"))
}

fn unused(rollout: &Rollout) -> Result<(), Fault> {
    use DriverName::{Command, EnvFile, Haproxy, Nginx};
    let keys: [(&str, bool, &[DriverName]); 10] = [
        ("socket", rollout.socket.is_some(), &[Haproxy]),
        ("backend", rollout.backend.is_some(), &[Haproxy]),
        ("servers", rollout.servers.is_some(), &[Haproxy, Nginx]),
        ("file", rollout.file.is_some(), &[Nginx]),
        ("upstream", rollout.upstream.is_some(), &[Nginx]),
        ("test", rollout.test.is_some(), &[Nginx]),
        ("reload", rollout.reload.is_some(), &[Nginx, EnvFile]),
        ("set", rollout.set.is_some(), &[Command]),
        ("get", rollout.get.is_some(), &[Command]),
        ("canary", rollout.canary.is_some(), &[Haproxy, Nginx, Command]),
    ];
    let wrong = keys.iter().find(|(_, is_there, drivers)| *is_there && !drivers.contains(&rollout.driver));
    wrong.map_or(Ok(()), |(key, _, drivers)| {
        let all: Vec<&str> = drivers.iter().map(|driver| word(*driver)).collect();
        let fact = format!("the rollout's `{key}` has no effect with the driver `{}`", word(rollout.driver));
        Err(Fault::usage("rollout-key-unused", fact)
            .help(format!("take it away; it belongs to {}", all.join(" and "))))
    })
}
