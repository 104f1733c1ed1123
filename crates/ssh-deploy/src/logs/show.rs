//! Lines as they come: on standard output for people, kept within bounds for programs.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;

use shiplane_action::Format;
use shiplane_core::deploy::LogLine;
use shiplane_core::foreign;
use shiplane_core::report::{Excerpt, Finding};

/// What a report may hold of all logs together, in bytes; the oldest lines go first.
const ROOM: usize = 200 * 1024;

/// The showing end. Hosts speak in turn: there is one thread.
pub(super) struct Show {
    format: Format,
    many_hosts: bool,
    held: RefCell<Kept>,
}

/// What came.
#[derive(Default)]
pub(super) struct Kept {
    /// What was said about the logs, with the host where there are several.
    pub(super) notes: Vec<Finding>,
    /// How many lines each had.
    pub(super) counts: BTreeMap<String, u64>,
    /// The newest lines and whose they are, for programs.
    lines: VecDeque<(String, String)>,
    size: usize,
    left_out: u64,
}

impl Show {
    pub(super) fn new(format: Format, hosts: usize) -> Self {
        Self { format, many_hosts: hosts > 1, held: RefCell::default() }
    }

    /// Takes a line of a worker in.
    pub(super) fn hear(&self, host: &str, line: &str) {
        let mut kept = self.held.borrow_mut();
        match serde_json::from_str(line) {
            Ok(LogLine::Line { service, text }) => {
                let whose = foreign::one_line(&self.whose(host, &service));
                *kept.counts.entry(whose.clone()).or_default() += 1;
                for line in foreign::lines(&text) {
                    match self.format {
                        // A reader that went away early, such as `head`, is no error.
                        Format::Text => drop(writeln!(std::io::stdout(), "{whose} | {line}")),
                        Format::Json => kept.keep(&whose, line),
                    }
                }
            }
            Ok(LogLine::Note(finding)) if self.many_hosts => {
                kept.notes.push(Finding { fact: format!("{host}: {}", finding.fact), ..finding });
            }
            Ok(LogLine::Note(finding)) => kept.notes.push(finding),
            Err(_) => {}
        }
    }

    fn whose(&self, host: &str, service: &str) -> String {
        if self.many_hosts { format!("{host} {service}") } else { service.to_owned() }
    }

    pub(super) fn finish(self) -> Kept {
        self.held.into_inner()
    }
}

impl Kept {
    fn keep(&mut self, whose: &str, line: String) {
        self.size += line.len() + 8;
        self.lines.push_back((whose.to_owned(), line));
        while self.size > ROOM {
            let Some((_, line)) = self.lines.pop_front() else { return };
            self.size = self.size.saturating_sub(line.len() + 8);
            self.left_out += 1;
        }
    }

    /// How many lines there was no room for.
    pub(super) fn left_out(&self) -> u64 {
        self.left_out
    }

    /// The lines of each, in order.
    pub(super) fn excerpts(&mut self) -> Vec<Excerpt> {
        let mut by: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (whose, line) in self.lines.drain(..) {
            by.entry(whose).or_default().push(line);
        }
        by.into_iter().map(|(title, lines)| Excerpt { title, lines }).collect()
    }
}
