//! What is left to do for a release; asked again after every trouble, so that nothing is done twice.

use super::asset::{Asset, Differing, Standing};
use super::{BranchSeen, Files, Latest, Plan, ReleaseSeen, Seen, Step, TagSeen, Way, Wish, Work};
use crate::report::Finding;

/// Decides the steps that are left.
pub fn plan(wish: &Wish, seen: &Seen) -> Plan {
    let mut refusals = Vec::new();
    let mut work = Work::default();
    match commit(wish, seen) {
        Ok(Target::There(commit)) => work.commit = Some(commit),
        Ok(Target::ToPush(commit)) => {
            work.commit = Some(commit);
            work.steps.push(Step::Push);
        }
        Ok(Target::ToMake) => {
            work.steps.push(Step::Commit(wish.way));
            work.steps.extend((wish.way == Way::Local).then_some(Step::Push));
        }
        Err(finding) => refusals.push(*finding),
    }
    match (&seen.tag, refusals.is_empty()) {
        (Some(tag), true) => match standing_tag(wish, tag, work.commit.as_deref()) {
            Ok(findings) => work.findings.extend(findings),
            Err(finding) => refusals.push(*finding),
        },
        // Why the commit cannot be made is the one reason; where a tag stands compared with it is not known.
        (Some(_), false) => {}
        (None, _) => work.steps.push(Step::Tag),
    }
    match attach(wish, seen) {
        Ok(attached) => {
            work.steps.extend(attached.steps);
            work.findings.extend(attached.findings);
            work.release = attached.release;
        }
        Err(findings) => refusals.extend(findings),
    }
    if !refusals.is_empty() {
        return Plan::Refused(refusals);
    }
    let (step, finding) = float(wish, seen, work.commit.as_deref());
    work.steps.extend(step);
    work.findings.extend(finding);
    Plan::Work(work)
}

enum Target {
    There(String),
    ToPush(String),
    ToMake,
}

/// Which commit is released: the one here, one that an earlier run made on top of it, or one to be made.
fn commit(wish: &Wish, seen: &Seen) -> Result<Target, Box<Finding>> {
    match (wish.files, seen.known, wish.way) {
        (Files::Written, true, _) => return Ok(Target::There(wish.head.clone())),
        (Files::Written, false, Way::Local) => return Ok(Target::ToPush(wish.head.clone())),
        (Files::Written, false, Way::Api) => {
            let fact = format!("GitHub does not have commit {}", short(&wish.head));
            let help = "git push, then run it again";
            return Err(Box::new(Finding::fail("commit-not-pushed", fact).help(help)));
        }
        (Files::ToWrite, _, _) => {}
    }
    let Some(name) = &wish.branch else {
        let fact =
            format!("{} is not in the files yet, and no branch is checked out to commit it on", wish.version);
        return Err(Box::new(Finding::fail("branch-unknown", fact).help("name the branch with --branch")));
    };
    let Some(branch) = &seen.branch else {
        let fact = format!("GitHub has no branch {name}");
        return Err(Box::new(
            Finding::fail("branch-missing", fact).help("push it, or name another with --branch"),
        ));
    };
    if branch.head == wish.head {
        return Ok(Target::ToMake);
    }
    made_before(wish, branch).map(Target::There).ok_or_else(|| Box::new(moved(wish, name, branch)))
}

/// What an earlier run committed: right on top of the commit that is checked out, under the same headline.
fn made_before(wish: &Wish, branch: &BranchSeen) -> Option<String> {
    let ours = branch.since.iter().find(|commit| {
        let is_next = commit.parents.len() == 1 && commit.parents.first() == Some(&wish.head);
        is_next && commit.message.lines().next() == Some(wish.headline.as_str())
    });
    ours.map(|commit| commit.id.clone())
}

fn moved(wish: &Wish, name: &str, branch: &BranchSeen) -> Finding {
    let fact = format!(
        "{name} is at {} by now, and {} is checked out; nothing is overwritten",
        short(&branch.head),
        short(&wish.head)
    );
    Finding::fail("branch-moved", fact).help("run it on the newest commit of the branch")
}

fn standing_tag(wish: &Wish, tag: &TagSeen, commit: Option<&str>) -> Result<Vec<Finding>, Box<Finding>> {
    if commit != Some(tag.commit.as_str()) {
        let would = commit.map_or("a new commit".to_owned(), short);
        let fact = format!(
            "{} is a tag on {} already; this release would be on {would}",
            wish.tag,
            short(&tag.commit)
        );
        let help = "a tag is never moved; release the next version, or delete the tag if nobody has used it";
        return Err(Box::new(Finding::fail("tag-taken", fact).help(help)));
    }
    if tag.annotated {
        return Ok(vec![Finding::ok(
            "tag-there",
            format!("{} is on {} already", wish.tag, short(&tag.commit)),
        )]);
    }
    let fact = format!("{} is on {} already, as a light tag without a message", wish.tag, short(&tag.commit));
    Ok(vec![Finding::warning("tag-light", fact).help("tag with `git tag -a`, or let this command do it")])
}

