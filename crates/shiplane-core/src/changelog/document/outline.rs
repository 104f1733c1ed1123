//! Where the headings, releases and link references of a Markdown file are.

use std::ops::Range;

use semver::Version;

/// A line without its line end.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) span: Range<usize>,
    /// Not inside a code block or a comment.
    pub(super) is_prose: bool,
}

/// A heading, `# so` or underlined.
#[derive(Clone, Debug)]
pub(super) struct Heading {
    pub(super) level: usize,
    /// From the start of its line to the end of it, or of its underline.
    pub(super) span: Range<usize>,
    /// The words.
    pub(super) text: Range<usize>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Release { version: Version, digits: Range<usize> },
    Unreleased,
    Other,
}

/// `[label]: url`
#[derive(Clone, Debug)]
pub(super) struct Reference {
    pub(super) line: Range<usize>,
    pub(super) label: Range<usize>,
    pub(super) url: Range<usize>,
}

/// A file's structure.
pub(super) struct Outline<'a> {
    pub(super) text: &'a str,
    pub(super) lines: Vec<Line>,
    pub(super) headings: Vec<Heading>,
    pub(super) references: Vec<Reference>,
}

impl<'a> Outline<'a> {
    pub(super) fn of(text: &'a str) -> Self {
        let lines = lines(text);
        let prose = || lines.iter().filter(|line| line.is_prose);
        let mut headings: Vec<Heading> =
            prose().filter_map(|line| hashed(text, line)).chain(underlined(text, &lines)).collect();
        headings.sort_by_key(|heading| heading.span.start);
        let references = prose().filter_map(|line| reference(text, line)).collect();
        Self { text, lines, headings, references }
    }

    pub(super) fn slice(&self, span: &Range<usize>) -> &'a str {
        self.text.get(span.clone()).unwrap_or_default()
    }

    /// The releases, as they stand from the top.
    pub(super) fn releases(&self) -> impl Iterator<Item = (&Heading, &Version)> {
        self.headings.iter().filter_map(|heading| match &heading.kind {
            Kind::Release { version, .. } => Some((heading, version)),
            Kind::Unreleased | Kind::Other => None,
        })
    }

    /// Where a section ends: at the next heading of its rank, or where the closing link references begin.
    pub(super) fn section_end(&self, heading: &Heading) -> usize {
        let next = self.headings.iter().find(|next| {
            let is_sibling = next.level <= heading.level || next.kind != Kind::Other;
            next.span.start > heading.span.start && is_sibling
        });
        next.map_or_else(|| self.prose_end(heading.span.end), |next| next.span.start)
    }

    /// Where the link references that close the file begin, or the end of the file.
    pub(super) fn prose_end(&self, from: usize) -> usize {
        let mut end = self.text.len();
        for line in self.lines.iter().rev().take_while(|line| line.span.start >= from) {
            let is_reference = self.references.iter().any(|reference| reference.line == line.span);
            if is_reference {
                end = line.span.start;
            } else if !self.slice(&line.span).trim().is_empty() {
                break;
            }
        }
        end
    }

    /// The end of the last line before `end`, and not before `start`, that has something on it.
    pub(super) fn content_end(&self, start: usize, end: usize) -> usize {
        let within = self.lines.iter().rev().skip_while(|line| line.span.start >= end);
        let mut filled = within.take_while(|line| line.span.start >= start);
        let last = filled.find(|line| !blank(self.slice(&line.span)));
        last.map_or(start, |line| line.span.end)
    }
}

fn blank(line: &str) -> bool {
    line.trim_matches('\u{feff}').trim().is_empty()
}

/// All lines; those in fenced code and in comments are marked.
fn lines(text: &str) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut at = 0;
    let mut block = Block::Prose;
    for line in text.split_inclusive('\n') {
        let content = line.trim_end_matches('\n').trim_end_matches('\r');
        let next = block.after(content.trim());
        lines.push(Line {
            span: at..at + content.len(),
            is_prose: block == Block::Prose && next == Block::Prose,
        });
        block = next;
        at += line.len();
    }
    lines
}

