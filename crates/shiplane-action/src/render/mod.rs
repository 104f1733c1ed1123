//! One report, many forms. Each form is a pure function of the report; nothing here writes anywhere.

pub mod annotations;
pub mod json;
pub mod outputs;
pub mod summary;
pub mod terminal;

use shiplane_core::report::Level;

/// The sign before a finding or phase: an emoji, or a word of the same meaning.
fn sign(level: Level, emoji: bool) -> &'static str {
    match (level, emoji) {
        (Level::Ok, true) => "✅",
        (Level::Warning, true) => "⚠️",
        (Level::Pending, true) => "⏳",
        (Level::Unknown, true) => "❓",
        (Level::Fail, true) => "❌",
        (Level::Ok, false) => "ok",
        (Level::Warning, false) => "warning",
        (Level::Pending, false) => "pending",
        (Level::Unknown, false) => "unknown",
        (Level::Fail, false) => "fail",
    }
}
