//! Every word that the reader sees.

use shiplane_action::Output;
use shiplane_core::changelog::bump::Level as Weight;
use shiplane_core::changelog::commit::Flaw;
use shiplane_core::changelog::edit::FileChange;
use shiplane_core::changelog::history::{Odd, Reading, Reason};
use shiplane_core::changelog::next::Step;
use shiplane_core::changelog::{Facts, Next};
use shiplane_core::exit::Exit;
use shiplane_core::report::{Excerpt, Finding, Report, Verdict};

use crate::act::{Left, Outcome};

/// Outputs besides the shared ones.
pub(crate) const OUTPUTS: &[Output] = &[
    Output { name: "version", help: "The next version; the present one when nothing is to be released" },
    Output { name: "previous", help: "The version of the last release; empty when there is none" },
    Output {
        name: "tag",
        help: "The tag of that version; empty when there is neither a release nor a change",
    },
    Output { name: "bump", help: "What is raised: major, minor, patch or none; in a check also unclear" },
    Output { name: "prerelease", help: "Whether that version is a pre-release: true or false" },
    Output { name: "released", help: "Whether there is something to release: true or false" },
    Output { name: "notes", help: "What the release brings, as Markdown" },
    Output { name: "base", help: "What a check compared with" },
    Output { name: "commit", help: "The commit that the release is on" },
    Output { name: "release-url", help: "Where people see the release" },
    Output { name: "assets", help: "Names of the files attached to the release, one a line" },
    Output { name: "pull-request", help: "Number of the pull request; empty when there is none" },
    Output { name: "pull-request-url", help: "Where people see it" },
];

/// Commits that are shown one by one; the rest is counted, and all stand in the excerpt.
const SHOWN: usize = 20;

/// Lines of an excerpt.
const LINES: usize = 1_000;

/// The next version, and nothing written.
pub(crate) fn told(next: &Next, facts: &Facts) -> Report {
    if !next.refusals.is_empty() {
        return refused(next, facts, next.refusals.clone());
    }
    let mut report = frame(next, facts, Verdict::new(next.level.word(), Exit::Done));
    let notes = report.outputs.get("notes").filter(|notes| !notes.is_empty());
    report.excerpts.extend(notes.map(|notes| Excerpt::tail("notes", notes, LINES)));
    report
}

/// What would be written, or that nothing has to be.
pub(crate) fn planned(next: &Next, facts: &Facts, changes: &[FileChange]) -> Report {
    let word = match (next.level, changes) {
        (Weight::None, _) => "none",
        (Weight::Patch | Weight::Minor | Weight::Major, []) => "unchanged",
        (Weight::Patch | Weight::Minor | Weight::Major, _) => "planned",
    };
    let mut report = frame(next, facts, Verdict::new(word, Exit::Done));
    if word == "unchanged" {
        let fact = format!("every file says {} already", next.version);
        report.findings.push(Finding::ok("files-written", fact));
    }
    for change in changes {
        report.findings.push(Finding::ok("file-planned", format!("{} would change", change.path)));
        report.excerpts.push(Excerpt::tail(&change.path, &change.diff(), LINES));
    }
    report
}

/// The same as a patch for `git apply`.
pub(crate) fn patch(next: &Next, facts: &Facts, changes: &[FileChange]) -> Report {
    let mut report = planned(next, facts, changes);
    report.document = Some(changes.iter().map(FileChange::diff).collect());
    report
}

/// What was written.
pub(crate) fn written(next: &Next, facts: &Facts, (changes, outcome): (&[FileChange], &Outcome)) -> Report {
    let (verdict, finding) = match outcome {
        Outcome::Written => {
            let paths: Vec<&str> = changes.iter().map(|change| change.path.as_str()).collect();
            let fact = format!("{} in {}", next.version, paths.join(", "));
            (Verdict::new("written", Exit::Done), Finding::ok("files-written", fact))
        }
        Outcome::Restored(error) => {
            let fact = format!("{error}; all files are as they were");
            let finding = Finding::fail("write-failed", fact).help("check the disk and the permissions");
            (Verdict::new("restored", Exit::Restored), finding)
        }
        Outcome::Broken(error, left) => (Verdict::new("broken", Exit::Broken), broken(error, left)),
    };
    let mut report = frame(next, facts, verdict);
    report.findings.push(finding);
    let notes = report.outputs.get("notes").filter(|notes| !notes.is_empty());
    report.excerpts.extend(notes.map(|notes| Excerpt::tail("notes", notes, LINES)));
    report
}

