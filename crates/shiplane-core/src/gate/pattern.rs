//! Patterns of branch names, as GitHub's own rules read them.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `develop`, `feature/*`, `team/**`: `*` and `?` do not cross a `/`, `**` does.
///
/// GitHub matches with `FNM_PATHNAME` (docs, "Branch name patterns"). A branch name contains none of `*`, `?`
/// and `[` (git-check-ref-format), so nothing needs an escape. Case matters, as it does in git.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BranchPattern(String);

impl BranchPattern {
    /// The pattern as it is written.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// Whether the whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        // `reached[n]`: the pattern so far matches the first n characters. One row a token, so time is bounded.
        let mut reached: Vec<bool> = std::iter::once(true).chain(name.iter().map(|_| false)).collect();
        for token in tokens(&self.0) {
            reached = step(token, &name, &reached);
        }
        reached.last().copied().unwrap_or(false)
    }
}

impl fmt::Display for BranchPattern {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[derive(Clone, Copy)]
enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Segment,
    /// `**`
    Anything,
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '*' if chars.next_if_eq(&'*').is_some() => Token::Anything,
            '*' => Token::Segment,
            '?' => Token::One,
            literal => Token::Literal(literal),
        });
    }
    tokens
}

fn step(token: Token, name: &[char], reached: &[bool]) -> Vec<bool> {
    let mut next = Vec::with_capacity(reached.len());
    let repeats = matches!(token, Token::Segment | Token::Anything);
    next.push(repeats && reached.first().copied().unwrap_or(false));
    for (c, pair) in name.iter().zip(reached.windows(2)) {
        let [before, here] = pair else { continue };
        let stayed = next.last().copied().unwrap_or(false);
        next.push(match token {
            Token::Literal(literal) => *before && literal == *c,
            Token::One => *before && *c != '/',
            Token::Segment => *here || (stayed && *c != '/'),
            Token::Anything => *here || stayed,
        });
    }
    next
}
