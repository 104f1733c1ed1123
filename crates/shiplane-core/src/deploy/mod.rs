//! Deploying: what the host said, what may be done, in which order, and how each step is taken back.
//!
//! The client gathers [`HostFacts`], [`decide`] looks at them, and the [`Plan`] that comes out travels to the worker
//! on the host, which answers with [`Event`]s and ends with an [`Outcome`].

pub mod compose;
pub(crate) mod decide;
mod event;
mod facts;
pub mod journal;
mod place;
mod plan;
mod release;
pub mod settle;
mod stamp;
mod way;

pub use decide::{Ask, decide, locked};
pub use event::{Event, Outcome, Result};
pub use facts::{Checkout, ComposeTool, Holder, HostFacts, Question, Tools};
pub use place::{Given, Place};
pub(crate) use plan::steps;
pub use plan::{Decision, Kind, Limits, Plan, Site, Step};
pub use release::{Release, Runtime};
pub use stamp::{Stamp, release_id};
pub use way::Way;
