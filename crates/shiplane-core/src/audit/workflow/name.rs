//! What a job's check is called, as far as a file tells: a text, with holes where only the run will know.

/// A name: its literal pieces, with a hole between each two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(Vec<String>);

impl Name {
    /// A name without holes.
    pub(super) fn exact(name: impl Into<String>) -> Self {
        Self(vec![name.into()])
    }

    /// A name that nothing is known of.
    pub(super) fn anything() -> Self {
        Self(vec![String::new(), String::new()])
    }

    /// A name from its pieces, a hole between each two.
    pub(super) fn pieces(pieces: Vec<String>) -> Self {
        Self(pieces)
    }

    /// For the reader: `…` stands in the holes.
    pub(in crate::audit) fn shown(&self) -> String {
        self.0.join("…")
    }

    /// The name, when it has no holes.
    pub(in crate::audit) fn text(&self) -> Option<&str> {
        match self.0.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether a check of that name may be meant: for sure when there are no holes.
    pub(in crate::audit) fn may_be(&self, name: &str) -> bool {
        let [first, middle @ .., last] = self.0.as_slice() else {
            return self.0.first().is_some_and(|only| only == name);
        };
        let Some(mut rest) = name.strip_prefix(first.as_str()) else { return false };
        for piece in middle {
            let Some((_, after)) = rest.split_once(piece.as_str()) else { return false };
            rest = after;
        }
        rest.ends_with(last.as_str())
    }

    /// The two, one after the other.
    pub(super) fn then(&self, between: &str, next: &Self) -> Self {
        let (mut pieces, mut more) = (self.0.clone(), next.0.iter());
        if let (Some(end), Some(start)) = (pieces.last_mut(), more.next()) {
            end.push_str(between);
            end.push_str(start);
        }
        pieces.extend(more.cloned());
        Self(pieces)
    }
}
