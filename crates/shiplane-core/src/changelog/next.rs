//! The next version, and the steps by which it came about.

use semver::Version;

use super::bump::{self, Level};
use super::choice::{Asked, Channel};
use super::convention::{Mode, Unknown};
use super::history::{self, Commit, Reading};
use super::notes::Notes;
use super::release_as::{self, Wish};
use super::tags::{self, Tag};
use super::{Facts, Policy, versions};
use crate::config::Zero;
use crate::fault::Fault;
use crate::report::Finding;

/// The first version of a project that says none.
const FIRST: Version = Version::new(0, 1, 0);

/// Names that one sentence shows.
const SHOWN: usize = 5;

/// The next version, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Next {
    /// The version to release, or the one that stands when nothing is to be released.
    pub version: Version,
    /// The last release.
    pub previous: Option<Tag>,
    /// The tag of `version`.
    pub tag: String,
    /// What is raised.
    pub level: Level,
    /// What the commits say.
    pub reading: Reading,
    /// What the release brings.
    pub notes: Notes,
    /// How the version came about.
    pub steps: Vec<Step>,
    /// What the commits ask for, where something lower was asked for by name.
    pub natural: Option<Version>,
    /// Why it must not be released.
    pub refusals: Vec<Finding>,
}

/// One step from the commits to the version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Below 1.0.0 a change weighs less.
    Zero {
        /// What the commits ask for.
        asked: Level,
        /// What it comes to.
        level: Level,
        /// By which reading.
        zero: Zero,
    },
    /// A number of the last release was raised.
    Raised {
        /// From the last release.
        from: Version,
        /// By so much.
        level: Level,
        /// To this.
        to: Version,
    },
    /// A pre-release promised more than the commits since the last release ask for.
    Promised(Tag),
    /// There is no release yet, and a file says this; without a file it is 0.1.0.
    First(Option<String>, Version),
    /// It was asked for by name.
    Asked(Version),
    /// It was asked for by `Release-As` in a commit.
    Wished {
        /// The commit.
        commit: String,
        /// What it asks for.
        version: Version,
    },
    /// What `Release-As` asks for in a commit is no version, and does not count.
    Unreadable {
        /// The commit.
        commit: String,
        /// What it asks for.
        text: String,
    },
    /// The pre-release after the highest one of its channel.
    Channel {
        /// Of this version.
        base: Version,
        /// The number on the channel.
        to: Version,
    },
    /// Nothing has come since the last pre-release.
    Standing(Tag),
    /// No commit asks for a release.
    Nothing,
}

/// What came of the question which version is next.
struct Decided {
    version: Version,
    level: Level,
    steps: Vec<Step>,
}

/// Decides the next version.
pub fn next(policy: &Policy, facts: &Facts) -> Result<Next, Fault> {
    let convention = &policy.choice.convention;
    if convention.mode != Mode::Conventional && facts.seen.pulls.is_none() && !facts.commits.is_empty() {
        let fact = "the facts do not tell which pull requests brought the commits";
        let help = format!("record them with `mode: {}`", convention.mode.word());
        return Err(Fault::could_not("pulls-unread", fact).help(help));
    }
    let reading = history::read_seen(convention, &facts.commits, &facts.seen);
    let commits = natural(policy, facts, reading.level())?;
    let by_commits = commits.version.clone();
    let base = match &policy.choice.asked {
        Some(asked) => by_name(facts, asked)?,
        None => match release_as::wish(policy, facts, &reading) {
            Some(wish) => by_wish(facts, wish, commits),
            None => commits,
        },
    };
    let decided = match &policy.choice.channel {
        Some(channel) => on_channel(policy, facts, channel, base),
        None => base,
    };
    let Decided { version, level, steps } = decided;
    let notes = Notes::of(&reading.changes);
    let tag = format!("{}{version}", facts.prefix(policy));
    let previous = facts.last.clone();
    let natural = (by_commits > bump::finalized(&version)).then_some(by_commits);
    let next = Next { version, previous, tag, level, reading, notes, steps, natural, refusals: Vec::new() };
    let refusals = refusals(policy, facts, &next);
    Ok(Next { refusals, ..next })
}

