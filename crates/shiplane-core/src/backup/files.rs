//! Names of backup files, and which of them may go.

use serde::{Deserialize, Serialize};

use super::shelf::Shelf;
use crate::deploy::Stamp;
use crate::duration::Span;

/// What the name of a file begins with that is still being written.
const PARTIAL: &str = ".partial-";

/// One backup on a shelf.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The file's name.
    pub name: String,
    /// When it was made: by its name or by the file's own date, whichever is earlier.
    pub at: Stamp,
    /// Its size.
    pub bytes: u64,
    /// The hash that stands beside it; only what was read back whole has one.
    pub sha256: Option<String>,
}

/// `shop_db_20260105T060000Z.sql.gz`: a name that no file has yet. Two within a second get names of different seconds.
pub fn file_name(shelf: &Shelf, now: Stamp, is_taken: impl Fn(&str) -> bool) -> String {
    let mut at = now;
    loop {
        let name = format!("{}_{}{}", shelf.name, at.compact(), shelf.ending());
        if !is_taken(&name) {
            return name;
        }
        at = Stamp(at.0.saturating_add(1000));
    }
}

/// The file that becomes a backup when it is whole.
pub fn partial(name: &str) -> String {
    format!("{PARTIAL}{name}")
}

/// Whether a file is one of this shelf that was never finished.
pub fn is_partial(shelf: &Shelf, file: &str) -> bool {
    file.strip_prefix(PARTIAL).is_some_and(|name| of_shelf(shelf, name).is_some())
}

/// When the backup of that name was made, when it is one of this shelf: the name, a moment in digits, the ending. Names
/// that another script wrote count as well; their moment is not read.
pub fn of_shelf(shelf: &Shelf, file: &str) -> Option<Option<Stamp>> {
    let moment = file.strip_prefix(&shelf.name)?.strip_prefix('_')?.strip_suffix(shelf.ending())?;
    let allowed = |c: char| c.is_ascii_digit() || "-_.:TtZz".contains(c);
    let digits: String = moment.chars().filter(char::is_ascii_digit).collect();
    // `shop` must not take `shop_db_2026…` or `shop_2_2026…` for its own.
    let is_date = moment.starts_with("20") && (8..=17).contains(&digits.len()) && moment.chars().all(allowed);
    is_date.then(|| Stamp::from_compact(moment))
}

/// The newest of those that were checked.
pub fn newest(kept: &[Kept]) -> Option<&Kept> {
    kept.iter().filter(|it| it.sha256.is_some()).max_by_key(|it| (it.at, &it.name))
}

/// Those that are older than they need to be. Nothing goes while no checked one is newer, and so the newest of these
/// never does.
pub fn aged(kept: &[Kept], now: Stamp, keep: Span) -> Vec<&Kept> {
    let Some(newest) = newest(kept) else { return Vec::new() };
    let is_old = |it: &&Kept| u128::from(now.0.saturating_sub(it.at.0)) > keep.0.as_millis();
    kept.iter().filter(|it| it.at <= newest.at && it.name != newest.name).filter(is_old).collect()
}

/// The size in the middle of those before it, at most seven; nothing where there were none.
pub fn median(sizes: impl Iterator<Item = u64>) -> Option<u64> {
    let mut sizes: Vec<u64> = sizes.take(7).collect();
    sizes.sort_unstable();
    sizes.get(sizes.len() / 2).copied()
}
