//! Commands over an SSH connection.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use russh::client::Msg;
use russh::{ChannelMsg, ChannelReadHalf, ChannelWriteHalf, Disconnect};
use shiplane_core::command::Command;
use shiplane_core::fault::Fault;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::time::{sleep, timeout};

use crate::ahead::Ahead;
use crate::connect::Link;
use crate::exec::{LINGER, Sink, Status, Stream};
use crate::faults;
use crate::host_keys::Identity;
use crate::target::SshTarget;

/// The largest piece of input sent at once; packets of SSH are hardly larger.
const CHUNK: usize = 32 * 1024;

/// How long the answer to a question may take that was asked before others that are answered.
const SOON: Duration = Duration::from_millis(200);

/// A connection that is logged in.
pub(crate) struct Session {
    link: Link,
    target: SshTarget,
    patience: Duration,
    ahead: Ahead,
}

impl Session {
    pub(crate) fn new(link: Link, target: SshTarget, patience: Duration) -> Self {
        Self { link, target, patience, ahead: Ahead::default() }
    }

    pub(crate) fn target(&self) -> &SshTarget {
        &self.target
    }

    pub(crate) fn identity(&self) -> Option<&Identity> {
        self.link.seen.identity()
    }

    /// Runs one command. Output is drained while input is sent: a host whose output nobody takes stops reading.
    pub(crate) async fn drive(
        &self,
        command: &Command,
        stdin: impl AsyncRead + Unpin,
        sink: &mut impl Sink,
    ) -> Result<Status> {
        let (mut reading, writing) = self.open().await?;
        let writing = &writing.0;
        writing.exec(true, command.line()).await.map_err(|_| self.lost())?;
        let (feeding, opening) = (feed(writing, stdin), self.open_ahead());
        tokio::pin!(feeding, opening);
        let (mut fed, mut opened, mut end) = (false, false, End::default());
        loop {
            tokio::select! {
                message = reading.wait() => {
                    let Some(message) = message else { break };
                    if end.take(message, sink) {
                        break;
                    }
                }
                outcome = &mut feeding, if !fed => {
                    outcome.context("read the input of the command")?;
                    fed = true;
                }
                () = &mut opening, if !opened => opened = true,
                is_alive = self.is_silent(), if end.status.is_some() => {
                    // What had arrived before the sign of life is still in the queue.
                    while let Ok(Some(message)) = timeout(Duration::ZERO, reading.wait()).await {
                        end.take(message, sink);
                    }
                    end.closed |= is_alive;
                    break;
                }
            }
        }
        // The host answered it before it closed this one.
        if end.closed && !opened {
            timeout(SOON, opening).await.ok();
        }
        self.outcome(end)
    }

    /// Says goodbye, and waits for the connection to be closed, but not for long.
    pub(crate) async fn close(self) {
        let handle = self.link.handle;
        if handle.disconnect(Disconnect::ByApplication, "", "").await.is_ok() {
            timeout(Duration::from_secs(1), handle).await.ok();
        }
    }

    async fn open_ahead(&self) {
        if !self.ahead.begin() {
            return;
        }
        match timeout(self.patience, self.link.handle.channel_open_session()).await {
            Ok(Ok(channel)) => self.ahead.end(Some(channel)),
            Ok(Err(russh::Error::ChannelOpenFailure(_))) => self.ahead.refused(),
            // A connection that broke is told by whoever uses it.
            Ok(Err(_)) | Err(_) => self.ahead.end(None),
        }
    }

    async fn open(&self) -> Result<(ChannelReadHalf, Closer)> {
        if let Some((channel, is_fresh)) = self.ahead.take() {
            let (reading, writing) = channel.split();
            let closer = Closer(Arc::new(writing));
            if is_fresh {
                return Ok((reading, closer));
            }
        }
        let opening = timeout(self.patience, self.link.handle.channel_open_session());
        match opening.await {
            Ok(Ok(channel)) => {
                let (reading, writing) = channel.split();
                Ok((reading, Closer(Arc::new(writing))))
            }
            Ok(Err(russh::Error::ChannelOpenFailure(reason))) => {
                Err(faults::session_refused(&self.target.nickname, &format!("{reason:?}")).into())
            }
            Ok(Err(_)) => Err(self.lost().into()),
            Err(_) => Err(faults::connection_lost(&self.target.nickname, "no answer").into()),
        }
    }

    /// Waits through a silence, then asks the host for a sign of life: without one it is the line that is silent,
    /// and output may be on its way.
    async fn is_silent(&self) -> bool {
        sleep(LINGER).await;
        let asked = timeout(self.patience, self.link.handle.send_ping()).await;
        // A ping that the end of the connection cut short counts as answered in russh.
        matches!(asked, Ok(Ok(()))) && !self.link.handle.is_closed()
    }

    /// A connection that broke is never an answer, whatever was heard before.
    fn outcome(&self, end: End) -> Result<Status> {
        if end.refused {
            Err(faults::session_refused(&self.target.nickname, "the host refused the request").into())
        } else if end.closed {
            Ok(end.status.unwrap_or(Status::Unknown))
        } else {
            Err(self.lost().into())
        }
    }

    fn lost(&self) -> Fault {
        faults::connection_lost(&self.target.nickname, self.link.seen.end().unwrap_or("no reason was given"))
    }
}

/// How far a command has ended.
#[derive(Default)]
struct End {
    status: Option<Status>,
    refused: bool,
    closed: bool,
}

impl End {
    /// Takes in what the host said; true when nothing more is to come.
    #[expect(clippy::wildcard_enum_match_arm, reason = "not our enum; the rest is said to servers")]
    fn take(&mut self, message: ChannelMsg, sink: &mut impl Sink) -> bool {
        match message {
            ChannelMsg::Data { data } => sink.take(Stream::Out, &data),
            // 1 is the only extended stream there is (RFC 4254, section 5.2).
            ChannelMsg::ExtendedData { data, ext: 1 } => sink.take(Stream::Err, &data),
            ChannelMsg::ExitStatus { exit_status } => {
                self.status = Some(Status::Exited(i32::try_from(exit_status).unwrap_or(i32::MAX)));
            }
            ChannelMsg::ExitSignal { signal_name, .. } => {
                self.status = Some(Status::Signalled(signal(&signal_name)));
            }
            ChannelMsg::Failure => self.refused = true,
            ChannelMsg::Close => self.closed = true,
            _ => {}
        }
        self.refused || self.closed
    }
}

fn signal(name: &russh::Sig) -> String {
    // OpenSSH names what RFC 4254 does not as `NAME@openssh.com`.
    if let russh::Sig::Custom(name) = name {
        return name.split('@').next().unwrap_or(name).to_owned();
    }
    format!("{name:?}")
}

/// Closes the channel when its user is done or gives up, because a host allows only ten at a time (MaxSessions).
struct Closer(Arc<ChannelWriteHalf<Msg>>);

impl Drop for Closer {
    fn drop(&mut self) {
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            let half = Arc::clone(&self.0);
            runtime.spawn(async move { half.close().await });
        }
    }
}

/// Sends the input and its end. Only reading it can fail here: a channel that is gone is the other half's to tell.
async fn feed(half: &ChannelWriteHalf<Msg>, mut stdin: impl AsyncRead + Unpin) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let count = stdin.read(&mut buffer).await?;
        let piece = buffer.get(..count).unwrap_or_default().to_vec();
        let sent = if piece.is_empty() { half.eof().await } else { half.data_bytes(piece).await };
        if count == 0 || sent.is_err() {
            return Ok(());
        }
    }
}
