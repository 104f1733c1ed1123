//! A small server in this process: it answers at once, or as a script says.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};

use anyhow::Context as _;

/// The usual answer.
pub(super) const WELL: &[u8] =
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}";

/// Listens on the loopback, a thread for each connection; the process ends it.
pub(super) fn start(script: impl Fn(TcpStream) + Clone + Send + 'static) -> anyhow::Result<SocketAddr> {
    on(TcpListener::bind("127.0.0.1:0").context("listen")?, script)
}

/// The same on a listener that is there.
pub(super) fn on(
    listener: TcpListener,
    script: impl Fn(TcpStream) + Clone + Send + 'static,
) -> anyhow::Result<SocketAddr> {
    let address = listener.local_addr().context("name the listener")?;
    std::thread::spawn(move || {
        for stream in listener.incoming().filter_map(Result::ok) {
            stream.set_nodelay(true).ok();
            let script = script.clone();
            std::thread::spawn(move || script(stream));
        }
    });
    Ok(address)
}

/// Answers every request on the connection.
pub(super) fn well(stream: TcpStream) {
    always(stream, WELL);
}

/// Answers every request on the connection with these bytes.
pub(super) fn always(mut stream: TcpStream, answer: &[u8]) {
    while request(&mut stream) && stream.write_all(answer).is_ok() {}
}

/// Reads the head of a request; false when the other side has gone.
pub(super) fn request(stream: &mut TcpStream) -> bool {
    let (mut head, mut room) = (Vec::new(), [0_u8; 4096]);
    loop {
        match stream.read(&mut room) {
            Ok(count @ 1..) => head.extend_from_slice(room.get(..count).unwrap_or_default()),
            Ok(0) | Err(_) => return false,
        }
        if head.ends_with(b"\r\n\r\n") {
            return true;
        }
    }
}
