//! One commit message, read by Conventional Commits 1.0.0.

mod header;

use std::borrow::Cow;

use serde::Serialize;

use header::{Header, header};

/// A message in conventional form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Message {
    /// In lower case: the specification reads types without regard to case.
    pub kind: String,
    /// The part of the code that it touches, as written.
    pub scope: Option<String>,
    /// The rest of the first line.
    pub description: String,
    /// What stands between the first line and the footers.
    pub body: Option<String>,
    /// What breaks: the footer's text, or the description when only `!` says so.
    pub breaking: Option<String>,
    /// `token: value` and `token #value` at the end.
    pub footers: Vec<Footer>,
}

/// One footer of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Footer {
    /// As written.
    pub token: String,
    /// All its lines.
    pub value: String,
}

impl Message {
    /// A message that has only a description.
    pub(super) fn plain(description: &str) -> Self {
        Self {
            kind: String::new(),
            scope: None,
            description: description.to_owned(),
            body: None,
            breaking: None,
            footers: Vec::new(),
        }
    }
}

/// Why a message is not conventional.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Flaw {
    /// No `type:` at the start.
    Type,
    /// The scope is empty or not closed.
    Scope,
    /// No space after the colon.
    Space,
    /// Nothing after the colon.
    Description,
}

/// Reads a message; the first line decides what it is.
pub fn parse(message: &str) -> Result<Message, Flaw> {
    let text = unify(message);
    let (subject, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let subject = subject.trim_end();
    let Header { kind, scope, is_marked, description } = header(subject)?;
    let (body, footers) = split_footers(rest);
    let footer = footers.iter().find(|footer| is_breaking(&footer.token)).map(|footer| footer.value.clone());
    let marked = is_marked.then(|| description.to_owned());
    Ok(Message {
        kind,
        scope: scope.map(str::to_owned),
        description: description.to_owned(),
        body,
        breaking: footer.or(marked),
        footers,
    })
}

/// The type of a message that cannot break anything: its first line does not say so, and no line below speaks of it.
pub(super) fn harmless(message: &str) -> Option<String> {
    let Header { kind, is_marked, .. } = header(subject(message)).ok()?;
    (!is_marked && !message.contains("BREAKING")).then_some(kind)
}

/// The footers of a message, in whatever form its first line is.
pub(super) fn footers(message: &str) -> Vec<Footer> {
    let text = unify(message);
    text.split_once('\n').map(|(_, rest)| split_footers(rest).1).unwrap_or_default()
}

/// The first line of a message, as git shows it.
pub fn subject(message: &str) -> &str {
    message.trim_start_matches(BEFORE).lines().next().unwrap_or_default().trim_end()
}

/// What may stand before the first line: empty lines, and the mark that some editors put at the start of a file.
const BEFORE: [char; 3] = ['\u{feff}', '\r', '\n'];

/// What `git commit --verbose` puts above the diff; git reads nothing below it (git-scm.com/docs/git-commit,
/// `--cleanup=scissors`).
const SCISSORS: &str = "\n# ------------------------ >8 ------------------------";

/// One kind of line end, none before the first line, and nothing below the scissors.
fn unify(message: &str) -> Cow<'_, str> {
    let message = message.trim_start_matches(BEFORE);
    let message = message.split_once(SCISSORS).map_or(message, |(above, _)| above);
    if message.contains('\r') { Cow::Owned(message.replace("\r\n", "\n")) } else { Cow::Borrowed(message) }
}

/// Splits what follows the first line into body and footers.
///
/// Footers begin after a blank line. A breaking footer is heard at the start of any line: the specification's
/// reference parser does so (conventional-commits/parser, note in its grammar), and a break that goes unheard
/// is the dearest mistake there is.
fn split_footers(rest: &str) -> (Option<String>, Vec<Footer>) {
    if rest.is_empty() {
        return (None, Vec::new());
    }
    let mut footers: Vec<Footer> = Vec::new();
    let (mut body_end, mut after_blank) = (0, false);
    for raw in rest.split_inclusive('\n') {
        let line = raw.strip_suffix('\n').unwrap_or(raw);
        let in_footers = !footers.is_empty();
        if in_footers && is_comment(line) {
            continue;
        }
        match footer(line).filter(|(token, _)| in_footers || after_blank || is_breaking(token)) {
            Some((token, value)) => {
                footers.push(Footer { token: token.to_owned(), value: value.to_owned() });
            }
            None => match footers.last_mut() {
                None => body_end += raw.len(),
                Some(footer) => {
                    footer.value.push('\n');
                    footer.value.push_str(line);
                }
            },
        }
        after_blank = line.trim().is_empty();
    }
    for footer in &mut footers {
        footer.value = footer.value.trim().to_owned();
    }
    footers.retain(|footer| !footer.value.is_empty());
    let body = without_blank_lines(rest.get(..body_end).unwrap_or_default()).trim_end();
    ((!body.is_empty()).then(|| body.to_owned()), footers)
}

/// A comment among trailers, which git passes over (git-scm.com/docs/git-interpret-trailers); `#12` is none.
fn is_comment(line: &str) -> bool {
    line.strip_prefix('#').is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
}

/// The text from its first line that is not blank.
fn without_blank_lines(text: &str) -> &str {
    let mut rest = text;
    while let Some((line, below)) = rest.split_once('\n') {
        if !line.trim().is_empty() {
            break;
        }
        rest = below;
    }
    rest
}

/// Token and value when the line begins a footer.
fn footer(line: &str) -> Option<(&str, &str)> {
    let breaking = ["BREAKING CHANGE", "BREAKING-CHANGE"].iter().find_map(|token| line.strip_prefix(token));
    if let Some(value) = breaking.and_then(|rest| rest.strip_prefix(':').or(rest.strip_prefix(" #"))) {
        return line
            .get(..line.len() - value.len())
            .map(|head| (head.trim_end_matches([':', ' ', '#']), value));
    }
    let end = line.find(|c: char| !(c.is_alphanumeric() || c == '-' || c == '_'))?;
    let (token, rest) = line.split_at_checked(end).filter(|(token, _)| !token.is_empty())?;
    if rest == ":" {
        return Some((token, ""));
    }
    let value = rest.strip_prefix(": ").or(rest.strip_prefix(" #"))?;
    Some((token, value))
}

fn is_breaking(token: &str) -> bool {
    token == "BREAKING CHANGE" || token == "BREAKING-CHANGE"
}
