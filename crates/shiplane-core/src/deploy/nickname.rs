//! What people call the hosts of a place: as short as it can be while each has its own.

/// One for each host, in their order.
///
/// A host that came as a secret is shown as `***` in a log of GitHub Actions, and several of them cannot be told
/// apart: they are numbered in the order in which they were named, under the name that is given here.
pub fn nicknames(hosts: &[String], instead: Option<&str>) -> Vec<String> {
    if let Some(name) = instead {
        return (1..=hosts.len()).map(|number| format!("{name}-{number}")).collect();
    }
    let ways: [fn(&str) -> String; 3] = [first_label, name, str::to_owned];
    let mut named = ways.iter().map(|way| hosts.iter().map(|host| way(host)).collect::<Vec<_>>());
    named.find(|names| all_differ(names)).unwrap_or_else(|| nicknames(hosts, Some("host")))
}

fn all_differ(names: &[String]) -> bool {
    names.iter().enumerate().all(|(place, name)| names.iter().skip(place + 1).all(|other| other != name))
}

/// `web-1` of `deploy@web-1.example.com:22`; an address stays whole.
fn first_label(host: &str) -> String {
    let name = name(host);
    let is_address = name.contains(':') || name.chars().all(|c| c.is_ascii_digit() || c == '.');
    match name.split_once('.') {
        Some((label, _)) if !is_address && !label.is_empty() => label.to_owned(),
        Some(_) | None => name,
    }
}

/// The host without its user and port.
fn name(host: &str) -> String {
    let place = host.rsplit_once('@').map_or(host, |(_, place)| place);
    let place = place.strip_prefix("ssh://").unwrap_or(place).trim_end_matches('/');
    if let Some((address, _)) = place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return address.to_owned();
    }
    match place.split_once(':') {
        Some((name, rest)) if !rest.contains(':') => name.to_ascii_lowercase(),
        Some(_) | None => place.to_ascii_lowercase(),
    }
}
