//! The programs that this process has started and that have not ended yet.

use std::sync::{Mutex, PoisonError};

use crate::proc;

/// Their ids, which are those of their process groups.
static GROUPS: Mutex<Vec<u32>> = Mutex::new(Vec::new());

pub(crate) fn began(id: u32) {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner).push(id);
}

pub(crate) fn ended(id: u32) {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner).retain(|other| *other != id);
}

/// Ends all of them with their process groups, and then this process.
#[expect(clippy::exit, reason = "called when nobody listens any more, while others wait for programs")]
pub(crate) fn end_all() {
    // The lock is kept, so that nothing is started any more.
    let groups = GROUPS.lock().unwrap_or_else(PoisonError::into_inner);
    groups.iter().for_each(|group| proc::end_group(*group));
    std::process::exit(1);
}
