//! From a name to an open TCP connection.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use shiplane_core::fault::Fault;
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout};

use crate::connect::Trouble;
use crate::faults;
use crate::target::SshTarget;

/// Tries every address of the host within the time, each with its share of what is left.
pub(crate) async fn dial(target: &SshTarget, within: Duration) -> Result<TcpStream, Trouble> {
    let deadline = Instant::now() + within;
    let addresses = resolve(target, within).await.map_err(|fault| Trouble::Final(fault.into()))?;
    let mut left = u32::try_from(addresses.len()).unwrap_or(u32::MAX);
    let mut misses = Vec::new();
    for address in addresses {
        let share = deadline.saturating_duration_since(Instant::now()) / left.max(1);
        left = left.saturating_sub(1);
        match timeout(share, TcpStream::connect(address)).await {
            Ok(Ok(stream)) => return Ok(stream),
            Ok(Err(error)) => misses.push((address, Miss::from(&error))),
            Err(_) => misses.push((address, Miss::Silence(share))),
        }
    }
    let words: Vec<String> = misses.iter().map(|(address, miss)| miss.words(*address)).collect();
    let mut fault = faults::host_unreachable(target, &words.join(", "));
    if let Some(help) = advice(&misses) {
        fault = fault.help(help);
    }
    if misses.iter().any(|(_, miss)| miss.may_pass()) {
        Err(Trouble::Passing(fault))
    } else {
        Err(Trouble::Final(fault.into()))
    }
}

async fn resolve(target: &SshTarget, within: Duration) -> Result<Vec<SocketAddr>, Fault> {
    let found = timeout(within, lookup_host((target.host.as_str(), target.port))).await;
    let addresses: Vec<SocketAddr> = match found {
        Ok(Ok(addresses)) => addresses.collect(),
        Ok(Err(error)) => return Err(faults::host_unresolved(target, &error.to_string())),
        Err(_) => {
            let why = format!("no answer from the name server in {} s", within.as_secs_f32());
            return Err(faults::host_unresolved(target, &why));
        }
    };
    if addresses.is_empty() {
        return Err(faults::host_unresolved(target, "the answer is empty"));
    }
    Ok(addresses)
}

/// How one address did not answer.
enum Miss {
    Refused,
    Reset,
    Silence(Duration),
    NoRoute,
    Other(String),
}

impl From<&io::Error> for Miss {
    fn from(error: &io::Error) -> Self {
        use io::ErrorKind;
        let kind = error.kind();
        if kind == ErrorKind::ConnectionRefused {
            Self::Refused
        } else if matches!(kind, ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted) {
            Self::Reset
        } else if matches!(kind, ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable) {
            Self::NoRoute
        } else {
            Self::Other(error.to_string())
        }
    }
}

/// What to do when all addresses failed alike.
fn advice(misses: &[(SocketAddr, Miss)]) -> Option<&'static str> {
    let all = |is: fn(&Miss) -> bool| !misses.is_empty() && misses.iter().all(|(_, miss)| is(miss));
    if all(|miss| matches!(miss, Miss::Refused)) {
        Some("the machine is there and nothing listens on that port: check SSH_PORT, and that sshd runs")
    } else if all(|miss| matches!(miss, Miss::Silence(_))) {
        Some("a firewall drops it, the address is wrong, or the machine is down: check all three")
    } else if all(|miss| matches!(miss, Miss::NoRoute)) {
        Some("this machine has no network to there: check the address, and a VPN that may be needed")
    } else {
        None
    }
}

impl Miss {
    fn words(&self, address: SocketAddr) -> String {
        match self {
            Self::Refused => format!("{address} refused the connection"),
            Self::Reset => format!("{address} reset the connection"),
            Self::Silence(waited) => format!("{address} did not answer in {:.1} s", waited.as_secs_f32()),
            Self::NoRoute => format!("there is no route to {address}"),
            Self::Other(why) => format!("{address}: {why}"),
        }
    }

    /// Whether it may go away while one waits.
    fn may_pass(&self) -> bool {
        match self {
            Self::Refused | Self::Reset | Self::Silence(_) => true,
            Self::NoRoute | Self::Other(_) => false,
        }
    }
}
