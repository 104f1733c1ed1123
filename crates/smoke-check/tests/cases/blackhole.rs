//! A port whose queue is full: what comes is neither taken nor refused, as behind a firewall that drops.

use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketType, bind, getsockname, listen, socket};

/// The port, gone with the value.
pub(crate) struct Blackhole {
    _listener: OwnedFd,
    _queued: Vec<TcpStream>,
    port: u16,
}

impl Blackhole {
    /// A listener that takes nobody, with callers enough to fill its queue.
    pub(crate) fn dig() -> Self {
        let listener = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
        bind(&listener, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0)).unwrap();
        listen(&listener, 0).unwrap();
        let address: SocketAddr = getsockname(&listener).unwrap().try_into().unwrap();
        let mut queued = Vec::new();
        while let Ok(stream) = TcpStream::connect_timeout(&address, Duration::from_millis(300)) {
            queued.push(stream);
            assert!(queued.len() < 100, "the queue has no end");
        }
        Self { _listener: listener, _queued: queued, port: address.port() }
    }

    /// Where nobody answers.
    pub(crate) fn port(&self) -> u16 {
        self.port
    }
}
