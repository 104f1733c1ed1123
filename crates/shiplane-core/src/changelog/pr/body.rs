//! The words of the release pull request: ours are renewed, and what people changed in the notes stays.
//!
//! The opening mark of the notes keeps a short sum of each entry that stood there. An entry whose sum is known and
//! that is not there any more was taken out by somebody; a line without a known sum was written by somebody.

use std::collections::HashSet;

use super::super::release::bounded;

/// GitHub takes no longer text for a pull request, in characters.
pub const LONGEST: usize = 65_536;

/// What is left for the words around the notes.
const AROUND: usize = 2_000;

/// A sum with the blank before it, in characters.
const SUM: usize = 9;

/// Sums of more entries than this would leave no room for the entries.
const MOST_SUMS: usize = 2_000;

const OPEN: &str = "<!-- shiplane:notes";
const CLOSE: &str = "<!-- /shiplane:notes -->";
const MORE: &str = "The rest is in the changelog.";

/// The words of a new pull request.
pub fn write(version: &str, notes: &str) -> String {
    around(version, &clean(notes), &sums(notes))
}

/// The words anew, with what people changed in the notes of the words before.
pub fn renew(before: &str, version: &str, notes: &str) -> String {
    let before = before.replace("\r\n", "\n");
    let Some((known, shown)) = section(&before) else { return write(version, notes) };
    let merged = merge(shown, &known, &clean(notes));
    around(version, &merged, &sums(notes))
}

fn around(version: &str, notes: &str, sums: &[String]) -> String {
    let sums = sums.get(..sums.len().min(MOST_SUMS)).unwrap_or_default();
    let mark = format!("{OPEN}{} -->", sums.iter().map(|sum| format!(" {sum}")).collect::<String>());
    let room = LONGEST.saturating_sub(AROUND + mark.len());
    let notes = bounded(notes.trim(), room, MORE);
    format!(
        "Merging this releases **{version}**.\n\nIt is kept up to date with what is merged until then. \
         Edits between the two lines stay.\n\n---\n\n{mark}\n{notes}\n{CLOSE}\n\n---\n\n\
         Close it to put the release off; the next change opens it again.\n"
    )
}

/// The sums of the entries as they were written, and what stands there now.
fn section(body: &str) -> Option<(Vec<String>, &str)> {
    let (_, from) = body.split_once(OPEN)?;
    let (sums, from) = from.split_once("-->")?;
    let (shown, _) = from.rsplit_once(CLOSE)?;
    Some((sums.split_whitespace().map(str::to_owned).collect(), shown.trim_matches('\n')))
}

/// What people left, wrote and moved stays; entries of ours that are new come in below their heading.
fn merge(shown: &str, known: &[String], notes: &str) -> String {
    let known: HashSet<&str> = known.iter().map(String::as_str).collect();
    let fresh: Vec<(String, String, String)> =
        blocks(notes).into_iter().map(|(heading, entry)| (sum_of(&entry), heading, entry)).collect();
    let wanted: HashSet<&str> = fresh.iter().map(|(sum, ..)| sum.as_str()).collect();
    let (mut lines, mut there) = (Vec::new(), HashSet::new());
    for block in parts(shown) {
        let sum = sum_of(&block);
        // An entry of ours that no commit brings any more goes.
        let is_gone = is_entry(&block) && known.contains(sum.as_str()) && !wanted.contains(sum.as_str());
        if !is_gone {
            lines.push(block);
            there.insert(sum);
        }
    }
    for (sum, heading, entry) in &fresh {
        if !known.contains(sum.as_str()) && there.insert(sum.clone()) {
            put(&mut lines, heading, entry.clone());
        }
    }
    without_bare_headings(&lines)
}

/// Below the last entry of its heading, or below a heading of its own at the end.
fn put(lines: &mut Vec<String>, heading: &str, entry: String) {
    let at = lines.iter().position(|line| line.trim() == heading.trim());
    let Some(at) = at.filter(|_| !heading.is_empty()) else {
        if !heading.is_empty() {
            lines.extend([String::new(), heading.to_owned(), String::new()]);
        }
        lines.push(entry);
        return;
    };
    let next = lines.iter().skip(at + 1).position(|line| line.starts_with('#'));
    let end = next.map_or(lines.len(), |next| at + 1 + next);
    let last = lines.iter().take(end).rposition(|line| !line.trim().is_empty()).unwrap_or(at);
    if last == at {
        lines.insert(at + 1, String::new());
        lines.insert(at + 2, entry);
    } else {
        lines.insert(last + 1, entry);
    }
}

/// A heading of ours whose entries are all gone says nothing.
fn without_bare_headings(lines: &[String]) -> String {
    let mut kept: Vec<&str> = Vec::new();
    let mut below: Option<&str> = None;
    // From the end, so that what follows a heading is known.
    for line in lines.iter().rev() {
        let is_blank = line.trim().is_empty();
        let is_bare = line.starts_with("### ") && below.is_none_or(|below| below.starts_with("### "));
        let is_double = is_blank && kept.last().is_none_or(|after| after.trim().is_empty());
        if !is_bare && !is_double {
            kept.push(line);
        }
        if !is_blank && !is_bare {
            below = Some(line);
        }
    }
    kept.reverse();
    kept.join("\n").trim().to_owned()
}

/// The entries under their headings.
fn blocks(notes: &str) -> Vec<(String, String)> {
    let mut heading = String::new();
    let mut found = Vec::new();
    for block in parts(notes) {
        if block.starts_with('#') {
            heading = block;
        } else if !block.trim().is_empty() {
            found.push((heading.clone(), block));
        }
    }
    found
}

/// Lines, an entry with the indented lines that belong to it.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for line in text.lines() {
        let belongs = line.starts_with("  ") && !line.trim().is_empty();
        match parts.last_mut().filter(|last| belongs && is_entry(last)) {
            Some(entry) => {
                entry.push('\n');
                entry.push_str(line);
            }
            None => parts.push(line.to_owned()),
        }
    }
    parts
}

fn is_entry(line: &str) -> bool {
    line.starts_with("- ") || line.starts_with("* ")
}

fn sums(notes: &str) -> Vec<String> {
    blocks(&clean(notes)).iter().map(|(_, entry)| sum_of(entry)).collect()
}

/// FNV-1a, folded to 32 bits: no secret, only short.
fn sum_of(entry: &str) -> String {
    let text = entry.trim_end();
    let sum = text
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    let sum = format!("{:08x}", (sum ^ (sum >> 32)) & 0xffff_ffff);
    debug_assert_eq!(sum.len() + 1, SUM, "the room for the marks is counted with this");
    sum
}

/// Notes of others cannot end the section, and call nobody: a mention in a pull request notifies people each time.
fn clean(notes: &str) -> String {
    let safe = notes.replace("<!--", "<\u{200b}!--").replace("-->", "--\u{200b}>");
    let mut shown = String::with_capacity(safe.len());
    let mut before = ' ';
    for c in safe.chars() {
        if before == '@' && c.is_ascii_alphanumeric() {
            shown.push('\u{200b}');
        }
        shown.push(c);
        before = c;
    }
    shown
}
