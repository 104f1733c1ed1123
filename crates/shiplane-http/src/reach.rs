//! From a place to a connection: a fresh name look-up, every address that it has, TLS.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use shiplane_core::smoke::{Certificate, FailureKind};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::certificate;
use crate::failure::{self, Stop};
use crate::marks::Marks;
use crate::place::Place;
use crate::resolve::look_up;
use crate::stream::Stream;

/// Name look-up, TCP and TLS.
pub(crate) const CONNECT: Duration = Duration::from_secs(2);

/// After so long the next address is tried as well (RFC 8305, 5).
const NEXT_ADDRESS: Duration = Duration::from_millis(250);

/// How to get there.
#[derive(Debug)]
pub(crate) struct Way<'a> {
    /// Where to.
    pub(crate) place: &'a Place,
    /// Only this address, and no look-up.
    pub(crate) only: Option<IpAddr>,
    /// How to secure the connection, where it is.
    pub(crate) tls: Option<&'a Arc<ClientConfig>>,
    /// The longest that it may take.
    pub(crate) limit: Duration,
}

/// A connection that stands.
#[derive(Debug)]
pub(crate) struct Standing {
    /// The connection.
    pub(crate) stream: Stream,
    /// Who is at its other end.
    pub(crate) peer: Option<String>,
    /// The certificate that was shown.
    pub(crate) certificate: Option<Certificate>,
}

/// Makes the connection.
pub(crate) async fn reach(way: &Way<'_>, marks: &Marks) -> Result<Standing, Stop> {
    match tokio::time::timeout(way.limit, connection(way, marks)).await {
        Ok(result) => result,
        Err(_) => Err(failure::no_connection(marks, way.place, way.limit)),
    }
}

/// The addresses of a place, at most within the limit.
pub(crate) async fn addresses(place: &Place, limit: Duration, marks: &Marks) -> Result<Vec<IpAddr>, Stop> {
    let found = match tokio::time::timeout(limit, look_up(&place.host)).await {
        Ok(found) => found.map_err(|error| failure::no_address(place, Some(&error)))?,
        Err(_) => return Err(failure::no_connection(marks, place, limit)),
    };
    if found.is_empty() {
        return Err(failure::no_address(place, None));
    }
    if place.is_named() {
        marks.resolved();
    }
    Ok(found)
}

async fn connection(way: &Way<'_>, marks: &Marks) -> Result<Standing, Stop> {
    let found = match way.only {
        Some(address) => vec![address],
        None => addresses(way.place, way.limit, marks).await?,
    };
    let found: Vec<SocketAddr> =
        found.into_iter().map(|address| SocketAddr::new(address, way.place.port)).collect();
    let stream = connect(&found).await.map_err(|error| failure::of_system(&error, marks, way.place))?;
    marks.opened();
    let peer = stream.peer_addr().ok().map(|peer| peer.to_string());
    // Small questions must not wait for the acknowledgement of the one before.
    stream.set_nodelay(true).ok();
    let (stream, certificate) = match way.tls {
        None => (Stream::Plain(stream), None),
        Some(config) => secure(config, stream, way.place, marks).await?,
    };
    marks.connected();
    Ok(Standing { stream, peer, certificate })
}

async fn secure(
    config: &Arc<ClientConfig>,
    stream: TcpStream,
    place: &Place,
    marks: &Marks,
) -> Result<(Stream, Option<Certificate>), Stop> {
    let name = ServerName::try_from(place.host.trim_end_matches('.').to_owned()).map_err(|_| Stop {
        reason: FailureKind::Tls,
        detail: format!("`{}` is no name that a certificate can be for", place.host),
    })?;
    let connecting = TlsConnector::from(Arc::clone(config)).connect(name, stream);
    let stream = connecting.await.map_err(|error| failure::of_handshake(&error, marks, place))?;
    marks.secured();
    let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
    let certificate = shown.and_then(|der| certificate::read(der));
    Ok((Stream::Secure(Box::new(stream)), certificate))
}

/// The first address that takes a connection wins; one that says nothing does not keep the next waiting.
async fn connect(addresses: &[SocketAddr]) -> io::Result<TcpStream> {
    let mut waiting = addresses.iter();
    let mut running = FuturesUnordered::new();
    let mut worst: Option<io::Error> = None;
    loop {
        running.extend(waiting.next().map(|address| TcpStream::connect(*address)));
        let ended = if waiting.len() == 0 {
            running.next().await
        } else {
            match tokio::time::timeout(NEXT_ADDRESS, running.next()).await {
                Ok(ended) => ended,
                Err(_) => continue,
            }
        };
        match ended {
            Some(Ok(stream)) => return Ok(stream),
            Some(Err(error)) => worst = Some(telling(worst, error)),
            None => return Err(worst.unwrap_or_else(|| io::ErrorKind::AddrNotAvailable.into())),
        }
    }
}

/// Of several addresses' errors, the one that says most of the service: that a machine has no IPv6 says nothing.
fn telling(before: Option<io::Error>, error: io::Error) -> io::Error {
    let says_little = |error: &io::Error| failure::meaning(error) == Some(FailureKind::NoRoute);
    match before {
        Some(before) if !says_little(&before) || says_little(&error) => before,
        Some(_) | None => error,
    }
}
