//! Who is told of a run, of what, and in which form: from a report to the messages to send.
//!
//! Whether a message arrives never changes a verdict. What others wrote is defused for the medium it goes to, and
//! every form has its own limit.

mod escape;
mod event;
pub mod forms;
mod hide;
mod incident;
mod issue;
mod letter;
mod message;
mod run;
mod told;

pub use event::{Event, events};
pub use incident::{Incident, Turn};
pub use issue::{Deed, Filed, IssueLetter, Wish, deeds};
pub use letter::{Letter, Place, Way, letters};
pub use message::Message;
pub use run::Run;
pub use told::{Outcome, told, unread};
