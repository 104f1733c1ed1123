//! The forms of a message, one file for each place it can go to.

mod discord;
mod slack;
mod teams;
mod telegram;
mod webhook;

pub use discord::discord;
pub use slack::slack;
pub use teams::teams;
pub use telegram::telegram;
pub use webhook::webhook;
