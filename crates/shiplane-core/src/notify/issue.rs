//! One issue for an incident: found again by a mark in its text that readers do not see.

use super::escape::{clip16, github};
use super::event::Event;
use super::incident::Turn;
use super::message::Message;
use super::run::Run;
use crate::exit::Exit;
use crate::report::Report;
use crate::secret::Secret;

/// How the mark begins; what follows tells the incident and what was wrong when somebody was told last.
const MARK: &str = "<!-- shiplane-incident:";

/// Letters of a title (GitHub refuses more than 256).
const TITLE: usize = 200;

/// Letters of a text (GitHub refuses more than 65,536).
const BODY: usize = 30_000;

/// What the issue should be, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssueLetter {
    /// REST of GitHub.
    pub api: String,
    /// What lets us write there.
    pub token: Secret,
    /// `owner/name`.
    pub repository: String,
    /// What it gets when it is opened.
    pub labels: Vec<String>,
    /// Which incident.
    pub key: String,
    /// What it should be.
    pub wish: Wish,
}

/// What an issue should be after the run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Open, and saying what is wrong.
    Open {
        /// One line.
        title: String,
        /// What is wrong, without the mark.
        body: String,
        /// The codes of what is wrong.
        codes: String,
    },
    /// Closed, if there is one.
    Closed {
        /// The last word.
        body: String,
    },
}

/// An open issue, as GitHub lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Its number.
    pub number: u64,
    /// Its text.
    pub body: String,
    /// Whether somebody wrote it who may write here: a stranger may have copied our mark.
    pub ours: bool,
}

/// Something to do about issues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Open a new one.
    Open {
        /// Its title.
        title: String,
        /// Its text with the mark.
        body: String,
    },
    /// Say something below it.
    Comment {
        /// Which one.
        number: u64,
        /// What to say.
        body: String,
    },
    /// Keep in its text what was told last.
    Remark {
        /// Which one.
        number: u64,
        /// The new text.
        body: String,
    },
    /// Close it.
    Close {
        /// Which one.
        number: u64,
    },
}

/// What has to be done so that the issues are as they should be: nothing when nothing has changed.
pub fn deeds(filed: &[Filed], key: &str, wish: &Wish) -> Vec<Deed> {
    let mut known: Vec<&Filed> =
        filed.iter().filter(|issue| issue.ours && told_of(&issue.body, key).is_some()).collect();
    known.sort_by_key(|issue| issue.number);
    match (wish, known.first()) {
        (Wish::Open { title, body, codes }, None) => {
            vec![Deed::Open { title: title.clone(), body: format!("{body}\n\n{}", mark(key, codes)) }]
        }
        (Wish::Open { body, codes, .. }, Some(issue)) => {
            if told_of(&issue.body, key) == Some(codes.as_str()) {
                return Vec::new();
            }
            let (number, remarked) = (issue.number, remarked(&issue.body, key, codes));
            vec![Deed::Comment { number, body: body.clone() }, Deed::Remark { number, body: remarked }]
        }
        (Wish::Closed { body }, _) => known
            .iter()
            .flat_map(|issue| {
                let number = issue.number;
                [Deed::Comment { number, body: body.clone() }, Deed::Close { number }]
            })
            .collect(),
    }
}

/// What the issue should be after this run; nothing when the run does not say.
pub(super) fn wish(on: &[Event], run: &Run, (message, report): (&Message, &Report)) -> Option<Wish> {
    let turn = report.incident.as_ref().map(|incident| incident.turn);
    let bad = [Event::Broken, Event::Rollback, Event::Failure].iter().any(|event| on.contains(event));
    let failing = match report.verdict.exit {
        Exit::Usage | Exit::Done => false,
        Exit::No if matches!(report.verdict.word.as_str(), "pending" | "starting") => return None,
        Exit::CouldNot | Exit::No | Exit::Restored | Exit::Broken => true,
    };
    match turn {
        // Within an incident a change of what is wrong is worth a comment, although nobody else is told.
        None | Some(Turn::Opened | Turn::Ongoing | Turn::Reminder) if failing => {
            bad.then(|| open(message, report))
        }
        None | Some(Turn::None | Turn::Recovered) if report.verdict.exit == Exit::Done && !run.shows() => {
            on.contains(&Event::Recovery).then(|| Wish::Closed { body: text(message) })
        }
        None
        | Some(
            Turn::None
            | Turn::Suspect
            | Turn::Opened
            | Turn::Ongoing
            | Turn::Reminder
            | Turn::Recovered
            | Turn::Flapping,
        ) => None,
    }
}

fn open(message: &Message, report: &Report) -> Wish {
    Wish::Open {
        title: clip16(&message.heading.replace('@', "@\u{200b}"), TITLE),
        body: text(message),
        codes: codes(report),
    }
}

/// The name of the incident within the repository: the same for all runs of a kind.
pub(super) fn key(run: &Run) -> String {
    // FNV-1a: a name of fixed length from letters that cannot end the mark. It guards nothing.
    let hash = run.subject().bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{hash:016x}")
}

fn text(message: &Message) -> String {
    let heading = format!("{} **{}**", message.sign(), github(&message.heading));
    let lines = message.lines().map(|line| github(&line));
    let link = message.link.iter().map(|link| format!("[Show the run]({})", link.replace(['(', ')'], "")));
    let all: Vec<String> = std::iter::once(heading).chain(lines).chain(link).collect();
    clip16(&all.join("\n\n"), BODY)
}

fn codes(report: &Report) -> String {
    let plain = |code: &str| code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let mut codes: Vec<&str> = report.codes().into_iter().filter(|code| plain(code)).take(20).collect();
    codes.sort_unstable();
    codes.join(",").replace("--", "-")
}

fn mark(key: &str, codes: &str) -> String {
    format!("{MARK}{key}:{codes} -->")
}

/// What was wrong when somebody was told last, if the text carries the mark of this incident.
fn told_of<'a>(body: &'a str, key: &str) -> Option<&'a str> {
    let (_, rest) = body.rsplit_once(&format!("{MARK}{key}:"))?;
    rest.split_once(" -->").map(|(codes, _)| codes)
}

fn remarked(body: &str, key: &str, codes: &str) -> String {
    let before = body.rsplit_once(&format!("{MARK}{key}:")).map_or(body, |(before, _)| before);
    format!("{}\n\n{}", before.trim_end(), mark(key, codes))
}
