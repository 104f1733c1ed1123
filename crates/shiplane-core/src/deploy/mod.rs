//! Deploying: what the host said, what may be done, in which order, and how each step is taken back.
//!
//! The client gathers [`HostFacts`], [`decide`] looks at them, and the [`Plan`] that comes out travels to the worker
//! on the host, which answers with [`Event`]s and ends with an [`Outcome`].

mod aged;
mod cold;
pub mod compose;
pub mod decide;
pub mod doctor;
pub mod env_file;
mod event;
mod facts;
mod fleet;
pub mod health;
pub mod holder;
pub mod image;
pub mod journal;
mod keep;
mod logs;
pub mod manifest;
pub mod masks;
mod name;
mod nickname;
mod place;
mod plan;
mod release;
pub mod restart;
pub mod settle;
mod setup;
mod stamp;
mod standing;
mod steps;
pub mod story;
mod strategy;
mod upload;
mod waves;
mod way;

pub use aged::is_aged;
pub use cold::{Archive, Holds, Retention, Stored, all_stored, is_old, still_stored, stored};
pub use decide::{Ask, decide};
pub use event::{Event, Outcome, Result};
pub use facts::{Checkout, ComposeTool, HostFacts, Question, Tools};
pub use fleet::{HostPlan, Seen, each, in_words, of};
pub use holder::{Holder, Process, locked};
pub use keep::stays;
pub use logs::{LogLine, LogsQuestion};
pub use name::{Digest, Name};
pub use nickname::nicknames;
pub use place::{Given, GivenOptions, Place};
pub use plan::{Decision, Kind, Limits, Options, Plan, Site};
pub use release::{Release, Runtime};
pub use setup::{Part, PartState, Prepared, SetupQuestion, pinned, setup_verdict, ssh_host};
pub use stamp::{Stamp, release_id};
pub use standing::{Backup, Expected, Room, Running, Stale, Standing};
pub use steps::Step;
pub(crate) use steps::steps;
pub use strategy::{Shown, Strategy};
pub use upload::{Base, Contents, Parcel, Receipt, VersionFile};
pub use waves::Waves;
pub use way::Way;
