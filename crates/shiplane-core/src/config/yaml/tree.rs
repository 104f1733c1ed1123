//! The tree, built from the parser's events.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, ScanError, Span};

use crate::config::error::ConfigError;

/// Aliases multiply; a config that unfolds beyond this is an attack or an accident.
const NODE_LIMIT: usize = 100_000;

/// Nesting beyond this would exhaust the stack of whoever walks the tree.
const DEPTH_LIMIT: usize = 64;

/// A spot in the file, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column, in characters.
    pub column: usize,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it begins.
    pub place: Place,
    /// What it is.
    pub value: Value,
}

/// What YAML can say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// A text; `plain` ones may mean a number, a bool or nothing.
    Scalar {
        /// The text, unquoted.
        text: String,
        /// Whether it stood without quotes.
        plain: bool,
    },
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values, in the order of the file.
    Mapping(Vec<(Node, Node)>),
}

impl Node {
    /// The value under a key, when this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Value::Mapping(pairs) = &self.value else { return None };
        pairs.iter().find(|(name, _)| name.text() == Some(key)).map(|(_, value)| value)
    }

    /// The text of a scalar.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Scalar { text, .. } => Some(text),
            Value::Sequence(_) | Value::Mapping(_) => None,
        }
    }

    /// How many values deep it is.
    fn depth(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::Sequence(items) => items.iter().map(Self::depth).max().unwrap_or(0),
            Value::Mapping(pairs) => pairs.iter().map(|(_, value)| value.depth()).max().unwrap_or(0),
        }
    }

    fn size(&self) -> usize {
        1 + match &self.value {
            Value::Scalar { .. } => 0,
            Value::Sequence(items) => items.iter().map(Self::size).sum(),
            Value::Mapping(pairs) => pairs.iter().map(|(key, value)| key.size() + value.size()).sum(),
        }
    }
}

/// Reads one document; nothing but comments is no document.
pub fn read(text: &str) -> Result<Option<Node>, ConfigError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut builder = Builder { events: Parser::new_from_str(text), anchors: HashMap::new(), nodes: 0 };
    let mut root = None;
    loop {
        match builder.next()? {
            (Event::StreamEnd, _) => return Ok(root),
            (Event::DocumentStart(_), span) if root.is_some() => {
                return Err(
                    ConfigError::new("one document was expected, and a second begins").at(place(span))
                );
            }
            (Event::DocumentStart(_), _) => {
                let (event, span) = builder.next()?;
                root = Some(builder.node(event, span, 0)?);
            }
            _ => {}
        }
    }
}

struct Builder<'text> {
    events: Parser<'text, saphyr_parser::StrInput<'text>>,
    anchors: HashMap<usize, Node>,
    nodes: usize,
}

impl<'text> Builder<'text> {
    fn next(&mut self) -> Result<(Event<'text>, Span), ConfigError> {
        match self.events.next() {
            Some(Ok(pair)) => Ok(pair),
            Some(Err(error)) => Err(syntax(&error)),
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn node(&mut self, event: Event<'text>, span: Span, depth: usize) -> Result<Node, ConfigError> {
        let here = place(span);
        self.nodes += 1;
        if depth > DEPTH_LIMIT || self.nodes > NODE_LIMIT {
            return Err(too_far(here));
        }
        let (anchor, value) = match event {
            Event::Scalar(text, style, anchor, _) => {
                let plain = style == ScalarStyle::Plain;
                (anchor, Value::Scalar { text: text.into_owned(), plain })
            }
            Event::SequenceStart(anchor, _) => (anchor, Value::Sequence(self.items(depth)?)),
            Event::MappingStart(anchor, _) => (anchor, Value::Mapping(self.pairs(depth)?)),
            Event::Alias(anchor) => {
                let node = self.alias(anchor, here)?;
                return if depth + node.depth() > DEPTH_LIMIT { Err(too_far(here)) } else { Ok(node) };
            }
            Event::Nothing
            | Event::StreamStart
            | Event::StreamEnd
            | Event::DocumentStart(_)
            | Event::DocumentEnd
            | Event::SequenceEnd
            | Event::MappingEnd => return Err(ConfigError::new("a value was expected").at(here)),
        };
        let node = Node { place: here, value };
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        Ok(node)
    }

    fn alias(&mut self, anchor: usize, here: Place) -> Result<Node, ConfigError> {
        let target = self.anchors.get(&anchor);
        let node = target.cloned().ok_or_else(|| ConfigError::new("an alias of itself").at(here))?;
        self.nodes += node.size();
        Ok(node)
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, ConfigError> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, _) => return Ok(items),
                (event, span) => {
                    let index = format!("[{}]", items.len());
                    items.push(self.node(event, span, depth + 1).map_err(|error| error.under(&index))?);
                }
            }
        }
    }

    fn pairs(&mut self, depth: usize) -> Result<Vec<(Node, Node)>, ConfigError> {
        let mut pairs = Vec::new();
        let mut lines: HashMap<String, usize> = HashMap::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd) {
                return Ok(pairs);
            }
            let key = self.node(event, span, depth + 1)?;
            let name =
                key.text().ok_or_else(|| ConfigError::new("a key must be a text").at(key.place))?.to_owned();
            if let Some(first) = lines.insert(name.clone(), key.place.line) {
                let message = format!("the key `{name}` stands twice; the first is in line {first}");
                return Err(ConfigError::new(message).at(key.place));
            }
            let (event, span) = self.next()?;
            let value = self.node(event, span, depth + 1).map_err(|error| error.under(&name))?;
            pairs.push((key, value));
        }
    }
}

fn too_far(here: Place) -> ConfigError {
    ConfigError::new("the file is nested too deeply or unfolds too far").at(here)
}

fn place(span: Span) -> Place {
    Place { line: span.start.line(), column: span.start.col() + 1 }
}

fn syntax(error: &ScanError) -> ConfigError {
    let place = Place { line: error.marker().line(), column: error.marker().col() + 1 };
    ConfigError::new(format!("not YAML: {}", error.info())).at(place)
}
