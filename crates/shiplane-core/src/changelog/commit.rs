//! One commit message, read by Conventional Commits 1.0.0.

use std::borrow::Cow;

use serde::Serialize;

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
    let header = git_conventional::Commit::parse(subject).map_err(|_| flaw(subject))?;
    let before = subject.strip_suffix(header.description()).unwrap_or_default();
    if before.ends_with(':') {
        return Err(Flaw::Space);
    }
    let (body, footers) = split_footers(rest);
    let footer = footers.iter().find(|footer| is_breaking(&footer.token)).map(|footer| footer.value.clone());
    let marked = header.breaking().then(|| header.description().to_owned());
    Ok(Message {
        kind: header.type_().as_str().to_lowercase(),
        scope: header.scope().map(|scope| scope.as_str().to_owned()),
        description: header.description().to_owned(),
        body,
        breaking: footer.or(marked),
        footers,
    })
}

/// The first line of a message, as git shows it.
pub fn subject(message: &str) -> &str {
    message.trim_start_matches(['\r', '\n']).lines().next().unwrap_or_default().trim_end()
}

/// One kind of line end, and none before the first line.
fn unify(message: &str) -> Cow<'_, str> {
    let message = message.trim_start_matches(['\r', '\n']);
    if message.contains('\r') { Cow::Owned(message.replace("\r\n", "\n")) } else { Cow::Borrowed(message) }
}

/// What is wrong with a first line that the grammar refuses; its own error says `MissingType` to everything.
fn flaw(subject: &str) -> Flaw {
    let Some((head, rest)) = subject.split_once(':') else { return Flaw::Type };
    let (word, scope) = head.split_once('(').map_or((head, None), |(word, scope)| (word, Some(scope)));
    let word = if scope.is_none() { word.strip_suffix('!').unwrap_or(word) } else { word };
    let is_word = !word.is_empty() && !word.contains(|c: char| c.is_whitespace() || c == '!' || c == ')');
    let closed = scope.map(|scope| scope.strip_suffix('!').unwrap_or(scope).strip_suffix(')'));
    match closed {
        _ if !is_word => Flaw::Type,
        Some(None | Some("")) => Flaw::Scope,
        Some(Some(scope)) if scope.contains(['(', ')']) => Flaw::Scope,
        Some(Some(_)) | None if rest.trim().is_empty() => Flaw::Description,
        Some(Some(_)) | None => Flaw::Type,
    }
}

/// Splits what follows the first line into body and footers.
///
/// Footers begin after a blank line. A breaking footer is heard at the start of any line: the specification's
/// reference parser does so (conventional-commits/parser, note in its grammar), and a break that goes unheard
/// is the dearest mistake there is.
fn split_footers(rest: &str) -> (Option<String>, Vec<Footer>) {
    let mut body = String::new();
    let mut footers: Vec<Footer> = Vec::new();
    let mut after_blank = false;
    for line in rest.split('\n') {
        let in_footers = !footers.is_empty();
        match footer(line).filter(|(token, _)| in_footers || after_blank || is_breaking(token)) {
            Some((token, value)) => {
                footers.push(Footer { token: token.to_owned(), value: value.to_owned() });
            }
            None => {
                let text = footers.last_mut().map_or(&mut body, |footer| &mut footer.value);
                text.push('\n');
                text.push_str(line);
            }
        }
        after_blank = line.trim().is_empty();
    }
    for footer in &mut footers {
        footer.value = footer.value.trim().to_owned();
    }
    footers.retain(|footer| !footer.value.is_empty());
    let body = body.trim_matches('\n').trim_end();
    ((!body.is_empty()).then(|| body.to_owned()), footers)
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
