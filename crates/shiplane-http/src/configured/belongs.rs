//! Which keys of a probe belong to which kind: a key that nobody reads would be a promise that nobody keeps.

use shiplane_core::config::Probe as Configured;
use shiplane_core::fault::Fault;

/// What a probe asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Http,
    Tcp,
    Tls,
    Dns,
    Redis,
    Postgres,
    Clickhouse,
    Containers,
    Command,
    FileAge,
}

use Kind::{Clickhouse, Command, Containers, Dns, FileAge, Http, Postgres, Redis, Tcp, Tls};

/// A key, whether a probe has it, and the kinds that read it.
struct Key {
    name: &'static str,
    is_set: fn(&Configured) -> bool,
    kinds: &'static [Kind],
}

const KEYS: [Key; 19] = [
    Key { name: "paths", is_set: |probe| probe.paths.is_some(), kinds: &[Http] },
    Key { name: "method", is_set: |probe| probe.method.is_some(), kinds: &[Http] },
    Key { name: "send", is_set: |probe| !probe.send.is_empty(), kinds: &[Http, Redis, Clickhouse] },
    Key { name: "send-body", is_set: |probe| probe.send_body.is_some(), kinds: &[Http] },
    Key { name: "follow", is_set: |probe| probe.follow.is_some(), kinds: &[Http] },
    Key { name: "insecure", is_set: |probe| probe.insecure.is_some(), kinds: &[Http, Tls, Clickhouse] },
    Key {
        name: "each-address",
        is_set: |probe| probe.each_address.is_some(),
        kinds: &[Http, Tcp, Tls, Redis, Postgres, Clickhouse],
    },
    Key { name: "status", is_set: |probe| !probe.status.0.is_empty(), kinds: &[Http] },
    Key { name: "body", is_set: |probe| !probe.body.0.is_empty(), kinds: &[Http, Tcp, Command, FileAge] },
    Key {
        name: "matches",
        is_set: |probe| !probe.matches.0.is_empty(),
        kinds: &[Http, Tcp, Command, FileAge],
    },
    Key { name: "json", is_set: |probe| !probe.json.is_empty(), kinds: &[Http] },
    Key { name: "header", is_set: |probe| !probe.header.is_empty(), kinds: &[Http] },
    Key { name: "version", is_set: |probe| probe.version.is_some(), kinds: &[Http] },
    Key {
        name: "max-latency",
        is_set: |probe| probe.max_latency.is_some(),
        kinds: &[Http, Tcp, Tls, Dns, Redis, Postgres, Clickhouse, Command],
    },
    Key {
        name: "certificate-days",
        is_set: |probe| probe.certificate_days.is_some(),
        kinds: &[Http, Tls, Clickhouse],
    },
    Key { name: "address", is_set: |probe| !probe.address.0.is_empty(), kinds: &[Dns] },
    Key { name: "one-shot", is_set: |probe| !probe.one_shot.0.is_empty(), kinds: &[Containers] },
    Key { name: "max-age", is_set: |probe| probe.max_age.is_some(), kinds: &[FileAge] },
    // Asked on the host in any case where they are about the host.
    Key {
        name: "via",
        is_set: |probe| probe.via.is_some(),
        kinds: &[Http, Tcp, Tls, Dns, Redis, Postgres, Clickhouse, Containers, Command, FileAge],
    },
];

impl Kind {
    /// As the config calls it.
    fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Tcp => "tcp",
            Self::Tls => "tls",
            Self::Dns => "dns",
            Self::Redis => "redis",
            Self::Postgres => "postgres",
            Self::Clickhouse => "clickhouse",
            Self::Containers => "containers",
            Self::Command => "command",
            Self::FileAge => "file-age",
        }
    }
}

/// The one thing that the probe asks.
pub(super) fn kind(name: &str, probe: &Configured) -> Result<Kind, Fault> {
    let asked = [
        (Http, probe.http.is_some()),
        (Tcp, probe.tcp.is_some()),
        (Tls, probe.tls.is_some()),
        (Dns, probe.dns.is_some()),
        (Redis, probe.redis.is_some()),
        (Postgres, probe.postgres.is_some()),
        (Clickhouse, probe.clickhouse.is_some()),
        (Containers, probe.containers.is_some()),
        (Command, !probe.command.is_empty()),
        (FileAge, probe.file_age.is_some()),
    ];
    let asked: Vec<Kind> =
        asked.into_iter().filter(|(_, is_asked)| *is_asked).map(|(kind, _)| kind).collect();
    match asked.as_slice() {
        [kind] => Ok(*kind),
        [] => Err(Fault::usage("probe-incomplete", format!("probe {name} says no address"))
            .help("add `http: \"http://{host}:5000/health\"` to it")),
        [..] => {
            let fact = format!("probe {name} asks several things: {}", list(&asked));
            Err(Fault::usage("probe-ambiguous", fact).help("make a probe of each"))
        }
    }
}

/// Refuses what this kind does not read, all at once.
pub(super) fn check(name: &str, kind: Kind, probe: &Configured) -> Result<(), Fault> {
    let misplaced: Vec<&Key> =
        KEYS.iter().filter(|key| (key.is_set)(probe) && !key.kinds.contains(&kind)).collect();
    let Some(first) = misplaced.first() else { return Ok(()) };
    let keys: Vec<String> = misplaced.iter().map(|key| format!("`{}`", key.name)).collect();
    let verb = if keys.len() == 1 { "means" } else { "mean" };
    let fact = format!("probe {name} asks {}, where {} {verb} nothing", kind.name(), keys.join(" and "));
    Err(Fault::usage("key-misplaced", fact).help(format!(
        "`{}` belongs to probes that ask {}",
        first.name,
        list(first.kinds)
    )))
}

fn list(kinds: &[Kind]) -> String {
    kinds.iter().map(|kind| kind.name()).collect::<Vec<_>>().join(", ")
}
