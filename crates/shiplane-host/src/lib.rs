//! The worker: carries out a plan on the host, with lock, journal and undo.
//!
//! It is the same binary that the client is, called as `<binary> worker …`. The client brings it along, gives it a
//! plan and reads events; if the link dies, the run goes on, and whoever comes next reads on from where it broke.

mod backup;
mod base;
mod checkup;
mod cold;
mod command_runtime;
mod compose;
mod compose_record;
mod docker;
mod edits;
mod events;
mod facts;
mod failure;
mod git;
mod groups;
mod intake;
mod journal;
mod leash;
mod lock;
mod logs;
mod masked;
mod old_runs;
mod old_workers;
mod page;
mod parts;
mod preview;
mod probe;
mod proc;
mod process;
mod receive;
mod record;
mod replaced;
mod reserve;
mod rollout;
mod room;
mod run;
mod running;
mod runtime;
mod setup;
mod shown;
mod spare;
mod standing;
mod state;
mod take_over;
mod tree;
mod unlock;
mod worker;

pub use probe::{HostProbe, Site, logs, while_somebody_listens};
pub use worker::called_as_worker;
