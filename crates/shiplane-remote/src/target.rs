//! Where to go: this machine, or a user on a host; parsed once, at the door.

use std::fmt;

use shiplane_core::fault::Fault;

use crate::faults;

/// The port of SSH (RFC 4253, section 4.1).
pub const SSH_PORT: u16 = 22;

/// Where commands run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// This machine, without SSH.
    Local,
    /// A host reached over SSH.
    Ssh(SshTarget),
}

/// A user on a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshTarget {
    /// The user to log in as.
    pub user: String,
    /// A name or an address, lower case, without brackets.
    pub host: String,
    /// Where its SSH listens.
    pub port: u16,
    /// What people read instead of the address; the host itself until the caller names it.
    pub nickname: String,
}

/// What stands beside the host in other settings, for a target that leaves it out.
#[derive(Clone, Copy, Debug, Default)]
pub struct Defaults<'a> {
    /// The user of a target without `user@`.
    pub user: Option<&'a str>,
    /// The port of a target without `:port`.
    pub port: Option<u16>,
}

impl Target {
    /// Reads `local`, `deploy@203.0.113.10:2222`, `[2001:db8::1]:22`, `ssh://deploy@host`, or a part of it.
    pub fn parse(text: &str, defaults: Defaults<'_>) -> Result<Self, Fault> {
        let trimmed = text.trim();
        if trimmed == "local" {
            return Ok(Self::Local);
        }
        SshTarget::parse(trimmed, defaults).map(Self::Ssh)
    }

    /// What people read.
    pub fn name(&self) -> &str {
        match self {
            Self::Local => "local",
            Self::Ssh(ssh) => &ssh.nickname,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => formatter.write_str("local"),
            Self::Ssh(ssh) => write!(formatter, "{}@{}", ssh.user, ssh.address()),
        }
    }
}

impl SshTarget {
    /// `host:port`, with brackets where the host holds colons.
    pub fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port)
        } else {
            format!("{}:{}", self.host, self.port)
        }
    }

    fn parse(text: &str, defaults: Defaults<'_>) -> Result<Self, Fault> {
        let invalid = |why: &str| faults::host_invalid(text, why);
        let bare = text.strip_prefix("ssh://").map_or(text, |rest| rest.trim_end_matches('/'));
        let (user, place) = match bare.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, bare),
        };
        let (host, port) = split_port(place).map_err(invalid)?;
        check_host(host).map_err(invalid)?;
        let user = user.or(defaults.user).map(str::trim).filter(|user| !user.is_empty());
        let user = user.ok_or_else(|| faults::user_missing(text))?;
        check_user(user).map_err(invalid)?;
        let host = host.to_ascii_lowercase();
        Ok(Self {
            user: user.to_owned(),
            nickname: host.clone(),
            host,
            port: port.or(defaults.port).unwrap_or(SSH_PORT),
        })
    }
}

/// Host and port. Two or more colons without brackets are an IPv6 address without a port.
fn split_port(place: &str) -> Result<(&str, Option<u16>), &'static str> {
    if let Some(rest) = place.strip_prefix('[') {
        let (host, after) = rest.split_once(']').ok_or("the bracket is not closed")?;
        return match after.strip_prefix(':') {
            Some(port) => Ok((host, Some(read_port(port)?))),
            None if after.is_empty() => Ok((host, None)),
            None => Err("only a port may follow the bracket"),
        };
    }
    match place.split_once(':') {
        Some((_, rest)) if rest.contains(':') => Ok((place, None)),
        Some((host, port)) => Ok((host, Some(read_port(port)?))),
        None => Ok((place, None)),
    }
}

fn read_port(text: &str) -> Result<u16, &'static str> {
    match text.parse::<u16>() {
        Ok(port) if port > 0 && text.bytes().all(|byte| byte.is_ascii_digit()) => Ok(port),
        Ok(_) | Err(_) => Err("the port is not a number from 1 to 65535"),
    }
}

fn check_host(host: &str) -> Result<(), &'static str> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_:%".contains(c);
    if host.is_empty() {
        Err("it names no host")
    } else if host.starts_with('-') || !host.chars().all(allowed) {
        Err("a host holds letters, digits, dots and dashes, or is an address")
    } else {
        Ok(())
    }
}

/// A user name travels inside the protocol, never through a shell: only what no system accepts is refused.
fn check_user(user: &str) -> Result<(), &'static str> {
    if user.chars().any(|c| c.is_whitespace() || c.is_control() || "@:/".contains(c)) {
        Err("a user name holds no blanks, `@`, `:` or `/`")
    } else {
        Ok(())
    }
}
