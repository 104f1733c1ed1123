//! What a person says in a comment: `/approve` or `/deny`, alone on its first line.

/// The shortest part of a commit's id that names it.
const SHORTEST: usize = 7;

/// What the first line of a comment says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// No word to the tool.
    Nothing,
    /// A word to the tool that it does not understand.
    Unclear,
    /// An order.
    Order(Order),
}

/// An order, and what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Order {
    /// Yes or no.
    pub(super) answer: Answer,
    /// The environment, if it is named.
    pub(super) environment: Option<String>,
    /// The first digits of the commit's id, if it is named.
    pub(super) commit: Option<String>,
}

/// Yes or no.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// `/approve`
    Approve,
    /// `/deny`
    Deny,
}

/// Reads a comment. A quote, a code block or a word in mid-sentence does not begin with the order, and is none.
pub(super) fn said(body: &str) -> Said {
    let line = body.lines().next().unwrap_or_default();
    let mut words = line.split_ascii_whitespace();
    let answer = match words.next().filter(|word| line.starts_with(word)) {
        Some("/approve") => Answer::Approve,
        Some("/deny") => Answer::Deny,
        _ => return Said::Nothing,
    };
    let order = |environment: Option<&str>, commit: Option<&str>| {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Said::Order(Order { answer, environment: owned(environment), commit: owned(commit) })
    };
    match (words.next(), words.next(), words.next()) {
        (None, _, _) => order(None, None),
        (Some(one), None, _) if is_commit(one) => order(None, Some(one)),
        (Some(one), None, _) => order(Some(one), None),
        (Some(environment), Some(commit), None) if is_commit(commit) => {
            order(Some(environment), Some(commit))
        }
        (Some(_), Some(_), _) => Said::Unclear,
    }
}

fn is_commit(word: &str) -> bool {
    word.len() >= SHORTEST && word.chars().all(|c| c.is_ascii_hexdigit())
}
