//! Stateful fakes and real parts for tests: a fake GitHub, an sshd, a git fixture, a sample app, a clock.

pub mod app;
pub mod clock;
pub mod docker;
pub mod engine;
pub mod git;
pub mod github;
pub mod ground;
pub mod hosts;
pub mod http;
pub mod need;
pub mod process;
pub mod program;
pub mod prometheus;
pub mod registry;
pub mod relay;
pub mod services;
pub mod sshd;
