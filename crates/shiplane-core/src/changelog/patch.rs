//! A change as a unified diff, in the form that `git apply` takes.

use std::ops::Range;

use super::edit::{Edit, FileChange, splice};

/// Lines that stay and are shown around those that change; `git apply` finds the place by them.
const CONTEXT: usize = 3;

/// Lines that go and lines that come in their place, with their line ends.
struct Block<'a> {
    /// The first line that goes, counted from 0.
    at: usize,
    minus: Vec<&'a str>,
    plus: Vec<String>,
}

/// The whole patch of one file.
pub(super) fn of(change: &FileChange) -> String {
    let before = change.before.as_deref().unwrap_or_default();
    let lines: Vec<&str> = before.split_inclusive('\n').collect();
    let old = if change.before.is_some() { name("a/", &change.path) } else { "/dev/null".to_owned() };
    let mut shown = format!("--- {old}\n+++ {}\n", name("b/", &change.path));
    let blocks = blocks(before, &change.edits);
    let mut grown = 0_isize;
    for hunk in together(&blocks) {
        grown += show(&mut shown, &lines, (hunk, grown));
    }
    shown
}

/// A file's name as git reads it: quoted where it would not be read as it is, ended by a tab where it has spaces.
fn name(side: &str, path: &str) -> String {
    let is_plain = !path.contains(|c: char| c.is_control() || matches!(c, '"' | '\\'));
    match (is_plain, path.contains(' ')) {
        (true, false) => format!("{side}{path}"),
        (true, true) => format!("{side}{path}\t"),
        (false, _) => {
            let octal = |c: char| format!("\\{:03o}", u32::from(c));
            let escaped = path.chars().map(|c| match c {
                '"' | '\\' => format!("\\{c}"),
                c if c.is_ascii_control() => octal(c),
                c => c.to_string(),
            });
            format!("\"{side}{}\"", escaped.collect::<String>())
        }
    }
}

/// The lines that differ, edit by edit, from the top.
fn blocks<'a>(before: &'a str, edits: &[Edit]) -> Vec<Block<'a>> {
    let touched = touched(before, edits);
    let blocks = touched.into_iter().map(|(span, edits)| {
        let first = before.get(..span.start).unwrap_or_default().matches('\n').count();
        let after = splice(before, span.clone(), edits);
        let minus: Vec<&str> = before.get(span).unwrap_or_default().split_inclusive('\n').collect();
        let plus: Vec<&str> = after.split_inclusive('\n').collect();
        let head = minus.iter().zip(&plus).take_while(|(one, other)| one == other).count();
        let room = minus.len().min(plus.len()) - head;
        let ends = minus.iter().rev().zip(plus.iter().rev()).take(room);
        let tail = ends.take_while(|(one, other)| one == other).count();
        let kept = |lines: usize| head..lines - tail;
        Block {
            at: first + head,
            minus: minus.get(kept(minus.len())).unwrap_or_default().to_vec(),
            plus: plus
                .get(kept(plus.len()))
                .unwrap_or_default()
                .iter()
                .map(|line| (*line).to_owned())
                .collect(),
        }
    });
    blocks.filter(|block| !(block.minus.is_empty() && block.plus.is_empty())).collect()
}

/// The whole lines that are touched, with the edits that touch them.
fn touched<'e>(before: &str, edits: &'e [Edit]) -> Vec<(Range<usize>, &'e [Edit])> {
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    for (number, edit) in edits.iter().enumerate() {
        let start = before.get(..edit.span.start).and_then(|head| head.rfind('\n')).map_or(0, |at| at + 1);
        let rest = before.get(edit.span.end..).unwrap_or_default();
        let end = rest.find('\n').map_or(before.len(), |at| edit.span.end + at + 1);
        match found.last_mut().filter(|(lines, _)| start < lines.end) {
            Some((lines, range)) => {
                lines.end = lines.end.max(end);
                range.end = number + 1;
            }
            None => found.push((start..end, number..number + 1)),
        }
    }
    found.into_iter().map(|(lines, range)| (lines, edits.get(range).unwrap_or_default())).collect()
}

/// Blocks whose context would overlap are shown as one.
fn together<'b, 'a>(blocks: &'b [Block<'a>]) -> impl Iterator<Item = &'b [Block<'a>]> {
    blocks.chunk_by(|one, next| next.at <= one.at + one.minus.len() + 2 * CONTEXT)
}

/// Shows one hunk, and returns by how many lines the text grew in it.
fn show(shown: &mut String, lines: &[&str], (hunk, grown): (&[Block<'_>], isize)) -> isize {
    let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else { return 0 };
    let start = first.at.saturating_sub(CONTEXT);
    let end = (last.at + last.minus.len() + CONTEXT).min(lines.len());
    let mut body = String::new();
    let (mut at, mut plus, mut minus) = (start, 0, 0);
    let same = |body: &mut String, from: usize, to: usize| {
        lines.get(from..to).unwrap_or_default().iter().for_each(|text| line(body, ' ', text));
    };
    for block in hunk {
        same(&mut body, at, block.at);
        block.minus.iter().for_each(|text| line(&mut body, '-', text));
        block.plus.iter().for_each(|text| line(&mut body, '+', text));
        at = block.at + block.minus.len();
        (minus, plus) = (minus + block.minus.len(), plus + block.plus.len());
    }
    same(&mut body, at, end);
    let old = end - start;
    let new = old + plus - minus;
    // An empty side stands at the line before it.
    let place = |count: usize, line: usize| if count == 0 { line } else { line + 1 };
    let (old_at, new_at) = (place(old, start), place(new, start.saturating_add_signed(grown)));
    shown.push_str(&format!("@@ -{old_at},{old} +{new_at},{new} @@\n{body}"));
    isize::try_from(plus).unwrap_or(0) - isize::try_from(minus).unwrap_or(0)
}

fn line(body: &mut String, sign: char, text: &str) {
    body.push(sign);
    body.push_str(text);
    if !text.ends_with('\n') {
        body.push_str("\n\\ No newline at end of file\n");
    }
}
