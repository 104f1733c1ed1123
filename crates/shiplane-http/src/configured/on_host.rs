//! Probes that are asked on a host: those that no other machine can ask, and those with `via: ssh`.

use std::time::Duration;

use shiplane_core::config::{Probe as Configured, Sent};
use shiplane_core::fault::Fault;
use shiplane_core::smoke::wait::WaitPolicy;

use super::hosts::{bare, whole, with_host};
use super::settle::settle;
use super::{Around, From, Named};

/// What `{host}` is to the host itself: its loopback addresses, of both families.
const ITSELF: &str = "localhost";

/// This machine, where no host is known.
const LOCAL: &str = "local";

/// How often containers have to be right, and for how long: one that dies every two seconds is seen running, too.
const LOOKS: u32 = 3;
const STABLE: Duration = Duration::from_secs(2);

/// Between two looks at containers.
const BETWEEN: Duration = Duration::from_millis(250);

/// One probe as it stands there, without a look at where it is asked from; for whoever is on the host already.
pub fn settled(name: &str, written: Configured, around: &Around) -> Result<Named, Fault> {
    settle(name, written, around)
}

/// Whether a host is asked, and not from here.
pub(super) fn is_asked_there(written: &Configured) -> bool {
    is_host_kind(written) || written.via.is_some()
}

fn is_host_kind(written: &Configured) -> bool {
    let Configured { containers, command, file_age, .. } = written;
    containers.is_some() || !command.is_empty() || file_age.is_some()
}

/// Once for every host.
pub(super) fn settle_all(name: &str, written: &Configured, around: &Around) -> Result<Vec<Named>, Fault> {
    let mut hosts = whole(if around.asked.is_empty() { &around.hosts } else { &around.asked });
    if hosts.is_empty() && written.via.is_none() {
        hosts.push(LOCAL.to_owned());
    }
    if hosts.is_empty() {
        let fact = format!("probe {name} is asked over SSH, and no host is known");
        return Err(Fault::usage("host-missing", fact).help(
            "set SSH_HOST, pass --ssh-host, or name an --environment with hosts; `local` is this machine",
        ));
    }
    let names: Vec<String> = hosts.iter().map(|host| bare(host)).collect();
    let label = |at: usize, host: &str| {
        let own = names.get(at).cloned().unwrap_or_default();
        let is_unique = names.iter().filter(|name| **name == own).count() == 1;
        let host = if is_unique { own } else { host.to_owned() };
        if hosts.len() == 1 { name.to_owned() } else { format!("{name}@{host}") }
    };
    let one = |(at, host): (usize, &String)| {
        let named = settle(&label(at, host), with_host(written, ITSELF), around)?;
        Ok(Named { host: Some(bare(host)), from: From::Host(host.clone()), ..named })
    };
    hosts.iter().enumerate().map(one).collect()
}

/// What can be known to be missing before anything is asked.
pub(super) fn check(name: &str, written: &Configured, around: &Around) -> Result<(), Fault> {
    if written.file_age.is_some() && written.max_age.is_none() {
        let fact = format!("probe {name} asks for the age of a file and does not say how old it may be");
        return Err(Fault::usage("probe-incomplete", fact).help("add `max-age: 5m` to it, or pass --max-age"));
    }
    if written.containers.is_some() && around.project.is_none() && around.path.is_none() {
        let fact = format!("probe {name} asks for containers, and no Compose project is known");
        return Err(Fault::usage("project-missing", fact)
            .help("write `project:` in the config, or name an --environment with `path:` or --deploy-path"));
    }
    Ok(())
}

/// Containers have to stay right for a while even where nobody waits for them.
pub(super) fn policy(policy: WaitPolicy, written: &Configured) -> WaitPolicy {
    match &written.containers {
        None => policy,
        Some(_) => WaitPolicy {
            successes: LOOKS,
            stable: policy.within.map_or(STABLE, |within| STABLE.min(within / 2)),
            between: BETWEEN,
            shortest: BETWEEN,
            ..policy
        },
    }
}

/// What a probe was settled with: of the secrets only those that it sends.
pub(super) fn part_of(around: &Around, written: &Configured) -> Around {
    let sends = |name: &str| {
        let mut sent = written.send.values();
        sent.any(|sent| matches!(sent, Sent::Variable(variable) if variable.env == name))
    };
    let secrets = around.secrets.iter().filter(|(name, _)| sends(name));
    let secrets = secrets.map(|(name, secret)| (name.to_owned(), secret.clone())).collect();
    Around { secrets, ..around.clone() }
}
