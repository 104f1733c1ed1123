//! Backups of a database: where they are kept and what they are called, which are whole, which may go, what a restore
//! does. The worker on the host carries it out.

mod files;
mod noted;
pub mod postgres;
mod shelf;
mod talk;
mod whole;

pub use files::{Kept, aged, file_name, is_partial, median, newest, of_shelf, partial};
pub use noted::{Noted, Told, told};
pub use shelf::{Means, Shelf, shelf};
pub use talk::{Counts, Deed, Done, End, Errand, Listing, Look, Said, Shown};
pub use whole::{TAIL, lacks};
