//! A host that is ready for commands; callers do not see whether it is this machine or another.

use anyhow::Result;
use shiplane_core::command::Command;
use tokio::io::AsyncRead;

use crate::exec::{Capture, Finished, Sink, Status, Stream};
use crate::host_keys::Identity;
use crate::lines::Lines;
use crate::local;
use crate::session::Session;

/// A place where commands run.
pub struct Host {
    way: Way,
}

enum Way {
    Local,
    Ssh(Box<Session>),
}

impl Host {
    /// This machine.
    pub(crate) fn local() -> Self {
        Self { way: Way::Local }
    }

    pub(crate) fn ssh(session: Session) -> Self {
        Self { way: Way::Ssh(Box::new(session)) }
    }

    /// What people read.
    pub fn name(&self) -> &str {
        match &self.way {
            Way::Local => "local",
            Way::Ssh(session) => &session.target().nickname,
        }
    }

    /// Whether it is this machine.
    pub fn is_local(&self) -> bool {
        match &self.way {
            Way::Local => true,
            Way::Ssh(_) => false,
        }
    }

    /// Who the host proved to be; `None` for this machine.
    pub fn identity(&self) -> Option<&Identity> {
        match &self.way {
            Way::Local => None,
            Way::Ssh(session) => session.identity(),
        }
    }

    /// Runs a command to its end and keeps what it wrote, up to [`crate::CAPTURE_LIMIT`] bytes a stream.
    ///
    /// An `Err` says that how the command ended is not known; a command that failed is `Ok` with its status.
    pub async fn run(&self, command: &Command, stdin: &[u8]) -> Result<Finished> {
        let mut capture = Capture::default();
        let status = self.drive(command, stdin, &mut capture).await?;
        Ok(capture.finish(status))
    }

    /// Runs a command and hands on its lines as they come; input is sent meanwhile.
    ///
    /// Dropping the future kills a local command. Over SSH it closes the channel, and the command may go on.
    pub async fn stream(
        &self,
        command: &Command,
        stdin: impl AsyncRead + Unpin,
        on_line: impl FnMut(Stream, &str),
    ) -> Result<Status> {
        let mut lines = Lines::new(on_line);
        let outcome = self.drive(command, stdin, &mut lines).await;
        lines.finish();
        outcome
    }

    /// Ends the connection.
    pub async fn close(self) {
        match self.way {
            Way::Local => {}
            Way::Ssh(session) => session.close().await,
        }
    }

    async fn drive(
        &self,
        command: &Command,
        stdin: impl AsyncRead + Unpin,
        sink: &mut impl Sink,
    ) -> Result<Status> {
        match &self.way {
            Way::Local => local::drive(command, stdin, sink).await,
            Way::Ssh(session) => session.drive(command, stdin, sink).await,
        }
    }
}
