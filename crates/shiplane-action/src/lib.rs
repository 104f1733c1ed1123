//! Everything that knows about GitHub Actions: inputs, context, outputs, summary, annotations, exit codes.
//!
//! A binary hands over its [`Tool`] and its `run` to [`main`]; between the two stands one walk:
//! inputs and context in, a report out, delivered in one place, and the exit code is a function of it.

mod args;
mod call;
mod context;
mod deliver;
mod events;
mod github_args;
mod host_args;
mod inputs;
mod interrupt;
pub mod manifest;
mod notify;
mod process;
mod progress;
pub mod render;
mod tool;

pub use args::{FactsArgs, Format, Shared};
pub use call::Call;
pub use context::Context;
pub use deliver::{Delivery, deliver};
pub use events::EventView;
pub use github_args::{GitHubArgs, GitHubWay};
pub use host_args::{HostArgs, WavesArgs};
pub use inputs::prepare;
pub use interrupt::{Ear, unless_interrupted};
pub use process::main;
pub use progress::{Progress, Running};
pub use tool::{Output, SHARED_OUTPUTS, Tool};
