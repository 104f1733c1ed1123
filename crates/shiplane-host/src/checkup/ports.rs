//! Who has the ports that the project wants: containers of others, and programs that listen.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::path::Path;

use shiplane_core::deploy::doctor::Project;

use super::answer;

/// Tables of the kernel, the protocol they are for, and the state in which a socket waits (proc_net(5)).
const TABLES: [(&str, &str, &str); 4] = [
    ("/proc/net/tcp", "tcp", "0A"),
    ("/proc/net/tcp6", "tcp", "0A"),
    ("/proc/net/udp", "udp", "07"),
    ("/proc/net/udp6", "udp", "07"),
];

/// A port that somebody has.
struct Held {
    /// `None` for every address.
    address: Option<IpAddr>,
    number: u16,
    protocol: String,
    by: Owner,
}

enum Owner {
    Container { name: String, project: String },
    Inode(String),
}

/// Writes down who has each port, the project's own containers excepted.
pub(super) fn find_owners(path: &Path, project: &mut Project) {
    let (published, listening) = (containers(path), listeners());
    let name = project.name.clone();
    for port in &mut project.ports {
        let clash = |held: &&Held| {
            let same = held.number == port.number && held.protocol == port.protocol;
            same && overlap(held.address, &port.address)
        };
        let holders: Vec<&Owner> = published.iter().filter(clash).map(|held| &held.by).collect();
        let is_own = |owner: &&Owner| matches!(owner, Owner::Container { project, .. } if *project == name);
        if holders.iter().any(is_own) {
            continue;
        }
        let foreign = holders.first().copied().or_else(|| listening.iter().find(clash).map(|held| &held.by));
        port.taken_by = foreign.map(words);
    }
}

fn overlap(held: Option<IpAddr>, wanted: &str) -> bool {
    match (held, wanted.parse::<IpAddr>()) {
        (Some(held), Ok(wanted)) => wanted.is_unspecified() || held == wanted,
        (None, _) | (Some(_), Err(_)) => true,
    }
}

fn containers(path: &Path) -> Vec<Held> {
    let format = "{{.Names}}\t{{.Label \"com.docker.compose.project\"}}\t{{.Ports}}";
    let listed = answer(path, "docker", &["ps", "--format", format]).unwrap_or_default();
    let mut all = Vec::new();
    for line in listed.lines() {
        let mut fields = line.split('\t');
        let (Some(name), Some(project), Some(ports)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        for part in ports.split(", ") {
            all.extend(mapped(part).into_iter().map(|(address, number, protocol)| Held {
                address,
                number,
                protocol,
                by: Owner::Container { name: name.to_owned(), project: project.to_owned() },
            }));
        }
    }
    all
}

/// `0.0.0.0:8080-8081->80-81/tcp`, as `docker ps` writes it; nothing when it is not published.
fn mapped(text: &str) -> Vec<(Option<IpAddr>, u16, String)> {
    let Some((host, inside)) = text.split_once("->") else { return Vec::new() };
    let Some((address, numbers)) = host.rsplit_once(':') else { return Vec::new() };
    let protocol = inside.rsplit('/').next().unwrap_or("tcp").to_owned();
    let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
    let (Ok(first), Ok(last)) = (first.parse::<u16>(), last.parse::<u16>()) else { return Vec::new() };
    let address = specific(address.trim_matches(['[', ']']).parse().ok());
    (first..=last).map(|number| (address, number, protocol.clone())).collect()
}

fn listeners() -> Vec<Held> {
    let mut all = Vec::new();
    for (file, protocol, state) in TABLES {
        let table = fs::read_to_string(file).unwrap_or_default();
        for line in table.lines().skip(1) {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let (Some(local), Some(inode)) = (fields.get(1), fields.get(9)) else { continue };
            if fields.get(3) != Some(&state) {
                continue;
            }
            let Some((address, number)) = local.split_once(':') else { continue };
            let Ok(number) = u16::from_str_radix(number, 16) else { continue };
            let (address, by) = (specific(read_address(address)), Owner::Inode((*inode).to_owned()));
            all.push(Held { address, number, protocol: protocol.to_owned(), by });
        }
    }
    all
}

/// Words of 32 bits in the order of the machine.
fn read_address(hex: &str) -> Option<IpAddr> {
    let words: Vec<[u8; 4]> = hex
        .as_bytes()
        .chunks(8)
        .filter_map(|word| u32::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok())
        .map(u32::to_ne_bytes)
        .collect();
    match words.as_slice() {
        [word] => Some(Ipv4Addr::from(*word).into()),
        [_, _, _, _] => {
            <[u8; 16]>::try_from(words.concat()).ok().map(|bytes| Ipv6Addr::from(bytes).to_canonical())
        }
        _ => None,
    }
}

fn specific(address: Option<IpAddr>) -> Option<IpAddr> {
    address.filter(|address| !address.is_unspecified())
}

fn words(owner: &Owner) -> String {
    match owner {
        Owner::Container { name, project } if project.is_empty() => format!("the container {name}"),
        Owner::Container { name, project } => format!("the container {name} of the project {project}"),
        Owner::Inode(inode) => program(inode).unwrap_or_else(|| "a program of another user".to_owned()),
    }
}

/// The program that has a socket; the kernel shows it for our own programs, and to root for all.
fn program(inode: &str) -> Option<String> {
    let wanted = format!("socket:[{inode}]");
    let processes = fs::read_dir("/proc").ok()?.flatten();
    for process in processes.filter(|entry| entry.file_name().to_string_lossy().parse::<u32>().is_ok()) {
        let files = fs::read_dir(process.path().join("fd")).into_iter().flatten().flatten();
        let mut links = files.filter_map(|file| fs::read_link(file.path()).ok());
        if links.any(|link| link.to_str() == Some(&wanted)) {
            let name = fs::read_to_string(process.path().join("comm")).unwrap_or_default();
            return Some(format!("process {} ({})", process.file_name().to_string_lossy(), name.trim()));
        }
    }
    None
}
