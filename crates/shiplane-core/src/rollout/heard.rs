//! What the numbers say, in the words of `smoke-check judge`.

/// What the numbers say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// The new version is as good as it has to be.
    Ok,
    /// It may not be: somebody has to look.
    Warning,
    /// It is not.
    Rollback,
    /// There are not enough numbers to say.
    NoData,
    /// There are some, and not enough of them so far: nothing else is wrong.
    TooFew,
    /// Nobody said anything, or something that is no verdict.
    Nothing,
}

impl Heard {
    /// What a step before this one said; anything that is not known counts as nothing.
    pub fn from_word(word: Option<&str>) -> Self {
        match word.map(str::trim) {
            Some("ok") => Self::Ok,
            Some("warning") => Self::Warning,
            Some("rollback") => Self::Rollback,
            Some("no-data") => Self::NoData,
            Some("too-few") => Self::TooFew,
            Some(_) | None => Self::Nothing,
        }
    }
}