/// What stands half done, and how it is put right by hand.
pub(crate) fn broken(error: &str, left: &[Left]) -> Finding {
    let paths: Vec<&str> = left.iter().map(|left| left.path.as_str()).collect();
    let fact = format!("{error}; these could not be put back: {}", paths.join(", "));
    let way = |left: &Left| match &left.kept {
        Some(kept) => format!("mv {} {}", kept.display(), left.path),
        None => format!("rm {}", left.path),
    };
    let ways: Vec<String> = left.iter().map(way).collect();
    Finding::fail("write-failed", fact).help(ways.join(" && "))
}

/// Why nothing may be written.
pub(crate) fn refused(next: &Next, facts: &Facts, findings: Vec<Finding>) -> Report {
    let mut report = frame(next, facts, Verdict::new("refused", Exit::No));
    report.findings.extend(findings);
    report
}

/// What all answers share: the title, how the version came about, the outputs.
pub(crate) fn frame(next: &Next, facts: &Facts, verdict: Verdict) -> Report {
    let mut report = Report::new(title(next), verdict);
    report.findings = vec![read(next), decided(next)];
    report.findings.extend(unsure(next, facts));
    report.findings.extend(odd(&next.reading.odd));
    report.excerpts.extend(all_odd(&next.reading.odd));
    let released = next.level > Weight::None;
    let previous = next.previous.as_ref();
    let standing = previous.map(|tag| tag.name.clone()).unwrap_or_default();
    report.output("version", next.version.to_string());
    report.output("previous", previous.map(|tag| tag.version.to_string()).unwrap_or_default());
    report.output("tag", if released { next.tag.clone() } else { standing });
    report.output("bump", next.level.word());
    report.output("prerelease", (!next.version.pre.is_empty()).to_string());
    report.output("released", released.to_string());
    report.output("notes", next.notes.markdown());
    report
}

fn title(next: &Next) -> String {
    let previous = next.previous.as_ref().map(|tag| tag.version.to_string());
    match (next.level, previous) {
        (Weight::None, Some(previous)) => format!("nothing to release since {previous}"),
        (Weight::None, None) => "nothing to release yet".to_owned(),
        (level, Some(previous)) => format!("{previous} → {} ({level})", next.version),
        (_, None) => format!("{} (first release)", next.version),
    }
}

