//! A server that answers every request as the test says, and notes all that it was sent.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use shiplane_core::secret::Secret;
use shiplane_github::Client;
use shiplane_testkit::github::TOKEN;

/// A running server; its thread ends with the process.
pub(crate) struct Scripted {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Scripted {
    /// Answers each request, which comes as text, with these bytes.
    pub(crate) fn start(answer: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<String>>> = Arc::default();
        let (noted, answer) = (Arc::clone(&requests), Arc::new(answer));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (noted, answer) = (Arc::clone(&noted), Arc::clone(&answer));
                std::thread::spawn(move || serve(stream, &noted, answer.as_ref()));
            }
        });
        Self { address, requests }
    }

    /// The same answer to everything.
    pub(crate) fn saying(status: u16, headers: &str, body: &str) -> Self {
        let answer = response(status, headers, body);
        Self::start(move |_| answer.clone())
    }

    /// Every request so far, head and body.
    pub(crate) fn requests(&self) -> Vec<String> {
        self.requests.lock().unwrap().clone()
    }

    /// A client of this server whose waiting takes no time; and what it waited, in seconds.
    pub(crate) fn client(&self) -> (Client, Arc<Mutex<Vec<f64>>>) {
        let waits: Arc<Mutex<Vec<f64>>> = Arc::default();
        let noted = Arc::clone(&waits);
        let sleeper = move |wait: Duration| -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
            noted.lock().unwrap().push(wait.as_secs_f64());
            Box::pin(std::future::ready(()))
        };
        let base = format!("http://{}", self.address);
        let client = Client::new(&base, &format!("{base}/graphql"), &Secret::new(TOKEN)).unwrap();
        (client.with_sleeper(Arc::new(sleeper)), waits)
    }
}

/// An answer in full.
pub(crate) fn response(status: u16, headers: &str, body: &str) -> Vec<u8> {
    let length = if status == 204 { String::new() } else { format!("content-length: {}\r\n", body.len()) };
    let date = "date: Mon, 05 Jan 2026 11:00:00 GMT";
    format!("HTTP/1.1 {status} X\r\n{date}\r\nconnection: close\r\n{length}{headers}\r\n{body}").into_bytes()
}

/// What another server answers to the same request: its status line with headers, and its body.
pub(crate) fn passed_on(to: SocketAddr, request: &str) -> (String, String) {
    let mut stream = TcpStream::connect(to).unwrap();
    let request = request.replacen("\r\n", "\r\nconnection: close\r\n", 1);
    stream.write_all(request.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

fn serve(mut stream: TcpStream, noted: &Mutex<Vec<String>>, answer: &(impl Fn(&str) -> Vec<u8> + ?Sized)) {
    let Some(request) = read(&mut stream) else { return };
    noted.lock().unwrap().push(request.clone());
    // The client may have gone away in the middle of a long answer.
    drop(stream.write_all(&answer(&request)));
}

fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut bytes, mut part) = (Vec::new(), [0; 8192]);
    loop {
        let count = stream.read(&mut part).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&part[..count]);
        let text = String::from_utf8_lossy(&bytes);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if body.len() >= length.unwrap_or(0) {
            return Some(text.into_owned());
        }
    }
}
