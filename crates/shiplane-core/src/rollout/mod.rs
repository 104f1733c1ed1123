//! A rollout: which share of the users gets the new version now, and what is done about it next.
//!
//! It goes on for days, and no job waits for it: the host keeps a [`State`], and whoever comes by says what the numbers
//! are, hears a [`Decision`], and has the host carry out its [`Change`], unless somebody else was faster.

mod decide;
mod driver;
mod facts;
mod finish;
mod hand;
mod heard;
mod policy;
mod schedule;
mod stage;
mod start;
mod state;
mod step;
mod tick;

pub use decide::{Ask, Decision, Deed, Next, decide};
pub use driver::Driver;
pub use facts::{Applied, Change, Drive, Facts, Looked, Question, Traffic};
pub use heard::Heard;
pub use policy::Policy;
pub use schedule::{Totals, totals};
pub use stage::defaults;
pub use state::{Phase, State, Why};
pub use step::{Told, Word};
pub use tick::gone_back;