#[derive(Clone, Copy, PartialEq)]
enum Block {
    Prose,
    /// Fenced by so many of this character.
    Code(char, usize),
    Comment,
}

impl Block {
    /// What the next line is in, after this one.
    fn after(self, line: &str) -> Self {
        let fence = line.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = fence.map_or(0, |c| line.len() - line.trim_start_matches(c).len());
        match self {
            Self::Code(c, opened) if fence == Some(c) && run >= opened && run == line.len() => Self::Prose,
            Self::Code(..) => self,
            Self::Comment if line.contains("-->") => Self::Prose,
            Self::Comment => self,
            Self::Prose if line.starts_with("<!--") && !line.contains("-->") => Self::Comment,
            Self::Prose => fence.filter(|_| run >= 3).map_or(self, |c| Self::Code(c, run)),
        }
    }
}

fn hashed(text: &str, line: &Line) -> Option<Heading> {
    let content = text.get(line.span.clone())?.trim_start_matches(['\u{feff}', ' ']);
    let words = content.trim_start_matches('#');
    let level = content.len() - words.len();
    if !(1..=6).contains(&level) || !(words.is_empty() || words.starts_with([' ', '\t'])) {
        return None;
    }
    let words = words.trim_start();
    let start = line.span.end - words.len();
    let words = words.trim_end().trim_end_matches('#').trim_end();
    let span = start..start + words.len();
    Some(Heading { level, span: line.span.clone(), kind: kind(words, start), text: span })
}

/// Headings with a line of `=` or `-` below; only releases matter in this form.
fn underlined<'a>(text: &'a str, lines: &'a [Line]) -> impl Iterator<Item = Heading> + 'a {
    let pairs = lines.iter().zip(lines.iter().skip(1)).filter(|(line, next)| line.is_prose && next.is_prose);
    pairs.filter_map(|(line, next)| {
        let words = text.get(line.span.clone())?.trim_end();
        let under = text.get(next.span.clone())?.trim_end();
        let c = under.chars().next().filter(|c| matches!(c, '=' | '-'))?;
        let level = if c == '=' { 1 } else { 2 };
        let kind = kind(words, line.span.start);
        let is_heading = under.len() >= 3 && under.chars().all(|other| other == c) && kind != Kind::Other;
        let span = line.span.start..next.span.end;
        is_heading.then_some(Heading {
            level,
            span,
            text: line.span.start..line.span.start + words.len(),
            kind,
        })
    })
}

/// What a heading's words announce.
fn kind(words: &str, start: usize) -> Kind {
    let bare = words.trim_start_matches('[').to_ascii_lowercase();
    let rest = bare.strip_prefix("unreleased");
    if rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric())) {
        return Kind::Unreleased;
    }
    let first = words.split_whitespace().next().unwrap_or_default();
    let is_word = ["version", "release"].contains(&first.to_ascii_lowercase().as_str());
    let skipped = if is_word { first.len() } else { 0 };
    let after = words.get(skipped..).unwrap_or_default();
    let named = after.trim_start().trim_start_matches('[').trim_start_matches(['v', 'V']);
    let at = words.len() - named.len();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    let digits = named.split(|c: char| !is_part(c)).next().unwrap_or_default();
    let padded = || Version::parse(&format!("{digits}.0"));
    match Version::parse(digits).or_else(|_| padded()) {
        Ok(version) => Kind::Release { version, digits: start + at..start + at + digits.len() },
        Err(_) => Kind::Other,
    }
}

fn reference(text: &str, line: &Line) -> Option<Reference> {
    let content = text.get(line.span.clone())?;
    let label = content.trim_start().strip_prefix('[').filter(|label| !label.starts_with('^'))?;
    let (label, url) = label.split_once("]:")?;
    let label_start = line.span.end - label.len() - "]:".len() - url.len();
    let url = url.trim_start();
    let url_start = line.span.end - url.len();
    let url = url.split_whitespace().next().filter(|_| !label.is_empty() && !label.contains(']'))?;
    Some(Reference {
        line: line.span.clone(),
        label: label_start..label_start + label.len(),
        url: url_start..url_start + url.len(),
    })
}
