//! Patterns of file paths, as git's ignore files have them, matched in bounded time.

use std::str::Chars;

/// A pattern of file paths, taken apart once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob {
    segments: Vec<Segment>,
    below: Below,
}

/// Whether what lies below a matching path belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Below {
    Belongs,
    Not,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    /// `**`: any number of segments, none included.
    Any,
    /// `**` or `/` at the end: one segment at least.
    Some,
    /// Letter for letter.
    Text(String),
    /// With wildcards.
    Wild(Vec<Token>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Literal(char),
    /// `?`
    One,
    /// `*`
    Many,
    /// `[a-z]`, `[!a-z]`
    Class(Class),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Class {
    inside: bool,
    ranges: Vec<(char, char)>,
}

impl Glob {
    /// As CODEOWNERS has it: no `[ ]`, and `docs/*` is not about what lies deeper (docs, "About code owners").
    /// None for what GitHub cannot read.
    pub(super) fn of_owners(pattern: &str) -> Option<Self> {
        let bare = unescaped(pattern);
        let unreadable = bare.starts_with('!') || bare.contains(['[', ']']) || bare.contains("***");
        if unreadable || pattern.starts_with("\\#") {
            return None;
        }
        let mut glob = Self::of_ignore(pattern)?;
        // `*` alone is anywhere, so there is nothing deeper that it would not name itself.
        if pattern.ends_with("/*") {
            glob.below = Below::Not;
        }
        Some(glob)
    }

    /// As an ignore file has it, without the `!` before it. None for what is no pattern.
    pub(super) fn of_ignore(pattern: &str) -> Option<Self> {
        let parts: Vec<&str> = pattern.split('/').collect();
        let (rooted, parts) = match parts.as_slice() {
            ["", rest @ ..] => (true, rest),
            [_] | [_, ""] => (false, parts.as_slice()),
            all => (true, all),
        };
        let (names, directory) = match parts {
            [names @ .., ""] => (names, true),
            names => (names, false),
        };
        if names.is_empty() || names.contains(&"") {
            return None;
        }
        let mut segments: Vec<Segment> = if rooted { Vec::new() } else { vec![Segment::Any] };
        for name in names {
            segments.push(segment(name)?);
        }
        match segments.last_mut() {
            _ if directory => segments.push(Segment::Some),
            Some(last) if *last == Segment::Any => *last = Segment::Some,
            Some(_) | None => {}
        }
        Some(Self { segments, below: Below::Belongs })
    }

    /// Whether the file is meant whose path has these names.
    pub(super) fn matches(&self, names: &[&str]) -> bool {
        // Most lines of a long file are about another directory, which the first name tells.
        if let (Some(Segment::Text(first)), Some(name)) = (self.segments.first(), names.first())
            && first != name
        {
            return false;
        }
        // `reached[n]`: the pattern so far matches the first n names. One row a segment, so time is bounded.
        let mut reached: Vec<bool> = std::iter::once(true).chain(names.iter().map(|_| false)).collect();
        for segment in &self.segments {
            reached = segment.step(names, &reached);
            if !reached.contains(&true) {
                return false;
            }
        }
        match self.below {
            Below::Belongs => reached.into_iter().skip(1).any(|here| here),
            Below::Not => reached.last().copied().unwrap_or(false),
        }
    }
}

/// The pattern without what a backslash protects.
fn unescaped(pattern: &str) -> String {
    let mut chars = pattern.chars();
    let mut bare = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => drop(chars.next()),
            other => bare.push(other),
        }
    }
    bare
}

impl Segment {
    fn step(&self, names: &[&str], reached: &[bool]) -> Vec<bool> {
        let before = |at: usize| at.checked_sub(1).and_then(|at| reached.get(at)).copied().unwrap_or(false);
        match self {
            Self::Any => running(reached.iter().copied()),
            Self::Some => running((0..reached.len()).map(before)),
            Self::Text(_) | Self::Wild(_) => {
                let named = names.iter().zip(reached).map(|(name, here)| *here && self.names(name));
                std::iter::once(false).chain(named).collect()
            }
        }
    }

    fn names(&self, name: &str) -> bool {
        match self {
            Self::Any | Self::Some => true,
            Self::Text(text) => text == name,
            Self::Wild(tokens) => wild(tokens, name),
        }
    }
}

/// Whether any so far was.
fn running(each: impl Iterator<Item = bool>) -> Vec<bool> {
    each.scan(false, |any, here| {
        *any |= here;
        Some(*any)
    })
    .collect()
}

fn segment(text: &str) -> Option<Segment> {
    if text == "**" {
        return Some(Segment::Any);
    }
    let tokens = tokens(text)?;
    let literal = tokens.iter().map(|token| match token {
        Token::Literal(c) => Some(*c),
        Token::One | Token::Many | Token::Class(_) => None,
    });
    Some(literal.collect::<Option<String>>().map_or_else(|| Segment::Wild(tokens.clone()), Segment::Text))
}

/// None when it ends in a backslash that protects nothing.
fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        tokens.push(match c {
            '\\' => Token::Literal(chars.next()?),
            '*' => Token::Many,
            '?' => Token::One,
            '[' => class(&mut chars),
            literal => Token::Literal(literal),
        });
    }
    Some(tokens)
}

/// What is between the brackets; a bracket that nothing closes is one.
fn class(chars: &mut Chars<'_>) -> Token {
    let mut ahead = chars.clone();
    let mut members: Vec<char> = Vec::new();
    let mut first = true;
    let negated = ahead.as_str().starts_with(['!', '^']) && ahead.next().is_some();
    loop {
        match ahead.next() {
            None => return Token::Literal('['),
            Some(']') if !first => break,
            Some('\\') => members.extend(ahead.next()),
            Some(c) => members.push(c),
        }
        first = false;
    }
    *chars = ahead;
    let mut ranges = Vec::new();
    let mut rest = members.as_slice();
    loop {
        rest = match rest {
            [low, '-', high, rest @ ..] => {
                ranges.push((*low, *high));
                rest
            }
            [one, rest @ ..] => {
                ranges.push((*one, *one));
                rest
            }
            [] => return Token::Class(Class { inside: !negated, ranges }),
        };
    }
}

impl Token {
    fn takes(&self, c: char) -> bool {
        match self {
            Self::Literal(literal) => *literal == c,
            Self::One | Self::Many => true,
            Self::Class(class) => {
                class.ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) == class.inside
            }
        }
    }
}

/// Whether the whole name matches. A star that took too little takes one more; only the last star is asked, which
/// is enough.
fn wild(tokens: &[Token], name: &str) -> bool {
    let (mut tokens, mut chars) = (tokens.iter(), name.chars());
    let mut star: Option<(std::slice::Iter<'_, Token>, Chars<'_>)> = None;
    loop {
        let (token, c) = (tokens.clone().next(), chars.clone().next());
        match (token, c) {
            (None, None) => return true,
            (Some(Token::Many), _) => {
                tokens.next();
                star = Some((tokens.clone(), chars.clone()));
                continue;
            }
            (Some(token), Some(c)) if token.takes(c) => {
                tokens.next();
                chars.next();
                continue;
            }
            (None | Some(_), _) => {}
        }
        let Some((after, from)) = &mut star else { return false };
        if from.next().is_none() {
            return false;
        }
        (tokens, chars) = (after.clone(), from.clone());
    }
}
