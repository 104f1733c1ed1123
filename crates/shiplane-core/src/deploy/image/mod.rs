//! Strategy `image`: which images are pulled and which are sent, what a host has of them, and what is left to send.

pub mod pack;
mod reference;
mod stock;
pub mod tar;

pub use reference::{Origin, incoming, origin, picked, resolved};
pub use stock::{Claim, Held, Local, Stock, Store, platform, shared};
