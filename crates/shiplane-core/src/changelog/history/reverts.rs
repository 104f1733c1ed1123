//! Which commits take others out of the range, and which speak through others.

use std::cell::OnceCell;
use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Commit, merged};
use crate::changelog::bump::Level;
use crate::changelog::commit::{self, Flaw, Message};
use crate::changelog::convention::{Convention, Lines, Mode};

/// What one commit turns out to be.
pub(super) enum Told {
    /// It takes these out; what it reverts beyond them is released already, and is left to say.
    Undoes { targets: Vec<usize>, left: Option<Message> },
    /// It speaks through the commits it belongs to.
    Folded,
    /// It counts, and asks for nothing.
    Silent,
    /// It counts, as this message.
    Says(Message),
    /// It says nothing.
    Unclear(Flaw),
}

/// The commits of a range, found by name or by first line.
pub(super) struct Index<'a> {
    commits: &'a [Commit],
    convention: &'a Convention,
    by_id: OnceCell<BTreeMap<&'a str, usize>>,
    by_subject: OnceCell<HashMap<&'a str, Vec<usize>>>,
    by_number: OnceCell<HashMap<&'a str, Vec<usize>>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(commits: &'a [Commit], convention: &'a Convention) -> Self {
        Self {
            commits,
            convention,
            by_id: OnceCell::new(),
            by_subject: OnceCell::new(),
            by_number: OnceCell::new(),
        }
    }

    /// What the commit at this place turns out to be.
    pub(super) fn told(&self, at: usize, commit: &Commit) -> Told {
        let subject = commit::subject(&commit.message);
        if let Some(quote) = Quote::read(subject) {
            return self.revert(at, commit, Some(quote));
        }
        if let Some(target) = fixed_up(subject)
            && (self.older(at, target).is_some() || self.older_name(at, target))
        {
            return Told::Folded;
        }
        if self.is_silent(&commit.message) {
            return Told::Silent;
        }
        match commit::parse(&commit.message) {
            Ok(message) if message.kind == "revert" => self.revert(at, commit, None),
            Ok(message) => Told::Says(message),
            Err(flaw) if commit.parents.len() > 1 => self.merge(commit, flaw),
            Err(flaw) => Told::Unclear(flaw),
        }
    }

    /// Whether it needs no closer reading: most commits of a long history are such.
    fn is_silent(&self, message: &str) -> bool {
        let convention = self.convention;
        let asks_nothing = |kind: String| {
            kind != "revert" && convention.knows(&kind) && convention.level(&kind, false) == Level::None
        };
        convention.mode != Mode::Labels && commit::harmless(message).is_some_and(asks_nothing)
    }

    /// A merge counts by its own conventional first line only; what it brings counts by itself, where it is read.
    fn merge(&self, commit: &Commit, flaw: Flaw) -> Told {
        match self.convention.lines {
            Lines::All => Told::Folded,
            Lines::FirstParent => match merged::title(&commit.message).map(commit::parse) {
                Some(Ok(message)) => Told::Says(message),
                Some(Err(_)) | None => Told::Unclear(flaw),
            },
        }
    }

    /// Whether a fixup names an older commit of the range by its object name.
    fn older_name(&self, at: usize, target: &str) -> bool {
        let named = object_name(target).filter(|(_, rest)| rest.is_empty());
        named.and_then(|(id, _)| self.find(id)).is_some_and(|place| place > at)
    }

    /// A revert: of commits in the range, or of something that is released already.
    fn revert(&self, at: usize, commit: &Commit, quote: Option<Quote<'_>>) -> Told {
        let message = commit::parse(&commit.message);
        let mut names = named(&commit.message);
        if let Ok(message) = &message {
            names.extend(references(message));
        }
        let by_name: Vec<Vec<usize>> = names.iter().map(|name| self.resolve(at, name)).collect();
        let subject = match (&quote, &message) {
            (Some(quote), _) => Some(quote.reverted_subject()),
            (None, Ok(message)) => Some(message.description.clone()),
            (None, Err(_)) => None,
        };
        let by_number = || reverted_number(&commit.message).and_then(|number| self.older_pull(at, number));
        let by_subject = || subject.and_then(|subject| self.older(at, &subject));
        let by_subject = names.is_empty().then(|| by_number().or_else(by_subject)).flatten();
        let is_complete = by_subject.is_some() || !names.is_empty() && !by_name.iter().any(Vec::is_empty);
        let by_subject = by_subject.into_iter().flat_map(|target| self.whole(target, None));
        let targets = by_name.into_iter().flatten().chain(by_subject).collect();
        let left = match (is_complete, message, quote) {
            (true, _, _) => None,
            (false, Ok(message), _) => Some(message),
            (false, Err(_), Some(quote)) => Some(quote.released()),
            (false, Err(flaw), None) => return Told::Unclear(flaw),
        };
        Told::Undoes { targets, left }
    }

    /// The older commits of the range that a revert names; none when they are released already.
    fn resolve(&self, at: usize, name: &Name<'_>) -> Vec<usize> {
        let target = self.find(name.id).filter(|target| *target > at);
        target.map(|target| self.whole(target, name.merged_into)).unwrap_or_default()
    }

    /// A commit that is taken back, and what it brought if it is a merge; the first parent stays where none is named.
    fn whole(&self, target: usize, kept: Option<&str>) -> Vec<usize> {
        let parents = self.commits.get(target).map(|commit| commit.parents.as_slice()).unwrap_or_default();
        let first = parents.first().filter(|_| parents.len() > 1).map(String::as_str);
        let brought = kept.or(first).map(|kept| self.brought(target, kept)).unwrap_or_default();
        std::iter::once(target).chain(brought.into_iter().filter(|at| *at != target)).collect()
    }

    fn by_id(&self) -> &BTreeMap<&'a str, usize> {
        self.by_id.get_or_init(|| {
            self.commits.iter().enumerate().map(|(at, commit)| (commit.id.as_str(), at)).collect()
        })
    }

    /// The commit of this name, which may be abbreviated.
    fn find(&self, id: &str) -> Option<usize> {
        let id = id.to_ascii_lowercase();
        let mut matching = self.by_id().range(id.as_str()..).take_while(|(name, _)| name.starts_with(&id));
        let (_, at) = matching.next()?;
        matching.next().is_none().then_some(*at)
    }

    /// What a merge brought in: all that it reaches within the range and the parent it was merged into does not.
    fn brought(&self, merge: usize, kept: &str) -> Vec<usize> {
        let kept = self.find(kept).map(|at| self.reach(at)).unwrap_or_default();
        self.reach(merge).into_iter().filter(|at| !kept.contains(at)).collect()
    }

    fn reach(&self, start: usize) -> HashSet<usize> {
        let mut seen = HashSet::from([start]);
        let mut todo = vec![start];
        while let Some(commit) = todo.pop().and_then(|at| self.commits.get(at)) {
            let parents = commit.parents.iter().filter_map(|parent| self.by_id().get(parent.as_str()));
            todo.extend(parents.copied().filter(|parent| seen.insert(*parent)).collect::<Vec<_>>());
        }
        seen
    }

    /// The newest older commit that came by this pull request, squashed.
    fn older_pull(&self, at: usize, number: &str) -> Option<usize> {
        let by_number = self.by_number.get_or_init(|| self.places(|subject| Some(split_number(subject)?.1)));
        after(by_number.get(number)?, at)
    }

    /// The newest older commit with this first line, pull request numbers aside.
    fn older(&self, at: usize, subject: &str) -> Option<usize> {
        let by_subject = self.by_subject.get_or_init(|| self.places(|subject| Some(without_number(subject))));
        after(by_subject.get(without_number(subject))?, at)
    }

    /// The places of all commits, by something that their first lines say.
    fn places(&self, key: impl Fn(&'a str) -> Option<&'a str>) -> HashMap<&'a str, Vec<usize>> {
        let mut map: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, commit) in self.commits.iter().enumerate() {
            if let Some(key) = key(commit::subject(&commit.message)) {
                map.entry(key).or_default().push(at);
            }
        }
        map
    }
}

