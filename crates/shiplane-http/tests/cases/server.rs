//! A server that says, byte by byte, what a test wants it to say.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// A listener on the loopback, gone with the value.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    over: AtomicBool,
    connections: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

/// One connection, for the script.
pub(crate) struct Connection {
    /// Counted from 0.
    pub(crate) number: usize,
    /// The raw stream.
    pub(crate) stream: TcpStream,
    shared: Arc<Shared>,
}

impl Server {
    /// Runs the script on every connection, each in its own thread.
    pub(crate) fn start(script: impl Fn(&mut Connection) + Send + Sync + 'static) -> Self {
        Self::on("127.0.0.1:0", script).unwrap()
    }

    /// The same on another address.
    pub(crate) fn on(
        address: &str,
        script: impl Fn(&mut Connection) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            over: AtomicBool::new(false),
            connections: AtomicUsize::new(0),
            requests: Mutex::new(Vec::new()),
        });
        let (seen, script) = (Arc::clone(&shared), Arc::new(script));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if seen.over.load(Ordering::SeqCst) {
                    return;
                }
                let number = seen.connections.fetch_add(1, Ordering::SeqCst);
                let mut connection =
                    Connection { number, stream: stream.unwrap(), shared: Arc::clone(&seen) };
                let script = Arc::clone(&script);
                std::thread::spawn(move || script(&mut connection));
            }
        });
        Ok(Self { address, shared })
    }

    /// Every connection gets the same bytes as answer.
    pub(crate) fn saying(bytes: impl Into<Vec<u8>>) -> Self {
        let bytes = bytes.into();
        Self::start(move |connection| {
            connection.request();
            connection.say(&bytes);
        })
    }

    /// An address on this server.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Where it listens.
    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// How many connections were made.
    pub(crate) fn connections(&self) -> usize {
        self.shared.connections.load(Ordering::SeqCst)
    }

    /// The heads of the requests, as they came.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.shared.requests.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::SeqCst);
        TcpStream::connect(self.address).ok();
    }
}

impl Connection {
    /// Reads the head of the request.
    pub(crate) fn request(&mut self) -> String {
        let (mut head, mut byte) = (Vec::new(), [0]);
        while !head.ends_with(b"\r\n\r\n") {
            match self.stream.read(&mut byte) {
                Ok(1) => head.push(byte[0]),
                Ok(_) | Err(_) => break,
            }
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        self.shared.requests.lock().unwrap().push(head.clone());
        head
    }

    /// Writes; false when the other side has gone or the test is over.
    pub(crate) fn say(&mut self, bytes: &[u8]) -> bool {
        !self.shared.over.load(Ordering::SeqCst) && self.stream.write_all(bytes).is_ok()
    }

    /// Writes again and again until the other side goes; how many bytes it took.
    pub(crate) fn forever(&mut self, bytes: &[u8], pause: Duration) -> usize {
        let mut written = 0;
        while self.say(bytes) {
            written += bytes.len();
            std::thread::sleep(pause);
        }
        written
    }

    /// Says nothing until the other side goes.
    pub(crate) fn hang(&mut self) {
        self.stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        let mut byte = [0];
        while !self.shared.over.load(Ordering::SeqCst) {
            if matches!(self.stream.read(&mut byte), Ok(0)) {
                return;
            }
        }
    }
}

/// A plain answer with the right length.
pub(crate) fn plain(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}
