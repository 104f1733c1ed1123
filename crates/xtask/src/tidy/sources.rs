//! Rust sources: size, opening line, names, and what must not stand in them. Functions are measured by clippy.

use super::Offence;

/// The hard limit; three hundred is the norm.
const LINES: usize = 500;

/// Files that would become a drawer for everything.
const DRAWERS: [&str; 5] = ["utils.rs", "util.rs", "helpers.rs", "common.rs", "misc.rs"];

/// What programs leave behind, and nobody wants in a commit.
const LITTER: [&str; 10] =
    [".orig", ".rej", ".swp", ".tmp", ".log", ".profraw", ".snap.new", ".whl", ".pyc", ".DS_Store"];

/// Folders that are made by programs.
const LITTERED: [&str; 4] = ["target/", "node_modules/", "__pycache__/", ".venv/"];

/// A file whose name says that it should not be there.
pub fn misnamed(file: &str) -> Option<Offence> {
    let name = file.rsplit('/').next().unwrap_or(file);
    if DRAWERS.contains(&name) {
        let words = ("a file for everything is a file for nothing", "name it after the one idea it holds");
        return Some(Offence::new(file, 1, words));
    }
    let inside = |folder: &&str| file.starts_with(*folder) || file.contains(&format!("/{folder}"));
    if LITTER.iter().any(|end| name.ends_with(end)) || LITTERED.iter().any(inside) {
        return Some(Offence::new(
            file,
            1,
            ("a program left this behind", "remove it, or ignore it in .gitignore"),
        ));
    }
    None
}

/// All that is wrong with one source.
pub fn check(file: &str, text: &str) -> Vec<Offence> {
    let mut offences = Vec::new();
    let lines = text.lines().count();
    if lines > LINES {
        let words = (format!("{lines} lines, and {LINES} is the limit"), "split it by ideas");
        offences.push(Offence::new(file, LINES + 1, words));
    }
    if !text.starts_with("//! ") {
        let words = ("the module does not say what it is for", "open it with one `//!` line");
        offences.push(Offence::new(file, 1, words));
    }
    for (index, line) in text.lines().enumerate() {
        offences.extend(wrong(line).map(|words| Offence::new(file, index + 1, words)));
    }
    offences
}

/// What is wrong with a line, and what to do.
fn wrong(line: &str) -> Option<(&'static str, &'static str)> {
    let code = line.trim_start();
    if code.starts_with("#[allow(") || code.starts_with("#![allow(") {
        return Some(("a lint is switched off for good", "use `#[expect(lint, reason = \"…\")]`"));
    }
    let (_, comment) = line.split_once("//")?;
    let promised = ["TODO", "FIXME"].iter().find_map(|word| comment.split_once(word))?;
    let issue = promised.1.strip_prefix("(#").and_then(|rest| rest.split_once(')'));
    if issue.is_some_and(|(number, _)| !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())) {
        return None;
    }
    Some(("a promise without an issue", "do it, or write its number: TODO(#12)"))
}
