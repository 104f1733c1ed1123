//! The HTTP server, a thread a connection, and its own health check for images that hold nothing else.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::args::Args;
use crate::release::{Mode, Release};
use crate::{Outcome, say};

/// How long a silent client is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that a request's head may hold.
const HEAD_CAP: u64 = 16 * 1024;

struct Shop {
    release: Release,
    requests: AtomicU64,
}

/// Serves until it is told to stop; SIGTERM ends it at once, there is nothing to save.
pub(crate) fn serve(args: &Args) -> Outcome {
    let release = Release::read(&args.config)?;
    std::thread::sleep(release.start);
    if release.mode == Mode::Crash {
        return Err(format!("version {} crashes, as MODE=crash says", release.version));
    }
    let address = (args.bind.as_str(), args.port);
    let listener = TcpListener::bind(address).map_err(|error| format!("listen on {address:?}: {error}"))?;
    say(&format!("version {} listens on {}:{}", release.version, args.bind, args.port));
    if let Some(file) = &args.ready_file {
        std::fs::write(file, "").map_err(|error| format!("write {}: {error}", file.display()))?;
    }
    let shop = Arc::new(Shop { release, requests: AtomicU64::new(0) });
    for stream in listener.incoming().flatten() {
        let shop = Arc::clone(&shop);
        // A client that goes away in the middle is no fault of ours.
        std::thread::spawn(move || shop.talk(stream).ok());
    }
    Ok(())
}

/// Asks a server on this machine for its health.
pub(crate) fn ask_health(args: &Args) -> Outcome {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect(("127.0.0.1", args.port))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"GET /health HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let answer = ask().map_err(|error| format!("ask 127.0.0.1:{}: {error}", args.port))?;
    let first = answer.lines().next().unwrap_or_default();
    if first.contains(" 200 ") { Ok(()) } else { Err(format!("not healthy: {first}")) }
}

impl Shop {
    fn talk(&self, stream: TcpStream) -> std::io::Result<()> {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        let mut head = BufReader::new(stream.try_clone()?).take(HEAD_CAP);
        let mut first = String::new();
        head.read_line(&mut first)?;
        let mut line = String::new();
        while head.read_line(&mut line)? > 0 && line != "\r\n" && line != "\n" {
            line.clear();
        }
        std::thread::sleep(self.release.slow);
        let mut words = first.split(' ');
        let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or("/"));
        let path = target.split('?').next().unwrap_or("/");
        let (status, body) = self.answer(path);
        let version = &self.release.version;
        let shown = if method == "HEAD" { "" } else { body.as_str() };
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\
             x-version: {version}\r\nconnection: close\r\n\r\n{shown}",
            body.len()
        );
        (&stream).write_all(answer.as_bytes())
    }

    fn answer(&self, path: &str) -> (&'static str, String) {
        let version = quoted(&self.release.version);
        match (path, self.release.mode) {
            ("/health" | "/api/health", Mode::Unhealthy) => {
                ("503 Service Unavailable", format!("{{\"status\":\"unhealthy\",\"version\":{version}}}\n"))
            }
            ("/health" | "/api/health", _) => {
                ("200 OK", format!("{{\"status\":\"ok\",\"version\":{version}}}\n"))
            }
            ("/version", _) => {
                let commit = self.release.commit.as_deref().map_or_else(|| "null".to_owned(), quoted);
                ("200 OK", format!("{{\"version\":{version},\"commit\":{commit}}}\n"))
            }
            ("/", Mode::BrokenHome) => failure(),
            ("/", _) if self.unlucky() => failure(),
            ("/", _) => ("200 OK", format!("{{\"app\":\"sample-app\",\"version\":{version}}}\n")),
            _ => ("404 Not Found", "{\"error\":\"not found\"}\n".to_owned()),
        }
    }

    /// Spreads the failures evenly: of a hundred requests exactly so many fail.
    fn unlucky(&self) -> bool {
        let share = self.requests.fetch_add(1, Ordering::Relaxed) * self.release.errors;
        share % 100 + self.release.errors >= 100
    }
}

fn failure() -> (&'static str, String) {
    ("500 Internal Server Error", "{\"error\":\"broken\"}\n".to_owned())
}

/// A JSON string.
fn quoted(text: &str) -> String {
    let escaped: String = text.chars().filter(|letter| !letter.is_control()).flat_map(escape).collect();
    format!("\"{escaped}\"")
}

fn escape(letter: char) -> impl Iterator<Item = char> {
    let slash = matches!(letter, '"' | '\\').then_some('\\');
    slash.into_iter().chain([letter])
}
