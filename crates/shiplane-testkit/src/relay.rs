//! A line with a delay: hands bytes on between two ports, each way that much later, as many as there are.

use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

/// A relay that works as long as the process lives.
#[derive(Clone, Copy, Debug)]
pub struct Relay {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
}

impl Relay {
    /// Leads to a port of 127.0.0.1; a round trip takes twice the delay longer.
    pub fn to(port: u16, delay: Duration) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("open the relay")?;
        let own = listener.local_addr().context("open the relay")?.port();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if let Ok(other) = TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
                    drop(join(&stream, &other, delay));
                }
            }
        });
        Ok(Self { port: own })
    }
}

fn join(one: &TcpStream, other: &TcpStream, delay: Duration) -> Result<()> {
    for (from, to) in [(one, other), (other, one)] {
        from.set_nodelay(true)?;
        carry(from.try_clone()?, to.try_clone()?, delay);
    }
    Ok(())
}

/// One thread reads and notes when; the other one waits and writes.
fn carry(mut from: TcpStream, mut to: TcpStream, delay: Duration) {
    let (sender, pieces) = channel::<(Instant, Vec<u8>)>();
    thread::spawn(move || {
        let mut buffer = vec![0; 256 * 1024];
        while let Ok(count @ 1..) = from.read(&mut buffer) {
            let piece = buffer.get(..count).unwrap_or_default().to_vec();
            if sender.send((Instant::now() + delay, piece)).is_err() {
                return;
            }
        }
    });
    thread::spawn(move || {
        for (due, piece) in pieces {
            thread::sleep(due.saturating_duration_since(Instant::now()));
            if to.write_all(&piece).is_err() {
                return;
            }
        }
        to.shutdown(Shutdown::Write).ok();
    });
}
