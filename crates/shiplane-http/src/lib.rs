//! Probes and notifications over reqwest.
//!
//! A probe trusts nothing that answers: one clock over the whole exchange, capped headers and body, no proxy, no
//! resend, and a fresh connection and name look-up for every attempt.

mod ask;
mod configured;
mod dial;
mod engine;
mod failure;
mod get;
mod marks;
mod notify;
mod pace;
mod probe;
mod prove;
mod resolve;
mod tls;
mod wait;

pub use ask::{Ask, Asker};
pub use configured::{Around, From, Named, configured};
pub use dial::{Dial, Dialer, Protocol};
pub use get::Get;
pub use notify::notify;
pub use pace::{Go, Pace, sample};
pub use probe::{Prober, probe};
pub use prove::{Proof, observe, observe_by, prove};
pub use wait::{Attempt, Outcome, Probe, wait_until};
