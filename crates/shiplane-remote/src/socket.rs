//! The TCP connection under SSH, with the waits that the defaults of TCP add taken out.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use russh::ChannelStream;
use russh::client::Msg;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// What the other end said first, for telling a server that does not speak SSH.
pub(crate) type FirstWords = Arc<OnceLock<Vec<u8>>>;

/// A stream that acknowledges at once.
///
/// sshd writes its first answer in two pieces and Nagle holds the second back until the first is acknowledged,
/// which Linux delays by 40 ms. The kernel forgets TCP_QUICKACK again (tcp(7)), so every read renews it.
pub(crate) struct Socket {
    stream: Under,
    first_words: FirstWords,
}

/// What carries it.
enum Under {
    Tcp(TcpStream),
    /// Another SSH connection, whose own socket does the rest.
    Channel(Box<ChannelStream<Msg>>),
}

/// Something that carries bytes both ways.
trait Carrier: AsyncRead + AsyncWrite + Unpin {}
impl<C: AsyncRead + AsyncWrite + Unpin> Carrier for C {}

impl Under {
    fn pin(&mut self) -> Pin<&mut dyn Carrier> {
        match self {
            Self::Tcp(stream) => Pin::new(stream),
            Self::Channel(stream) => Pin::new(stream.as_mut()),
        }
    }
}

impl Socket {
    /// Inside another connection.
    pub(crate) fn inside(stream: ChannelStream<Msg>) -> Self {
        Self { stream: Under::Channel(Box::new(stream)), first_words: FirstWords::default() }
    }

    /// `patience` is how long data may stay unacknowledged before the connection counts as dead.
    pub(crate) fn new(stream: TcpStream, patience: Duration) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        give_up_after(&stream, patience);
        acknowledge_at_once(&stream);
        Ok(Self { stream: Under::Tcp(stream), first_words: FirstWords::default() })
    }

    pub(crate) fn first_words(&self) -> FirstWords {
        Arc::clone(&self.first_words)
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(self.stream.pin().poll_read(context, buffer))?;
        match &self.stream {
            Under::Tcp(stream) => acknowledge_at_once(stream),
            Under::Channel(_) => {}
        }
        if self.first_words.get().is_none() {
            self.first_words.get_or_init(|| buffer.filled().iter().skip(before).take(200).copied().collect());
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.stream.pin().poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.pin().poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream.pin().poll_shutdown(context)
    }
}

/// A refusal costs 40 ms and nothing else, so it is not an error.
#[cfg(target_os = "linux")]
fn acknowledge_at_once(stream: &TcpStream) {
    rustix::net::sockopt::set_tcp_quickack(stream, true).ok();
}

#[cfg(not(target_os = "linux"))]
fn acknowledge_at_once(_: &TcpStream) {}

/// While a write waits for a dead peer, SSH's own keepalive does not run: the kernel has to notice (tcp(7), TCP_USER_TIMEOUT).
#[cfg(target_os = "linux")]
fn give_up_after(stream: &TcpStream, patience: Duration) {
    let milliseconds = u32::try_from(patience.as_millis()).unwrap_or(u32::MAX);
    rustix::net::sockopt::set_tcp_user_timeout(stream, milliseconds).ok();
}

#[cfg(not(target_os = "linux"))]
fn give_up_after(_: &TcpStream, _: Duration) {}
