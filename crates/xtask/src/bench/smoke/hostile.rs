//! Servers that lie: how much memory they can take, and how much time beyond the deadline.

use std::io::Write as _;
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::cost::{memory, words};
use super::{server, tell};

/// Seconds that a check may take.
const DEADLINE: f64 = 3.0;

/// What is tried, and the script of each.
type Script = fn(TcpStream);

const SCRIPTS: [(&str, Script); 5] = [
    ("endless body", endless_body),
    ("gzip bomb", bomb),
    ("header one byte at a time", slow_header),
    ("body one byte at a time", slow_body),
    ("endless 103", endless_interim),
];

/// Each of them.
pub(super) fn measure(binary: &str, _: u32) -> anyhow::Result<()> {
    for (name, script) in SCRIPTS {
        let url = format!("http://{}/", server::start(script)?);
        let within = format!("{DEADLINE}s");
        let command = words(&[binary, "run", "--within", &within, "--url", &url]);
        let began = Instant::now();
        let memory = memory(&command)?;
        tell(&format!("{name}: memory"), memory, 40.0, " MB");
        let over = began.elapsed().as_secs_f64() - DEADLINE;
        tell(&format!("{name}: over the deadline"), over, 0.3, " s");
    }
    Ok(())
}

fn begin(stream: &mut TcpStream, head: &[u8]) -> bool {
    server::request(stream) && stream.write_all(head).is_ok()
}

fn endless_body(mut stream: TcpStream) {
    if begin(&mut stream, b"HTTP/1.1 200 OK\r\n\r\n") {
        let part = vec![b'x'; 64 * 1024];
        while stream.write_all(&part).is_ok() {}
    }
}

/// A quarter of a gigabyte of zeros, as gzip packs them.
fn bomb(mut stream: TcpStream) {
    let packed = Command::new("bash").args(["-c", "head -c 268435456 /dev/zero | gzip -9"]).output();
    let packed = packed.context("pack zeros").map(|out| out.stdout).unwrap_or_default();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n", packed.len());
    if begin(&mut stream, head.as_bytes()) {
        stream.write_all(&packed).ok();
    }
}

fn slow_header(mut stream: TcpStream) {
    if server::request(&mut stream) {
        slowly(&mut stream, b"HTTP/1.1 200 OK\r\nX-Slow: 1");
    }
}

fn slow_body(mut stream: TcpStream) {
    if begin(&mut stream, b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") {
        slowly(&mut stream, b"x");
    }
}

fn slowly(stream: &mut TcpStream, first: &[u8]) {
    let mut sent = first.iter().copied().chain(std::iter::repeat(b'x'));
    while sent.next().is_some_and(|byte| stream.write_all(&[byte]).is_ok()) {
        std::thread::sleep(Duration::from_millis(300));
    }
}

fn endless_interim(mut stream: TcpStream) {
    if server::request(&mut stream) {
        let part = b"HTTP/1.1 103 Early Hints\r\n\r\n".repeat(1000);
        while stream.write_all(&part).is_ok() {}
    }
}
