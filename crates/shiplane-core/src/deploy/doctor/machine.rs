//! The machine: clock, room, memory, user, git, Docker and Compose.

use super::super::facts::ComposeTool;
use super::super::release::Runtime;
use super::checkup::{Checkup, Disk, Docker, Learned, Memory, Room};
use super::{Patient, not_known};
use crate::report::{Finding, Level};

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;

/// Below this even a small release does not fit.
const LEAST_ROOM: u64 = 100 * MIB;
/// Below this the next few releases may not.
const SCARCE_ROOM: u64 = 2 * GIB;
/// Less than a tenth of a disk is worth a word, unless that is still much.
const MUCH_ROOM: u64 = 20 * GIB;
/// Files of a release need names.
const LEAST_INODES: u64 = 1000;
/// Builds that need more are killed by the kernel.
const LEAST_MEMORY: u64 = 512 * MIB;
/// Clocks further apart than this make logs hard to compare, and certificates fail.
const CLOCK: u64 = 30_000;

pub(super) fn clock(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.checkup.clock {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![not_known("clock-unknown", "the host's clock", why)],
        Learned::Known(ahead) if ahead.unsigned_abs() > CLOCK => {
            let (seconds, way) = (ahead.unsigned_abs() / 1000, if *ahead > 0 { "ahead" } else { "behind" });
            let fact = format!("the host's clock is {seconds} s {way} of this machine's");
            let help =
                "on the host: `timedatectl set-ntp true`; certificates and the journal go by that clock";
            vec![Finding::warning("clock-skew", fact).help(help)]
        }
        Learned::Known(_) => vec![Finding::ok("clock", "the host's clock agrees with this machine's")],
    }
}

pub(super) fn disks(patient: &Patient<'_>) -> Vec<Finding> {
    patient.checkup.disks.iter().map(room).collect()
}

fn room(disk: &Disk) -> Finding {
    let Disk { what, path, room } = disk;
    let room = match room {
        Learned::Known(room) => room,
        Learned::Unknown(why) => {
            return not_known("disk-unknown", &format!("room for {what} in {path}"), why);
        }
        Learned::NotAsked => {
            return not_known("disk-unknown", &format!("room for {what} in {path}"), "no answer");
        }
    };
    let percent = share(room.free, room.total);
    let fact = format!("{} free of {} ({percent} %) for {what} in {path}", size(room.free), size(room.total));
    let help =
        "on the host: `docker system df` and `du -xsh /*` show what fills it; old journals and logs go first";
    if room.free < LEAST_ROOM {
        let fact = format!("{fact}; a deploy needs {} at least", size(LEAST_ROOM));
        return Finding::fail("disk-full", fact).help(help);
    }
    if room.free < SCARCE_ROOM || (percent < 10 && room.free < MUCH_ROOM) {
        return Finding::warning("disk-low", fact).help(help);
    }
    Finding::ok("disk", fact)
}

pub(super) fn inodes(patient: &Patient<'_>) -> Vec<Finding> {
    patient.checkup.disks.iter().filter_map(names_left).collect()
}

fn names_left(Disk { what, path, room }: &Disk) -> Option<Finding> {
    let Learned::Known(Room { free_inodes, inodes, .. }) = room else { return None };
    if *inodes == 0 {
        return None;
    }
    let percent = share(*free_inodes, *inodes);
    let fact = format!("{free_inodes} of {inodes} inodes free ({percent} %) for {what} in {path}");
    let help = "many small files fill it: `du --inodes -x -d 3 / | sort -n | tail` shows where";
    Some(if *free_inodes < LEAST_INODES {
        Finding::fail("inodes-full", fact).help(help)
    } else if percent < 5 {
        Finding::warning("inodes-low", fact).help(help)
    } else {
        Finding::ok("inodes", fact)
    })
}

pub(super) fn memory(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.checkup.memory {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![not_known("memory-unknown", "free memory", why)],
        Learned::Known(Memory { available, swap }) => {
            let fact = format!("{} of memory available, {} of swap free", size(*available), size(*swap));
            let is_short = *available < LEAST_MEMORY && *swap < LEAST_MEMORY;
            let help = "build elsewhere (`strategy: image`), or add swap; a build that needs more is killed";
            vec![if is_short {
                Finding::warning("memory-low", fact).help(help)
            } else {
                Finding::ok("memory", fact)
            }]
        }
    }
}

pub(super) fn load(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.checkup.load {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![not_known("load-unknown", "the load", why)],
        Learned::Known(load) => {
            let (whole, rest, processors) = (load.hundredths / 100, load.hundredths % 100, load.processors);
            let fact = format!("load {whole}.{rest:02} over 5 minutes on {processors} processors");
            vec![if load.hundredths > processors.max(1) * 400 {
                let help = "steps may run into their time limits: `top` on the host shows what is busy";
                Finding::warning("load-high", fact).help(help)
            } else {
                Finding::ok("load", fact)
            }]
        }
    }
}

