//! The road to a host: a TCP connection of our own, or a channel through a host that we are logged in to.

use std::sync::Arc;

use russh::ChannelOpenFailure;
use tokio::time::timeout;

use crate::connect::{Limits, Link, Trouble};
use crate::dial::dial;
use crate::faults;
use crate::socket::Socket;
use crate::target::SshTarget;

/// One leg of the way.
pub(crate) struct Leg<'a> {
    /// Where it goes.
    pub(crate) target: &'a SshTarget,
    /// The host that it goes through.
    pub(crate) through: Option<(Arc<Link>, &'a SshTarget)>,
}

impl Leg<'_> {
    /// The connection that it goes through.
    pub(crate) fn link(&self) -> Option<Arc<Link>> {
        self.through.as_ref().map(|(link, _)| Arc::clone(link))
    }
}

/// Opens it, and nothing is said on it yet.
pub(crate) async fn open_road(leg: &Leg<'_>, limits: &Limits) -> Result<Socket, Trouble> {
    let target = leg.target;
    match &leg.through {
        None => {
            let stream = dial(target, limits.connect).await?;
            Socket::new(stream, limits.patience())
                .map_err(|error| Trouble::Passing(faults::host_unreachable(target, &error.to_string())))
        }
        Some((link, jump)) => through(link, jump, target, limits).await,
    }
}

/// The jump host resolves the name and connects (RFC 4254, section 7.2).
async fn through(
    link: &Link,
    jump: &SshTarget,
    target: &SshTarget,
    limits: &Limits,
) -> Result<Socket, Trouble> {
    let (host, port) = (target.host.clone(), u32::from(target.port));
    let opening = link.handle.channel_open_direct_tcpip(host, port, "127.0.0.1", 0);
    match timeout(limits.connect, opening).await {
        Ok(Ok(channel)) => Ok(Socket::inside(channel.into_stream())),
        Ok(Err(russh::Error::ChannelOpenFailure(ChannelOpenFailure::ConnectFailed))) => {
            Err(Trouble::Passing(faults::beyond_jump(jump, target, "it could not connect")))
        }
        Ok(Err(russh::Error::ChannelOpenFailure(reason))) => {
            Err(Trouble::Final(faults::jump_refused(jump, target, &format!("{reason:?}")).into()))
        }
        Ok(Err(error)) => {
            let why = error.to_string();
            Err(Trouble::Final(faults::jump_refused(jump, target, &why).into()))
        }
        Err(_) => {
            let why = format!("no answer in {} s", limits.connect.as_secs_f32());
            Err(Trouble::Passing(faults::beyond_jump(jump, target, &why)))
        }
    }
}
