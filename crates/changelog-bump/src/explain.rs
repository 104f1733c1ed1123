//! Every decision on the way to the version, in words.

use shiplane_core::changelog::commit;
use shiplane_core::changelog::convention::{Mode, Unknown};
use shiplane_core::changelog::history::{Change, Commit, Why};
use shiplane_core::changelog::next::Step;
use shiplane_core::changelog::pulls::Pull;
use shiplane_core::changelog::tags::{Tag, WhyAside};
use shiplane_core::changelog::{Facts, Next, Policy};
use shiplane_core::config::Zero;
use shiplane_core::foreign;
use shiplane_core::report::{Excerpt, Report};

use crate::report;

/// Lines of one list.
const LINES: usize = 1_000;

/// Lower tags that are named one by one.
const LOWER: usize = 10;

/// A subject is cut here.
const SUBJECT: usize = 80;

/// The next version with every decision on the way.
pub(crate) fn told(policy: &Policy, facts: &Facts, next: &Next) -> Report {
    let mut report = report::told(next, facts);
    let lists = [
        ("which tag is the last release", tags(policy, facts)),
        ("what each commit asks for, newest first", commits(policy, facts, next)),
        ("how the version came about", next.steps.iter().map(step).collect()),
    ];
    for (title, lines) in lists.into_iter().rev() {
        report.excerpts.insert(0, Excerpt::tail(title, &lines.join("\n"), LINES));
    }
    report
}

/// Every tag that there is, from the highest version down: chosen, or why not.
fn tags(policy: &Policy, facts: &Facts) -> Vec<String> {
    let prefix = facts.prefix(policy);
    let mut lines = Vec::new();
    let mut lower = 0;
    for tag in facts.seen.taken.iter().filter_map(|name| Tag::read(name, prefix)) {
        match tag_line(facts, &tag) {
            Some(line) => lines.push(line),
            None => {
                lower += 1;
                if lower <= LOWER {
                    lines.push(format!("{}: lower than the one that was chosen", tag.name));
                }
            }
        }
    }
    if lower > LOWER {
        lines.push(format!("{} more tags are lower", lower - LOWER));
    }
    let foreign = &facts.seen.foreign;
    lines.extend(foreign.iter().map(|name| format!("{name}: {}", foreign_tag(name, prefix))));
    if facts.seen.foreigners > foreign.len() {
        lines.push(format!(
            "{} more tags are no versions behind `{prefix}`",
            facts.seen.foreigners - foreign.len()
        ));
    }
    if facts.last.is_none() {
        lines.push("no final release is contained in the commit".to_owned());
    }
    lines
}

/// What is said of a version's tag; `None` when it is below the chosen one.
fn tag_line(facts: &Facts, tag: &Tag) -> Option<String> {
    let name = &tag.name;
    let is = |chosen: &Option<Tag>| chosen.as_ref().is_some_and(|chosen| chosen.name == *name);
    if is(&facts.last) {
        return Some(format!("{name}: chosen, the highest final version that the commit contains"));
    }
    if is(&facts.pre) {
        return Some(format!(
            "{name}: the highest pre-release that the commit contains; a final version starts from the last final one"
        ));
    }
    if let Some(aside) = facts.seen.aside.iter().find(|aside| aside.name == *name) {
        return Some(match aside.why {
            WhyAside::Elsewhere => format!("{name}: on another branch; the commit does not contain it"),
            WhyAside::NoCommit => format!("{name}: names no commit"),
        });
    }
    let above = |chosen: &Tag| tag.version.cmp_precedence(&chosen.version).is_gt();
    let is_above = facts.last.as_ref().is_none_or(above);
    is_above.then(|| {
        if tag.is_final() {
            format!("{name}: on another branch; the commit does not contain it")
        } else {
            format!("{name}: a pre-release, and not the highest one")
        }
    })
}

fn foreign_tag(name: &str, prefix: &str) -> String {
    match name.strip_prefix(prefix) {
        Some(_) => "not a SemVer version such as 1.2.3".to_owned(),
        None => format!("does not begin with the prefix `{prefix}`"),
    }
}