#[derive(Default)]
struct Attached {
    steps: Vec<Step>,
    findings: Vec<Finding>,
    release: Option<ReleaseSeen>,
}

/// The release itself, what is attached to it, and its publication.
fn attach(wish: &Wish, seen: &Seen) -> Result<Attached, Vec<Finding>> {
    if let Some(published) = seen.releases.iter().find(|release| !release.draft) {
        return published_before(wish, published);
    }
    // Two runs at once may have made one each: the oldest counts.
    let draft = seen.releases.iter().min_by_key(|release| release.id);
    let mut attached = Attached { release: draft.cloned(), ..Attached::default() };
    if draft.is_none() {
        attached.steps.push(Step::Draft);
    }
    let stored = draft.map(|draft| draft.assets.as_slice()).unwrap_or_default();
    let mut refusals = Vec::new();
    for asset in &wish.assets {
        match (asset.among(stored), wish.differing) {
            (Standing::Same, _) => attached.findings.push(there(asset)),
            (Standing::Missing, _) => attached.steps.push(Step::Upload(asset.clone())),
            (Standing::Torn(stored), _) | (Standing::Other(stored), Differing::Replace) => {
                attached.steps.extend([Step::Remove(stored), Step::Upload(asset.clone())]);
            }
            (Standing::Other(stored), Differing::Refuse) => {
                let fact = format!(
                    "the draft has another {} ({} bytes; here {} bytes)",
                    asset.name, stored.size, asset.size
                );
                let help = "replace it with --clobber, or build the same file again";
                refusals.push(Finding::fail("asset-differs", fact).help(help));
            }
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    attached.steps.push(Step::Publish(latest(wish, seen)));
    Ok(attached)
}

fn there(asset: &Asset) -> Finding {
    Finding::ok("asset-there", format!("{} is attached: {} bytes, {}", asset.name, asset.size, asset.digest))
}

/// A published release is left as it is: people may have fetched it.
fn published_before(wish: &Wish, published: &ReleaseSeen) -> Result<Attached, Vec<Finding>> {
    let mut refusals = Vec::new();
    let mut findings = vec![Finding::ok("release-there", format!("{} is published already", wish.tag))];
    for asset in &wish.assets {
        let how = match asset.among(&published.assets) {
            Standing::Same => {
                findings.push(there(asset));
                continue;
            }
            Standing::Missing => "lacks",
            Standing::Torn(_) => "has only a part of",
            Standing::Other(_) => "has another",
        };
        let fact = format!("{} is published, and {how} {}", wish.tag, asset.name);
        refusals.push(
            Finding::fail("release-published", fact)
                .help("what is published stays as it is; release the next version with the file"),
        );
    }
    if refusals.is_empty() {
        Ok(Attached { findings, release: Some(published.clone()), steps: Vec::new() })
    } else {
        Err(refusals)
    }
}

fn latest(wish: &Wish, seen: &Seen) -> Latest {
    let is_highest = seen.highest.as_ref().is_none_or(|highest| wish.version.cmp_precedence(highest).is_ge());
    if wish.version.pre.is_empty() && is_highest { Latest::Yes } else { Latest::No }
}

/// The floating tag follows final versions forward, and nothing else.
fn float(wish: &Wish, seen: &Seen, commit: Option<&str>) -> (Option<Step>, Option<Finding>) {
    let Some(name) = &wish.floating else { return (None, None) };
    if !wish.version.pre.is_empty() {
        let fact = format!("{name} stays where it is: {} is a pre-release", wish.version);
        return (None, Some(Finding::ok("floating-tag-kept", fact)));
    }
    let higher = seen.highest_of_major.as_ref().filter(|known| known.cmp_precedence(&wish.version).is_gt());
    if let Some(higher) = higher {
        let fact = format!("{name} stays where it is: {higher} is higher than {}", wish.version);
        return (None, Some(Finding::warning("floating-tag-kept", fact)));
    }
    if commit.is_some() && seen.floating.as_deref() == commit {
        let fact = format!("{name} is on {} already", commit.map(short).unwrap_or_default());
        return (None, Some(Finding::ok("floating-tag-there", fact)));
    }
    (Some(Step::Float(name.clone())), None)
}

/// The first digits of a commit's id.
fn short(commit: &str) -> String {
    commit.chars().take(10).collect()
}
