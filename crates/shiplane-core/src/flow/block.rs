//! The flowchart inside a file that people write, between two marks.

use std::ops::Range;

use crate::changelog::edit::{Edit, FileChange};
use crate::fault::Fault;

/// The line before the flowchart.
pub const OPEN: &str = "<!-- shiplane: flow -->";

/// The line after it.
pub const CLOSE: &str = "<!-- /shiplane: flow -->";

/// What has to change in the file so that it shows this flowchart, and the line of the first mark, counted from 1.
pub fn put(path: &str, text: &str, mermaid: &str) -> Result<(FileChange, u64), Fault> {
    let (place, eol, line) = between(path, text)?;
    let block = format!("```mermaid\n{mermaid}```\n").replace('\n', eol);
    Ok((FileChange::new(path, Some(text.to_owned()), vec![Edit::replace(place, block)]), line))
}

/// What stands between the marks, the line end that is used there, and the line of the first mark.
fn between<'a>(path: &str, text: &'a str) -> Result<(Range<usize>, &'a str, u64), Fault> {
    let fix = |fact: String| {
        Fault::usage("flow-marks", fact)
            .help(format!("put `{OPEN}` and `{CLOSE}` on two lines, once, where the flowchart is to stand"))
    };
    let mut found: Option<(usize, &str, u64)> = None;
    let mut blocks = Vec::new();
    let (mut at, mut fence) = (0, None);
    for (line, number) in text.split_inclusive('\n').zip(1_u64..) {
        let words = line.trim();
        match found {
            None if fence.is_none() && words == OPEN => {
                let eol = if line.ends_with("\r\n") { "\r\n" } else { "\n" };
                found = Some((at + line.len(), eol, number));
            }
            None if fence.is_none() && words == CLOSE => {
                return Err(fix(format!("{path}:{number}: the closing mark stands before the first one")));
            }
            None => fence = fence_after(fence, words),
            Some((start, eol, opened)) if words == CLOSE => {
                blocks.push((start..at, eol, opened));
                found = None;
            }
            Some((.., opened)) if words == OPEN => {
                return Err(fix(format!(
                    "{path}:{opened}: the first mark is there again before the closing one"
                )));
            }
            Some(_) => {}
        }
        at += line.len();
    }
    match (found, blocks.as_slice()) {
        (Some((.., opened)), _) => Err(fix(format!("{path}:{opened}: there is no closing mark"))),
        (None, []) => Err(fix(format!("{path} has no marks for the flowchart"))),
        (None, [block]) => Ok(block.clone()),
        (None, more) => Err(fix(format!("{path} has {} places for the flowchart", more.len()))),
    }
}

/// Whether the next line is inside of a code block, where marks are only shown.
fn fence_after(fence: Option<(char, usize)>, words: &str) -> Option<(char, usize)> {
    let sign = words.chars().next().filter(|c| matches!(c, '`' | '~'));
    let run = sign.map_or(0, |c| words.len() - words.trim_start_matches(c).len());
    match fence {
        Some((c, opened)) if sign == Some(c) && run >= opened && run == words.len() => None,
        Some(_) => fence,
        None => sign.filter(|_| run >= 3).map(|c| (c, run)),
    }
}
