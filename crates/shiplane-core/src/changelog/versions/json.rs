//! The version fields of `package.json`, its lock file and any other JSON file.

use std::ops::Range;

use super::{Problem, Spot, spot};

/// Where the string at this path is; found twice when a key stands twice.
pub(super) fn find(text: &str, path: &[String]) -> Result<Vec<Spot>, Problem> {
    // RFC 8259 leaves a byte order mark to the reader; ours keeps it and looks behind it.
    let body = text.trim_start_matches('\u{feff}');
    // A whole value, because its reader limits the depth and ours may then recurse.
    let _: serde_json::Value =
        serde_json::from_str(body).map_err(|error| Problem::Syntax(error.to_string()))?;
    let mut reader = Reader { text, at: text.len() - body.len(), found: Vec::new() };
    reader.value(Some(path));
    let label = path.join("/");
    Ok(reader.found.into_iter().map(|span| spot(&label, span, text)).collect())
}

/// Walks a text that is known to be JSON, and notes the spans of strings under one path.
struct Reader<'a> {
    text: &'a str,
    at: usize,
    found: Vec<Range<usize>>,
}

impl Reader<'_> {
    /// Reads one value; `path` is what is still to go, `None` when it leads elsewhere.
    fn value(&mut self, path: Option<&[String]>) {
        self.space();
        match self.peek() {
            Some('{') => self.object(path),
            Some('[') => self.array(),
            Some('"') => {
                let span = self.string();
                if path.is_some_and(<[String]>::is_empty) {
                    self.found.push(span);
                }
            }
            Some(_) => self.skip(|c| !matches!(c, ',' | '}' | ']') && !c.is_whitespace()),
            None => {}
        }
        self.space();
    }

    fn object(&mut self, path: Option<&[String]>) {
        self.step();
        self.space();
        while self.peek() == Some('"') {
            let key = self.string();
            let name: Option<String> =
                self.text.get(key.start - 1..key.end + 1).and_then(|key| serde_json::from_str(key).ok());
            self.space();
            self.step();
            let (first, rest) = path.and_then(<[String]>::split_first).unzip();
            self.value(rest.filter(|_| name.as_ref() == first));
            self.comma();
        }
        self.step();
    }

    fn array(&mut self) {
        self.step();
        self.space();
        while self.peek().is_some_and(|c| c != ']') {
            self.value(None);
            self.comma();
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
