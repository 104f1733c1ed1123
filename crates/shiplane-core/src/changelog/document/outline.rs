//! Where the headings, releases and link references of a Markdown file are.

use std::ops::Range;

use semver::Version;

use super::lines::{Line, lines};

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
        let start = |next: &Heading| self.anchor(next).map_or(next.span.start, |anchor| anchor.start);
        next.map_or_else(|| self.prose_end(heading.span.end), start)
    }

    /// The line above a heading that is nothing but a name for links to it: `<a name="1.0.0"></a>`.
    pub(super) fn anchor(&self, heading: &Heading) -> Option<Range<usize>> {
        let own = self.lines.partition_point(|line| line.span.start < heading.span.start);
        let line = own.checked_sub(1).and_then(|above| self.lines.get(above))?;
        let words = self.slice(&line.span).trim_start_matches('\u{feff}').trim();
        let is_anchor =
            words.starts_with("<a ") && words.ends_with("</a>") && words.matches('<').count() == 2;
        (line.is_prose && is_anchor).then(|| line.span.clone())
    }

    /// Whether the line is a link reference.
    pub(super) fn is_reference(&self, line: &Line) -> bool {
        self.references.binary_search_by_key(&line.span.start, |reference| reference.line.start).is_ok()
    }

    /// Whether the line is a heading, or the line below one that underlines it.
    pub(super) fn is_heading(&self, line: &Line) -> bool {
        let after = self.headings.partition_point(|heading| heading.span.start <= line.span.start);
        let nearest = after.checked_sub(1).and_then(|at| self.headings.get(at));
        nearest.is_some_and(|heading| heading.span.contains(&line.span.start))
    }

    /// The lines that stand within a part of the text.
    pub(super) fn within(&self, part: Range<usize>) -> &[Line] {
        let first = self.lines.partition_point(|line| line.span.start < part.start);
        let last = self.lines.partition_point(|line| line.span.start < part.end);
        self.lines.get(first..last.max(first)).unwrap_or_default()
    }

    /// Where the link references that close the file begin, or the end of the file.
    pub(super) fn prose_end(&self, from: usize) -> usize {
        let mut end = self.text.len();
        for line in self.lines.iter().rev().take_while(|line| line.span.start >= from) {
            if self.is_reference(line) {
                end = line.span.start;
            } else if !self.slice(&line.span).trim().is_empty() {
                break;
            }
        }
        end
    }

    /// The end of the last line before `end`, and not before `start`, that has something on it.
    pub(super) fn content_end(&self, start: usize, end: usize) -> usize {
        let mut within = self.within(start..end).iter().rev();
        let last = within.find(|line| !blank(self.slice(&line.span)));
        last.map_or(start, |line| line.span.end)
    }
}

fn blank(line: &str) -> bool {
    line.trim_matches('\u{feff}').trim().is_empty()
}

fn hashed(text: &str, line: &Line) -> Option<Heading> {
    let bare = text.get(line.span.clone())?.trim_start_matches('\u{feff}');
    let content = bare.trim_start_matches(' ');
    if bare.len() - content.len() > 3 {
        // Four spaces begin code.
        return None;
    }
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
        let is_heading = under.len() >= 2 && under.chars().all(|other| other == c) && kind != Kind::Other;
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
    let at = version_at(words);
    let named = words.get(at..).unwrap_or_default();
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+');
    let digits = named.split(|c: char| !is_part(c)).next().unwrap_or_default();
    let padded = || Version::parse(&format!("{digits}.0"));
    match Version::parse(digits).or_else(|_| padded()) {
        Ok(version) => Kind::Release { version, digits: start + at..start + at + digits.len() },
        Err(_) => Kind::Other,
    }
}

/// Where the version of a release would begin: behind an anchor, a word and a `v`.
fn version_at(words: &str) -> usize {
    let mut rest = words;
    while let Some((_, after)) = rest.strip_prefix("<a ").and_then(|tag| tag.split_once('>')) {
        rest = after.strip_prefix("</a>").unwrap_or(after).trim_start();
    }
    let bare = rest.trim_start_matches('[');
    let first = bare.split(char::is_whitespace).next().unwrap_or_default();
    let is_word = ["version", "release"].contains(&first.to_ascii_lowercase().as_str());
    // `name@1.0.0`, and `name 1.0.0` where a day or nothing follows.
    let (name, packaged) = bare.rsplit_once('@').map_or(("", None), |(name, after)| (name, Some(after)));
    let is_package = packaged.is_some_and(|after| after.starts_with(|c: char| c.is_ascii_digit()))
        && !name.contains(char::is_whitespace);
    let skipped = if is_package {
        name.len() + 1
    } else if is_word || is_product(bare, first) {
        first.len()
    } else {
        0
    };
    let named = bare.get(skipped..).unwrap_or_default().trim_start();
    words.len() - named.trim_start_matches('[').trim_start_matches(['v', 'V']).len()
}

fn is_product(words: &str, first: &str) -> bool {
    let after = words.get(first.len()..).unwrap_or_default().trim_start().trim_start_matches(['v', 'V']);
    let (version, rest) = after.split_once(char::is_whitespace).unwrap_or((after, ""));
    let closes = |rest: &str| {
        let rest = rest.trim_start_matches(|c: char| !c.is_alphanumeric());
        rest.is_empty() || rest.starts_with(|c: char| c.is_ascii_digit())
    };
    first.starts_with(char::is_alphabetic)
        && !first.ends_with(':')
        && Version::parse(version.trim_end_matches([']', ':'])).is_ok()
        && closes(rest)
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
