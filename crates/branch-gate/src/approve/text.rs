//! What people read in the comments.

use shiplane_core::approval::{Record, Terms};
use shiplane_core::foreign;
use shiplane_core::gate::time::Time;

/// What a request tells besides its terms.
#[derive(Debug)]
pub(super) struct Around {
    /// The server's time, from which the end is counted.
    pub(super) until: Option<Time>,
    /// The commit whose request this one takes the place of.
    pub(super) replaces: Option<String>,
    /// The run that asks.
    pub(super) run: Option<String>,
}

/// A request.
pub(super) fn request(terms: &Terms, around: &Around) -> String {
    let (commit, short, environment) =
        (plain(&terms.commit), short(&terms.commit), plain(&terms.environment));
    let requester = terms.requester.as_deref().map_or("Somebody".to_owned(), plain);
    let mut lines = vec![
        format!("### Approval for `{environment}`: `{short}`"),
        String::new(),
        format!("{requester} asks to bring commit {commit} to `{environment}`. Needed: {}.", whom(terms)),
        String::new(),
        format!("- yes: comment `/approve {short}`, or approve this commit in a review of the pull request"),
        format!("- no: comment `/deny {short}`"),
        format!("- open for {}{}", terms.expires, until(terms, around)),
    ];
    if terms.deny_author {
        lines.push("- whoever wrote or asked for it does not count".to_owned());
    }
    if let Some(other) = &around.replaces {
        lines.push(format!("- takes the place of the request for `{}`", self::short(other)));
    }
    if let Some(run) = &around.run {
        lines.push(format!("- asked by {}", plain(run)));
    }
    lines.extend([String::new(), "Each person counts once; an edited comment does not count.".to_owned()]);
    sealed(lines, &Record::Request(terms.clone()))
}

/// The first words of an issue that keeps a request.
pub(super) fn issue(terms: &Terms) -> String {
    format!(
        "This issue keeps the request to bring commit {} to `{}`.",
        plain(&terms.commit),
        plain(&terms.environment)
    )
}

/// An approval by button.
pub(super) fn grant(terms: &Terms, by: &str, record: &Record) -> String {
    let line =
        format!("{} approves `{}` for `{}`.", plain(by), short(&terms.commit), plain(&terms.environment));
    sealed(vec![line], record)
}

/// A closed request.
pub(super) fn withdrawal(terms: &Terms, by: &str, record: &Record) -> String {
    let what = format!("`{}` for `{}`", short(&terms.commit), plain(&terms.environment));
    sealed(vec![format!("{} withdrew the request for {what}.", plain(by))], record)
}

fn whom(terms: &Terms) -> String {
    let noun = if terms.count == 1 { "approval" } else { "approvals" };
    let from: Vec<String> = terms.from.iter().map(ToString::to_string).collect();
    let whom = if from.is_empty() { "people who may write".to_owned() } else { from.join(", ") };
    format!("{} {noun} of {whom}", terms.count)
}

fn until(terms: &Terms, around: &Around) -> String {
    let seconds = i64::try_from(terms.expires.0.as_secs()).unwrap_or(i64::MAX);
    let end = around.until.map(|now| Time::from_seconds(now.seconds().saturating_add(seconds)));
    end.map(|end| format!(", until {end}")).unwrap_or_default()
}

fn sealed(mut lines: Vec<String>, record: &Record) -> String {
    lines.extend([String::new(), record.line()]);
    lines.join("\n")
}

/// Names of others end no code span and open no HTML.
fn plain(name: &str) -> String {
    foreign::one_line(name).replace('`', "'").replace('<', "&lt;")
}

fn short(commit: &str) -> String {
    plain(&commit.chars().take(7).collect::<String>())
}
