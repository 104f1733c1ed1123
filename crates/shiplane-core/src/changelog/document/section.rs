//! What a changelog says of one release, to be shown on its own.

use semver::Version;

use super::outline::{Kind, Outline};
use super::statements::{Section, statements};
use crate::raw;

/// The text below the heading of this version, with the link references that it uses; `None` without such a heading.
pub fn section(text: &str, version: &Version) -> Option<String> {
    let is_own = |kind: &Kind| match kind {
        Kind::Release { version: known, .. } => known.cmp_precedence(version).is_eq(),
        Kind::Unreleased | Kind::Other => false,
    };
    below(text, is_own)
}

/// The same of what is not released yet; `None` when people wrote nothing there.
pub fn unreleased(text: &str) -> Option<String> {
    let mut said = statements(text).into_iter();
    said.find(|statement| statement.section == Section::Unreleased)?;
    below(text, |kind| *kind == Kind::Unreleased)
}

fn below(text: &str, is_own: impl Fn(&Kind) -> bool) -> Option<String> {
    let outline = Outline::of(text);
    let heading = outline.headings.iter().find(|heading| is_own(&heading.kind))?;
    let part = heading.span.end..outline.section_end(heading);
    let body = outline.slice(&part);
    let used = outline.references.iter().filter(|reference| {
        let label = format!("[{}]", outline.slice(&reference.label));
        !part.contains(&reference.line.start) && body.contains(&label)
    });
    let used: Vec<&str> = used.map(|reference| outline.slice(&reference.line)).collect();
    let mut shown = clean(body).trim_matches('\n').trim_end().to_owned();
    if !used.is_empty() && !shown.is_empty() {
        shown = format!("{shown}\n\n{}", clean(&used.join("\n")));
    }
    Some(shown)
}

/// One kind of line end, and letters that everybody can read.
fn clean(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace('\r', "\n");
    unified.chars().map(|c| if raw::stands_for_a_byte(c) { '\u{fffd}' } else { c }).collect()
}
