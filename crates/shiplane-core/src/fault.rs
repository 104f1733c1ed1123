//! Why a run could not come to an answer: asked wrongly, or could not find out or do it.

use std::fmt;

use crate::exit::Exit;
use crate::foreign;
use crate::report::Place;

/// An error with a stable code and a next step. A "no" is not a fault: it is a [`crate::report::Finding`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// [`Exit::Usage`] or [`Exit::CouldNot`].
    pub exit: Exit,
    /// Stable and kebab-case, such as `host-key-unknown`.
    pub code: &'static str,
    /// One sentence of fact.
    pub fact: String,
    /// What the reader can do about it.
    pub help: Option<String>,
    /// Where it is, when it is in a file.
    pub place: Option<Place>,
}

impl Fault {
    /// The reader asked wrongly; nothing was contacted.
    pub fn usage(code: &'static str, fact: impl AsRef<str>) -> Self {
        Self { exit: Exit::Usage, code, fact: foreign::one_line(fact.as_ref()), help: None, place: None }
    }

    /// We could not find out or do it; nothing was changed.
    pub fn could_not(code: &'static str, fact: impl AsRef<str>) -> Self {
        Self { exit: Exit::CouldNot, code, fact: foreign::one_line(fact.as_ref()), help: None, place: None }
    }

    /// Adds the next step.
    #[must_use]
    pub fn help(mut self, help: impl AsRef<str>) -> Self {
        self.help = Some(foreign::one_line(help.as_ref()));
        self
    }

    /// Adds the place in a file.
    #[must_use]
    pub fn at(mut self, file: &str, line: Option<u64>) -> Self {
        self.place = Some(Place::new(file, line));
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.fact)
    }
}

impl std::error::Error for Fault {}
