//! Names to addresses, by the system's own rules, without making anybody wait for a look-up that hangs.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};

use tokio::sync::oneshot;

/// The addresses of a name, each once; an address is its own.
pub(crate) async fn look_up(name: &str) -> io::Result<Vec<IpAddr>> {
    if let Ok(address) = name.parse() {
        return Ok(vec![address]);
    }
    if is_localhost(name) {
        return Ok(vec![Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()]);
    }
    let (answer, asked) = oneshot::channel();
    let name = name.to_owned();
    // A thread of its own and not one of the runtime's: the runtime waits at its end for those, and getaddrinfo
    // can take half a minute over a dead name server.
    std::thread::Builder::new().name("name look-up".to_owned()).spawn(move || {
        let found = (name.as_str(), 0).to_socket_addrs().map(Iterator::collect);
        answer.send(found).ok();
    })?;
    let found: Vec<SocketAddr> = asked.await.map_err(io::Error::other)??;
    let mut addresses: Vec<IpAddr> = Vec::new();
    for address in found.iter().map(SocketAddr::ip) {
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// RFC 6761, 6.3: always the loopback addresses, whatever a hosts file says; and both families, since a service
/// may listen on either.
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}
