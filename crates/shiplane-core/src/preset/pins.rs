//! The commits at which workflows use actions: written once, then raised by others, and never taken back.

use std::borrow::Cow;

use crate::changelog::Version;

/// What stands in a preset where the commit of a release belongs.
const OPEN: &str = "@COMMIT";

/// What may stand behind it.
const OPEN_VERSION: &str = " # vX.Y.Z";

/// The release that the workflows use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pin {
    /// Its commit, when it is known; else its tag has to do.
    pub commit: Option<String>,
    /// Its version.
    pub version: String,
}

impl Pin {
    /// A preset's text with this release in it.
    pub(super) fn put(&self, text: &str) -> String {
        let (at, version) = match &self.commit {
            Some(commit) => (format!("@{commit}"), format!(" # v{}", self.version)),
            None => (format!("@v{}", self.version), String::new()),
        };
        text.replace(&format!("{OPEN}{OPEN_VERSION}"), &format!("{at}{version}")).replace(OPEN, &at)
    }
}

/// `uses: NAME@AT # v1.2.3` in a line, by the bytes of its parts.
struct Use<'a> {
    name: &'a str,
    /// From the `@` to where it ends.
    at: (usize, usize),
    /// Where the comment ends; the same as the end of `at` without one.
    end: usize,
    version: Option<Version>,
}

fn used(line: &str) -> Option<Use<'_>> {
    let key = line.find("uses:")?;
    if line.get(..key)?.contains('#') {
        return None;
    }
    let rest = line.get(key + 5..)?;
    let sign = rest.find('@')? + key + 5;
    let name = line.get(key + 5..sign)?.trim_matches([' ', '"', '\'']);
    let tail = line.get(sign..)?;
    let stop = tail.find([' ', '"', '\'', ',', '}', '\n']).unwrap_or(tail.len());
    let after = tail.get(stop..)?;
    let comment = after.trim_start_matches(['"', '\'']).trim_start().strip_prefix('#').map(str::trim);
    let end = match comment {
        Some(_) => sign + tail.trim_end().len(),
        None => sign + stop,
    };
    let version = comment.and_then(|text| Version::parse(text.trim_start_matches('v')).ok());
    Some(Use { name, at: (sign, sign + stop), end, version })
}

/// The text with no pins in it: what is left is what a person would have changed.
pub(super) fn without(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match used(line) {
        Some(it) => {
            let head = line.get(..it.at.0).unwrap_or_default();
            Cow::Owned(format!("{head}@{}", line.get(it.end..).unwrap_or_default()))
        }
        None => Cow::Borrowed(line),
    });
    lines.collect()
}

/// The new text with those pins of the old one that are further: an update never takes an action back.
pub(super) fn kept(old: &str, new: &str) -> String {
    let known: Vec<(&str, Use<'_>)> =
        old.split_inclusive('\n').filter_map(|line| Some((line, used(line)?))).collect();
    let lines = new.split_inclusive('\n').map(|line| {
        let Some(here) = used(line) else { return Cow::Borrowed(line) };
        let further =
            known.iter().find(|(there, it)| it.name == here.name && goes_before((there, it), (line, &here)));
        let Some((there, it)) = further else { return Cow::Borrowed(line) };
        let part = |line: &str, from: usize, to: usize| line.get(from..to).unwrap_or_default().to_owned();
        let (head, tail) = (part(line, 0, here.at.0), part(line, here.end, line.len()));
        Cow::Owned(format!("{head}{}{tail}", part(there, it.at.0, it.end)))
    });
    lines.collect()
}

/// A newer version, or the same one by its commit in place of its tag.
fn goes_before((there, old): (&str, &Use<'_>), (line, new): (&str, &Use<'_>)) -> bool {
    let tag = |line: &str, it: &Use<'_>| {
        let name = line.get(it.at.0 + 1..it.at.1)?;
        Version::parse(name.strip_prefix('v')?).ok()
    };
    let by_commit = |line: &str, it: &Use<'_>| {
        let name = line.get(it.at.0 + 1..it.at.1).unwrap_or_default();
        name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    let (before, after) =
        (old.version.clone().or_else(|| tag(there, old)), new.version.clone().or_else(|| tag(line, new)));
    match (before, after) {
        (Some(before), Some(after)) if before == after => by_commit(there, old) && !by_commit(line, new),
        (Some(before), Some(after)) => before > after,
        (Some(_) | None, Some(_) | None) => false,
    }
}
