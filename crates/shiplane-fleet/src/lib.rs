//! From a plan to its outcome, on one host or many: ask them all, carry out, prove, keep or take back.
//!
//! `ssh-deploy` and `rollback` stand on this. It knows the libraries that they know, and nobody else knows it.

mod ask;
mod company;
mod deed;
mod images;
mod interrupt;
mod look;
mod member;
mod outcome;
mod patience;
mod probes;
mod probing;
mod reaches;
mod unlock;
mod upload;

pub use images::{Images, survey};
pub use interrupt::carry_out;
pub use look::{Fleet, look};
pub use outcome::{Deed, HostDeed};
pub use patience::Patience;
pub use probes::probes;
pub use probing::{Seen, Ways, called_as_worker, observe, prove};
pub use reaches::reaches;
pub use unlock::free_locks;
pub use upload::{remember, upload};
