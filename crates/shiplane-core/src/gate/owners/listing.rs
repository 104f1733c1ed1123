//! Lists of file patterns, as a ruleset's required reviewers have them.

use super::glob::Glob;

/// Patterns in order; one with `!` before it takes files out again.
///
/// They read as an ignore file does (docs, "Available rules for rulesets"). The REST description speaks of fnmatch
/// instead, by which `*` may or may not mean every file; an ignore file's `*` does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilePatterns {
    patterns: Vec<(Verb, Glob)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verb {
    Add,
    Remove,
}

impl FilePatterns {
    /// Takes the patterns apart; what is no pattern matches nothing.
    pub fn new(patterns: &[String]) -> Self {
        let patterns = patterns.iter().filter_map(|pattern| {
            let (verb, rest) = match pattern.strip_prefix('!') {
                Some(rest) => (Verb::Remove, rest),
                None => (Verb::Add, pattern.as_str()),
            };
            Some((verb, Glob::of_ignore(rest)?))
        });
        Self { patterns: patterns.collect() }
    }

    /// Whether the file of that path is meant: the last pattern that matches it decides.
    pub fn matches(&self, path: &str) -> bool {
        let names: Vec<&str> = path.split('/').collect();
        let decides = self.patterns.iter().rev().find(|(_, glob)| glob.matches(&names));
        decides.is_some_and(|(verb, _)| *verb == Verb::Add)
    }
}
