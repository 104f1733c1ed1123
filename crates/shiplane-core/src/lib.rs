//! Every decision of Shiplane, as pure functions.
//!
//! No I/O, no clock, no environment, no randomness, no printing: what a decision needs is passed in, what it
//! wants done is returned. `clippy.toml` beside this crate makes that a compile-time rule.

pub mod approval;
pub mod audit;
pub mod backup;
pub mod canary;
pub mod changelog;
pub mod command;
pub mod config;
pub mod deploy;
pub mod duration;
pub mod exit;
pub mod fault;
pub mod flow;
pub mod foreign;
pub mod gate;
pub mod notify;
pub mod preset;
pub mod preview;
pub mod raw;
pub mod report;
pub mod rollback;
pub mod rollout;
pub mod runs;
pub mod secret;
pub mod smoke;
pub mod tiers;
mod words;
