//! What a run has to say: the one value that every output of every tool is rendered from.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::foreign;
use crate::notify::Incident;

/// The result of a run. The exit code is a function of it; nothing is printed before it is complete.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// What was asked, in a few words: `feature/login → develop (#7)`.
    pub title: String,
    /// The answer.
    pub verdict: Verdict,
    /// Every reason, passed rules included, in the order of the rules.
    pub findings: Vec<Finding>,
    /// What was done, in order, with durations.
    pub phases: Vec<Phase>,
    /// The tool's own outputs, by name.
    pub outputs: BTreeMap<String, String>,
    /// Text of others worth reading, such as the log of a container that failed.
    pub excerpts: Vec<Excerpt>,
    /// Drawings of ours: a flow, a diff, a chart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub drawings: Vec<Drawing>,
    /// What a program reads: on a terminal it stands alone on standard output, and the rest on standard error.
    #[serde(skip)]
    pub document: Option<String>,
    /// What it means within an incident, when the run remembers those before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incident: Option<Incident>,
}

/// The answer in one word, and what it means to the shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// A word from the tool's own short list.
    pub word: String,
    /// How the process ends.
    pub exit: Exit,
}

/// One reason, with its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable and kebab-case; a public contract.
    pub code: String,
    /// How it bears on the verdict.
    pub level: Level,
    /// One sentence with the numbers.
    pub fact: String,
    /// What the reader can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Where it is, when it is in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// How a finding bears on the verdict, from harmless to final.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Looked at, and in order.
    Ok,
    /// Worth knowing.
    Warning,
    /// Not yet.
    Pending,
    /// Could not be found out.
    Unknown,
    /// No.
    Fail,
}

/// A place in a file of the repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Path from the repository's root.
    pub file: String,
    /// Counted from 1.
    pub line: Option<u64>,
}

/// Something that was done, and how long it took.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Phase {
    /// A verb and a noun: `build images`.
    pub name: String,
    /// Wall time.
    pub seconds: f64,
    /// Whether it worked.
    pub level: Level,
    /// What came of it, in a few words.
    #[serde(default)]
    pub note: String,
}

/// Lines that somebody else wrote, under a title of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excerpt {
    /// Whose lines they are.
    pub title: String,
    /// Harmless and bounded.
    pub lines: Vec<String>,
}

/// Lines of ours that are more than a sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// What it shows.
    pub title: String,
    /// In which language it is written.
    pub language: Language,
    /// The lines.
    pub lines: Vec<String>,
}

/// The language of a drawing, by the names that fenced blocks of Markdown know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Language {
    /// Plain text.
    Text,
    /// A Mermaid diagram; shown as such in the step summary.
    Mermaid,
    /// Lines that begin with `-`, `+` or a blank.
    Diff,
}

impl Report {
    /// A report with its answer, to be filled.
    pub fn new(title: impl AsRef<str>, verdict: Verdict) -> Self {
        Self {
            title: foreign::one_line(title.as_ref()),
            verdict,
            findings: Vec::new(),
            phases: Vec::new(),
            outputs: BTreeMap::new(),
            excerpts: Vec::new(),
            drawings: Vec::new(),
            document: None,
            incident: None,
        }
    }

    /// Sets one of the tool's own outputs.
    pub fn output(&mut self, name: &str, value: impl Into<String>) {
        self.outputs.insert(name.to_owned(), value.into());
    }

    /// The codes of everything that is not in order, each once, in order.
    pub fn codes(&self) -> Vec<&str> {
        let mut codes: Vec<&str> = Vec::new();
        for finding in self.findings.iter().filter(|finding| finding.level != Level::Ok) {
            if !codes.contains(&finding.code.as_str()) {
                codes.push(&finding.code);
            }
        }
        codes
    }
}

impl Verdict {
    /// An answer.
    pub fn new(word: &str, exit: Exit) -> Self {
        Self { word: word.to_owned(), exit }
    }
}

impl Finding {
    /// A rule that was looked at and is in order.
    pub fn ok(code: &str, fact: impl AsRef<str>) -> Self {
        Self::at_level(Level::Ok, code, fact.as_ref())
    }

    /// Worth knowing, changes nothing.
    pub fn warning(code: &str, fact: impl AsRef<str>) -> Self {
        Self::at_level(Level::Warning, code, fact.as_ref())
    }

    /// Not yet.
    pub fn pending(code: &str, fact: impl AsRef<str>) -> Self {
        Self::at_level(Level::Pending, code, fact.as_ref())
    }

    /// Could not be found out.
    pub fn unknown(code: &str, fact: impl AsRef<str>) -> Self {
        Self::at_level(Level::Unknown, code, fact.as_ref())
    }

    /// No.
    pub fn fail(code: &str, fact: impl AsRef<str>) -> Self {
        Self::at_level(Level::Fail, code, fact.as_ref())
    }

    /// Adds what the reader can do about it.
    #[must_use]
    pub fn help(mut self, help: impl AsRef<str>) -> Self {
        self.help = Some(foreign::one_line(help.as_ref()));
        self
    }

    /// Adds the place in a file.
    #[must_use]
    pub fn at(mut self, file: impl AsRef<str>, line: Option<u64>) -> Self {
        self.place = Some(Place::new(file.as_ref(), line));
        self
    }

    /// The place for readers of text, unless the fact begins with it.
    pub fn spot(&self) -> Option<String> {
        let place = self.place.as_ref().filter(|place| !self.fact.starts_with(&place.file))?;
        Some(match place.line {
            Some(line) => format!("{}:{line}", place.file),
            None => place.file.clone(),
        })
    }

    fn at_level(level: Level, code: &str, fact: &str) -> Self {
        Self { code: code.to_owned(), level, fact: foreign::one_line(fact), help: None, place: None }
    }
}

impl Place {
    /// A place whose file may have been named by others.
    pub fn new(file: &str, line: Option<u64>) -> Self {
        Self { file: foreign::one_line(file), line }
    }
}

impl Drawing {
    /// A drawing from its text; the names of others in it are made harmless.
    pub fn new(title: impl AsRef<str>, language: Language, text: &str) -> Self {
        Self { title: foreign::one_line(title.as_ref()), language, lines: foreign::lines(text) }
    }

    /// Rows below each other as text, in columns as wide as they need to be.
    pub fn columns<R: AsRef<[String]>>(title: &str, rows: &[R]) -> Self {
        let mut widths: Vec<usize> = Vec::new();
        for row in rows.iter().map(R::as_ref) {
            widths.resize(widths.len().max(row.len()), 0);
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        let line = |row: &R| {
            let cells = row.as_ref().iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        Self::new(title, Language::Text, &rows.iter().map(line).collect::<Vec<_>>().join("\n"))
    }
}

impl Excerpt {
    /// The last `count` lines of foreign text, made harmless.
    pub fn tail(title: impl AsRef<str>, text: &str, count: usize) -> Self {
        Self { title: foreign::one_line(title.as_ref()), lines: foreign::tail(text, count) }
    }
}
