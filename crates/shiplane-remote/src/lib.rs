//! Reaching a host: SSH or local, bringing the worker along, starting it and re-attaching to it.

mod attached;
mod connect;
mod dial;
mod door;
mod exec;
mod faults;
mod host;
mod host_keys;
pub mod keys;
pub mod known_hosts;
mod lines;
mod listen;
mod local;
mod login;
mod overhear;
mod pour;
mod reach;
mod road;
mod session;
mod socket;
mod target;
mod worker;

pub use attached::{Attached, Halt};
pub use connect::{Limits, connect};
pub use exec::{CAPTURE_LIMIT, Finished, Status, Stream};
pub use host::Host;
pub use host_keys::{HostKeys, Identity, Trust, TrustedBy};
pub use keys::Credentials;
pub use known_hosts::KnownHostsFile;
pub use overhear::Lifeline;
pub use reach::Reach;
pub use target::{Defaults, SSH_PORT, SshTarget, Target};
pub use worker::{Worker, bring};
