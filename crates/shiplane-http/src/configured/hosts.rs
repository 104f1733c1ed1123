//! `{host}` in the address of a probe.

use shiplane_core::config::Probe;

/// What is replaced by a host's name in an address.
pub(super) const HOST: &str = "{host}";

/// The addresses of a probe.
fn places(probe: &mut Probe) -> impl Iterator<Item = &mut String> {
    let Probe { http, tcp, tls, dns, redis, postgres, clickhouse, .. } = probe;
    [http, tcp, tls, dns, redis, postgres, clickhouse].into_iter().flatten()
}

/// Whether an address names a host by `{host}`.
pub(super) fn mentions_host(probe: &Probe) -> bool {
    places(&mut probe.clone()).any(|place| place.contains(HOST))
}

/// The same for one host.
pub(super) fn with_host(probe: &Probe, host: &str) -> Probe {
    let mut probe = probe.clone();
    places(&mut probe).for_each(|place| *place = place.replace(HOST, host));
    probe
}

/// The hosts as the config names them, each once.
pub(super) fn whole(hosts: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for host in hosts {
        if !names.contains(host) {
            names.push(host.clone());
        }
    }
    names
}

/// The hosts' names, each once.
pub(super) fn each_once(hosts: &[String]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in hosts.iter().map(|host| bare(host)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

/// `deploy@web-1:2222` is `web-1`; an IPv6 address stands in brackets.
pub(super) fn bare(host: &str) -> String {
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host).trim();
    if host == "local" {
        return "127.0.0.1".to_owned();
    }
    if host.starts_with('[') {
        return host.split_once(']').map_or_else(|| host.to_owned(), |(address, _)| format!("{address}]"));
    }
    match host.split_once(':') {
        Some((_, rest)) if rest.contains(':') => format!("[{host}]"),
        Some((name, _)) => name.to_owned(),
        None => host.to_owned(),
    }
}
