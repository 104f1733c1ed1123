//! Everything needed to get to each host of a place.

use shiplane_action::{Call, HostArgs};
use shiplane_core::deploy::Place;
use shiplane_remote::Reach;

/// One for each host, in the place's order. Keys and known hosts are read; nobody is contacted.
pub fn reaches(args: &HostArgs, place: &Place, call: &Call) -> anyhow::Result<Vec<Reach>> {
    place.hosts.iter().map(|host| Reach::resolve(&args.way(host, &call.context))).collect()
}
