//! GitHub over octocrab, as verbs that return core's facts.
//!
//! Octocrab brings the connection and the token to GitHub; reading the answers is done here, because its own types
//! drop the data of a partial answer, know only today's words, and send GraphQL to the wrong place on GitHub
//! Enterprise Server.

mod answer;
mod approval;
mod audit;
mod body;
mod brought;
mod change;
mod client;
mod commits;
mod compared;
mod deployments;
mod gate;
mod graphql;
mod limits;
mod proposals;
mod pulls;
mod refs;
mod releases;
mod repository;
mod rest;
mod runs;

mod trouble;

pub use answer::Allowance;
pub use audit::AuditQuestion;
pub use brought::Brought;
pub use change::Changed;
pub use client::{Client, Sleeper};
pub use commits::{Identity, NewCommit, NewFile};
pub use compared::Compared;
pub use deployments::NewDeployment;
pub use gate::{Comment, NewStatus, PullRequestId};
pub use pulls::{NewPull, Opened, Was};
pub use releases::{NewRelease, Releases};
pub use repository::Repository;
pub use rest::{Listed, Read, Refusal};
pub use runs::RunsQuestion;
