//! The one comment that a pull request gets: where its preview is, what it shows, and until when.

use super::settings::Number;
use crate::deploy::Stamp;
use crate::duration::Span;
use crate::foreign;

/// By this the comment is found again; the environment's name follows.
pub const MARKER: &str = "<!-- shiplane:preview";

/// What is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// Of which pull request.
    pub number: Number,
    /// The environment of the config.
    pub environment: String,
    /// How it stands.
    pub state: State,
    /// Where people see the run that tells.
    pub run_url: Option<String>,
}

/// How a preview stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The commit serves, and was proven.
    Up {
        /// Where.
        url: String,
        /// Which.
        commit: String,
        /// The version that it calls itself.
        version: Option<String>,
        /// The probes that it passed.
        checks: Vec<String>,
        /// How long it stays, and until when by the host's clock.
        until: Option<(Span, Stamp)>,
    },
    /// The commit did not come up.
    Failed {
        /// Which.
        commit: String,
        /// The verdict.
        word: String,
        /// The codes of the reasons.
        codes: Vec<String>,
        /// Where an older commit still serves, and which.
        serving: Option<(String, String)>,
    },
    /// It is gone, for this reason.
    Gone(String),
    /// The pull request is closed, and it stays.
    Stays {
        /// Where.
        url: String,
    },
}

/// The marker of an environment's comment.
pub fn marker(environment: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "_.".contains(c);
    let words: Vec<&str> = environment.split(|c| !is_plain(c)).filter(|word| !word.is_empty()).collect();
    format!("{MARKER}:{} -->", words.join("-"))
}

/// The comment, its marker included.
pub fn comment(told: &Told) -> String {
    let mut lines = vec![marker(&told.environment)];
    match &told.state {
        State::Up { url, commit, version, checks, until } => {
            lines.push(format!("### Preview of #{}: {url}", told.number));
            lines.push(String::new());
            lines.push("| what | which |".to_owned());
            lines.push("|---|---|".to_owned());
            lines.push(format!("| address | {url} |"));
            lines.push(format!("| commit | `{}` |", short(commit)));
            lines.extend(version.iter().map(|version| format!("| version | `{}` |", plain(version))));
            lines.push(format!("| smoke | {} |", smoke(checks)));
            let stays = until.map_or("the pull request is closed".to_owned(), |(ttl, at)| {
                format!("the pull request is closed, at most {ttl} after the last push ({at})")
            });
            lines.push(format!("| stays until | {stays} |"));
        }
        State::Failed { commit, word, codes, serving } => {
            lines.push(format!("### Preview of #{}: `{}` did not come up", told.number, short(commit)));
            lines.push(String::new());
            let codes: Vec<String> = codes.iter().map(|code| format!("`{}`", plain(code))).collect();
            let why = if codes.is_empty() { String::new() } else { format!(": {}", codes.join(", ")) };
            lines.push(format!("The answer is `{}`{why}.", plain(word)));
            if let Some((url, commit)) = serving {
                lines.push(format!("`{}` still serves at {url}.", short(commit)));
            }
        }
        State::Gone(why) => {
            lines.push(format!("### Preview of #{}: gone", told.number));
            lines.push(String::new());
            lines.push(format!("It was removed with all its data: {}.", plain(why)));
        }
        State::Stays { url } => {
            lines.push(format!("### Preview of #{}: {url}", told.number));
            lines.push(String::new());
            lines.push(
                "The pull request is closed, and previews are kept here until they are removed by hand."
                    .to_owned(),
            );
        }
    }
    if let Some(run) = &told.run_url {
        lines.extend([String::new(), format!("[The run]({})", plain(run))]);
    }
    lines.join("\n")
}

fn smoke(checks: &[String]) -> String {
    if checks.is_empty() {
        return "no probe is named, so nobody asked the address".to_owned();
    }
    let names: Vec<String> = checks.iter().map(|name| format!("`{}`", plain(name))).collect();
    format!("passed: {}", names.join(", "))
}

fn short(commit: &str) -> String {
    plain(commit.get(..8).unwrap_or(commit))
}

/// Text of others ends no code span, no cell and no line, and opens no HTML.
fn plain(text: &str) -> String {
    foreign::one_line(text).replace('`', "'").replace('<', "&lt;").replace('|', "\\|")
}
