//! The lines of a Markdown file, and which of them are words: not code, not a comment, not settings.

use std::ops::Range;

/// A line without its line end.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) span: Range<usize>,
    /// Not inside a code block or a comment.
    pub(super) is_prose: bool,
}

/// All lines; those in fenced code and in comments are marked.
///
/// What is opened and never closed is read as words: somebody forgot it, and what is added at the end of the file must
/// not fall into it.
pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let spans = spans(text);
    let settings = settings(text, &spans);
    let mut never = Never::default();
    while lines.len() < spans.len() {
        let mut block = Block::Prose;
        let mut opened = lines.len();
        for span in spans.get(lines.len()..).unwrap_or_default() {
            let content = text.get(span.clone()).unwrap_or_default().trim_matches('\u{feff}').trim();
            let next = if span.start < settings { Block::Prose } else { block.after(content, &never) };
            let is_prose = span.start >= settings && block == Block::Prose && next == Block::Prose;
            if block == Block::Prose && next != Block::Prose {
                opened = lines.len();
            }
            lines.push(Line { span: span.clone(), is_prose });
            block = next;
        }
        if block != Block::Prose {
            lines.truncate(opened);
            never.note(block);
        }
    }
    lines
}

fn spans(text: &str) -> Vec<Range<usize>> {
    // Old files of the Macintosh have nothing but carriage returns.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let mut at = 0;
    let spans = text.split_inclusive(end).map(|line| {
        let start = at;
        at += line.len();
        start..start + line.trim_end_matches(end).trim_end_matches('\r').len()
    });
    spans.collect()
}

/// Where the settings of a site builder end, which stand between two lines of `---` at the top.
fn settings(text: &str, spans: &[Range<usize>]) -> usize {
    let is_fence = |span: &&Range<usize>| {
        text.get((*span).clone()).is_some_and(|line| line.trim_matches('\u{feff}').trim_end() == "---")
    };
    let mut fences = spans.iter().filter(is_fence);
    match (fences.next(), fences.next()) {
        (Some(first), Some(last)) if first.start == 0 => last.end,
        _ => 0,
    }
}

/// What is known not to be closed any more, from some line on.
#[derive(Default)]
struct Never {
    comment: bool,
    /// Fences of so many or more, by their character.
    fences: Vec<(char, usize)>,
}

impl Never {
    fn note(&mut self, block: Block) {
        match block {
            Block::Prose => {}
            Block::Comment => self.comment = true,
            Block::Code(c, run) => self.fences.push((c, run)),
        }
    }

    fn closes(&self, c: char, run: usize) -> bool {
        !self.fences.iter().any(|(known, least)| *known == c && run >= *least)
    }
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
    fn after(self, line: &str, never: &Never) -> Self {
        let fence = line.chars().next().filter(|c| matches!(c, '`' | '~'));
        let run = fence.map_or(0, |c| line.len() - line.trim_start_matches(c).len());
        // Backticks behind backticks on the same line are a code span and open nothing.
        let is_span = fence == Some('`') && line.get(run..).is_some_and(|info| info.contains('`'));
        match self {
            Self::Code(c, opened) if fence == Some(c) && run >= opened && run == line.len() => Self::Prose,
            Self::Code(..) => self,
            Self::Comment if line.contains("-->") => Self::Prose,
            Self::Comment => self,
            Self::Prose if line.starts_with("<!--") && !line.contains("-->") && !never.comment => {
                Self::Comment
            }
            Self::Prose => fence
                .filter(|c| run >= 3 && !is_span && never.closes(*c, run))
                .map_or(self, |c| Self::Code(c, run)),
        }
    }
}
