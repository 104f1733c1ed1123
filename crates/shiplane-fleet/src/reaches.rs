//! Everything needed to get to each host of a place.

use shiplane_action::{Call, HostArgs};
use shiplane_core::deploy::{Place, nicknames};
use shiplane_core::fault::Fault;
use shiplane_remote::{Reach, Target};

/// One for each host, in the place's order. Keys and known hosts are read; nobody is contacted.
pub fn reaches(args: &HostArgs, place: &Place, call: &Call) -> anyhow::Result<Vec<Reach>> {
    let resolve = |host: &String| Reach::resolve(&args.way(host, place, &call.context));
    let reaches: Vec<Reach> = place.hosts.iter().map(resolve).collect::<Result<_, _>>()?;
    if reaches.len() < 2 {
        return Ok(reaches);
    }
    each_once(&reaches)?;
    // In a workflow the flag's value is a secret as a rule, and a secret's name would be `***` in every line.
    let is_masked = call.context.actions && args.ssh_host.is_some();
    let place_name = if place.name == place.hosts.join(", ") { "host" } else { &place.name };
    let names = nicknames(&place.hosts, is_masked.then_some(place_name));
    Ok(reaches.into_iter().zip(names).map(|(reach, name)| reach.called(&name)).collect())
}

/// A host that is named twice would wait for itself.
fn each_once(reaches: &[Reach]) -> Result<(), Fault> {
    let addresses: Vec<String> = reaches.iter().map(|reach| address(&reach.target)).collect();
    for (place, address) in addresses.iter().enumerate() {
        if addresses.iter().skip(place + 1).any(|other| other == address) {
            return Err(Fault::usage("host-twice", format!("{address} is named twice"))
                .help("name each host once; hosts differ by name or port"));
        }
    }
    Ok(())
}

fn address(target: &Target) -> String {
    match target {
        Target::Local => "local".to_owned(),
        Target::Ssh(ssh) => ssh.address(),
    }
}
