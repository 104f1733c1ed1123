//! The version fields of `package.json`, its lock file and any other JSON file.

use std::ops::Range;

use super::{Problem, Spot, spot};

/// Where the string at this path is; found twice when a key stands twice.
pub(super) fn find(text: &str, path: &[String]) -> Result<Vec<Spot>, Problem> {
    find_all(text, &[path.to_vec()])
}

/// Where the strings at these paths are, in one pass: lock files are large.
pub(super) fn find_all(text: &str, paths: &[Vec<String>]) -> Result<Vec<Spot>, Problem> {
    // RFC 8259 leaves a byte order mark to the reader; ours keeps it and looks behind it.
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    // A whole value, because its reader limits the depth and ours may then recurse.
    let _: serde_json::Value =
        serde_json::from_str(body).map_err(|error| Problem::Syntax(error.to_string()))?;
    let mut reader = Reader { text, at: text.len() - body.len(), found: Vec::new() };
    let wanted: Vec<Wanted<'_>> =
        paths.iter().map(|path| Wanted { whole: path.as_slice(), left: path.as_slice() }).collect();
    reader.value(&wanted);
    let found = reader.found.into_iter();
    Ok(found.map(|(path, span)| spot(&path.join("/"), span, text)).collect())
}

/// A path that leads into the value at hand.
#[derive(Clone, Copy)]
struct Wanted<'p> {
    whole: &'p [String],
    /// What is still to go.
    left: &'p [String],
}

/// The paths that go on at this key or index.
fn led<'p>(wanted: &[Wanted<'p>], name: &str) -> Vec<Wanted<'p>> {
    let led = wanted.iter().filter_map(|wanted| {
        let (first, left) = wanted.left.split_first()?;
        (first == name).then_some(Wanted { whole: wanted.whole, left })
    });
    led.collect()
}

/// Walks a text that is known to be JSON, and notes the spans of strings under the paths.
struct Reader<'a, 'p> {
    text: &'a str,
    at: usize,
    found: Vec<(&'p [String], Range<usize>)>,
}

impl<'p> Reader<'_, 'p> {
    fn value(&mut self, wanted: &[Wanted<'p>]) {
        self.space();
        match self.peek() {
            Some('{') => self.object(wanted),
            Some('[') => self.array(wanted),
            Some('"') => {
                let span = self.string();
                if let Some(here) = wanted.iter().find(|wanted| wanted.left.is_empty()) {
                    self.found.push((here.whole, span));
                }
            }
            Some(_) => self.skip(|c| !matches!(c, ',' | '}' | ']') && !c.is_whitespace()),
            None => {}
        }
        self.space();
    }

    fn object(&mut self, wanted: &[Wanted<'p>]) {
        self.step();
        self.space();
        while self.peek() == Some('"') {
            let key = self.string();
            let inside = if wanted.is_empty() { Vec::new() } else { self.inside(wanted, &key) };
            self.space();
            self.step();
            self.value(&inside);
            self.comma();
        }
        self.step();
    }

    fn inside(&self, wanted: &[Wanted<'p>], key: &Range<usize>) -> Vec<Wanted<'p>> {
        let quoted = self.text.get(key.start - 1..key.end + 1);
        let name: Option<String> = quoted.and_then(|key| serde_json::from_str(key).ok());
        name.map_or(Vec::new(), |name| led(wanted, &name))
    }

    fn array(&mut self, wanted: &[Wanted<'p>]) {
        self.step();
        self.space();
        let mut index = 0_usize;
        while self.peek().is_some_and(|c| c != ']') {
            let inside = if wanted.is_empty() { Vec::new() } else { led(wanted, &index.to_string()) };
            self.value(&inside);
            self.comma();
            index += 1;
        }
        self.step();
    }

    /// Reads a string and returns what is between its quotes.
    fn string(&mut self) -> Range<usize> {
        self.step();
        let start = self.at;
        while let Some(c) = self.peek().filter(|c| *c != '"') {
            self.step();
            if c == '\\' {
                self.step();
            }
        }
        let end = self.at;
        self.step();
        start..end
    }

    fn comma(&mut self) {
        if self.peek() == Some(',') {
            self.step();
            self.space();
        }
    }

    fn space(&mut self) {
        self.skip(char::is_whitespace);
    }

    fn skip(&mut self, matches: impl Fn(char) -> bool) {
        while self.peek().is_some_and(&matches) {
            self.step();
        }
    }

    fn step(&mut self) {
        self.at += self.peek().map_or(0, char::len_utf8);
    }

    fn peek(&self) -> Option<char> {
        self.text.get(self.at..).and_then(|rest| rest.chars().next())
    }
}
