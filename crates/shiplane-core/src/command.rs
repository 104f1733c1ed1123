//! A command as a value: a program and its arguments, quoted once, at the moment it leaves.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A program with its arguments. What runs it decides where and how; a shell sees it only through [`Command::line`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    program: String,
    args: Vec<String>,
}

impl Command {
    /// A program without arguments.
    pub fn new(program: impl Into<String>) -> Self {
        Self { program: program.into(), args: Vec::new() }
    }

    /// One more argument.
    #[must_use]
    pub fn arg(mut self, arg: impl Into<String>) -> Self {
        self.args.push(arg.into());
        self
    }

    /// More arguments.
    #[must_use]
    pub fn args<I: IntoIterator<Item = S>, S: Into<String>>(mut self, args: I) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    /// Program and arguments as they were typed in a list; `None` when the list is empty.
    pub fn from_words(words: &[String]) -> Option<Self> {
        let (program, args) = words.split_first()?;
        Some(Self { program: program.clone(), args: args.to_vec() })
    }

    /// What to run.
    pub fn program(&self) -> &str {
        &self.program
    }

    /// Its arguments, unquoted.
    pub fn arguments(&self) -> &[String] {
        &self.args
    }

    /// The line for a remote login shell: every word quoted, safe in sh, bash, zsh, dash and fish.
    pub fn line(&self) -> String {
        let words = std::iter::once(&self.program).chain(&self.args);
        words.map(|word| quote(word)).collect::<Vec<_>>().join(" ")
    }
}

impl fmt::Display for Command {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.line())
    }
}

/// One shell word that means exactly `word`.
///
/// Fish reads a backslash inside single quotes as an escape, sh does not; so quotes and backslashes stand
/// outside the quotes, each behind a backslash, which both shells read alike.
pub fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@+,".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    let mut quoted = String::with_capacity(word.len() + 2);
    quoted.push('\'');
    for c in word.chars() {
        match c {
            '\'' | '\\' => {
                quoted.push_str("'\\");
                quoted.push(c);
                quoted.push('\'');
            }
            other => quoted.push(other),
        }
    }
    quoted.push('\'');
    quoted
}
