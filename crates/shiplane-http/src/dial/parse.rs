//! `host:port`, strictly: what is wrong with a place is said before anything is contacted.

use std::net::{IpAddr, Ipv6Addr};

use shiplane_core::fault::Fault;
use shiplane_core::smoke::Protocol;

use crate::place::Place;

/// The longest name there is (RFC 1035, 2.3.4), a dot at its end included.
const LONGEST_NAME: usize = 254;

/// Settles a place.
pub(super) fn place(protocol: Protocol, text: &str) -> Result<Place, Fault> {
    let example = example(protocol);
    let (host, port) = parts(text, example)?;
    match (protocol, port, usual_port(protocol)) {
        (Protocol::Dns, Some(_), _) => Err(wrong(text, "a look-up has no port", example)),
        (Protocol::Dns, None, _) if host.parse::<IpAddr>().is_ok() => {
            Err(wrong(text, "it is an address already", example))
        }
        (_, Some(port), _) | (_, None, Some(port)) => Ok(Place { host: host.to_owned(), port }),
        (_, None, None) => Err(wrong(text, "it names no port", example)),
    }
}

/// The same for what speaks HTTP in the end.
pub(super) fn with_port(text: &str, usual: u16) -> Result<Place, Fault> {
    let (host, port) = parts(text, "write it as 127.0.0.1:8123 or http://127.0.0.1:8123/ping")?;
    Ok(Place { host: host.to_owned(), port: port.unwrap_or(usual) })
}

fn parts<'a>(text: &'a str, example: &str) -> Result<(&'a str, Option<u16>), Fault> {
    let wrong = |why: &str| wrong(text, why, example);
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(wrong(&format!(
            "it begins with `{scheme}://`, and only a host and a port are asked for"
        )));
    }
    let (host, port) = split(text).map_err(wrong)?;
    if host.is_empty() {
        return Err(wrong("it names no host"));
    }
    if host.parse::<IpAddr>().is_err() && !is_name(host) {
        return Err(wrong("the host is neither a name nor an address"));
    }
    let invalid = || wrong("a port is a number from 1 to 65535");
    let port = port.map(|port| number(port).ok_or_else(invalid)).transpose()?;
    Ok((host, port))
}

fn wrong(text: &str, why: &str, example: &str) -> Fault {
    Fault::usage("place-invalid", format!("`{text}` is no place to connect to: {why}")).help(example)
}

/// The port that is meant where none is said; 0 for what has none.
fn usual_port(protocol: Protocol) -> Option<u16> {
    match protocol {
        Protocol::Tcp => None,
        Protocol::Tls => Some(443),
        Protocol::Dns => Some(0),
        Protocol::Redis => Some(6379),
        Protocol::Postgres => Some(5432),
    }
}

fn example(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Tcp => "write it as 203.0.113.10:25 or [2001:db8::1]:25",
        Protocol::Tls => "write it as shop.example.org or shop.example.org:8443",
        Protocol::Dns => "write a name alone: shop.example.org",
        Protocol::Redis => "write it as 127.0.0.1:6379 or [::1]:6379",
        Protocol::Postgres => "write it as 127.0.0.1:5432 or [::1]:5432",
    }
}

fn split(text: &str) -> Result<(&str, Option<&str>), &'static str> {
    if let Some(rest) = text.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or("a bracket is not closed")?;
        if host.parse::<Ipv6Addr>().is_err() {
            return Err("what stands in brackets is no IPv6 address");
        }
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(port))),
            None if after.is_empty() => Ok((host, None)),
            None => Err("only a port can follow the brackets"),
        };
    }
    match text.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Err("an IPv6 address stands in brackets"),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
}

/// Digits only: `+80` and ` 80` would pass a plain parse of numbers or hide a slip.
fn number(text: &str) -> Option<u16> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok().filter(|port| *port != 0)
}

fn is_name(host: &str) -> bool {
    let fits =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') || !byte.is_ascii();
    host.len() <= LONGEST_NAME && host.bytes().all(fits) && !host.starts_with('-') && !host.starts_with('.')
}