/// Every commit of the range with its level, or why it has none.
fn commits(policy: &Policy, facts: &Facts, next: &Next) -> Vec<String> {
    let commits = &facts.commits;
    let mut said: Vec<Vec<String>> = vec![Vec::new(); commits.len()];
    let places: std::collections::HashMap<&str, usize> =
        commits.iter().enumerate().map(|(at, commit)| (commit.id.as_str(), at)).collect();
    let mut say = |id: &str, words: String| {
        if let Some(lines) = places.get(id).and_then(|at| said.get_mut(*at)) {
            lines.push(words);
        }
    };
    for change in next.reading.changes.iter().filter(|change| !change.message.kind.is_empty()) {
        say(&change.id, change_words(policy, change));
    }
    for commit in next.reading.silent.iter().filter_map(|at| commits.get(*at)) {
        say(&commit.id, silent_words(policy, facts, commit));
    }
    let counted = match policy.choice.convention.unknown {
        Unknown::List => "none, by `unknown: list`",
        Unknown::Refuse => "none, and no release until it is reworded, by `unknown: refuse`",
        Unknown::Patch => "patch, by `unknown: patch`",
    };
    for odd in &next.reading.odd {
        say(&odd.id, format!("{counted}: it {}", report::why_odd(odd.reason)));
    }
    for gone in &next.reading.gone {
        if let Some(lines) = said.get_mut(gone.at) {
            lines.push(gone_words(commits, gone.why));
        }
    }
    let line = |(commit, said): (&Commit, Vec<String>)| {
        let subject = foreign::clip(commit::subject(&commit.message), SUBJECT);
        let pull = brought(facts, &commit.id);
        format!("{} {subject}{pull}: {}", short(&commit.id), said.join("; "))
    };
    commits.iter().zip(said).map(line).collect()
}

fn pull_of<'f>(facts: &'f Facts, id: &str) -> Option<&'f Pull> {
    facts.seen.pulls.as_ref().and_then(|pulls| pulls.all.get(pulls.of.get(id)?))
}

/// Which pull request brought it, where those speak.
fn brought(facts: &Facts, id: &str) -> String {
    pull_of(facts, id).map_or(String::new(), |pull| {
        let labels =
            if pull.labels.is_empty() { String::new() } else { format!(" [{}]", pull.labels.join(", ")) };
        let title = foreign::clip(&pull.title, SUBJECT);
        format!(" (by #{} {title}{labels})", pull.number)
    })
}

fn silent_words(policy: &Policy, facts: &Facts, commit: &Commit) -> String {
    let convention = &policy.choice.convention;
    let title = match convention.mode {
        Mode::Labels => return "none, by its labels".to_owned(),
        Mode::PrTitle => pull_of(facts, &commit.id).map(|pull| &pull.title),
        Mode::Conventional => None,
    };
    match commit::parse(title.unwrap_or(&commit.message)) {
        Ok(message) => {
            let by = by_config(policy, &message.kind);
            format!("none, `{}` releases nothing{by}", message.kind)
        }
        Err(_) => "none, nothing that it lists releases anything".to_owned(),
    }
}

fn by_config(policy: &Policy, kind: &str) -> &'static str {
    if policy.choice.convention.types.contains_key(kind) { " by the config's `types`" } else { "" }
}

fn change_words(policy: &Policy, change: &Change) -> String {
    let kind = &change.message.kind;
    if policy.choice.convention.mode == Mode::Labels {
        return format!("{}, by its labels", change.level);
    }
    if change.message.breaking.is_some() {
        return "major, a breaking change".to_owned();
    }
    format!("{}, `{kind}`{}", change.level, by_config(policy, kind))
}

fn gone_words(commits: &[Commit], why: Why) -> String {
    match why {
        Why::RevertedBy(at) => {
            let by = commits.get(at).map(|commit| short(&commit.id)).unwrap_or_default();
            format!("none, taken back by {by}")
        }
        Why::Reverts => "none, it takes back commits of this range".to_owned(),
        Why::Folded => "none of its own, it speaks through the commits it belongs to".to_owned(),
        Why::LeftOut => "none, a label of its pull request leaves it out".to_owned(),
        Why::Outside => "none, it touches none of the paths".to_owned(),
    }
}

fn step(step: &Step) -> String {
    match step {
        Step::Zero { asked, level, zero } => {
            let reading = match zero {
                Zero::Semver => "as Cargo reads versions (`zero: semver`)",
                Zero::Strict => "by `zero: strict`",
            };
            format!("below 1.0.0 {asked} counts as {level}, {reading}")
        }
        Step::Raised { from, level, to } => format!("{from} raised by {level} is {to}"),
        Step::Promised(tag) => format!("the pre-release {} promises more", tag.name),
        Step::First(Some(path), version) => format!("there is no release yet, and {path} says {version}"),
        Step::First(None, version) => {
            format!("there is no release and no version file yet, so it begins with {version}")
        }
        Step::Asked(version) => format!("{version} was asked for by name, whatever the commits say"),
        Step::Wished { commit, version } => {
            format!("{version} was asked for by `Release-As` in {}, whatever the commits say", short(commit))
        }
        Step::Unreadable { commit, text } => {
            format!("`Release-As: {text}` in {} is no version, and does not count", short(commit))
        }
        Step::Channel { base, to } => format!("the next pre-release of {base} on this channel is {to}"),
        Step::Standing(tag) => format!("nothing that releases has come since {}", tag.name),
        Step::Nothing => "no commit asks for a release".to_owned(),
    }
}

fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}
