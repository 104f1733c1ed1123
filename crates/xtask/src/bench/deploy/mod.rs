//! `bench deploy`: a room with one file a measurement, each on a real sshd.

mod back;
mod connect;
mod image_memory;
mod upload;

use anyhow::bail;

use super::tools::Tools;
use crate::say;

/// One measurement.
struct Part {
    name: &'static str,
    about: &'static str,
    measure: fn(&Tools<'_>, u32) -> anyhow::Result<()>,
}

const PARTS: [Part; 4] = [
    Part {
        name: "connect",
        about: "connect and run one command, against the OpenSSH client",
        measure: connect::measure,
    },
    Part {
        name: "upload",
        about: "2,000 files / 200 MB with 1 % changed against rsync -rlpz -c --link-dest",
        measure: upload::measure,
    },
    Part {
        name: "rollback",
        about: "back and forth between two releases, against docker compose up -d",
        measure: back::measure,
    },
    Part {
        name: "image-memory",
        about: "the client's peak memory while it sends 1 GB, against 50 MB",
        measure: image_memory::measure,
    },
];

/// Measures one part, or all.
pub(super) fn run(tools: &Tools<'_>, part: Option<&str>, turns: u32) -> anyhow::Result<()> {
    let wanted = |known: &&Part| part.is_none_or(|part| part == known.name);
    let parts: Vec<&Part> = PARTS.iter().filter(wanted).collect();
    if parts.is_empty() {
        let known: Vec<&str> = PARTS.iter().map(|part| part.name).collect();
        bail!("`bench deploy` has no such part; there are: {}", known.join(", "));
    }
    for part in parts {
        say::line(&format!("deploy {}: {}", part.name, part.about));
        (part.measure)(tools, turns)?;
    }
    Ok(())
}
