//! What is asked on the host itself: the flags for it, and the ways there.

mod cli;
mod ways;

pub(crate) use cli::OnHost;
pub(crate) use ways::{environment, hosts, ways};
