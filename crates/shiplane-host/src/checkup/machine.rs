//! Room, memory, load, and who we are.

use std::fs;
use std::path::Path;

use shiplane_core::deploy::Site;
use shiplane_core::deploy::doctor::{Disk, Learned, Load, Memory, Room, User};

use super::{answer, learned};

/// Room where a deploy needs it. What is not there yet is made where its nearest parent is.
pub(super) fn disks(site: &Site, docker_root: Option<&str>) -> Vec<Disk> {
    let disk = |what: &str, path: &str| Disk {
        what: what.to_owned(),
        path: path.to_owned(),
        room: learned(room(Path::new(path))),
    };
    let state = Some(&site.state_dir).filter(|dir| !Path::new(dir).starts_with(&site.path));
    std::iter::once(disk("the site", &site.path))
        .chain(state.map(|dir| disk("the state directory", dir)))
        .chain(docker_root.map(|root| disk("Docker's images", root)))
        .collect()
}

fn room(path: &Path) -> Result<Room, String> {
    let there = path.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
    crate::room::disk(there).map_err(|error| error.to_string())
}

/// From the kernel (proc_meminfo(5)).
pub(super) fn memory() -> Learned<Memory> {
    let read = || {
        let bytes = crate::room::memory();
        Ok(Memory { available: bytes("MemAvailable")?, swap: bytes("SwapFree")? })
    };
    learned(read())
}

/// From the kernel (proc_loadavg(5)); the second number is the mean of five minutes.
pub(super) fn load() -> Learned<Load> {
    let read = || {
        let text = fs::read_to_string("/proc/loadavg").map_err(|error| format!("/proc/loadavg: {error}"))?;
        let word = text.split(' ').nth(1).unwrap_or_default().replace('.', "");
        let hundredths = word.parse().map_err(|_| "/proc/loadavg has no number".to_owned())?;
        let processors = std::thread::available_parallelism().map_err(|error| error.to_string())?;
        Ok(Load { hundredths, processors: u64::try_from(processors.get()).unwrap_or(u64::MAX) })
    };
    learned(read())
}

pub(super) fn user(dir: &Path) -> Learned<User> {
    let name = |args: &[&str]| answer(dir, "id", args).map(|text| text.trim().to_owned());
    let read = || {
        let groups = name(&["-Gn"])?.split_whitespace().map(str::to_owned).collect();
        Ok(User { name: name(&["-un"])?, groups })
    };
    learned(read())
}
