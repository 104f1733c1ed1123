//! An approval without GitHub Enterprise: a stored request, the answers to it, and whether they are enough.
//!
//! A request names one commit and one environment and is stored by the tool in a comment. People answer with
//! `/approve` or `/deny`, with a review, or by a button. Who wrote what, and when, is GitHub's own record.
//!
//! ```json
//! {
//!   "repository": "example/shop",
//!   "identity": "github-actions[bot]",
//!   "place": { "number": 7, "url": "https://github.com/example/shop/pull/7",
//!              "pull-request": { "author": "ada", "head": "a1b2c3d4", "open": false } },
//!   "asked": "a1b2c3d4",
//!   "seen-at": "2026-01-05T13:00:00Z",
//!   "commit": { "id": "a1b2c3d4", "author": "ada", "brought-by": ["ada"] },
//!   "comments": [
//!     { "id": 1, "author": "github-actions[bot]", "created-at": "2026-01-05T12:00:00Z",
//!       "body": "<!-- shiplane:approval {\"kind\":\"request\",\"commit\":\"a1b2c3d4\",\"environment\":\"production\",\"count\":1,\"requester\":\"ada\",\"expires\":\"24h\",\"deny-author\":true} -->" },
//!     { "id": 2, "author": "grace", "created-at": "2026-01-05T12:30:00Z", "edited": false, "body": "/approve a1b2c3d" }
//!   ],
//!   "reviews": [],
//!   "permissions": [{ "login": "grace", "writes": true }],
//!   "memberships": [{ "team": "@example/leads", "login": "grace", "member": true }],
//!   "runs": [{ "id": 42, "event": "workflow_dispatch", "actor": "grace", "triggering-actor": "grace" }],
//!   "unread": [{ "what": "reviews", "why": "Resource not accessible by integration", "permission": "pull-requests: read" }]
//! }
//! ```

mod decide;
pub mod facts;
mod ledger;
mod names;
mod people;
mod policy;
mod questions;
mod record;
mod votes;
mod word;

pub use decide::{Decision, decide};
pub use facts::Facts;
pub use policy::{Approver, DEFAULT_EXPIRES, Policy};
pub use questions::{Asked, Questions, asked, may_withdraw, questions, replaces};
pub use record::{Deed, Record, Terms};
