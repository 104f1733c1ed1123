//! Probes and notifications.
//!
//! A probe trusts nothing that answers: one clock over the whole exchange, capped headers and body, no proxy, no
//! resend, and a fresh connection and name look-up for every attempt.

mod ask;
mod certificate;
mod configured;
mod dial;
mod each;
mod failure;
mod get;
mod hop;
mod marks;
mod notify;
mod pace;
mod paths;
mod place;
mod probe;
mod prove;
mod reach;
mod resolve;
mod stream;
mod tls;
mod wait;
mod wire;

pub use ask::{Ask, Asker};
pub use configured::{Around, Endpoints, From, Named, configured, settled};
pub use dial::{Dial, Dialer, Listen};
pub use each::Addresses;
pub use get::Get;
pub use notify::notify;
pub use pace::{Go, Pace, sample, sample_by};
pub use probe::{Prober, probe};
pub use prove::{Proof, observe, observe_by, prove};
pub use tls::Trust;
pub use wait::{Attempt, Outcome, Probe, wait_until};