/// The final version that the commits lead to.
fn natural(policy: &Policy, facts: &Facts, asked: Level) -> Result<Decided, Fault> {
    let Some(last) = &facts.last else {
        let (version, step) = first(facts)?;
        let steps = if asked == Level::None { vec![step, Step::Nothing] } else { vec![step] };
        return Ok(Decided { version, level: asked, steps });
    };
    let level = bump::effective(&last.version, asked, policy.zero);
    if level == Level::None {
        return Ok(Decided { version: last.version.clone(), level, steps: vec![Step::Nothing] });
    }
    let mut steps = Vec::new();
    if level != asked {
        steps.push(Step::Zero { asked, level, zero: policy.zero });
    }
    let mut version = bump::raise(&last.version, level);
    steps.push(Step::Raised { from: last.version.clone(), level, to: version.clone() });
    if let Some(pre) = promised_above(facts, &version) {
        version = bump::finalized(&pre.version);
        steps.push(Step::Promised(pre.clone()));
    }
    Ok(Decided { version, level, steps })
}

fn promised_above<'a>(facts: &'a Facts, version: &Version) -> Option<&'a Tag> {
    facts.pre.as_ref().filter(|pre| bump::finalized(&pre.version) > *version)
}

/// The version of a project without a release: what a pre-release promised, or its first version file says.
fn first(facts: &Facts) -> Result<(Version, Step), Fault> {
    if let Some(pre) = &facts.pre {
        return Ok((bump::finalized(&pre.version), Step::Promised(pre.clone())));
    }
    match facts.versions.first() {
        Some(source) => {
            let path = &source.file.path;
            let version = versions::read(source).map_err(|problem| problem.fault(path))?;
            let version = bump::finalized(&version);
            Ok((version.clone(), Step::First(Some(path.clone()), version)))
        }
        None => Ok((FIRST, Step::First(None, FIRST))),
    }
}

/// What was asked for, whatever the commits say.
fn by_name(facts: &Facts, asked: &Asked) -> Result<Decided, Fault> {
    let before = match &facts.last {
        Some(last) => last.version.clone(),
        None => Version::new(0, 0, 0),
    };
    match asked {
        Asked::Version(version) => {
            let level = distance(&before, version);
            Ok(Decided { version: version.clone(), level, steps: vec![Step::Asked(version.clone())] })
        }
        Asked::Level(level) if facts.last.is_none() => {
            let (version, step) = first(facts)?;
            Ok(Decided { version, level: *level, steps: vec![step] })
        }
        Asked::Level(level) => {
            let version = bump::raise(&before, *level);
            let step = Step::Raised { from: before, level: *level, to: version.clone() };
            Ok(Decided { version: version.clone(), level: *level, steps: vec![step, Step::Asked(version)] })
        }
    }
}

/// What a commit asks for by its footer, whatever the others say.
fn by_wish(facts: &Facts, Wish { commit, asked }: Wish, mut commits: Decided) -> Decided {
    match asked {
        Ok(version) => {
            let before = facts.last.as_ref().map_or(Version::new(0, 0, 0), |last| last.version.clone());
            let level = distance(&before, &version);
            let steps = vec![Step::Wished { commit, version: version.clone() }];
            Decided { version, level, steps }
        }
        Err(text) => {
            commits.steps.insert(0, Step::Unreadable { commit, text });
            commits
        }
    }
}

/// The first number that differs.
fn distance(before: &Version, after: &Version) -> Level {
    if after.major != before.major {
        Level::Major
    } else if after.minor != before.minor {
        Level::Minor
    } else {
        Level::Patch
    }
}

