//! Whether a dump came to its end, by how its last bytes read.

use super::shelf::Means;

/// So much of a dump's end is enough to see it.
pub const TAIL: usize = 4096;

/// What pg_dump writes when it is done (PostgreSQL, src/bin/pg_dump/pg_backup_archiver.c).
const COMPLETE: &str = "-- PostgreSQL database dump complete";

/// What a dump lacks, by its length and its last bytes; nothing when it is whole.
pub fn lacks(means: &Means, bytes: u64, tail: &[u8]) -> Option<String> {
    if bytes == 0 {
        return Some("it is empty".to_owned());
    }
    let text = String::from_utf8_lossy(tail);
    match means {
        Means::Postgres { .. } if is_complete(&text) => None,
        Means::Postgres { .. } => Some(format!("it does not end with `{COMPLETE}`")),
        Means::Command { ends_with: None, .. } => None,
        Means::Command { ends_with: Some(end), .. } => {
            let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
            (!last.trim_start().starts_with(end.trim()))
                .then(|| format!("its last line does not begin with `{end}`"))
        }
    }
}

/// Nothing but comments, blank lines and `\unrestrict` stands behind the last word (pg_dump of 15.14, 16.10, 17.6 and
/// later).
fn is_complete(text: &str) -> bool {
    let mut lines = text.lines().rev().map(str::trim_end);
    let idle = |line: &str| line.is_empty() || line == "--" || line.starts_with("\\unrestrict ");
    lines.find(|line| !idle(line)) == Some(COMPLETE)
}
