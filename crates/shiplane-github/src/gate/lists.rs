//! Lists of many pages, and of each whether it is complete.

use std::collections::BTreeMap;

use shiplane_core::gate::facts::{Section, Unread};

use super::wire;

/// Where each list goes on.
pub(super) type Cursors = BTreeMap<Section, String>;

/// How far each list was read.
#[derive(Debug, Default)]
pub(super) struct Lists(BTreeMap<Section, List>);

/// How far one list was read.
#[derive(Debug, Default)]
struct List {
    cursor: Option<String>,
    more: bool,
    seen: u64,
    total: u64,
    /// Why it is not complete, although it came to its end.
    gap: Option<&'static str>,
}

impl Lists {
    /// The entries of one page, where the conversion knows them.
    pub(super) fn take<T, U>(
        &mut self,
        section: Section,
        page: Option<wire::Page<T>>,
        convert: impl Fn(T) -> Option<U>,
    ) -> Vec<U> {
        let list = self.0.entry(section).or_default();
        let Some(wire::Page { total_count, page_info, nodes: Some(nodes) }) = page else {
            list.more = false;
            list.gap = Some("it is not in the answer");
            return Vec::new();
        };
        list.total = total_count.unwrap_or_default();
        list.follow(page_info);
        let count = nodes.len();
        let entries: Vec<U> = nodes.into_iter().flatten().filter_map(convert).collect();
        list.seen += u64::try_from(count).unwrap_or_default();
        if entries.len() < count {
            list.gap = Some("an entry is missing, or of a kind that this version does not know");
        }
        entries
    }

    /// The list is not complete, for a reason of its own.
    pub(super) fn gap(&mut self, section: Section, why: &'static str) {
        self.0.entry(section).or_default().gap = Some(why);
    }

    /// What the list belongs to is gone; if it had more, that cannot be read any more.
    pub(super) fn lost(&mut self, section: Section) {
        let list = self.0.entry(section).or_default();
        if std::mem::take(&mut list.more) {
            list.gap = Some("it changed while it was read");
        }
    }

    /// Where to go on, if a list has more. All cursors go along: a complete list answers with an empty page.
    pub(super) fn next_cursors(&self) -> Option<Cursors> {
        let cursor = |(section, list): (&Section, &List)| Some((*section, list.cursor.clone()?));
        self.0.values().any(|list| list.more).then(|| self.0.iter().filter_map(cursor).collect())
    }

    /// How many entries the list has by GitHub's count.
    pub(super) fn total(&self, section: Section) -> u64 {
        self.0.get(&section).map_or(0, |list| list.total)
    }

    /// A word about every list that is not complete.
    pub(super) fn gaps(self) -> Vec<Unread> {
        let unread = |(section, list): (Section, List)| {
            Some(Unread { section, why: list.missing()?, permissions: Vec::new() })
        };
        self.0.into_iter().filter_map(unread).collect()
    }
}

impl List {
    /// Goes on only where GitHub gives a new place to go on from.
    fn follow(&mut self, info: Option<wire::PageInfo>) {
        let Some(info) = info else {
            self.more = false;
            self.gap = Some("it does not say whether it goes on");
            return;
        };
        let fresh = info.end_cursor.is_some() && info.end_cursor != self.cursor;
        if info.has_next_page && !fresh {
            self.gap = Some("its pages lead in a circle");
        }
        self.more = info.has_next_page && fresh;
        self.cursor = info.end_cursor.or(self.cursor.take());
    }

    fn missing(&self) -> Option<String> {
        match self.gap {
            Some(gap) => Some(gap.to_owned()),
            None if self.more => Some(format!("it goes on after {} entries", self.seen)),
            None if self.seen < self.total => {
                Some(format!("{} of {} entries were listed", self.seen, self.total))
            }
            None => None,
        }
    }
}
