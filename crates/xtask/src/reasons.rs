//! Every reason code with what to do about it, read from the places in the source that make it: the list that the
//! README's troubleshooting shows, so that a code in a log leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

/// What a code stands for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reason {
    /// How it is told: `fail`, `warning`, `unknown`, `pending`, `usage`, `could-not`.
    pub kinds: Vec<String>,
    /// What to do, where the source says so beside it.
    pub helps: Vec<String>,
}

/// Whose codes they are, by the folder that makes them; the first that fits.
const GROUPS: [(&str, &[&str]); 5] = [
    (
        "branch-gate",
        &[
            "branch-gate/",
            "core/src/gate",
            "core/src/approval",
            "core/src/audit",
            "core/src/runs",
            "core/src/flow",
            "core/src/tiers",
            "core/src/preset",
        ],
    ),
    ("changelog-bump", &["changelog-bump/", "core/src/changelog"]),
    ("smoke-check", &["smoke-check/", "core/src/smoke", "core/src/canary", "shiplane-http/"]),
    (
        "ssh-deploy and rollback",
        &[
            "ssh-deploy/",
            "rollback/",
            "core/src/backup",
            "core/src/deploy",
            "core/src/rollback",
            "shiplane-host/",
            "shiplane-remote/",
            "shiplane-fleet/",
        ],
    ),
    ("every tool", &[""]),
];

/// The codes of one group, sorted.
pub type Group = BTreeMap<String, Reason>;

/// All codes in the sources, group by group, in the order of the groups.
pub fn gather<'a>(sources: impl Iterator<Item = (&'a str, String)>) -> Vec<(&'static str, Group)> {
    let mut groups: Vec<(&str, Group)> = GROUPS.iter().map(|(name, _)| (*name, Group::new())).collect();
    for (path, text) in sources {
        let of = |(_, folders): &(&str, &[&str])| folders.iter().any(|folder| path.contains(folder));
        let Some(at) = GROUPS.iter().position(of) else { continue };
        let Some((_, group)) = groups.get_mut(at) else { continue };
        for (code, kind, help) in made(&text) {
            let reason = group.entry(code).or_default();
            push(&mut reason.kinds, kind);
            help.into_iter().for_each(|help| push(&mut reason.helps, help));
        }
    }
    groups
}

fn push(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// Each place of a file that makes a finding or a fault with a literal code: code, kind, help.
fn made(text: &str) -> Vec<(String, String, Option<String>)> {
    let starts: Vec<usize> =
        ["Finding::", "Fault::"].iter().flat_map(|word| text.match_indices(word)).map(|(at, _)| at).collect();
    let mut starts = starts;
    starts.sort_unstable();
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let places = starts.iter().zip(ends).filter_map(|(start, end)| Some((*start, text.get(*start..end)?)));
    places.filter_map(|(start, place)| reason(text.get(..start)?, place)).collect()
}

fn reason(before: &str, place: &str) -> Option<(String, String, Option<String>)> {
    let (_, rest) = place.split_once("::")?;
    let (kind, rest) = rest.split_once('(')?;
    let kind = match kind {
        "fail" | "warning" | "unknown" | "pending" | "usage" => kind.to_owned(),
        "could_not" => "could-not".to_owned(),
        _ => return None,
    };
    let (code, rest) = literal(rest)?;
    let is_code = !code.is_empty()
        && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    is_code.then(|| (code, kind, help(before, rest)))
}

/// The help that follows, as a literal or as a variable that was set shortly before.
fn help(before: &str, rest: &str) -> Option<String> {
    let (_, argument) = rest.split_once(".help(")?;
    if let Some((text, _)) = literal(argument) {
        return Some(text);
    }
    if let Some(text) = argument.trim_start().strip_prefix("format!(").and_then(literal) {
        return Some(text.0);
    }
    let set = argument.trim_start().starts_with("help)").then(|| before.rfind("let help ="))??;
    literal(before.get(set..)?.split_once('=')?.1).map(|(text, _)| text)
}

/// The string literal at the start, and what follows it.
fn literal(text: &str) -> Option<(String, &str)> {
    let inner = text.trim_start().strip_prefix('"')?;
    let (mut value, mut escaped) = (String::new(), false);
    for (at, letter) in inner.char_indices() {
        match (escaped, letter) {
            (true, '\n') => escaped = false,
            (true, other) => {
                value.push(other);
                escaped = false;
            }
            (false, '\\') => escaped = true,
            (false, '"') => return Some((value, inner.get(at + 1..)?)),
            (false, other) => value.push(other),
        }
    }
    None
}

/// The lists as Markdown, each folded, each code with an anchor of its own.
pub fn markdown(groups: &[(&str, Group)]) -> String {
    let mut anchored = BTreeSet::new();
    let filled = groups.iter().filter(|(_, group)| !group.is_empty());
    filled.map(|(name, group)| folded(name, group, &mut anchored)).collect()
}

/// A code that two groups have is anchored in the first.
fn folded<'a>(name: &str, group: &'a Group, anchored: &mut BTreeSet<&'a str>) -> String {
    let rows = group.iter().map(|(code, reason)| {
        let helps: Vec<String> = reason.helps.iter().map(|help| cell(help)).collect();
        let anchor = if anchored.insert(code) { format!("<a id=\"{code}\"></a>") } else { String::new() };
        format!("| {anchor}`{code}` | {} | {} |\n", reason.kinds.join(", "), helps.join("; or: "))
    });
    format!(
        "<details><summary>{name}: {} codes</summary>\n\n| Code | Told as | What to do |\n|---|---|---|\n{}\n</details>\n\n",
        group.len(),
        rows.collect::<String>()
    )
}

/// Text within a table; what is filled in at run time is an ellipsis.
fn cell(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        shown.push_str(before);
        match after.split_once('}') {
            Some((_, after)) => {
                shown.push('…');
                rest = after;
            }
            None => {
                rest = after;
            }
        }
    }
    shown.push_str(rest);
    shown.replace('|', "\\|").replace('<', "&lt;")
}
