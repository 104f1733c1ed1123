//! Names to addresses, by the system's own rules, without making anybody wait for a look-up that hangs.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::sync::oneshot;

use crate::marks::Marks;

/// The system's resolver.
#[derive(Debug)]
pub(crate) struct System(pub(crate) Arc<Marks>);

impl Resolve for System {
    fn resolve(&self, name: Name) -> Resolving {
        let marks = Arc::clone(&self.0);
        Box::pin(async move {
            let addresses = look_up(name.as_str().to_owned()).await?;
            marks.resolved();
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

async fn look_up(name: String) -> std::io::Result<Vec<SocketAddr>> {
    if is_localhost(&name) {
        return Ok(vec![(Ipv6Addr::LOCALHOST, 0).into(), (Ipv4Addr::LOCALHOST, 0).into()]);
    }
    let (answer, asked) = oneshot::channel();
    // A thread of its own and not one of the runtime's: the runtime waits at its end for those, and getaddrinfo
    // can take half a minute over a dead name server. Port 0 is replaced by the connector.
    std::thread::Builder::new().name("name look-up".to_owned()).spawn(move || {
        let found = (name.as_str(), 0).to_socket_addrs().map(Iterator::collect);
        answer.send(found).ok();
    })?;
    asked.await.map_err(std::io::Error::other)?
}

/// RFC 6761, 6.3: always the loopback addresses, whatever a hosts file says; and both families, since a service
/// may listen on either.
fn is_localhost(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}
