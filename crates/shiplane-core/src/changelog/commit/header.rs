//! The first line of a message: `type(scope)!: description`.

use super::Flaw;

/// What the first line says.
pub(super) struct Header<'a> {
    /// In lower case.
    pub(super) kind: String,
    pub(super) scope: Option<&'a str>,
    /// There is a `!` before the colon.
    pub(super) is_marked: bool,
    pub(super) description: &'a str,
}

/// Reads a first line that has no space at its end.
pub(super) fn header(subject: &str) -> Result<Header<'_>, Flaw> {
    usual(subject).map_or_else(|| by_grammar(subject), Ok)
}

/// The form that nearly all first lines have, which needs no grammar: ASCII words, one space.
fn usual(subject: &str) -> Option<Header<'_>> {
    let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    let end = subject.bytes().position(|byte| !word(byte)).filter(|end| *end > 0)?;
    let (kind, rest) = subject.split_at_checked(end)?;
    let (scope, rest) = match rest.strip_prefix('(') {
        None => (None, rest),
        Some(inside) => {
            let (scope, rest) = inside.split_once(')')?;
            let is_plain = scope.bytes().all(|byte| word(byte) || byte == b'/' || byte == b'.');
            (Some(scope).filter(|scope| is_plain && !scope.is_empty()), rest)
        }
    };
    if scope.is_none() && subject.as_bytes().get(end) == Some(&b'(') {
        return None;
    }
    let (is_marked, rest) = rest.strip_prefix('!').map_or((false, rest), |rest| (true, rest));
    let description = rest.strip_prefix(": ")?;
    let begins_well = description.bytes().next().is_some_and(|byte| byte.is_ascii_graphic());
    begins_well.then(|| Header { kind: kind.to_ascii_lowercase(), scope, is_marked, description })
}

fn by_grammar(subject: &str) -> Result<Header<'_>, Flaw> {
    let parsed = git_conventional::Commit::parse(subject).map_err(|_| flaw(subject))?;
    let length = subject.len() - parsed.description().len();
    let (before, description) = subject.split_at_checked(length).ok_or(Flaw::Type)?;
    // The grammar takes a tab or a wide space for one, too.
    if !before.rsplit(':').next().is_some_and(|gap| gap.starts_with(' ')) {
        return Err(Flaw::Space);
    }
    let scope = match parsed.scope() {
        Some(scope) if scope.as_str().trim().is_empty() => return Err(Flaw::Scope),
        Some(scope) => before.split_once('(').and_then(|(_, rest)| rest.get(..scope.as_str().len())),
        None => None,
    };
    let kind = parsed.type_().as_str().to_lowercase();
    Ok(Header { kind, scope, is_marked: parsed.breaking(), description })
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