/// The first of the places, which rise, that is behind this one.
fn after(places: &[usize], at: usize) -> Option<usize> {
    places.get(places.partition_point(|place| *place <= at)).copied()
}

/// What GitHub's revert button writes: `Reverts owner/name#12`.
fn reverted_number(message: &str) -> Option<&str> {
    let line = message.lines().find_map(|line| line.strip_prefix("Reverts "))?;
    let (_, number) = line.trim_end().rsplit_once('#')?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some(number)
}

/// A commit that a revert names; for a merge, with the parent that stays.
struct Name<'a> {
    id: &'a str,
    merged_into: Option<&'a str>,
}

/// The first line that a revert quotes, as git and GitHub write it.
enum Quote<'a> {
    Revert(&'a str),
    /// The revert of a revert, since git 2.43.
    Reapply(&'a str),
}

impl<'a> Quote<'a> {
    fn read(subject: &'a str) -> Option<Self> {
        let subject = without_number(subject);
        let inside = |head| subject.strip_prefix(head).and_then(|rest| rest.strip_suffix('"'));
        inside("Revert \"").map(Self::Revert).or_else(|| inside("Reapply \"").map(Self::Reapply))
    }

    /// The first line of the commit that is taken back.
    fn reverted_subject(&self) -> String {
        match self {
            Self::Revert(subject) => (*subject).to_owned(),
            Self::Reapply(subject) => format!("Revert \"{subject}\""),
        }
    }

    /// What it says when that commit is released: a revert is a fix, a revert of a revert brings the thing back.
    fn released(&self) -> Message {
        let restored = match self {
            Self::Revert(subject) => match Quote::read(subject) {
                Some(Self::Revert(inner)) => commit::parse(inner).ok(),
                Some(Self::Reapply(_)) | None => None,
            },
            Self::Reapply(subject) => commit::parse(subject).ok(),
        };
        restored.unwrap_or_else(|| Message {
            kind: "revert".to_owned(),
            ..Message::plain(&self.reverted_subject())
        })
    }
}

/// The first line that `git commit --fixup` and its relatives quote.
fn fixed_up(subject: &str) -> Option<&str> {
    let strip =
        |text| ["fixup! ", "squash! ", "amend! "].iter().find_map(|prefix| str::strip_prefix(text, *prefix));
    let mut target = strip(subject)?;
    while let Some(inner) = strip(target) {
        target = inner;
    }
    Some(target)
}

/// What `git revert` writes: `This reverts commit <id>`, for a merge `…, reversing changes made to <id>`.
fn named(message: &str) -> Vec<Name<'_>> {
    let tails = message.split("This reverts commit ").skip(1);
    let names = tails.filter_map(|tail| {
        let (id, rest) = object_name(tail)?;
        let merged =
            rest.strip_prefix(',').map(str::trim_start).and_then(|rest| rest.strip_prefix("reversing"));
        let kept = merged.map(str::trim_start).and_then(|rest| rest.strip_prefix("changes made to "));
        Some(Name { id, merged_into: kept.and_then(object_name).map(|(kept, _)| kept) })
    });
    names.collect()
}

/// What the specification recommends: `revert: …` with `Refs: <id>, <id>`.
fn references(message: &Message) -> Vec<Name<'_>> {
    let refs = message.footers.iter().filter(|footer| footer.token.eq_ignore_ascii_case("refs"));
    let words = refs.flat_map(|footer| footer.value.split([',', ' ', '\n']));
    let ids = words.filter_map(|word| object_name(word).filter(|(_, rest)| rest.is_empty()));
    ids.map(|(id, _)| Name { id, merged_into: None }).collect()
}

/// An object name of at least seven digits at the start of the text, and what follows it.
fn object_name(text: &str) -> Option<(&str, &str)> {
    let end = text.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(text.len());
    text.split_at_checked(end).filter(|(id, _)| (7..=64).contains(&id.len()))
}

/// The subject without the ` (#12)` that GitHub appends.
fn without_number(subject: &str) -> &str {
    split_number(subject).map_or(subject, |(head, _)| head)
}

/// The subject and the number that GitHub appends as ` (#12)`.
fn split_number(subject: &str) -> Option<(&str, &str)> {
    let (head, number) = subject.strip_suffix(')')?.rsplit_once(" (#")?;
    (!number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())).then_some((head, number))
}