/// How many commits there are, and what became of each.
fn read(next: &Next) -> Finding {
    let reading = &next.reading;
    let since = next.previous.as_ref().map(|tag| format!(" since {}", tag.name)).unwrap_or_default();
    let mut parts: Vec<String> = Vec::new();
    let counts = [
        (count(reading, |kind, _| kind == "feat"), "feat"),
        (count(reading, |kind, _| kind == "fix"), "fix"),
        (
            count(reading, |kind, level| kind != "feat" && kind != "fix" && level > Weight::None),
            "other to release",
        ),
        (reading.silent.len(), "silent"),
        (reading.odd.len(), "not understood"),
        (reading.reverted, "reverted"),
        (reading.folded, "merges and fixups"),
        (reading.outside, "outside the paths"),
        (reading.left_out, "left out by a label"),
    ];
    parts
        .extend(counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")));
    let tail = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    let noun = if reading.total() == 1 { "commit" } else { "commits" };
    Finding::ok("commits-read", format!("{} {noun}{since}{tail}", reading.total()))
}

fn count(reading: &Reading, wanted: impl Fn(&str, Weight) -> bool) -> usize {
    reading.changes.iter().filter(|change| wanted(&change.message.kind, change.level)).count()
}

/// The commit that decided, or what else did.
fn decided(next: &Next) -> Finding {
    let asked = next.reading.level();
    let by_name = next.steps.iter().any(|step| matches!(step, Step::Asked(_)));
    let wish = next.steps.iter().find_map(|step| {
        if let Step::Wished { commit, .. } = step { Some(commit.get(..10).unwrap_or(commit)) } else { None }
    });
    let deciding = next.reading.changes.iter().find(|change| change.level == asked);
    let fact = match deciding.filter(|_| asked > Weight::None && !by_name) {
        _ if next.level == Weight::None => "none: no commit asks for a release".to_owned(),
        _ if let Some(commit) = wish => {
            format!("{}: {} was asked for by `Release-As` in {commit}", next.level, next.version)
        }
        _ if by_name => format!("{}: {} was asked for by name", next.level, next.version),
        Some(change) => {
            let said = format!("{}: {}", change.message.kind, change.message.description);
            let is_less = next.steps.iter().any(|step| matches!(step, Step::Zero { .. }));
            let less = if is_less { format!(", {asked} by itself, below 1.0.0") } else { String::new() };
            let short = change.id.get(..10).unwrap_or(&change.id);
            format!("{}: \"{said}\" ({short}{less})", next.level)
        }
        None => format!("{}: it follows a pre-release", next.level),
    };
    Finding::ok("bump-decided", fact)
}

/// What could be otherwise if the clone held more.
fn unsure(next: &Next, facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    if next.previous.is_none() {
        let others = match facts.strangers {
            0 => String::new(),
            count => format!("; {count} look like versions behind another prefix"),
        };
        let help = if facts.strangers > 0 { "Name the prefix with --tag-prefix" } else { "git fetch --tags" };
        findings.push(
            Finding::warning("tag-missing", format!("no release tag is contained in the commit{others}"))
                .help(help),
        );
    }
    findings.extend(next.steps.iter().filter_map(unreadable));
    if let Some(natural) = next.natural.as_ref().filter(|_| next.refusals.is_empty()) {
        let fact = format!("{} is lower than {natural}, which the commits ask for", next.version);
        findings.push(Finding::warning("version-lowered", fact).help(format!("release {natural} instead")));
    }
    let is_refused = next.refusals.iter().any(|refusal| refusal.code == "tag-exists");
    if next.level > Weight::None && !is_refused && facts.seen.taken.contains(&next.tag) {
        let fact = format!("the tag {} exists already, on a commit that this one does not contain", next.tag);
        findings.push(
            Finding::warning("tag-exists", fact).help("merge that branch, or choose a version with --as"),
        );
    }
    if facts.shallow {
        let fact = "the clone is shallow; a higher version older than what it holds would not be seen";
        findings.push(
            Finding::warning("history-shallow", fact).help("git fetch --unshallow --filter=tree:0 --tags"),
        );
    }
    findings
}

/// A wish for a version that is none.
fn unreadable(step: &Step) -> Option<Finding> {
    let Step::Unreadable { commit, text } = step else { return None };
    let commit = commit.get(..10).unwrap_or(commit);
    let fact = format!("`Release-As: {text}` in {commit} is no version, and does not count");
    let help = "ask for it again as `Release-As: 2.0.0` in a newer commit, or with --as";
    Some(Finding::warning("release-as-unreadable", fact).help(help))
}

/// The commits that say nothing, the first of them one by one.
fn odd(odd: &[Odd]) -> Vec<Finding> {
    let mut findings: Vec<Finding> = odd.iter().take(SHOWN).map(one_odd).collect();
    if odd.len() > SHOWN {
        let fact = format!("{} more commits do not say what they are", odd.len() - SHOWN);
        findings.push(Finding::warning("commit-unconventional", fact));
    }
    findings
}

fn one_odd(odd: &Odd) -> Finding {
    let code = match odd.reason {
        Reason::Flaw(_) => "commit-unconventional",
        Reason::Unknown => "commit-type-unknown",
        Reason::Unlabelled | Reason::Direct => "commit-unlabelled",
    };
    let help = match odd.reason {
        Reason::Flaw(_) | Reason::Unknown => {
            "reword it as `feat: …`, `fix: …` or `chore: …` if it should count"
        }
        Reason::Unlabelled => "label it, or name its label under `changelog.labels`",
        Reason::Direct => "merge changes by pull requests if they should count",
    };
    Finding::warning(code, format!("{} {}: {}", short(odd), why_odd(odd.reason), odd.subject)).help(help)
}

/// What is wrong with it, as the rest of a sentence.
pub(crate) fn why_odd(reason: Reason) -> &'static str {
    match reason {
        Reason::Flaw(Flaw::Type) => "begins with no `type:`",
        Reason::Flaw(Flaw::Scope) => "has an empty or open scope",
        Reason::Flaw(Flaw::Space) => "has no space after the colon",
        Reason::Flaw(Flaw::Description) => "says nothing after the colon",
        Reason::Unknown => "has a type that is not known",
        Reason::Unlabelled => "came by a pull request without a label that says what it is",
        Reason::Direct => "came by no pull request, and only those have labels",
    }
}

fn all_odd(odd: &[Odd]) -> Option<Excerpt> {
    let lines: Vec<String> = odd.iter().map(|odd| format!("{} {}", short(odd), odd.subject)).collect();
    (odd.len() > SHOWN)
        .then(|| Excerpt::tail("commits that do not say what they are", &lines.join("\n"), LINES))
}

fn short(odd: &Odd) -> &str {
    odd.id.get(..10).unwrap_or(&odd.id)
}
