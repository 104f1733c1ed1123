//! The version fields of a Helm `Chart.yaml`: parsed for the place, replaced in the raw text.

use saphyr_parser::{Event, Parser, Span};

use super::{Problem, Spot, spot};

/// Where `version` and `appVersion` are, among the keys at the top.
pub(super) fn find(text: &str) -> Result<Vec<Spot>, Problem> {
    let mut reader = Reader::new(text);
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    // YAML allows a tab there (yaml.org/spec/1.2.2, 6.2), and the parser does not.
    let body = body.replace(":\t", ": ");
    for event in Parser::new_from_str(&body) {
        let (event, span) = event.map_err(|error| Problem::Syntax(error.to_string()))?;
        reader.hear(&event, span);
    }
    Ok(reader.found)
}

struct Reader<'a> {
    text: &'a str,
    /// Where each character of the text behind the byte order mark begins: the parser counts characters.
    starts: Vec<usize>,
    depth: usize,
    /// The key whose value comes next.
    key: Option<String>,
    found: Vec<Spot>,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        let skipped = usize::from(text.starts_with('\u{feff}'));
        let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]).skip(skipped).collect();
        Self { text, starts, depth: 0, key: None, found: Vec::new() }
    }

    fn hear(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::MappingStart(..) | Event::SequenceStart(..) => self.depth += 1,
            Event::MappingEnd | Event::SequenceEnd => {
                self.depth = self.depth.saturating_sub(1);
                self.pass();
            }
            Event::Scalar(words, ..) if self.depth == 1 => match self.key.take() {
                Some(key) => self.value(&key, words, span),
                None => self.key = Some(words.to_string()),
            },
            Event::Alias(_) => self.pass(),
            Event::Scalar(..)
            | Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd => {}
        }
    }

    /// A key or a value that is no text is passed over.
    fn pass(&mut self) {
        if self.depth == 1 {
            self.key = if self.key.is_some() { None } else { Some(String::new()) };
        }
    }

    fn value(&mut self, key: &str, words: &str, span: Span) {
        if !["version", "appVersion"].contains(&key) {
            return;
        }
        let at = |index: usize| self.starts.get(index).copied().unwrap_or(self.text.len());
        let (start, end) = (at(span.start.index()), at(span.end.index()));
        let written = self.text.get(start..end).unwrap_or_default();
        // One that is written with escapes stands as it is written, which is no version.
        let place = written.find(words).map_or(start..end, |at| start + at..start + at + words.len());
        // An image's tag is often named with its `v`, which stays.
        let bare = self.text.get(place.clone()).and_then(|words| words.strip_prefix('v'));
        let mark = usize::from(bare.is_some_and(|bare| bare.starts_with(|c: char| c.is_ascii_digit())));
        self.found.push(spot(key, place.start + mark..place.end, self.text));
    }
}