pub(super) fn user(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.checkup.user {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![not_known("user-unknown", "the user on the host", why)],
        Learned::Known(user) => {
            let is = |group: &str| user.groups.iter().any(|name| name == group);
            let means = if user.name == "root" {
                ""
            } else if is("docker") {
                ", in the group docker"
            } else {
                ", not in the group docker"
            };
            vec![Finding::ok("user", format!("works there as {}{means}", user.name))]
        }
    }
}

pub(super) fn git(patient: &Patient<'_>) -> Vec<Finding> {
    if !super::brings_files(patient) {
        return Vec::new();
    }
    vec![match &patient.facts.tools.git {
        Some(version) => Finding::ok("git", format!("git {version}")),
        None => {
            Finding::fail("git-missing", "the host has no git").help("on a Debian host: apt-get install git")
        }
    }]
}

/// The finding about a daemon that does not answer, as exactly as it is known.
pub(crate) fn docker(checkup: Option<&Checkup>) -> Finding {
    match checkup.map(|checkup| &checkup.docker) {
        Some(Learned::Known(Docker::Absent)) => Finding::fail("docker-missing", "the host has no Docker")
            .help("on a Debian host: apt-get install docker.io docker-compose-v2"),
        Some(Learned::Known(Docker::Denied)) => {
            let fact = "Docker is there, and this user may not speak with its daemon";
            Finding::fail("docker-denied", fact)
                .help("on the host, as root: `usermod -aG docker <user>`; it counts from the next log-in on")
        }
        Some(Learned::Known(Docker::Silent(why))) => Finding::fail(
            "docker-down",
            format!("no Docker daemon answers: {why}"),
        )
        .help("on the host, as root: `systemctl start docker`, and `journalctl -u docker` says why it ended"),
        Some(Learned::Known(Docker::Answers(_)) | Learned::NotAsked | Learned::Unknown(_)) | None => {
            Finding::fail("docker-missing", "no Docker daemon answers this user")
                .help("on the host: `docker info` says why; often the user is not in the group `docker`")
        }
    }
}

pub(super) fn docker_and_compose(patient: &Patient<'_>) -> Vec<Finding> {
    if !is_compose(patient) {
        return Vec::new();
    }
    let mut findings = Vec::new();
    if let Some(version) = &patient.facts.tools.docker {
        findings.push(Finding::ok("docker", format!("a Docker daemon answers, version {version}")));
    }
    findings.extend(super::decide::compose_tools(patient.facts));
    for file in &patient.facts.missing_files {
        let fact = format!("the Compose file {file} is not in {}", patient.question.site.path);
        let finding = Finding::fail("compose-file-missing", fact);
        let finding =
            finding.help("check `compose:` of the environment, or deploy a commit that brings the file");
        // A clone with nothing in it yet gets its files with the first deploy.
        let is_empty = matches!(patient.facts.checkout, super::super::facts::Checkout::Unborn);
        findings.push(if is_empty { Finding { level: Level::Warning, ..finding } } else { finding });
    }
    findings
}

/// The first generation is not developed any more since July 2023 (Docker docs, "Migrate to Compose v2").
pub(super) fn compose_age(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.facts.tools.compose {
        Some(ComposeTool { version, .. }) if is_compose(patient) && version.starts_with("1.") => {
            let fact = format!(
                "Compose is of the first generation ({version}), which gets no repairs any more; it works"
            );
            vec![Finding::warning("compose-old", fact).help(
                "install the plugin docker-compose-v2; the next deploy then makes every container anew",
            )]
        }
        Some(_) | None => Vec::new(),
    }
}

pub(super) fn buildx(patient: &Patient<'_>) -> Vec<Finding> {
    match &patient.checkup.buildx {
        Learned::NotAsked => Vec::new(),
        Learned::Unknown(why) => vec![not_known("buildx-unknown", "buildx", why)],
        Learned::Known(Some(version)) => vec![Finding::ok("buildx", format!("buildx is version {version}"))],
        Learned::Known(None) => {
            vec![Finding::ok("buildx", "no buildx; builds go through the builder of Docker")]
        }
    }
}

/// Whether Compose runs the releases.
pub(super) fn is_compose(patient: &Patient<'_>) -> bool {
    match patient.question.runtime {
        Runtime::Compose { .. } => true,
        Runtime::Command(_) => false,
    }
}

fn share(part: u64, whole: u64) -> u64 {
    part.saturating_mul(100).checked_div(whole).unwrap_or_default()
}

/// Bytes for people.
fn size(bytes: u64) -> String {
    match bytes {
        0..MIB => format!("{} KiB", bytes / KIB),
        MIB..GIB => format!("{} MiB", bytes / MIB),
        _ => format!("{}.{} GiB", bytes / GIB, bytes % GIB * 10 / GIB),
    }
}
