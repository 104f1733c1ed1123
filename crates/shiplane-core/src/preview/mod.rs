//! Previews: a place of its own for every pull request, where it lies, what it is called, and when it goes.
//!
//! A preview is a deploy to a derived place. The config's environment of `kind: preview` names a base directory; a
//! pull request gets `pr-<number>` in it, a Compose project, a port and an address of its own.

mod comment;
mod fill;
mod gc;
mod record;
mod settings;
mod trust;
mod wire;

pub use comment::{MARKER, State, Told, comment, marker};
pub use fill::derived;
pub use gc::{Fate, Fated, Policy, Pull, decide};
pub use record::{Record, Wanted, reserve};
pub use settings::{Number, Settings, no_preview};
pub use trust::{Origin, untrusted};
pub use wire::{At, Begins, Containers, Listed, Made, Make, Remove, Removed, Seen};