/// The pre-release that leads to this version.
fn on_channel(policy: &Policy, facts: &Facts, channel: &Channel, decided: Decided) -> Decided {
    let Decided { version: mut base, mut level, mut steps } = decided;
    let pre = facts.pre.as_ref();
    if policy.choice.asked.is_none()
        && base.pre.is_empty()
        && let Some(pre) = pre
        && bump::finalized(&pre.version) >= base
    {
        let since = level_since(policy, facts);
        if since == Level::None && channel.number(&pre.version).is_some() {
            steps.push(Step::Standing(pre.clone()));
            return Decided { version: pre.version.clone(), level: Level::None, steps };
        }
        base = bump::finalized(&pre.version);
        level = level.max(since);
        if level == Level::None {
            // The way from one channel to the next needs no further commit.
            level = facts.last.as_ref().map_or(Level::Minor, |last| distance(&last.version, &base));
        }
        steps.retain(|step| *step != Step::Nothing);
    }
    if level == Level::None {
        return Decided { version: base, level, steps };
    }
    if !base.pre.is_empty() {
        return Decided { version: base, level, steps };
    }
    let taken = facts.seen.taken.iter().filter_map(|name| Tag::read(name, facts.prefix(policy)));
    let same = taken.filter(|tag| bump::finalized(&tag.version) == base);
    let highest = same.filter_map(|tag| channel.number(&tag.version)).max().unwrap_or(0);
    let version = channel.version(&base, highest.saturating_add(1)).unwrap_or_else(|| base.clone());
    steps.push(Step::Channel { base, to: version.clone() });
    Decided { version, level, steps }
}

/// What has come since the last pre-release. A revert of what that one brought is a change of its own here.
fn level_since(policy: &Policy, facts: &Facts) -> Level {
    let Some(since) = &facts.seen.since_pre else { return Level::None };
    let commits: Vec<Commit> =
        facts.commits.iter().filter(|commit| since.contains(&commit.id)).cloned().collect();
    history::read_seen(&policy.choice.convention, &commits, &facts.seen).level()
}

/// Why the version must not be released.
fn refusals(policy: &Policy, facts: &Facts, next: &Next) -> Vec<Finding> {
    let mut refusals = Vec::new();
    let version = &next.version;
    let is_wished = next.steps.iter().any(|step| matches!(step, Step::Wished { .. }));
    let is_chosen = policy.choice.asked.is_some() || policy.choice.channel.is_some() || is_wished;
    if is_chosen && next.level > Level::None {
        let contained = [&facts.last, &facts.pre].into_iter().flatten();
        let highest = contained.max_by(|one, other| one.version.cmp_precedence(&other.version));
        if let Some(tag) = highest.filter(|tag| version.cmp_precedence(&tag.version).is_le()) {
            let fact = format!("{version} is not above {}, which the commit contains", tag.name);
            refusals
                .push(Finding::fail("version-below", fact).help(format!("choose one above {}", tag.version)));
        }
        if let Some(name) = tags::taken(&facts.seen.taken, facts.prefix(policy), version) {
            let fact = format!("the tag {name} exists already");
            refusals.push(
                Finding::fail("tag-exists", fact).help("choose a higher version; a tag is never moved"),
            );
        }
    }
    if policy.choice.convention.unknown == Unknown::Refuse && !next.reading.odd.is_empty() {
        refusals.push(unconventional(&next.reading));
    }
    refusals
}

fn unconventional(reading: &Reading) -> Finding {
    let count = reading.odd.len();
    let names: Vec<&str> =
        reading.odd.iter().take(SHOWN).map(|odd| odd.id.get(..10).unwrap_or(&odd.id)).collect();
    let more = if count > SHOWN { " and more" } else { "" };
    let noun = if count == 1 { "commit" } else { "commits" };
    let verb = if count == 1 { "does" } else { "do" };
    let fact = format!("{count} {noun} {verb} not say what changed: {}{more}", names.join(", "));
    Finding::fail("history-unconventional", fact)
        .help("reword or label what says nothing, or set `unknown` to list or patch")
}
